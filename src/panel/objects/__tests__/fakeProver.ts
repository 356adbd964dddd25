/** Stands in for a session's prover, for the specs of panel and plugins. */

import { Signal } from '@lumino/signaling';

import type { IWrittenPath } from '../../../contract/storedObjects';
import type { CheckWrites, IProver, IProverState } from '../../../tokens';

export class FakeProver implements IProver {
  constructor(change: Partial<IProverState> = {}) {
    this.state = {
      underWay: null,
      held: false,
      canary: null,
      writes: null,
      audit: null,
      bucket: null,
      failed: null,
      ...change
    };
  }

  state: IProverState;
  armed = true;
  checks: CheckWrites = 'afterRun';
  readonly changed = new Signal<this, IProverState>(this);
  readonly mismatched = new Signal<this, readonly IWrittenPath[]>(this);
  readonly writeCanary = jest.fn().mockResolvedValue(undefined);
  readonly checkWrites = jest.fn().mockResolvedValue(undefined);
  readonly audit = jest.fn().mockResolvedValue(undefined);
  readonly readBucket = jest.fn().mockResolvedValue(undefined);
  readonly cancelRenewal = jest.fn().mockResolvedValue(undefined);
  readonly renew = jest.fn().mockResolvedValue(undefined);
  readonly cancel = jest.fn();
  readonly ran = jest.fn();

  become(change: Partial<IProverState>): void {
    this.state = { ...this.state, ...change };
    this.changed.emit(this.state);
  }
}
