/** The objects of an audit as text for a spreadsheet, and the order of verdicts. Pure. */

import type { IStoredObject, Verdict } from '../contract/storedObjects';

const COLUMNS = [
  'path',
  'size',
  'modified',
  'algorithm',
  'keyId',
  'verdict',
  'reason'
] as const;

/** The first line. */
export const HEAD = `${COLUMNS.join('\t')}\n`;

/** Tab-separated, a line for each object. */
export function asRows(objects: readonly IStoredObject[]): string {
  return objects
    .map(object =>
      COLUMNS.map(name => String(object[name] ?? '').replace(/\s+/g, ' ')).join(
        '\t'
      )
    )
    .map(line => `${line}\n`)
    .join('');
}

/** The worst first: what differs, what is not known, what was not compared, what is as chosen. */
export function rankOf(verdict: Verdict): number {
  switch (verdict) {
    case 'other':
      return 0;
    case 'unreadable':
      return 1;
    case null:
      return 2;
    case 'wanted':
      return 3;
  }
}

/** What an object is counted under: its algorithm, its key, and how it compares. */
export function groupOf({
  algorithm,
  keyId,
  verdict
}: Pick<IStoredObject, 'algorithm' | 'keyId' | 'verdict'>): string {
  return JSON.stringify([algorithm, keyId, verdict]);
}
