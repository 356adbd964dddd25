/**
 * The promises of those who asked, by the number of their request.
 */

import { PromiseDelegate } from '@lumino/coreutils';

import type { IReport } from '../contract/report';

export type Answered = PromiseDelegate<IReport | null>;

export class Waiters {
  open(id: number): Promise<IReport | null> {
    const waiter: Answered = new PromiseDelegate();
    this._waiters.set(id, waiter);
    return waiter.promise;
  }

  /** The promise of a request that somebody waits for already. */
  find(id: number): Promise<IReport | null> | null {
    return this._waiters.get(id)?.promise ?? null;
  }

  /** Whoever waits, to be told by the caller; forgotten here. */
  take(id: number): Answered | null {
    const waiter = this._waiters.get(id) ?? null;
    this._waiters.delete(id);
    return waiter;
  }

  /** Tell everybody that no answer will come. */
  dismiss(): void {
    for (const waiter of this._waiters.values()) {
      waiter.resolve(null);
    }
    this._waiters.clear();
  }

  private readonly _waiters = new Map<number, Answered>();
}
