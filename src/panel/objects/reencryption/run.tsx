/** A re-encryption that is under way, and what became of its objects. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type {
  IReencryptionOutcome,
  IReencryptionResult
} from '../../../encryption/reencryptionRows';
import { useTrans } from '../../../i18n';
import { infoIcon, warnIcon, yesIcon } from '../../../icons';
import { download } from '../../../shell/download';
import type { IObjectChecksState } from '../../../tokens';
import { Button, Icon } from '../../ui/parts';
import { formatCount } from '../parts';
import { countOf, Reasons } from './plan';

export function RunProgress(props: {
  result: IReencryptionResult | null;
  queued: boolean;
  stopping: boolean;
  onStop: () => void;
}): React.JSX.Element {
  const trans = useTrans();
  const { result, queued, stopping } = props;
  const total = result?.total ?? 0;
  const ended = result ? result.done + result.left + result.failed : 0;
  const text =
    result === null
      ? trans.__('Trying on an object of its own what the store can do.')
      : progressWords(result, ended, trans);
  return (
    <>
      <div
        role="progressbar"
        className="jp-S3Encryption-bar"
        aria-label={trans.__('Re-encryption')}
        aria-valuemin={0}
        aria-valuemax={Math.max(total, 1)}
        aria-valuenow={ended}
        aria-valuetext={text}
      >
        <span style={{ width: `${total > 0 ? (100 * ended) / total : 0}%` }} />
      </div>
      <p className="jp-S3Encryption-note" aria-live="polite">
        {stopping
          ? trans.__('Stopping: what is begun comes to its end.')
          : queued
            ? trans.__(
                'Paused until the kernel is idle. Running cells are not interrupted.'
              )
            : text}
      </p>
      <Button
        disabled={stopping ? trans.__('It is stopping already.') : null}
        onClick={props.onStop}
      >
        {trans.__('Stop')}
      </Button>
    </>
  );
}

function progressWords(
  { total, left, failed, rate, seconds }: IReencryptionResult,
  ended: number,
  trans: TranslationBundle
): string {
  const words = trans.__(
    '%1 of %2 objects, %3 a second.',
    formatCount(ended),
    formatCount(total),
    rate.toLocaleString(undefined, { maximumFractionDigits: rate < 10 ? 1 : 0 })
  );
  return [
    words,
    ...(seconds === null
      ? []
      : [trans.__('%1 left.', formatDuration(seconds))]),
    ...(left + failed > 0
      ? [
          trans.__(
            '%1 left alone, %2 failed.',
            formatCount(left),
            formatCount(failed)
          )
        ]
      : [])
  ].join(' ');
}

/** `0:05`, `1:02:03`. */
function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60)];
  const two = (value: number): string => String(value).padStart(2, '0');
  return hours > 0
    ? `${hours}:${two(minutes % 60)}:${two(whole % 60)}`
    : `${minutes}:${two(whole % 60)}`;
}

export function Result(props: {
  result: IReencryptionResult;
  files: IObjectChecksState['reencryptionFiles'];
  failed: boolean;
  /** Why nothing can be audited now; null if it can. */
  disabled: string | null;
  onAudit: () => void;
}): React.JSX.Element {
  const trans = useTrans();
  const { result, files } = props;
  const { done, total, path, token, cancelled, outcomes } = result;
  const isWhole = token === null && !cancelled && !props.failed;
  const save = (kind: 'csv' | 'json'): void => {
    if (files) {
      download(fileName(path, kind), files[kind]);
    }
  };
  return (
    <section
      className="jp-S3Encryption-plan"
      aria-label={trans.__('Result of the re-encryption')}
    >
      <p aria-live="polite">
        <Icon icon={isWhole && done === total ? yesIcon : warnIcon} />{' '}
        <strong>
          {trans._n(
            '%2 of %3 objects under %4 was re-encrypted and read back.',
            '%2 of %3 objects under %4 were re-encrypted and read back.',
            done,
            formatCount(done),
            formatCount(total),
            path
          )}
        </strong>{' '}
        {token !== null
          ? trans.__(
              'The kernel gave no answer any more: objects that were under way may have been changed, too. What was done is in the file %1, if the machine of the kernel still has it.',
              result.journal
            )
          : cancelled
            ? trans.__('The run was stopped before its end.')
            : props.failed
              ? trans.__('The run ended early.')
              : trans.__('The run is over.')}
      </p>
      {(['failed', 'left', 'waiting', 'impossible'] as const).map(state => (
        <Outcome
          key={state}
          state={state}
          outcomes={outcomes.filter(one => one.state === state)}
        />
      ))}
      {result.notes.length > 0 && (
        <ul
          className="jp-S3Encryption-objects"
          aria-label={trans.__('About the run')}
        >
          {result.notes.map(note => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      <div className="jp-S3Encryption-buttons">
        {files && (
          <>
            <Button
              kind="link"
              onClick={() => {
                save('csv');
              }}
            >
              {trans.__('Save as CSV')}
            </Button>
            <Button
              kind="link"
              onClick={() => {
                save('json');
              }}
            >
              {trans.__('Save as JSON')}
            </Button>
          </>
        )}
        <Button disabled={props.disabled} onClick={props.onAudit}>
          {trans.__('Audit again')}
        </Button>
      </div>
    </section>
  );
}

function Outcome(props: {
  state: 'failed' | 'left' | 'waiting' | 'impossible';
  outcomes: readonly IReencryptionOutcome[];
}): React.JSX.Element | null {
  const trans = useTrans();
  const { state, outcomes } = props;
  const count = countOf(outcomes);
  return count === 0 ? null : (
    <div className="jp-S3Encryption-outcome">
      <Icon
        icon={state === 'failed' || state === 'left' ? warnIcon : infoIcon}
      />
      <Reasons title={titleOf(state, count, trans)} reasons={outcomes} />
    </div>
  );
}

function titleOf(
  state: 'failed' | 'left' | 'waiting' | 'impossible',
  count: number,
  trans: TranslationBundle
): string {
  const shown = formatCount(count);
  switch (state) {
    case 'failed':
      return trans._n('%2 object failed', '%2 objects failed', count, shown);
    case 'left':
      return trans._n(
        '%2 object left alone',
        '%2 objects left alone',
        count,
        shown
      );
    case 'waiting':
      return trans._n(
        '%2 object not changed, because the run ended before',
        '%2 objects not changed, because the run ended before',
        count,
        shown
      );
    case 'impossible':
      return trans._n(
        '%2 object cannot be changed',
        '%2 objects cannot be changed',
        count,
        shown
      );
  }
}

function fileName(path: string, kind: string): string {
  const name = path
    .replace(/^s3[an]?:\/\//, '')
    .replace(/[^\p{L}\p{N}_.-]+/gu, '_')
    .slice(0, 100);
  return `${name}-re-encryption.${kind}`;
}
