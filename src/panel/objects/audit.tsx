/** The audit of a path: the form, the progress, and the counts as a bar chart. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { validateLocation } from '../../encryption/location';
import type { IAudit, IAuditCount } from '../../contract/storedObjects';
import { AuditTable } from './auditTable';
import {
  AddressField,
  formatCount,
  lastWritten,
  obstacle,
  formatSize,
  StoredAs,
  Trouble,
  UnderWay,
  VerdictMark
} from './parts';
import type { IPageProps } from './types';
import { useLocationForm } from './useLocationForm';
import { Button, FieldMessage } from '../ui/parts';
import { useTrans } from '../../i18n';

const MOST = 1_000_000;

export function AuditPage(props: IPageProps): React.JSX.Element {
  const trans = useTrans();
  const { view, actions } = props;
  const { state } = view;
  const { audit, underWay } = state;
  const id = React.useId();
  const [initial] = React.useState(audit?.path ?? '');
  const [limit, setLimit] = React.useState('1000');
  const [sample, setSample] = React.useState<'first' | 'newest'>('first');
  const most = Number(limit);
  const badLimit = !(Number.isInteger(most) && most >= 1 && most <= MOST);
  const { text, message, edit, onSubmit } = useLocationForm({
    initial: initial || lastWritten(state),
    validate: value => validateLocation(value, trans),
    send: path => {
      if (!badLimit) {
        actions.onAudit({ path, limit: most, sample });
      }
    }
  });
  return (
    <div className="jp-S3Encryption-page">
      <form noValidate className="jp-S3Encryption-page" onSubmit={onSubmit}>
        <AddressField
          label={trans.__('Path')}
          page="audit"
          state={state}
          request={props.request}
          value={text}
          message={message}
          onChange={edit}
        />
        <div className="jp-S3Encryption-pair">
          <div className="jp-S3Encryption-field">
            <label htmlFor={`${id}-limit`}>{trans.__('At most')}</label>
            <input
              id={`${id}-limit`}
              type="number"
              min={1}
              max={MOST}
              className="jp-S3Encryption-input"
              value={limit}
              aria-invalid={badLimit}
              aria-describedby={badLimit ? `${id}-wrong` : undefined}
              onChange={event => {
                setLimit(event.target.value);
              }}
            />
          </div>
          <div className="jp-S3Encryption-field">
            <label htmlFor={`${id}-sample`}>{trans.__('Which objects')}</label>
            <select
              id={`${id}-sample`}
              className="jp-S3Encryption-select"
              value={sample}
              onChange={event => {
                setSample(event.target.value === 'newest' ? 'newest' : 'first');
              }}
            >
              <option value="first">{trans.__('first listed')}</option>
              <option value="newest">{trans.__('newest')}</option>
            </select>
          </div>
        </div>
        <FieldMessage
          id={`${id}-wrong`}
          message={
            badLimit
              ? trans.__(
                  'Enter a number of objects from 1 to %1.',
                  formatCount(MOST)
                )
              : undefined
          }
        />
        <div className="jp-S3Encryption-buttons">
          <Button disabled={obstacle(view, false, trans)}>
            {trans.__('Audit')}
          </Button>
        </div>
      </form>
      {underWay === 'audit' && <Progress audit={audit} limit={most} />}
      <UnderWay
        state={state}
        page="audit"
        anyTime
        onWithdraw={actions.onWithdraw}
        text={trans.__(
          '%1 headers read, %2 objects listed so far.',
          formatCount(audit?.checked ?? 0),
          formatCount(audit?.seen ?? 0)
        )}
      />
      <Trouble state={state} page="audit" />
      {audit && (
        <>
          {underWay !== 'audit' && (
            <p aria-live="polite">{summary(audit, trans)}</p>
          )}
          <Chart counts={audit.counts} />
          <AuditTable audit={audit} onCopy={props.onCopy} />
        </>
      )}
    </div>
  );
}

function Progress(props: {
  audit: IAudit | null;
  limit: number;
}): React.JSX.Element {
  const trans = useTrans();
  const checked = props.audit?.checked ?? 0;
  const limit = props.audit?.limit ?? props.limit;
  return (
    <div
      role="progressbar"
      className="jp-S3Encryption-bar"
      aria-label={trans.__('Audit')}
      aria-valuemin={0}
      aria-valuemax={limit}
      aria-valuenow={checked}
      aria-valuetext={trans.__(
        '%1 of at most %2 objects',
        formatCount(checked),
        formatCount(limit)
      )}
    >
      <span style={{ width: `${Math.min(100, (100 * checked) / limit)}%` }} />
    </div>
  );
}

/** What was checked, and what was not. */
export function summary(audit: IAudit, trans: TranslationBundle): string {
  const { complete, token, checked, seen, limit } = audit;
  const what = trans._n(
    '%2 object checked under %3.',
    '%2 objects checked under %3.',
    checked,
    formatCount(checked),
    audit.path
  );
  const rest = complete
    ? trans.__('This is everything below it.')
    : token !== null
      ? trans.__('The audit was ended before it was complete.')
      : trans.__(
          'This is a sample: the audit stopped at the limit of %1; %2 objects were listed.',
          formatCount(limit),
          formatCount(seen)
        );
  return `${what} ${rest}`;
}

/** Bars, with their numbers as text. */
function Chart(props: {
  counts: readonly IAuditCount[];
}): React.JSX.Element | null {
  const trans = useTrans();
  const all = props.counts.reduce((sum, { objects }) => sum + objects, 0);
  const counts = [...props.counts].sort((a, b) => b.objects - a.objects);
  return all === 0 ? null : (
    <ul
      className="jp-S3Encryption-chart"
      aria-label={trans.__('Objects per algorithm and key')}
    >
      {counts.map(({ algorithm, keyId, verdict, objects, bytes }) => (
        <li key={`${algorithm ?? '?'} ${keyId ?? '?'} ${verdict ?? ''}`}>
          <div>
            <StoredAs object={{ algorithm, keyId }} />{' '}
            <VerdictMark verdict={verdict} />
          </div>
          <div
            className={`jp-S3Encryption-bar jp-mod-${verdict ?? 'none'}`}
            aria-hidden="true"
          >
            <span style={{ width: `${(100 * objects) / all}%` }} />
          </div>
          <small>
            {trans._n(
              '%2 object (%3 %), %4',
              '%2 objects (%3 %), %4',
              objects,
              formatCount(objects),
              Math.round((100 * objects) / all),
              formatSize(bytes)
            )}
          </small>
        </li>
      ))}
    </ul>
  );
}
