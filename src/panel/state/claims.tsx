/** The three claims, each with its evidence or what is missing, and the findings with their fixes. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { cellsSinceReport } from '../../encryption/lifecycle';
import type { LifecycleState } from '../../encryption/lifecycle/types';
import type { FixAction, IFinding, IReport } from '../../contract/report';
import { failIcon, infoIcon, openIcon, warnIcon, yesIcon } from '../../icons';
import { DocumentationLink } from '../ui/outside';
import { Button, Icon } from '../ui/parts';
import { Unbroken } from '../ui/unbroken';
import { useKind } from '../mainPlace';
import { inEffectFor, provenFor, staleCount } from './sentences';
import { checkedAgo } from '../ui/words';
import { useTrans } from '../../i18n';

interface IClaimLine {
  name: string;
  known: 'yes' | 'no' | 'unknown';
  word: string;
  reason: string;
  /** What leads to the claim, or comes after it; null: nothing from here. */
  step: FixAction | null;
}

function setLine(
  state: LifecycleState,
  report: IReport,
  trans: TranslationBundle
): IClaimLine {
  const name = trans.__('Set');
  if (state.kind === 'changed' || report.claim === 'none') {
    // The button that sets it again is right below the state.
    const step = null;
    const wrong = report.settings.filter(({ ok }) => !ok).length;
    return {
      name,
      step,
      known: 'no',
      word: trans.__('no'),
      reason:
        wrong > 0
          ? trans._n(
              '%1 setting differs from what was applied',
              '%1 settings differ from what was applied',
              wrong,
              wrong
            )
          : trans.__('the settings differ from what was applied')
    };
  }
  const expected = report.settings.filter(item => item.wanted !== null).length;
  const removed = report.removed.length;
  const read =
    expected > 0
      ? trans._n(
          '%1 setting read back',
          '%1 settings read back',
          expected,
          expected
        )
      : trans.__('read back: no encryption setting is left');
  return {
    name,
    step: cellsSinceReport(state) > 0 ? 'verify' : null,
    known: 'yes',
    word: trans.__('yes'),
    reason:
      removed > 0
        ? `${read}, ${trans._n('%1 leftover removed', '%1 leftovers removed', removed, removed)}`
        : read
  };
}

function effectLine(report: IReport, trans: TranslationBundle): IClaimLine {
  const name = trans.__('In effect');
  const stale = staleCount(report);
  if (report.claim === 'inEffect' || report.claim === 'proven') {
    const { executors } = report;
    const where = inEffectFor(report, trans);
    return {
      name,
      step: null,
      known: 'yes',
      word: where ? trans.__('yes, %1', where) : trans.__('yes'),
      reason:
        executors === null
          ? trans.__(
              'no open file system uses older settings; what a rename or LOAD DATA moves keeps its key'
            )
          : trans.__(
              'no open file system uses older settings; %1 of %2 executors checked; what a rename or LOAD DATA moves keeps its key',
              executors.covered,
              executors.total
            )
    };
  }
  return stale > 0
    ? {
        name,
        step: 'verify',
        known: 'no',
        word: trans.__('no'),
        reason: trans._n(
          '%1 open file system uses older settings',
          '%1 open file systems use older settings',
          stale,
          stale
        )
      }
    : {
        name,
        step: 'verify',
        known: 'unknown',
        word: trans.__('not known'),
        reason: trans.__('not all open file systems were checked')
      };
}

function claimLines(
  state: LifecycleState,
  report: IReport,
  trans: TranslationBundle
): IClaimLine[] {
  const proven = report.claim === 'proven';
  const where = provenFor(report, trans);
  return [
    setLine(state, report, trans),
    effectLine(report, trans),
    {
      name: trans.__('Proven'),
      step: proven ? 'audit' : 'canary',
      known: proven ? 'yes' : 'unknown',
      word: !proven
        ? trans.__('not done')
        : where
          ? trans.__('yes, %1', where)
          : trans.__('yes'),
      reason: proven
        ? provenBy(report, trans)
        : trans.__('no object was written and read back')
    }
  ];
}

/** The evidence of a proof: how many objects, whose, and when. */
function provenBy({ proof }: IReport, trans: TranslationBundle): string {
  const buckets = proof?.buckets ?? [];
  const last = [...buckets].sort((a, b) => (a.time < b.time ? 1 : -1))[0];
  if (last === undefined) {
    return trans.__('an object that Spark wrote came back from S3 as chosen');
  }
  const objects = buckets.reduce((sum, bucket) => sum + bucket.objects, 0);
  return trans.__(
    '%1 came back as chosen, last at %2',
    buckets.every(({ by }) => by === 'canary')
      ? trans._n('%1 canary object', '%1 canary objects', objects, objects)
      : trans._n(
          '%1 object of your writes',
          '%1 objects of your writes',
          objects,
          objects
        ),
    new Date(last.time).toLocaleTimeString()
  );
}

const CLAIM_ICONS = { yes: yesIcon, no: failIcon, unknown: openIcon };

/** What is known about a profile that was applied. */
export function Claims(props: {
  state: LifecycleState;
  report: IReport;
  canFix: (action: FixAction) => boolean;
  onFix: (action: FixAction) => void;
}): React.JSX.Element {
  const trans = useTrans();
  const { state, canFix, onFix } = props;
  const age = checkedAgo(cellsSinceReport(state), trans);
  return (
    <>
      <ul className="jp-S3Encryption-claims" aria-label={trans.__('Claims')}>
        {claimLines(state, props.report, trans).map(
          ({ name, known, word, reason, step }) => (
            <li
              key={name}
              className={`jp-mod-${known}${age === null ? '' : ' jp-mod-old'}`}
            >
              <Icon icon={CLAIM_ICONS[known]} />
              <span>
                <strong>{name}</strong>
                {': '}
                {word}
              </span>
              {step !== null && canFix(step) && (
                <Button
                  kind="link"
                  onClick={() => {
                    onFix(step);
                  }}
                >
                  {fixWord(step, trans)}
                </Button>
              )}
              <small>{reason}</small>
            </li>
          )
        )}
      </ul>
      {age !== null && <p className="jp-S3Encryption-note">{age}</p>}
    </>
  );
}

const SEVERITIES: readonly IFinding['severity'][] = [
  'error',
  'warning',
  'info'
];
const FINDING_ICONS = { error: failIcon, warning: warnIcon, info: infoIcon };

function severityWord(
  severity: IFinding['severity'],
  trans: TranslationBundle
): string {
  switch (severity) {
    case 'error':
      return trans.__('Error');
    case 'warning':
      return trans.__('Warning');
    case 'info':
      return trans.__('Note');
  }
}

/** The label of a fix; different from the three main buttons, which show at the same time. */
function fixWord(action: FixAction, trans: TranslationBundle): string {
  switch (action) {
    case 'apply':
      return trans.__('Set again');
    case 'clear':
      return trans.__('Undo');
    case 'verify':
      return trans.__('Check again');
    case 'canary':
      return trans.__('Write canary…');
    case 'renew':
      return trans.__('Renew what the server has open');
    case 'cancelRenewal':
      return trans.__('Cancel renewal');
    case 'audit':
      return trans.__('Audit…');
  }
}

/** The buttons of a finding; a pending renewal can always be cancelled. */
function actionsOf(code: string, fix: IFinding['fix']): FixAction[] {
  const actions = new Set<FixAction>(fix?.action ? [fix.action] : []);
  return [
    ...(code === 'renewal-pending' ? actions.add('cancelRenewal') : actions)
  ];
}

function worstFirst(findings: readonly IFinding[]): readonly IFinding[] {
  return SEVERITIES.flatMap(severity =>
    findings.filter(finding => finding.severity === severity)
  );
}

/** The finding whose fix is to be done first; undefined if only notes have one. */
export function firstToFix(
  findings: readonly IFinding[],
  canFix: (action: FixAction) => boolean
): IFinding | undefined {
  return worstFirst(findings).find(
    ({ severity, fix }) =>
      severity !== 'info' && fix?.action && canFix(fix.action)
  );
}

/** The findings, the worst first. */
export function Findings(props: {
  findings: readonly IFinding[];
  canFix: (action: FixAction) => boolean;
  onFix: (action: FixAction) => void;
}): React.JSX.Element | null {
  const trans = useTrans();
  const main = useKind('finding');
  const findings = worstFirst(props.findings);
  const first = firstToFix(findings, props.canFix);
  return findings.length === 0 ? null : (
    <ul className="jp-S3Encryption-findings" aria-label={trans.__('Findings')}>
      {findings.map((finding, index) => {
        const { code, severity, message, fix } = finding;
        return (
          <li key={`${code}-${index}`} className={`jp-mod-${severity}`}>
            <Icon icon={FINDING_ICONS[severity]} />
            <div>
              <strong>{severityWord(severity, trans)}:</strong>{' '}
              <Unbroken text={message} />
              {fix && (
                <p>
                  <Unbroken text={fix.message} />
                </p>
              )}
              {actionsOf(code, fix)
                .filter(props.canFix)
                .map(action => (
                  <Button
                    key={action}
                    kind={
                      finding === first && action === fix?.action
                        ? main
                        : 'plain'
                    }
                    onClick={() => {
                      props.onFix(action);
                    }}
                  >
                    {fixWord(action, trans)}
                  </Button>
                ))}{' '}
              <DocumentationLink section={code} />
            </div>
          </li>
        );
      })}
    </ul>
  );
}
