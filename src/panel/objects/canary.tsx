/** Proof by a canary: its location, the result of each executor, and the clean-up. */

import * as React from 'react';

import {
  bucketOf,
  folderOf,
  validateLocation
} from '../../encryption/location';
import type { ICanary } from '../../contract/storedObjects';
import { warnIcon } from '../../icons';
import {
  AddressField,
  lastWritten,
  obstacle,
  StoredAs,
  timeOf,
  Trouble,
  UnderWay,
  VerdictMark
} from './parts';
import type { IPageProps } from './types';
import { useLocationForm } from './useLocationForm';
import { Button, Icon } from '../ui/parts';
import { useTrans } from '../../i18n';

export function CanaryPage(props: IPageProps): React.JSX.Element {
  const trans = useTrans();
  const { view, actions, locations } = props;
  const { state } = view;
  const { canary } = state;
  const isSent = state.underWay === 'canary' && !state.queued;
  const seconds = useSecondsSince(isSent ? (state.since ?? null) : null);
  const { text, message, edit, onSubmit } = useLocationForm({
    initial: canary?.location ?? placeFor(lastWritten(state), locations),
    validate: value => validateLocation(value, trans),
    send: actions.onWriteCanary
  });
  const others = locations.filter(
    location => bucketOf(location) !== bucketOf(text)
  );
  return (
    <form noValidate className="jp-S3Encryption-page" onSubmit={onSubmit}>
      <p className="jp-S3Encryption-note">
        {trans.__(
          'Spark writes a tiny object from every executor under this location, reads its header back, and removes everything it wrote.'
        )}
      </p>
      <AddressField
        label={trans.__('Canary location')}
        page="canary"
        state={state}
        request={props.request}
        value={text}
        message={message}
        onChange={edit}
      />
      {others.length > 0 && (
        <select
          className="jp-S3Encryption-select jp-mod-known"
          aria-label={trans.__('Known locations')}
          value=""
          onChange={event => {
            edit(event.target.value);
          }}
        >
          <option value="">{trans.__('Known locations…')}</option>
          {others.map(location => (
            <option key={location}>{location}</option>
          ))}
        </select>
      )}
      <div className="jp-S3Encryption-buttons">
        <Button disabled={obstacle(view, true, trans)}>
          {trans.__('Write canary')}
        </Button>
      </div>
      <UnderWay
        state={state}
        page="canary"
        text={trans.__('Writing, reading back and removing objects.')}
        onWithdraw={actions.onWithdraw}
      />
      {isSent && (
        // Not live: it would be read out each second.
        <p className="jp-S3Encryption-note">
          {trans._n('%1 second so far', '%1 seconds so far', seconds, seconds)}
        </p>
      )}
      <Trouble state={state} page="canary" />
      {canary && <Result canary={canary} />}
    </form>
  );
}

/**
 * Where a canary goes if nobody says it: where one was in the bucket that was written to
 * last, or beside what was written. Never into it, where others may read a table.
 */
function placeFor(written: string, locations: readonly string[]): string {
  const bucket = bucketOf(written);
  return (
    locations.find(
      location => written === '' || bucketOf(location) === bucket
    ) ?? folderOf(written)
  );
}

/** How many seconds have passed since a time; 0 for null. */
function useSecondsSince(since: number | null): number {
  const [now, setNow] = React.useState(since ?? 0);
  React.useEffect(() => {
    if (since === null) {
      return undefined;
    }
    const tick = (): void => {
      setNow(Date.now());
    };
    tick();
    const timer = setInterval(tick, 1000);
    return () => {
      clearInterval(timer);
    };
  }, [since]);
  return since === null ? 0 : Math.max(0, Math.round((now - since) / 1000));
}

function Result(props: {
  canary: ICanary & { time: string };
}): React.JSX.Element {
  const trans = useTrans();
  const { objects, executors, readBy, removed, left, time } = props.canary;
  const matching = objects.filter(({ verdict }) => verdict === 'wanted').length;
  const other = objects.some(({ verdict }) => verdict === 'other');
  const all = objects.length > 0 && matching === objects.length;
  return (
    <div className="jp-S3Encryption-result" aria-live="polite">
      <p>
        <VerdictMark verdict={all ? 'wanted' : other ? 'other' : 'unreadable'}>
          {executors.total === null
            ? trans.__(
                '%1 of %2 objects as chosen, from %3 executors; the total number of executors is not known.',
                matching,
                objects.length,
                executors.wrote
              )
            : trans.__(
                '%1 of %2 objects as chosen, from %3 of %4 executors.',
                matching,
                objects.length,
                executors.wrote,
                executors.total
              )}
        </VerdictMark>
        {readBy === null &&
          ` ${trans.__('This kernel cannot read the headers back.')}`}
        <small>{timeOf(time)}</small>
      </p>
      <table
        className="jp-S3Encryption-table"
        aria-label={trans.__('Canary by executor')}
      >
        <thead>
          <tr>
            <th scope="col">{trans.__('Executor and header')}</th>
            <th scope="col">{trans.__('Result')}</th>
          </tr>
        </thead>
        <tbody>
          {objects.map(object => (
            <tr key={object.path}>
              <td title={object.path}>
                <code>
                  {object.executor ?? trans.__('written by the driver')}
                </code>
                <span className="jp-S3Encryption-value">
                  <StoredAs object={object} />
                </span>
                {object.reason && <small>{object.reason}</small>}
              </td>
              <td>
                <VerdictMark verdict={object.verdict} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {removed && left.length === 0 ? (
        <p className="jp-S3Encryption-note">
          {trans.__('Everything that was written has been removed.')}
        </p>
      ) : (
        <div className="jp-S3Encryption-fieldError">
          <Icon icon={warnIcon} />{' '}
          {trans.__('Not everything could be removed. Left behind:')}
          <ul>
            {left.map(path => (
              <li key={path}>
                <code>{path}</code>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
