/**
 * A objectChecks with a session whose kernel answers what a spec gave it. Not a spec,
 * and not part of the product.
 */

import type { Asked } from '../../contract/requests';
import { Signal } from '@lumino/signaling';

import { makeReport } from '../../contract/__tests__/reports';
import {
  A,
  applied,
  FRESH,
  LifecycleDriver
} from '../../encryption/lifecycle/__tests__/driver';
import type {
  LifecycleEvent,
  LifecycleState
} from '../../encryption/lifecycle/types';
import type { IReport, IReportError } from '../../contract/report';
import type { IWrittenPath } from '../../contract/storedObjects';
import type { KernelWatcher } from '../../kernel/restart';
import type { CheckWrites } from '../../tokens';
import type { AgentClient } from '../agentClient';
import { History } from '../history';
import { ObjectChecks } from '../objectChecks';

export const ERROR: IReportError = {
  code: 'invalid-location',
  message: 'No such bucket.',
  fields: [{ field: 'location', message: 'No such bucket.' }],
  settings: 'unchanged'
};

/** A session whose kernel answers with the next of the given reports. */
export class ObjectChecksHarness {
  constructor(state: 'armed' | 'waiting' | 'not set' = 'armed') {
    if (state !== 'not set') {
      const report = { ...applied(A), waiting: state === 'waiting' };
      this.driver.apply(A).answer(report);
    }
    this.objectChecks = new ObjectChecks(
      {
        checkWrites: () => this.checks,
        keepLocation: location => {
          this.kept.push(location);
          return Promise.resolve();
        }
      },
      {
        watcher: this.watcher as unknown as KernelWatcher,
        history: this.history,
        stateChanged: this.stateChanged,
        snapshot: () => this.driver.snapshot,
        client: () => this.client as unknown as AgentClient,
        dispatch: event => {
          this.do(event);
        }
      }
    );
    this.objectChecks.mismatched.connect((_, paths) =>
      this.mismatched.push(...paths)
    );
  }

  do(event: LifecycleEvent): void {
    const before = this.driver.snapshot.state;
    this.driver.do(event);
    if (event.type === 'busy') {
      this.watcher.busyChanged.emit(event.busy);
    }
    if (this.driver.snapshot.state !== before) {
      this.stateChanged.emit(this.driver.snapshot.state);
    }
  }

  busy(busy: boolean): void {
    this.do({ type: 'busy', busy });
  }

  /** Lets time pass; promises settle. */
  async pass(milliseconds = 100): Promise<void> {
    await jest.advanceTimersByTimeAsync(milliseconds);
  }

  get requests(): string[] {
    return this.sent.map(([request]) => request);
  }

  readonly driver = new LifecycleDriver(FRESH);
  readonly history = new History();
  readonly stateChanged = new Signal<this, LifecycleState>(this);
  readonly watcher = {
    busyChanged: new Signal<object, boolean>({}),
    ran: new Signal<object, void>({}),
    started: new Signal<object, unknown>({}),
    reconnected: new Signal<object, unknown>({}),
    gone: new Signal<object, void>({})
  };
  readonly sent: [string, object, string][] = [];
  readonly answers: (Partial<IReport> | Error)[] = [];
  readonly kept: string[] = [];
  readonly mismatched: IWrittenPath[] = [];
  checks: CheckWrites = 'afterRun';
  readonly client = {
    isRemote: false,
    request: ({ request, args }: Asked, reason: string) => {
      this.sent.push([request, args, reason]);
      const answer = this.answers.shift() ?? {};
      const entry = { request, message: '' };
      return Promise.resolve(
        answer instanceof Error
          ? {
              report: null,
              entry,
              error: { code: 'x', error: { ...ERROR, code: 'kernel-gone' } }
            }
          : {
              report: makeReport({ ...applied(A), ...answer }),
              entry,
              error: null
            }
      );
    }
  };
  readonly objectChecks: ObjectChecks;
}

/** Specs pass the time themselves. */
export function withFakeClock(): void {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });
}
