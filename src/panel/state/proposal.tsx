/** The profile that a notebook proposes, and what the site has decided. */

import * as React from 'react';

import { validateKmsKey } from '../../encryption/profile/keys';
import type {
  EncryptionContext,
  Profile
} from '../../encryption/profile/profile';
import { Button } from '../ui/parts';
import { useTrans } from '../../i18n';
import { methodName } from '../ui/words';

/** One key, with its account and Region if the key names them. */
function Key(props: { keyId: string; of?: string }): React.JSX.Element {
  const trans = useTrans();
  const read = validateKmsKey(props.keyId);
  const { account, region } = 'key' in read ? read.key : {};
  return (
    <li>
      {props.of === undefined
        ? trans.__('Key')
        : trans.__('Key of %1', props.of)}{' '}
      <code>{props.keyId}</code>
      <br />
      {account === undefined || region === undefined
        ? trans.__('This key does not name an account.')
        : trans.__('Account %1, Region %2', account, region)}
    </li>
  );
}

function contextOf(profile: Profile): EncryptionContext {
  return 'encryptionContext' in profile
    ? (profile.encryptionContext ?? {})
    : {};
}

/** A profile from the notebook's metadata that is not applied yet. */
export function Proposal(props: {
  profile: Profile | null;
  /** Why it cannot be used; null if it can. */
  problem: string | null;
  /** What happens to cells if it cannot be applied, as the settings say. */
  mode: 'warn' | 'block';
  onAgree: () => void;
  onDecline: () => void;
}): React.JSX.Element {
  const trans = useTrans();
  const { profile, problem } = props;
  const keyOf = (choice: object): string | undefined =>
    (choice as { kmsKeyId?: string }).kmsKeyId;
  const base = profile && keyOf(profile);
  return (
    <section
      className="jp-S3Encryption-alert jp-mod-warning"
      aria-label={trans.__("The notebook's proposal")}
    >
      {profile === null ? (
        <p>
          {trans.__(
            'This notebook proposes an encryption that cannot be used.'
          )}{' '}
          {problem}
        </p>
      ) : (
        <>
          <strong>
            {trans.__(
              'This notebook proposes %1.',
              methodName(profile.method, trans)
            )}
          </strong>{' '}
          {trans.__('Nothing is applied until you agree.')}
          <ul>
            {profile.name !== undefined && (
              <li>{trans.__('Name: %1', profile.name)}</li>
            )}
            {base && <Key keyId={base} />}
            {Object.entries(contextOf(profile)).map(([name, value]) => (
              <li key={name}>
                {trans.__('Encryption context:')}{' '}
                <code>{`${name}=${value}`}</code>
              </li>
            ))}
            {Object.entries(profile.buckets ?? {}).map(([name, rule]) => {
              const key = keyOf(rule);
              return key === undefined ? (
                <li key={name}>
                  {trans.__('%1: %2', name, methodName(rule.method, trans))}
                </li>
              ) : (
                <Key
                  key={name}
                  keyId={key}
                  of={trans.__('%1: %2', name, methodName(rule.method, trans))}
                />
              );
            })}
            {profile.writers?.includes('python') && (
              <li>{trans.__('Also cover Python writers in this kernel')}</li>
            )}
            {profile.writers?.includes('iceberg') && (
              <li>
                {trans.__('Also cover Iceberg catalogs that bypass Hadoop')}
              </li>
            )}
            <li>
              {props.mode === 'block'
                ? trans.__('Cells do not run if it cannot be applied.')
                : trans.__(
                    'Cells run even if it cannot be applied: your settings say so, not the notebook.'
                  )}
            </li>
          </ul>
          <Button kind="main" onClick={props.onAgree}>
            {trans.__('Agree and apply')}
          </Button>{' '}
        </>
      )}
      <Button onClick={props.onDecline}>{trans.__('Ignore')}</Button>
    </section>
  );
}

/** What the site has decided: why something cannot be changed here. */
export function SiteNotice(props: {
  locked: boolean;
  requireBlock: boolean;
}): React.JSX.Element | null {
  const trans = useTrans();
  const { locked, requireBlock } = props;
  return locked || requireBlock ? (
    <div className="jp-S3Encryption-note" role="note">
      {locked &&
        trans.__(
          'Your site sets the encryption: you cannot change it here.'
        )}{' '}
      {requireBlock && trans.__('Cells do not run if it cannot be applied.')}
    </div>
  ) : null;
}
