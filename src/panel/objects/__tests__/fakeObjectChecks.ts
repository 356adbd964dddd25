/** Stands in for a session's objectChecks, for the specs of panel and plugins. */

import { Signal } from '@lumino/signaling';

import type { IWrittenPath } from '../../../contract/storedObjects';
import type {
  CheckWrites,
  IObjectChecks,
  IObjectChecksState
} from '../../../tokens';

export class FakeObjectChecks implements IObjectChecks {
  constructor(change: Partial<IObjectChecksState> = {}) {
    this.state = {
      underWay: null,
      queued: false,
      canary: null,
      writes: null,
      audit: null,
      auditRows: null,
      auditFolders: null,
      reencryptionPlan: null,
      reencryption: null,
      reencryptionFiles: null,
      bucket: null,
      keys: null,
      failed: null,
      ...change
    };
  }

  state: IObjectChecksState;
  armed = true;
  checks: CheckWrites = 'afterRun';
  readonly changed = new Signal<this, IObjectChecksState>(this);
  readonly mismatched = new Signal<this, readonly IWrittenPath[]>(this);
  readonly writeCanary = jest.fn().mockResolvedValue(undefined);
  readonly checkWrites = jest.fn().mockResolvedValue(undefined);
  readonly audit = jest.fn().mockResolvedValue(undefined);
  readonly planReencryption = jest.fn().mockResolvedValue(undefined);
  readonly reencrypt = jest.fn().mockResolvedValue(undefined);
  readonly readBucket = jest.fn().mockResolvedValue(undefined);
  readonly listKeys = jest.fn().mockResolvedValue(undefined);
  readonly cancelRenewal = jest.fn().mockResolvedValue(undefined);
  readonly renew = jest.fn().mockResolvedValue(undefined);
  readonly cancel = jest.fn();
  readonly ran = jest.fn();

  become(change: Partial<IObjectChecksState>): void {
    this.state = { ...this.state, ...change };
    this.changed.emit(this.state);
  }
}
