/** What the user has to see first: a failure, a choice that could not be read, a kernel that was not asked, a change by somebody else, a request that can be withdrawn. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IReport, IReportError } from '../../contract/report';
import { Button } from '../ui/parts';
import { useTrans } from '../../i18n';
import { useKind } from '../mainPlace';

/** What a user can do about a failure; empty if its message says it all. */
function whatToDo(code: string, trans: TranslationBundle): string {
  switch (code) {
    case 'invalid-profile':
      return trans.__('Correct the fields below and apply again.');
    case 'unsupported-method':
      return trans.__(
        'Choose another method, or a cluster whose S3 connector supports this one.'
      );
    case 'no-connector':
      return trans.__(
        'Start Spark with an S3 connector (for example hadoop-aws in spark.jars.packages). If there is one under another name, choose the connector in the settings.'
      );
    case 'spark-refused':
      return trans.__(
        'Spark rejected a value, see the message. Correct it and apply again.'
      );
    case 'internal':
      return trans.__(
        'This is a bug in the extension. The history below shows what was run; restarting the kernel removes it.'
      );
    default:
      return '';
  }
}

export function Failure(props: { error: IReportError }): React.JSX.Element {
  const trans = useTrans();
  const { code, message, fields } = props.error;
  const advice = whatToDo(code, trans);
  return (
    <div className="jp-S3Encryption-alert jp-mod-error">
      <strong>{message}</strong>
      {fields.length > 0 && (
        <ul>
          {fields.map(item => (
            <li key={item.field + item.message}>
              {item.field !== '' && <code>{item.field}</code>} {item.message}
            </li>
          ))}
        </ul>
      )}
      {advice !== '' && <p>{advice}</p>}
    </div>
  );
}

/** A kernel that this page has not asked yet. */
export function NotKnown(props: {
  canLook: boolean;
  onLook: () => void;
}): React.JSX.Element {
  const trans = useTrans();
  const main = useKind('alert');
  return (
    <div className="jp-S3Encryption-alert">
      <Button
        kind={main}
        disabled={
          props.canLook ? null : trans.__('The kernel cannot be asked.')
        }
        onClick={props.onLook}
      >
        {trans.__('Look')}
      </Button>{' '}
      {trans.__('Reads the settings in the kernel and changes nothing.')}
    </div>
  );
}

/** Nobody knows what is kept for the notebook: that is not the same as nothing. */
export function Unread(props: {
  why: string;
  onReadAgain: () => void;
}): React.JSX.Element {
  const trans = useTrans();
  return (
    <div className="jp-S3Encryption-alert jp-mod-warning" role="alert">
      <strong>
        {trans.__('Your kept choice could not be read: %1', props.why)}
      </strong>
      <p>
        {trans.__(
          'It is not applied until it was read. In mode "block" no cell runs until then, or until you apply a choice here.'
        )}
      </p>
      <Button onClick={props.onReadAgain}>{trans.__('Read it again')}</Button>
    </div>
  );
}

export function Changes(props: {
  changed: IReport['changed'];
  canSet: boolean;
  onSetAgain: () => void;
}): React.JSX.Element {
  const trans = useTrans();
  const main = useKind('alert');
  const shown = (value: string | null): string =>
    value === null
      ? trans.__('not set')
      : value === ''
        ? trans.__('empty')
        : value;
  return (
    <div className="jp-S3Encryption-alert jp-mod-warning">
      {props.changed.length > 0 && (
        <ul aria-label={trans.__('What changed')}>
          {props.changed.map(({ key, applied, found }) => (
            <li key={key}>
              <code>{key}</code>
              <div>
                {trans.__('applied: %1', shown(applied))}
                <br />
                {trans.__('now: %1', shown(found))}
              </div>
            </li>
          ))}
        </ul>
      )}
      <Button
        kind={main}
        disabled={
          props.canSet ? null : trans.__('Another request is in progress.')
        }
        onClick={props.onSetAgain}
      >
        {trans.__('Set again')}
      </Button>
    </div>
  );
}

/** Withdraws the pending request; never interrupts the user's code. */
export function Pending(props: { onCancel: () => void }): React.JSX.Element {
  const trans = useTrans();
  return (
    <div className="jp-S3Encryption-alert">
      <Button
        title={trans.__(
          'Withdraw the request; running cells are not interrupted'
        )}
        onClick={props.onCancel}
      >
        {trans.__('Cancel')}
      </Button>
    </div>
  );
}
