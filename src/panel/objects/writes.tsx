/** The user's own writes: each path with the result of its check, and what is not covered. */

import * as React from 'react';

import type { IWrittenPath } from '../../contract/storedObjects';
import {
  formatCount,
  ObjectList,
  obstacle,
  timeOf,
  Trouble,
  UnderWay,
  VerdictMark
} from './parts';
import { openPlan } from './putRight';
import type { IPageProps } from './types';
import { Button, Section } from '../ui/parts';
import { checkedAgo } from '../ui/words';
import { useTrans } from '../../i18n';

export function WritesPage(props: IPageProps): React.JSX.Element {
  const trans = useTrans();
  const { view, actions } = props;
  const { checks, state } = view;
  const { writes } = state;
  const age = writes && checkedAgo(state.cellsSinceWrites ?? 0, trans);
  const why =
    checks === 'off'
      ? trans.__('This is turned off in the S3 Encryption settings.')
      : obstacle(view, true, trans);
  return (
    <div className="jp-S3Encryption-page">
      <p className="jp-S3Encryption-note">
        {checks === 'afterRun'
          ? trans.__(
              'After each run, the newest objects of every Spark SQL write are compared with the choice that was in effect.'
            )
          : checks === 'onDemand'
            ? trans.__(
                'Checked only when you press Check now (see the settings).'
              )
            : trans.__('Not checked: this is turned off in the settings.')}
      </p>
      <div className="jp-S3Encryption-buttons">
        <Button
          disabled={why}
          onClick={() => {
            actions.onCheckWrites();
          }}
        >
          {trans.__('Check now')}
        </Button>
      </div>
      <UnderWay
        state={state}
        page="writes"
        text={trans.__('Reading headers.')}
        onWithdraw={actions.onWithdraw}
      />
      <Trouble state={state} page="writes" />
      {age && <p className="jp-S3Encryption-note">{age}</p>}
      {writes === null ? null : writes.paths.length === 0 ? (
        <p className="jp-S3Encryption-note">
          {trans.__('No Spark SQL write to S3 is known in this session.')}
        </p>
      ) : (
        <ul
          className="jp-S3Encryption-history"
          aria-label={trans.__('Your writes, newest first')}
        >
          {writes.paths.map(written => (
            <Written
              key={`${written.execution} ${written.time} ${written.path}`}
              written={written}
              disabled={obstacle(view, true, trans)}
              onAudit={() => {
                actions.onOpenPage('audit', written.path);
              }}
              onPlan={() => {
                openPlan(actions, written.path);
              }}
            />
          ))}
        </ul>
      )}
      {writes?.pending && (
        <p className="jp-S3Encryption-note" aria-live="polite">
          {trans.__('More will be checked while the kernel is idle.')}
        </p>
      )}
      {writes && writes.unseen.length > 0 && (
        <Section minor title={trans.__('What is not covered')}>
          <ul className="jp-S3Encryption-objects">
            {writes.unseen.map(sentence => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </Section>
      )}
    </div>
  );
}

function Written(props: {
  written: IWrittenPath;
  /** Why nothing can be planned now; null if it can. */
  disabled: string | null;
  onAudit: () => void;
  onPlan: () => void;
}): React.JSX.Element {
  const trans = useTrans();
  const { path, time, checked, other, unreadable, total, objects } =
    props.written;
  const matching = props.written.wanted;
  const verdict =
    other > 0
      ? 'other'
      : matching > 0 && unreadable === 0
        ? 'wanted'
        : 'unreadable';
  return (
    <li>
      <code>{path}</code>
      <div>
        <VerdictMark verdict={verdict}>
          {trans.__(
            '%1 as chosen, %2 differ, %3 not known',
            formatCount(matching),
            formatCount(other),
            formatCount(unreadable)
          )}
        </VerdictMark>
      </div>
      <small>
        {timeOf(time)}
        {' · '}
        {total === null
          ? trans.__('%1 objects checked', formatCount(checked))
          : trans.__(
              '%1 of %2 objects checked',
              formatCount(checked),
              formatCount(total)
            )}
        {props.written.sampled && ` (${trans.__('a sample')})`}
      </small>
      {props.written.reason && <small>{props.written.reason}</small>}
      {objects.length > 0 && (
        <Section minor title={trans.__('First objects that differ')}>
          <ObjectList label={path} objects={objects} />
        </Section>
      )}
      <Button
        kind="link"
        label={trans.__('Audit %1…', path)}
        onClick={props.onAudit}
      >
        {trans.__('Audit…')}
      </Button>
      {other > 0 && (
        <Button
          kind="link"
          label={trans.__('Plan re-encryption of %1…', path)}
          disabled={props.disabled}
          onClick={props.onPlan}
        >
          {trans.__('Plan re-encryption…')}
        </Button>
      )}
    </li>
  );
}
