/**
 * The promises of those who asked, by the number of their request.
 */

import { PromiseDelegate } from '@lumino/coreutils';

import type { IReport } from '../contract/report';

export type Pending = PromiseDelegate<IReport | null>;

export class PendingRequests {
  open(id: number): Promise<IReport | null> {
    const pending: Pending = new PromiseDelegate();
    this._pending.set(id, pending);
    return pending.promise;
  }

  /** The promise of a request that somebody waits for already. */
  find(id: number): Promise<IReport | null> | null {
    return this._pending.get(id)?.promise ?? null;
  }

  /** Whoever waits, to be answered by the caller; forgotten here. */
  take(id: number): Pending | null {
    const pending = this._pending.get(id) ?? null;
    this._pending.delete(id);
    return pending;
  }

  /** Tell everybody that no answer will come. */
  dismiss(): void {
    for (const pending of this._pending.values()) {
      pending.resolve(null);
    }
    this._pending.clear();
  }

  private readonly _pending = new Map<number, Pending>();
}
