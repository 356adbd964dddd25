/** The audit of a path: the form, the progress, and the counts as a bar chart. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { groupOf, rankOf } from '../../encryption/auditRows';
import { bucketOf, validateLocation } from '../../encryption/location';
import type { Profile } from '../../encryption/profile/profile';
import type { IAudit, IAuditCount } from '../../contract/storedObjects';
import { download } from '../../shell/download';
import { AuditTable } from './auditTable';
import { Folders } from './folders';
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
import { openPlan, PutRight } from './putRight';
import type { IPageProps } from './types';
import { useLocationForm } from './useLocationForm';
import { Button, FieldMessage } from '../ui/parts';
import { profileName } from '../ui/words';
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
  const [chosen, setGroup] = React.useState<string | null>(null);
  // Another audit may not have the group that was looked at.
  const group = audit?.counts.some(count => groupOf(count) === chosen)
    ? chosen
    : null;
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
          <Wanted audit={audit} profile={props.profile} armed={view.armed} />
          <PutRight
            audit={audit}
            disabled={obstacle(view, true, trans)}
            onPlan={() => {
              openPlan(actions, audit.path);
            }}
          />
          <Chart counts={audit.counts} group={group} onGroup={setGroup} />
          {state.auditFolders && (
            <Folders path={audit.path} tree={state.auditFolders} />
          )}
          {state.auditRows && (
            <div className="jp-S3Encryption-buttons">
              <Button
                kind="link"
                title={trans.__('Tab-separated, for a spreadsheet')}
                onClick={() => {
                  if (state.auditRows) {
                    download(fileName(audit.path), state.auditRows);
                  }
                }}
              >
                {trans.__(
                  'Save all rows as file (%1)',
                  formatCount(audit.checked)
                )}
              </Button>
            </div>
          )}
          <AuditTable audit={audit} group={group} onCopy={props.onCopy} />
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

/** The name of the file with all rows. */
function fileName(path: string): string {
  const name = path
    .replace(/^s3[an]?:\/\//, '')
    .replace(/[^\p{L}\p{N}_.-]+/gu, '_')
    .slice(0, 100);
  return `${name}-encryption.tsv`;
}

/** What the objects are compared with. */
function Wanted(props: {
  audit: IAudit;
  profile: Profile | null;
  armed: boolean;
}): React.JSX.Element {
  const trans = useTrans();
  const { profile, armed } = props;
  const rule = profile?.buckets?.[bucketOf(props.audit.path)] ?? profile;
  const isCompared =
    armed && props.audit.counts.some(({ verdict }) => verdict !== null);
  return (
    <p className="jp-S3Encryption-note">
      {rule !== null && isCompared
        ? trans.__(
            'Compared with the choice: %1.',
            profileName(rule, trans, true)
          )
        : trans.__('Not compared: no choice is applied that says a method.')}
    </p>
  );
}

/** Bars, with their numbers as text; each shows its objects alone. The worst first. */
function Chart(props: {
  counts: readonly IAuditCount[];
  group: string | null;
  onGroup: (group: string | null) => void;
}): React.JSX.Element | null {
  const trans = useTrans();
  const all = props.counts.reduce((sum, { objects }) => sum + objects, 0);
  const counts = [...props.counts].sort(
    (a, b) => rankOf(a.verdict) - rankOf(b.verdict) || b.objects - a.objects
  );
  return all === 0 ? null : (
    <ul
      className="jp-S3Encryption-chart"
      aria-label={trans.__('Objects per algorithm and key')}
    >
      {counts.map(count => {
        const { algorithm, keyId, verdict, objects, bytes } = count;
        const name = groupOf(count);
        const isShown = name === props.group;
        return (
          <li key={name} className={isShown ? 'jp-mod-shown' : ''}>
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
              )}{' '}
              {counts.length > 1 && (
                <Button
                  kind="link"
                  onClick={() => {
                    props.onGroup(isShown ? null : name);
                  }}
                >
                  {isShown ? trans.__('Show all') : trans.__('Show only these')}
                </Button>
              )}
            </small>
          </li>
        );
      })}
    </ul>
  );
}
