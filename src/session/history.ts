/** The last requests of a session, newest last, without key material. */

import type { IHistoryEntry } from '../tokens';

const LIMIT = 200;

export class History {
  /** A new list after every change: compare by identity. */
  get entries(): readonly IHistoryEntry[] {
    return this._entries;
  }

  add(entry: IHistoryEntry): void {
    this._entries = [...this._entries, entry].slice(-LIMIT);
  }

  private _entries: readonly IHistoryEntry[] = [];
}
