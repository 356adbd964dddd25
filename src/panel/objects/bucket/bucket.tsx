/** The encryption settings of a bucket, on request, and what they mean for the profile. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IBucketEncryption } from '../../../contract/storedObjects';
import {
  evaluateWrites,
  isAboutEncryption
} from '../../../encryption/bucketPolicy';
import type { IComparison } from '../../../encryption/bucketPolicy';
import { shortKey, validateBucketName } from '../../../encryption/profile/keys';
import type { Profile } from '../../../encryption/profile/profile';
import { bucketOf } from '../../../encryption/location';
import { lastWritten, obstacle, Trouble, UnderWay } from '../parts';
import { SentenceList } from './sentenceList';
import type { ISentence } from './sentenceList';
import type { IPageProps } from '../types';
import { useLocationForm } from '../useLocationForm';
import { whatIfSentences } from './whatIfSentences';
import { Button, FieldMessage } from '../../ui/parts';
import { useTrans } from '../../../i18n';
import { algorithmName } from '../../ui/words';

/** The agent's message (`bucket.py`) if the kernel has no boto3. */
const NO_BOTO = /^This kernel has no boto3\b/;
const INSTALL = '%pip install boto3';

export function BucketPage(
  props: Omit<IPageProps, 'onCopy' | 'request'>
): React.JSX.Element {
  const trans = useTrans();
  const id = React.useId();
  const { view, actions, profile, locations } = props;
  const { state } = view;
  const { bucket: found } = state;
  const error = state.failed?.request === 'bucket' ? state.failed.error : null;
  const { text, message, edit, onSubmit } = useLocationForm({
    initial:
      found?.bucket ?? bucketOf(lastWritten(state) || (locations[0] ?? '')),
    validate: value => validateBucketName(value, trans),
    refused: error?.fields.find(({ field }) => field === 'bucket')?.message,
    send: actions.onReadBucket
  });
  const write = found ? whatIfSentences(found, profile, trans) : [];
  const noBoto = error !== null && NO_BOTO.test(error.message);
  return (
    <form noValidate className="jp-S3Encryption-page" onSubmit={onSubmit}>
      <p className="jp-S3Encryption-note">
        {trans.__(
          "Reads the default encryption and the policy of a bucket and, if a profile is applied, the policies of your role and of the key, with boto3 and this kernel's permissions. Nothing is read until you press the button."
        )}
      </p>
      <div className="jp-S3Encryption-field">
        <label htmlFor={id}>{trans.__('Bucket')}</label>
        <input
          id={id}
          type="text"
          className="jp-S3Encryption-input jp-mod-code"
          aria-invalid={message !== undefined}
          aria-describedby={message === undefined ? undefined : `${id}-wrong`}
          spellCheck={false}
          value={text}
          onChange={event => {
            edit(event.target.value);
          }}
        />
        <FieldMessage id={`${id}-wrong`} message={message} />
      </div>
      <div className="jp-S3Encryption-buttons">
        <Button disabled={obstacle(view, false, trans)}>
          {trans.__('Read')}
        </Button>
      </div>
      <UnderWay
        state={state}
        page="bucket"
        text={trans.__("Reading the bucket's settings.")}
        onWithdraw={actions.onWithdraw}
      />
      <Trouble state={state} page="bucket" />
      {noBoto && (
        <p className="jp-S3Encryption-note">
          {trans.__(
            'Run %1 in a cell, then press Read again. Spark itself does not need boto3.',
            INSTALL
          )}
        </p>
      )}
      {found && <SentenceList list={sentences(found, profile, trans)} />}
      {write.length > 0 && (
        <>
          <h3 id={`${id}-write`}>{trans.__('A write of this profile')}</h3>
          <SentenceList list={write} labelledBy={`${id}-write`} />
        </>
      )}
    </form>
  );
}

/** The settings and their effect on the profile, one sentence each. */
export function sentences(
  found: IBucketEncryption,
  profile: Profile | null,
  trans: TranslationBundle
): ISentence[] {
  const comparison = evaluateWrites(found, profile);
  const fact = (text: string): ISentence => ({ text, mark: 'fact' });
  return [
    withoutHeader(found, comparison, trans),
    ...mayRefuse(comparison, trans),
    ...(found.default?.bucketKey
      ? [fact(trans.__('S3 Bucket Key is enabled.'))]
      : []),
    ...(found.default?.blocked.includes('SSE-C')
      ? [fact(trans.__('Writes with a customer key (SSE-C) are blocked.'))]
      : []),
    ...ofTheProfile(found, comparison, trans),
    ...unrelated(comparison, trans)
  ];
}

/** Statements about other things that may deny writes as well, in one sentence. */
function unrelated(
  comparison: IComparison,
  trans: TranslationBundle
): ISentence[] {
  const list =
    comparison.method === null
      ? comparison.withoutHeader
      : comparison.statements;
  const names = list
    .filter(
      ({ sid, effect }) =>
        effect === 'depends' && comparison.unrelated.includes(sid)
    )
    .map(({ sid }) => sid);
  return names.length === 0
    ? []
    : [
        {
          mark: 'unknown',
          text: trans._n(
            'One statement about other things may deny writes too (%2): it depends on who writes, from where, or on something else not known here.',
            '%1 statements about other things may deny writes too (%2): it depends on who writes, from where, or on something else not known here.',
            names.length,
            names.join(', ')
          )
        }
      ];
}

/** Statements that may deny a write without a header, but cannot be judged from here. */
function mayRefuse(
  { withoutHeader: list, unrelated: others }: IComparison,
  trans: TranslationBundle
): ISentence[] {
  return list.some(({ effect }) => effect === 'refuses')
    ? []
    : list
        .filter(({ sid }) => !others.includes(sid))
        .map(({ sid }) => ({
          mark: 'unknown',
          text: trans.__(
            'Statement %1 may deny writes without a header: it depends on something not known here.',
            sid
          )
        }));
}

function withoutHeader(
  found: IBucketEncryption,
  comparison: IComparison,
  trans: TranslationBundle
): ISentence {
  const refusing = comparison.withoutHeader.filter(
    ({ effect }) => effect === 'refuses'
  );
  if (refusing.length > 0) {
    return {
      mark: 'fact',
      text: trans.__(
        'Writes without a header would be denied by statement %1 of the policy.',
        refusing.map(({ sid }) => sid).join(', ')
      )
    };
  }
  const chosen = found.default;
  return chosen === null
    ? {
        mark: 'unknown',
        text: trans.__(
          'It is not known how writes without a header would be encrypted. %1',
          found.defaultReason ?? ''
        )
      }
    : { mark: 'fact', text: wouldGet(chosen, trans) };
}

/** How the default encryption encrypts a write without a header. */
function wouldGet(
  { algorithm, keyId }: NonNullable<IBucketEncryption['default']>,
  trans: TranslationBundle
): string {
  const what = algorithmName(algorithm, trans);
  if (algorithm === 'AES256') {
    return trans.__(
      'Writes without a header would be encrypted with %1.',
      what
    );
  }
  return keyId === ''
    ? trans.__(
        'Writes without a header would be encrypted with %1 and the AWS managed key aws/s3.',
        what
      )
    : trans.__(
        'Writes without a header would be encrypted with %1 and the key %2.',
        what,
        shortKey(keyId)
      );
}

function ofTheProfile(
  found: IBucketEncryption,
  { method, statements, blocked, unrelated: others }: IComparison,
  trans: TranslationBundle
): ISentence[] {
  const related = statements.filter(
    ({ sid, effect }) => effect === 'refuses' || !others.includes(sid)
  );
  const list: ISentence[] = related.map(({ sid, effect }) =>
    effect === 'refuses'
      ? {
          mark: 'refused',
          text: trans.__('This profile would be denied by statement %1.', sid)
        }
      : {
          mark: 'unknown',
          text: trans.__(
            'Statement %1 may deny this profile: it depends on who writes, from where, or on something else not known here.',
            sid
          )
        }
  );
  if (blocked) {
    list.push({
      mark: 'refused',
      text: trans.__('This profile would be denied: it writes with SSE-C.')
    });
  }
  if (found.policy === null) {
    list.push({
      mark: 'unknown',
      text: trans.__('The policy is not known. %1', found.policyReason ?? '')
    });
  } else if (method === null) {
    list.push({
      mark: 'fact',
      text: trans._n(
        'One statement of the policy is about encryption. No profile is applied to compare it with.',
        '%1 statements of the policy are about encryption. No profile is applied to compare them with.',
        found.policy.statements.filter(isAboutEncryption).length
      )
    });
  } else if (list.length === 0) {
    list.push({
      mark: 'good',
      text: trans.__(
        'No statement about encryption denies the writes of this profile.'
      )
    });
  }
  return list;
}
