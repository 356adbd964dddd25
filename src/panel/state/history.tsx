/** The requests that ran in the kernel, newest first, with the exact code. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IHistoryEntry } from '../../tokens';
import { Button, CopyButton, Section } from '../ui/parts';
import { downloadHistory } from './downloadHistory';
import { useTrans } from '../../i18n';
import { requestName } from '../ui/words';

function reasonWord(
  { reason, request }: IHistoryEntry,
  trans: TranslationBundle
): string {
  switch (reason) {
    case 'user':
      return trans.__('by you');
    case 'restart':
      return trans.__('after a restart');
    case 'reload':
      return trans.__('after a reload');
    case 'run':
      return request === 'writes'
        ? trans.__('after a run')
        : trans.__('before a run');
    case 'elsewhere':
      return trans.__('after a change elsewhere');
  }
}

function outcomeWord(
  outcome: IHistoryEntry['outcome'],
  trans: TranslationBundle
): string {
  switch (outcome) {
    case 'ok':
      return trans.__('done');
    case 'failed':
      return trans.__('failed');
    case 'aborted':
      return trans.__('aborted');
    case 'cancelled':
      return trans.__('cancelled');
    case 'blocked':
      return trans.__('failed, and the cells were not run');
  }
}

/** The time of day in the user's locale. */
function timeOfDay(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : date.toLocaleTimeString();
}

export function HistorySection(props: {
  /** The notebook that it is about. */
  document?: string;
  history: readonly IHistoryEntry[];
  onCopy: (text: string) => void;
}): React.JSX.Element {
  const trans = useTrans();
  const entries = [...props.history].reverse();
  return (
    <Section title={trans.__('History (%1)', entries.length)}>
      {entries.length === 0 ? (
        <p className="jp-S3Encryption-note">
          {trans.__('Nothing has been sent to a kernel for this notebook.')}
        </p>
      ) : (
        <>
          <Button
            kind="link"
            title={trans.__('Everything below, as JSON')}
            onClick={() => {
              downloadHistory(props.document ?? '', props.history);
            }}
          >
            {trans.__('Save as file')}
          </Button>
          <ol
            className="jp-S3Encryption-history"
            aria-label={trans.__('Requests, newest first')}
          >
            {entries.map((entry, index) => (
              <li key={entries.length - index}>
                <div>
                  <strong>{requestName(entry.request, trans)}</strong>
                  {', '}
                  {outcomeWord(entry.outcome, trans)}
                  <small>
                    {timeOfDay(entry.time)}
                    {' · '}
                    {reasonWord(entry, trans)}
                    {' · '}
                    {trans.__('%1 ms', Math.round(entry.elapsed))}
                  </small>
                </div>
                {entry.message !== '' && <p>{entry.message}</p>}
                <details>
                  <summary>{trans.__('What was run')}</summary>
                  <div className="jp-S3Encryption-codeHead">
                    {trans.__('Code')}
                    <CopyButton
                      label={trans.__('Copy the code')}
                      text={entry.code}
                      onCopy={props.onCopy}
                    />
                  </div>
                  {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a box that scrolls must be reachable by keyboard */}
                  <pre tabIndex={0}>{entry.code}</pre>
                  <div className="jp-S3Encryption-codeHead">
                    {trans.__('Arguments, without key material')}
                    <CopyButton
                      label={trans.__('Copy the arguments')}
                      text={entry.arguments}
                      onCopy={props.onCopy}
                    />
                  </div>
                  {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- as above */}
                  <pre tabIndex={0}>{entry.arguments}</pre>
                </details>
              </li>
            ))}
          </ol>
        </>
      )}
    </Section>
  );
}
