/** What is known about a notebook as a JSON file, for whoever is asked for help. */

import type { TranslationBundle } from '@jupyterlab/translation';

import { download } from '../../shell/download';
import type { IEncryptionSession } from '../../tokens';
import { statusWords } from '../state/status';

/** The text of the file. It has no key material: neither a profile nor a report has any. */
export function reportText(
  session: IEncryptionSession,
  trans: TranslationBundle
): string {
  const { label, state, profile, history, objectChecks, unread } = session;
  const { title, sentence } = statusWords(state, trans);
  const { canary, writes, audit, bucket } = objectChecks.state;
  return `${JSON.stringify(
    {
      ...label,
      saved: new Date().toISOString(),
      state: { kind: state.kind, title, sentence },
      profile,
      unread,
      report: 'report' in state ? state.report : null,
      error: 'error' in state ? state.error : null,
      objects: { canary, writes, audit, bucket },
      requests: history
    },
    null,
    2
  )}\n`;
}

/** Lets the browser save it. */
export function saveReport(
  session: IEncryptionSession,
  trans: TranslationBundle
): void {
  const name = session.label.document.replace(/[^\p{L}\p{N}_.-]+/gu, '_');
  download(
    `${name}-s3-encryption-report.json`,
    reportText(session, trans),
    'application/json'
  );
}
