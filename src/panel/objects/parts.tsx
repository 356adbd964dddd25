/**
 * What the pages about stored objects share: an object's header and verdict in
 * words, numbers, the field for an address. Loaded with these pages.
 */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { shortKey } from '../../encryption/profile/keys';
import type { IReportError } from '../../contract/report';
import type { IStoredObject, Verdict } from '../../contract/storedObjects';
import { infoIcon, openIcon, warnIcon, yesIcon } from '../../icons';
import type { IObjectChecksState, ObjectRequest } from '../../tokens';
import type { IObjectsView, IOpenRequest } from './types';
import { Button, FieldMessage, Icon } from '../ui/parts';
import { algorithmName } from '../ui/words';
import { useTrans } from '../../i18n';

/** `SSE-KMS, …444455556666`. */
function storedAs(
  { algorithm, keyId }: { algorithm: string | null; keyId: string | null },
  trans: TranslationBundle
): string {
  if (algorithm === null) {
    return trans.__('header not readable');
  }
  if (algorithm === '') {
    return trans.__('no header');
  }
  const name = algorithmName(algorithm, trans);
  return keyId === null
    ? trans.__('%1, key not reported', name)
    : keyId === ''
      ? name
      : `${name}, ${shortKey(keyId)}`;
}

function verdictWord(verdict: Verdict, trans: TranslationBundle): string {
  switch (verdict) {
    case 'wanted':
      return trans.__('as chosen');
    case 'other':
      return trans.__('differs');
    case 'unreadable':
      return trans.__('not known');
    case null:
      return trans.__('not compared');
  }
}

const VERDICTS = {
  wanted: { icon: yesIcon, mod: 'jp-mod-yes' },
  other: { icon: warnIcon, mod: 'jp-mod-warning' },
  unreadable: { icon: openIcon, mod: '' },
  none: { icon: infoIcon, mod: '' }
} as const;

/** A verdict as an icon and a word, or as an icon beside a sentence. */
export function VerdictMark(props: {
  verdict: Verdict;
  children?: string;
}): React.JSX.Element {
  const trans = useTrans();
  const { verdict, children } = props;
  const { icon, mod } = VERDICTS[verdict ?? 'none'];
  return (
    <span
      className={`jp-S3Encryption-verdict ${mod} ${children ? '' : 'jp-mod-word'}`}
    >
      <Icon icon={icon} />
      {children ?? verdictWord(verdict, trans)}
    </span>
  );
}

/** The header of an object; its key does not wrap. */
export function StoredAs(props: {
  object: Pick<IStoredObject, 'algorithm' | 'keyId'>;
}): React.JSX.Element {
  const [name, key] = storedAs(props.object, useTrans()).split(', ');
  return (
    <span title={props.object.keyId ?? undefined}>
      {name}
      {key && (
        <>
          {', '}
          <span className="jp-S3Encryption-unbroken">{key}</span>
        </>
      )}
    </span>
  );
}

/** Objects, a few lines each. */
export function ObjectList(props: {
  label: string;
  objects: readonly IStoredObject[];
}): React.JSX.Element {
  return (
    <ul className="jp-S3Encryption-objects" aria-label={props.label}>
      {props.objects.map(object => (
        <li key={object.path}>
          <code>{object.path}</code>
          <div>
            <StoredAs object={object} />{' '}
            <VerdictMark verdict={object.verdict} />
          </div>
          {object.verdict !== 'other' && object.reason && (
            <small>{object.reason}</small>
          )}
        </li>
      ))}
    </ul>
  );
}

export function formatCount(value: number): string {
  return value.toLocaleString();
}

/** Decimal units, as in the S3 console. */
export function formatSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value.toLocaleString(undefined, { maximumFractionDigits: unit > 0 ? 1 : 0 })} ${units[unit] ?? ''}`;
}

export function timeOf(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : date.toLocaleString();
}

/** Where the session wrote last; empty if that is not known. */
export function lastWritten({ writes }: IObjectsView['state']): string {
  return writes?.paths[0]?.path ?? '';
}

/** Why a button cannot be pressed; null if it can. */
export function obstacle(
  { state, armed }: IObjectsView,
  needsProfile: boolean,
  trans: TranslationBundle
): string | null {
  return state.underWay !== null
    ? trans.__('Another request is in progress.')
    : needsProfile && !armed
      ? trans.__('Apply a method in a Spark session first.')
      : null;
}

/** The agent's error about an address, which is shown at the field. */
function refusedAddress({ fields }: IReportError): string | undefined {
  return fields.find(({ field }) => field === 'location' || field === 'path')
    ?.message;
}

/** Why the last request of a page failed, unless its field shows it. */
export function Trouble(props: {
  state: IObjectChecksState;
  page: ObjectRequest;
}): React.JSX.Element | null {
  const trans = useTrans();
  const { failed } = props.state;
  if (failed?.request !== props.page || refusedAddress(failed.error)) {
    return null;
  }
  const { code, message } = failed.error;
  return (
    <div className="jp-S3Encryption-fieldError" role="alert">
      {code === 'unknown-request'
        ? trans.__(
            'The Python package jupyterlab-s3-encryption in this kernel is too old for this. Update it and restart the kernel.'
          )
        : message}
    </div>
  );
}

/** The pending request of a page, with a button to withdraw it. */
export function UnderWay(props: {
  state: IObjectChecksState;
  page: ObjectRequest;
  text: string;
  /** It can also be withdrawn after it was sent. */
  anyTime?: boolean;
  onWithdraw: () => void;
}): React.JSX.Element | null {
  const trans = useTrans();
  const { page, text } = props;
  const { underWay, queued } = props.state;
  return underWay !== page ? null : (
    <>
      <p className="jp-S3Encryption-note" aria-live="polite">
        {queued
          ? trans.__(
              'Waiting for the kernel to become idle. Running cells are not interrupted.'
            )
          : text}
      </p>
      {(queued || props.anyTime) && (
        <Button onClick={props.onWithdraw}>{trans.__('Cancel')}</Button>
      )}
    </>
  );
}

/** What an address looks like; not translated. */
const ADDRESS_FORM = 's3://bucket/prefix';

/** The field for `s3://bucket/prefix`; filled in and focused when its page is opened. */
export function AddressField(props: {
  label: string;
  page: ObjectRequest;
  state: IObjectChecksState;
  request: IOpenRequest | null;
  value: string;
  message: string | undefined;
  onChange: (value: string) => void;
}): React.JSX.Element {
  const { page, request, message, onChange } = props;
  const id = React.useId();
  const input = React.useRef<HTMLInputElement>(null);
  const { failed } = props.state;
  const filled = React.useRef<IOpenRequest | null>(null);
  const shown =
    message ??
    (failed?.request === page ? refusedAddress(failed.error) : undefined);
  React.useEffect(() => {
    if (request !== null && filled.current !== request) {
      filled.current = request;
      if (request.text !== '') {
        onChange(request.text);
      }
      input.current?.focus();
    }
  });
  return (
    <div className="jp-S3Encryption-field">
      <label htmlFor={id}>{props.label}</label>
      <input
        ref={input}
        type="text"
        id={id}
        className="jp-S3Encryption-input jp-mod-code"
        placeholder={ADDRESS_FORM}
        spellCheck={false}
        autoComplete="off"
        value={props.value}
        aria-invalid={shown !== undefined}
        aria-describedby={shown === undefined ? undefined : `${id}-message`}
        onChange={event => {
          onChange(event.target.value);
        }}
      />
      <FieldMessage id={`${id}-message`} message={shown} />
    </div>
  );
}
