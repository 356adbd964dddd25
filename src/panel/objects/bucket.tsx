/**
 * What is in force at a bucket, on request, and what it means for the profile.
 * Must not know of sessions.
 */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IBucketEncryption } from '../../contract/storedObjects';
import { evaluateWrites } from '../../encryption/bucketPolicy';
import type { IComparison } from '../../encryption/bucketPolicy';
import { shortKey, validateBucketName } from '../../encryption/profile/keys';
import type { Profile } from '../../encryption/profile/profile';
import { bucketOf } from '../../encryption/location';
import { infoIcon, openIcon, warnIcon, yesIcon } from '../../icons';
import type { IObjectChecks } from '../../tokens';
import { obstacle, Trouble, UnderWay } from './parts';
import { Button, FieldMessage, Icon } from '../ui/parts';
import { useTrans } from '../../i18n';
import { methodName } from '../ui/words';

/** The words of the agent (`bucket.py`) where the kernel has no boto3. */
const NO_BOTO = /^This kernel has no boto3\b/;
const INSTALL = '%pip install boto3';

export function BucketPage(props: {
  objectChecks: IObjectChecks;
  profile: Profile | null;
  /** Where canaries were written: one per bucket. */
  locations: readonly string[];
}): React.JSX.Element {
  const trans = useTrans();
  const id = React.useId();
  const { objectChecks, profile, locations } = props;
  const { bucket: found, failed } = objectChecks.state;
  const [typed, setTyped] = React.useState<string | null>(null);
  const [attempted, setAttempted] = React.useState(false);
  const text =
    typed ?? found?.bucket ?? (locations[0] ? bucketOf(locations[0]) : '');
  const wrong = validateBucketName(text.trim(), trans);
  const refused =
    failed?.request === 'bucket'
      ? failed.error.fields.find(({ field }) => field === 'bucket')?.message
      : undefined;
  const message = attempted ? (wrong ?? refused) : undefined;
  const noBoto =
    failed?.request === 'bucket' && NO_BOTO.test(failed.error.message);
  return (
    <form
      noValidate
      className="jp-S3Encryption-page"
      onSubmit={event => {
        event.preventDefault();
        setAttempted(true);
        if (wrong === null) {
          void objectChecks.readBucket(text.trim());
        }
      }}
    >
      <p className="jp-S3Encryption-note">
        {trans.__(
          'Reads the default encryption and the policy of a bucket with boto3 and the permissions of this kernel. Nothing is read before you press the button.'
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
            setTyped(event.target.value);
            setAttempted(false);
          }}
        />
        <FieldMessage id={`${id}-wrong`} message={message} />
      </div>
      <div className="jp-S3Encryption-buttons">
        <Button disabled={obstacle(objectChecks, false, trans)}>
          {trans.__('Read')}
        </Button>
      </div>
      <UnderWay
        objectChecks={objectChecks}
        request="bucket"
        text={trans.__('The bucket is asked.')}
      />
      <Trouble objectChecks={objectChecks} request="bucket" />
      {noBoto && (
        <p className="jp-S3Encryption-note">
          {trans.__(
            'Run %1 in a cell, then press Read again. Spark itself needs no boto3.',
            INSTALL
          )}
        </p>
      )}
      {found && (
        <ul className="jp-S3Encryption-inForce" aria-live="polite">
          {sentences(found, profile, trans).map(({ text: sentence, mark }) => (
            <li key={sentence} className={MARKS[mark].mod}>
              <Icon icon={MARKS[mark].icon} />
              <span>{sentence}</span>
            </li>
          ))}
        </ul>
      )}
    </form>
  );
}

interface ISentence {
  readonly text: string;
  readonly mark: 'good' | 'refused' | 'fact' | 'unknown';
}

const MARKS = {
  good: { icon: yesIcon, mod: 'jp-mod-yes' },
  refused: { icon: warnIcon, mod: 'jp-mod-warning' },
  fact: { icon: infoIcon, mod: '' },
  unknown: { icon: openIcon, mod: '' }
} as const;

/** What is in force, and what it does to the profile, one sentence each. */
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
      ? [fact(trans.__('The bucket key is on.'))]
      : []),
    ...(found.default?.blocked.includes('SSE-C')
      ? [fact(trans.__('Writes with a customer key (SSE-C) are blocked.'))]
      : []),
    ...ofTheProfile(found, comparison, trans)
  ];
}

/** Statements that cannot be judged from here may refuse a write without a header. */
function mayRefuse(
  { withoutHeader: list }: IComparison,
  trans: TranslationBundle
): ISentence[] {
  return list.some(({ effect }) => effect === 'refuses')
    ? []
    : list.map(({ sid }) => ({
        mark: 'unknown',
        text: trans.__(
          'Statement %1 may refuse writes without a header: it depends on something that is not known here.',
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
        'Writes without a header would be refused by statement %1 of the policy.',
        refusing.map(({ sid }) => sid).join(', ')
      )
    };
  }
  const chosen = found.default;
  return chosen === null
    ? {
        mark: 'unknown',
        text: trans.__(
          'What writes without a header would get is not known. %1',
          found.defaultReason ?? ''
        )
      }
    : { mark: 'fact', text: wouldGet(chosen, trans) };
}

/** What the default encryption fills in. */
function wouldGet(
  { algorithm, keyId }: NonNullable<IBucketEncryption['default']>,
  trans: TranslationBundle
): string {
  if (algorithm === 'AES256') {
    return trans.__(
      'Writes without a header would get %1.',
      methodName('sse-s3', trans)
    );
  }
  const what =
    algorithm === 'aws:kms:dsse'
      ? methodName('dsse-kms', trans)
      : algorithm === 'aws:kms'
        ? methodName('sse-kms', trans)
        : algorithm;
  return keyId === ''
    ? trans.__(
        'Writes without a header would get %1 with the AWS managed key aws/s3.',
        what
      )
    : trans.__(
        'Writes without a header would get %1 with the key %2.',
        what,
        shortKey(keyId)
      );
}

function ofTheProfile(
  found: IBucketEncryption,
  { method, statements, blocked }: IComparison,
  trans: TranslationBundle
): ISentence[] {
  const list: ISentence[] = statements.map(({ sid, effect }) =>
    effect === 'refuses'
      ? {
          mark: 'refused',
          text: trans.__('This profile would be refused by statement %1.', sid)
        }
      : {
          mark: 'unknown',
          text: trans.__(
            'Statement %1 may refuse this profile: it depends on who writes, where, or on something else that is not known here.',
            sid
          )
        }
  );
  if (blocked) {
    list.push({
      mark: 'refused',
      text: trans.__('This profile would be refused: it writes with SSE-C.')
    });
  }
  if (found.policy === null) {
    list.push({
      mark: 'unknown',
      text: trans.__(
        'What the policy says is not known. %1',
        found.policyReason ?? ''
      )
    });
  } else if (method === null) {
    list.push({
      mark: 'fact',
      text: trans._n(
        'One statement of the policy is about encryption. No profile is applied that it could be compared with.',
        '%1 statements of the policy are about encryption. No profile is applied that they could be compared with.',
        found.policy.statements.length
      )
    });
  } else if (list.length === 0) {
    list.push({
      mark: 'good',
      text: trans.__(
        'No statement about encryption refuses the writes of this profile.'
      )
    });
  }
  return list;
}
