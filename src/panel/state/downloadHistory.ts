/**
 * The history as a JSON file that the browser downloads. Must not know of
 * sessions or of React.
 */

import type { IHistoryEntry } from '../../tokens';

/** The text of the file: what was run, when, in which kernel, and what came of it. */
export function historyText(
  document: string,
  history: readonly IHistoryEntry[]
): string {
  return `${JSON.stringify({ document, requests: history }, null, 2)}\n`;
}

/** Let the browser save the history of a notebook. */
export function saveHistory(
  name: string,
  history: readonly IHistoryEntry[]
): void {
  const text = historyText(name, history);
  const url = URL.createObjectURL(
    new Blob([text], { type: 'application/json' })
  );
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name.replace(/[^\w.-]+/g, '_')}-s3-encryption.json`;
  link.click();
  URL.revokeObjectURL(url);
}
