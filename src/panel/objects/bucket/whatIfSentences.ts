/** Whether a write of the profile in force would pass, and what would refuse it, in sentences. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { IBucketEncryption } from '../../../contract/storedObjects';
import type { Profile } from '../../../encryption/profile/profile';
import { isComplete, whatIf } from '../../../encryption/whatIf';
import type { Cause, IWhatIf, WriteRequest } from '../../../encryption/whatIf';
import type { ISentence } from './sentenceList';

/** The answer, request by request, and what could not be judged; empty if nobody was asked about. */
export function whatIfSentences(
  found: IBucketEncryption,
  profile: Profile | null,
  trans: TranslationBundle
): ISentence[] {
  const answers = whatIf(found, profile);
  if (
    answers === null ||
    profile === null ||
    (found.caller === null && found.callerReason === null)
  ) {
    return [];
  }
  const complete = isComplete(found, profile);
  const causes = new Map<string, ISentence>();
  for (const { refusals, doubts } of answers) {
    for (const cause of refusals) {
      const text = causeText(cause, trans);
      causes.set(text, { text, mark: 'refused' });
    }
    for (const cause of doubts) {
      const text = causeText(cause, trans);
      if (!causes.has(text)) {
        causes.set(text, { text, mark: 'unknown' });
      }
    }
  }
  return [
    ...answers.map(answer => verdict(answer, complete, trans)),
    ...causes.values(),
    ...unread(found, trans),
    ...omitted(found, trans)
  ];
}

function requestName(request: WriteRequest, trans: TranslationBundle): string {
  return request === 'PUT'
    ? trans.__('A write in one request (PUT)')
    : trans.__('A write in parts (multipart upload)');
}

function verdict(
  { request, refusals, doubts }: IWhatIf,
  complete: boolean,
  trans: TranslationBundle
): ISentence {
  const name = requestName(request, trans);
  if (refusals.length > 0) {
    return { mark: 'refused', text: trans.__('%1 would be refused.', name) };
  }
  if (doubts.length > 0) {
    return { mark: 'unknown', text: trans.__('%1 may be refused.', name) };
  }
  return complete
    ? { mark: 'good', text: trans.__('%1 would pass.', name) }
    : {
        mark: 'unknown',
        text: trans.__('%1 is refused by nothing that could be read.', name)
      };
}

function causeText(cause: Cause, trans: TranslationBundle): string {
  switch (cause.kind) {
    case 'blocked':
      return trans.__('The bucket blocks SSE-C.');
    case 'bucket policy':
      return trans.__('Policy of the bucket: statement %1.', cause.sid);
    case 'caller denies':
      return trans.__(
        'Your role: the policy %1 denies %2.',
        cause.policy,
        cause.action
      );
    case 'caller may deny':
      return trans.__(
        'Your role: the policy %1 may deny %2. It depends on something not known here.',
        cause.policy,
        cause.action
      );
    case 'caller allows nothing':
      return trans.__(
        'Your role: no policy that could be read allows %1.',
        cause.action
      );
    case 'caller may allow':
      return trans.__(
        'Your role: whether its policies allow %1 depends on something not known here.',
        cause.action
      );
    case 'key of the default':
      return trans.__(
        "S3 encrypts the object once more, with the KMS key of the bucket's default encryption. That key's policy and state were not read."
      );
    case 'key state':
      return trans.__('The key cannot be used: its state is %1.', cause.state);
    case 'key kind':
      return trans.__(
        'S3 cannot use the key: it is not symmetric (%1).',
        cause.spec
      );
    case 'key denies':
      return trans.__(
        'Policy of the key: the statement “%1” denies %2.',
        cause.sid,
        cause.action
      );
    case 'key may deny':
      return trans.__(
        'Policy of the key: the statement “%1” may deny %2. It depends on something not known here.',
        cause.sid,
        cause.action
      );
    case 'key allows nothing':
      return trans.__(
        'Policy of the key: no statement allows %1 to your role or its account.',
        cause.action
      );
    case 'key may allow':
      return trans.__(
        'Policy of the key: whether it allows %1 depends on something not known here.',
        cause.action
      );
  }
}

/** What could not be read, each with its reason. */
function unread(
  found: IBucketEncryption,
  trans: TranslationBundle
): ISentence[] {
  const { caller, callerReason, key, keyReason, late } = found;
  const parts: [string, readonly (string | null)[]][] = [
    [trans.__('Who writes'), [callerReason]],
    [trans.__('The policies of your role'), caller?.unread ?? []],
    [trans.__('The key'), [keyReason]],
    [trans.__('The policy of the key'), [key?.policyReason ?? null]],
    [trans.__('The rest'), [late]]
  ];
  const texts = parts.flatMap(([what, reasons]) =>
    reasons
      .filter(reason => reason !== null)
      .map(reason => trans.__('%1 could not be read: %2', what, reason))
  );
  return [...new Set(texts)].map(text => ({ mark: 'unknown', text }));
}

/** How much was left out of account, and what never is in it. */
function omitted(
  { caller, policy }: IBucketEncryption,
  trans: TranslationBundle
): ISentence[] {
  const count = (caller?.others ?? 0) + (policy?.others ?? 0);
  return [
    ...(count === 0
      ? []
      : [
          {
            mark: 'fact' as const,
            text: trans._n(
              'One statement about other things was left out.',
              '%1 statements about other things were left out.',
              count
            )
          }
        ]),
    {
      mark: 'fact',
      text: trans.__(
        'Not judged: permissions boundaries, session policies, and policies of the organization and of VPC endpoints.'
      )
    }
  ];
}
