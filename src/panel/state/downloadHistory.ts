/** The history of a notebook as a JSON file. */

import { download } from '../../shell/download';
import type { IHistoryEntry } from '../../tokens';

/** The text of the file: each request with its time, kernel and result. */
function historyText(
  document: string,
  history: readonly IHistoryEntry[]
): string {
  return `${JSON.stringify({ document, requests: history }, null, 2)}\n`;
}

/** Lets the browser save the history of a notebook. */
export function downloadHistory(
  document: string,
  history: readonly IHistoryEntry[]
): void {
  download(
    `${document.replace(/[^\w.-]+/g, '_')}-s3-encryption.json`,
    historyText(document, history),
    'application/json'
  );
}
