/** The last requests of a session, newest last, without key material. */

import type { IHistoryEntry } from '../tokens';
import type { IExchange } from './agentClient';

const LIMIT = 200;

export class History {
  /** A new list after every change: compare by identity. */
  get entries(): readonly IHistoryEntry[] {
    return this._entries;
  }

  add(entry: IHistoryEntry): void {
    this._entries = [...this._entries, entry].slice(-LIMIT);
  }

  /** @param isCancelled - it was withdrawn after it had been sent */
  addOf({ entry, error }: IExchange, isCancelled: boolean): void {
    // The reply was lost with the connection; the guard itself did run.
    const isUnheard = error?.code === 'kernel-gone' && entry?.reason === 'run';
    if (entry !== null && !isUnheard) {
      this.add(isCancelled ? { ...entry, outcome: 'cancelled' } : entry);
    }
  }

  private _entries: readonly IHistoryEntry[] = [];
}
