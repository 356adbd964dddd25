/** The field for a KMS key: known keys, validation while typing, and a note about the key. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { shortKey, validateKmsKey } from '../../encryption/profile/keys';
import { FieldMessage } from '../ui/parts';
import { useTrans } from '../../i18n';

/** A known key, and where it comes from. */
export interface IKnownKey {
  readonly keyId: string;
  readonly from: string;
}

/** What can be said about a valid key without asking KMS. */
function keyNote(text: string, trans: TranslationBundle): string {
  if (text === '') {
    return trans.__(
      "Empty: the AWS managed key aws/s3 is used, not the bucket's default key."
    );
  }
  const parsed = validateKmsKey(text, trans);
  if ('error' in parsed) {
    return '';
  }
  const { kind, account, region } = parsed.key;
  switch (kind) {
    case 'key-arn':
      return trans.__('Key in account %1, %2', account, region);
    case 'alias-arn':
      return trans.__(
        'Alias in account %1, %2. It is resolved to a key at each write.',
        account,
        region
      );
    case 'key-id':
      return trans.__(
        'Key ID: looked up in the account and Region of the writer.'
      );
    case 'alias':
      return trans.__(
        'Alias: looked up in the account and Region of the writer, and resolved to a key at each write.'
      );
  }
}

/** What a key ARN looks like; not translated. */
const ARN_FORM = 'arn:aws:kms:REGION:ACCOUNT:key/ID';

export function KeyField(props: {
  /** The visible label, which is the accessible name. */
  label: string;
  field: string;
  value: string;
  message: string | undefined;
  required: boolean;
  disabled: boolean;
  known: readonly IKnownKey[];
  onChange: (value: string) => void;
}): React.JSX.Element {
  const trans = useTrans();
  const id = React.useId();
  const { value, message } = props;
  const note =
    message === undefined && !(props.required && value === '')
      ? keyNote(value.trim(), trans)
      : '';
  return (
    <div className="jp-S3Encryption-field">
      <label htmlFor={id}>{props.label}</label>
      <input
        type="text"
        id={id}
        className="jp-S3Encryption-input jp-mod-code"
        data-field={props.field}
        value={value}
        placeholder={
          props.required ? ARN_FORM : trans.__('ARN, key ID or alias/NAME')
        }
        spellCheck={false}
        autoComplete="off"
        disabled={props.disabled}
        aria-required={props.required}
        aria-invalid={message !== undefined}
        aria-describedby={
          message === undefined ? `${id}-note` : `${id}-message`
        }
        onChange={event => {
          props.onChange(event.target.value);
        }}
      />
      <FieldMessage id={`${id}-message`} message={message} />
      {note && (
        <div id={`${id}-note`} className="jp-S3Encryption-note">
          {note}
        </div>
      )}
      <KnownKeys {...props} />
    </div>
  );
}

/**
 * Keys to choose from. Not a datalist: that would make the text box a combo box
 * for assistive technology, and shows nothing of a long ARN in a narrow panel.
 */
function KnownKeys(props: {
  label: string;
  value: string;
  disabled: boolean;
  known: readonly IKnownKey[];
  onChange: (value: string) => void;
}): React.JSX.Element | null {
  const trans = useTrans();
  const others = props.known.filter(({ keyId }) => keyId !== props.value);
  return others.length === 0 ? null : (
    <select
      className="jp-S3Encryption-select jp-mod-known"
      aria-label={trans.__('Known keys for: %1', props.label)}
      disabled={props.disabled}
      value=""
      onChange={event => {
        props.onChange(event.target.value);
      }}
    >
      <option value="">{trans.__('Known keys…')}</option>
      {others.map(({ keyId, from }) => (
        <option key={keyId} value={keyId} title={keyId}>
          {`${shortKey(keyId)} (${from})`}
        </option>
      ))}
    </select>
  );
}
