/** All that a profile sets, for whoever is to agree to one that somebody else wrote. */

import * as React from 'react';

import { kmsKeyOf } from '../../contract/profile';
import { validateKmsKey } from '../../encryption/profile/keys';
import type {
  EncryptionContext,
  Profile
} from '../../encryption/profile/profile';
import { useTrans } from '../../i18n';
import { methodName } from '../ui/words';

/** Characters that do not show, or that turn or hide those beside them. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}]/gu;

/** A text as a sentence can hold it: nothing in it changes how the rest looks. */
function plain(text: string): string {
  return text.replace(UNSEEN, '');
}

/** A value that is compared letter by letter: what does not show is written as its number. */
function exact(text: string): string {
  return text.replace(
    UNSEEN,
    one => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`
  );
}

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
      <code>{exact(props.keyId)}</code>
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

/** The items of a list: name, key, context, rules, writers. */
export function Contents({ profile }: { profile: Profile }): React.JSX.Element {
  const trans = useTrans();
  const base = kmsKeyOf(profile);
  return (
    <>
      {profile.name !== undefined && (
        <li>{trans.__('Name: %1', plain(profile.name))}</li>
      )}
      {base && <Key keyId={base} />}
      {Object.entries(contextOf(profile)).map(([name, value]) => (
        <li key={name}>
          {trans.__('Encryption context:')}{' '}
          <code>{exact(`${name}=${value}`)}</code>
        </li>
      ))}
      {Object.entries(profile.buckets ?? {}).map(([name, rule]) => {
        const key = kmsKeyOf(rule);
        const what = trans.__(
          '%1: %2',
          exact(name),
          methodName(rule.method, trans)
        );
        return key === undefined ? (
          <li key={name}>{what}</li>
        ) : (
          <Key key={name} keyId={key} of={what} />
        );
      })}
      {profile.writers?.includes('python') && (
        <li>{trans.__('Also cover Python writers in this kernel')}</li>
      )}
      {profile.writers?.includes('iceberg') && (
        <li>{trans.__('Also cover Iceberg catalogs that bypass Hadoop')}</li>
      )}
    </>
  );
}
