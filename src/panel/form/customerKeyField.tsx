/**
 * The field for the SSE-C key. The key is in this input and nowhere else: not in
 * React's state, not in an attribute, not in storage.
 */

import * as React from 'react';

import { validateCustomerKey } from '../../encryption/profile/keys';
import { FieldMessage } from '../ui/parts';
import { useTrans } from '../../i18n';

export function CustomerKeyField(props: {
  input: React.RefObject<HTMLInputElement>;
  /** The page still has the key that was applied: the field may stay empty. */
  hasKey: boolean;
  /** A message from pressing Apply. */
  message: string | undefined;
  disabled: boolean;
  onEdit: () => void;
}): React.JSX.Element {
  const trans = useTrans();
  const id = React.useId();
  const [typed, setTyped] = React.useState<string | null>(null);
  const message = props.message ?? typed ?? undefined;
  return (
    <div className="jp-S3Encryption-field">
      <label htmlFor={id}>{trans.__('Customer key')}</label>
      <input
        ref={props.input}
        type="password"
        id={id}
        className="jp-S3Encryption-input jp-mod-code"
        data-field="customerKey"
        placeholder={
          props.hasKey
            ? trans.__('kept in this page; enter a key to replace it')
            : trans.__('base64 of 32 bytes')
        }
        autoComplete="off"
        data-1p-ignore=""
        data-lpignore="true"
        spellCheck={false}
        readOnly={props.disabled}
        aria-disabled={props.disabled}
        aria-required={!props.hasKey}
        aria-invalid={message !== undefined}
        aria-describedby={
          message === undefined ? `${id}-note` : `${id}-message ${id}-note`
        }
        onChange={event => {
          const text = event.target.value.trim();
          // The message never contains the text.
          setTyped(text === '' ? null : validateCustomerKey(text, trans));
          props.onEdit();
        }}
      />
      <FieldMessage id={`${id}-message`} message={message} />
      <div id={`${id}-note`} className="jp-S3Encryption-note">
        {trans.__(
          'Held in memory only (this page and the kernel). S3 does not keep the key: if you lose it, the objects cannot be read.'
        )}
      </div>
    </div>
  );
}
