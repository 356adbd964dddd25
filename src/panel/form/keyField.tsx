/**
 * The field for a KMS key: known keys and those of KMS, validation while typing, and what
 * tells the key apart.
 */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Method } from '../../contract/profile';
import { validateKmsKey, shortKey } from '../../encryption/profile/keys';
import { FieldMessage } from '../ui/parts';
import { useTrans } from '../../i18n';
import { listedKey } from './keyChoices';
import { KeyChooser, type IKeySource } from './keyChooser';

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

/** Account and Region of a key, if its name has them. */
function placeOf(keyId: string): string[] {
  const parsed = validateKmsKey(keyId);
  const { account, region } = 'key' in parsed ? parsed.key : {};
  return account !== undefined && region !== undefined ? [account, region] : [];
}

/** The parts of an ID, each with the hyphen at its end: lines break between them only. */
function partsOf(id: string): string[] {
  return id.match(/[^-/]*[-/]|[^-/]+$/g) ?? [];
}

/** The ID or alias of a key, without what its account and Region add. */
function idOf(keyId: string): string {
  const parsed = validateKmsKey(keyId);
  return 'key' in parsed ? parsed.key.id : keyId;
}

/** What a key ARN looks like; not translated. */
const ARN_FORM = 'arn:aws:kms:REGION:ACCOUNT:key/ID';

/**
 * Keeps the end of a text in view while it is not edited: there keys differ, and an ARN
 * is longer than its field.
 */
function useEndInView(value: string): React.RefObject<HTMLInputElement> {
  const input = React.useRef<HTMLInputElement>(null);
  React.useLayoutEffect(() => {
    const field = input.current;
    if (field === null) {
      return undefined;
    }
    const show = (): void => {
      if (document.activeElement !== field) {
        field.scrollLeft = field.scrollWidth;
      }
    };
    // The browser scrolls to the beginning after a field was left.
    const left = (): void => {
      requestAnimationFrame(show);
    };
    show();
    field.addEventListener('blur', left);
    const sizes =
      'ResizeObserver' in globalThis ? new ResizeObserver(show) : null;
    sizes?.observe(field);
    return () => {
      field.removeEventListener('blur', left);
      sizes?.disconnect();
    };
  }, [value]);
  return input;
}

export function KeyField(props: {
  /** The visible label, which is the accessible name. */
  label: string;
  field: string;
  value: string;
  message: string | undefined;
  required: boolean;
  disabled: boolean;
  known: readonly IKnownKey[];
  /** The method that the key is for. */
  method: Method;
  source: IKeySource;
  onChange: (value: string) => void;
}): React.JSX.Element {
  const trans = useTrans();
  const id = React.useId();
  const { value, message, source } = props;
  const input = useEndInView(value);
  const note =
    message === undefined && !(props.required && value === '')
      ? keyNote(value.trim(), trans)
      : '';
  return (
    <div className="jp-S3Encryption-field">
      <label htmlFor={id}>{props.label}</label>
      <input
        ref={input}
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
        readOnly={props.disabled}
        aria-disabled={props.disabled}
        aria-required={props.required}
        aria-invalid={message !== undefined}
        aria-describedby={
          message === undefined ? `${id}-name ${id}-note` : `${id}-message`
        }
        onChange={event => {
          props.onChange(event.target.value);
        }}
      />
      <FieldMessage id={`${id}-message`} message={message} />
      {message === undefined && (
        <KeyName id={`${id}-name`} value={value.trim()} source={source} />
      )}
      {note && (
        <div id={`${id}-note`} className="jp-S3Encryption-note">
          {note}
        </div>
      )}
      <KnownKeys {...props} />
      <KeyChooser {...props} />
    </div>
  );
}

/** What tells a key apart, which its field may be too narrow to show: its aliases, its ID. */
function KeyName(props: {
  id: string;
  value: string;
  source: IKeySource;
}): React.JSX.Element | null {
  const { id, value, source } = props;
  const parsed = validateKmsKey(value);
  if ('error' in parsed) {
    return null;
  }
  const listed = listedKey(source.view?.state.keys, value);
  const aliases = listed?.aliases ?? [];
  const named = aliases.length > 0 ? aliases.join(', ') : '';
  return (
    <div id={id} className="jp-S3Encryption-keyName">
      {named && <strong>{named}</strong>}
      <code>
        {partsOf(idOf(listed?.arn ?? value)).map((part, index) => (
          <React.Fragment key={index}>
            {index > 0 && <wbr />}
            {part}
          </React.Fragment>
        ))}
      </code>
      {listed?.reason && (
        <span className="jp-S3Encryption-note">{listed.reason}</span>
      )}
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
      aria-disabled={props.disabled}
      value=""
      onChange={event => {
        props.onChange(event.target.value);
      }}
    >
      <option value="">{trans.__('Known keys…')}</option>
      {others.map(({ keyId, from }) => (
        <option key={keyId} value={keyId} title={keyId}>
          {`${[shortKey(keyId), ...placeOf(keyId)].join(' · ')} (${from})`}
        </option>
      ))}
    </select>
  );
}
