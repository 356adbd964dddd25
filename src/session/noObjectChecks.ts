/** The checks of stored objects in an excluded kernel: they do nothing. */

import { Signal } from '@lumino/signaling';

import type { IWrittenPath } from '../contract/storedObjects';
import type { CheckWrites, IObjectChecks, IObjectChecksState } from '../tokens';

/** The state before the first request. */
export const NOTHING_KNOWN: IObjectChecksState = {
  underWay: null,
  queued: false,
  canary: null,
  writes: null,
  audit: null,
  bucket: null,
  failed: null
};

export class NoObjectChecks implements IObjectChecks {
  readonly state = NOTHING_KNOWN;
  readonly changed = new Signal<this, IObjectChecksState>(this);
  readonly mismatched = new Signal<this, readonly IWrittenPath[]>(this);
  readonly checks: CheckWrites = 'off';
  readonly armed = false;
  readonly writeCanary = nothing;
  readonly checkWrites = nothing;
  readonly audit = nothing;
  readonly cancelRenewal = nothing;
  readonly renew = nothing;
  readonly readBucket = nothing;

  cancel(): void {
    // Nothing is under way.
  }

  ran(): void {
    // Nothing is checked after a run.
  }
}

function nothing(): Promise<void> {
  return Promise.resolve();
}
