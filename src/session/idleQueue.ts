/**
 * Carries the requests that are not part of the lifecycle: one at a time, only
 * while nothing else runs in the kernel or waits to be sent to it, and only
 * while a profile is in force where the request needs one.
 *
 * What a report says reaches the lifecycle as news. Must not know what the
 * requests are good for.
 */

import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';

import type {
  ISnapshot,
  LifecycleEvent,
  LifecycleState
} from '../encryption/lifecycle/types';
import type { IReport, IReportError } from '../contract/report';
import { REQUESTS, type Asked } from '../contract/requests';
import type { KernelWatcher } from '../kernel/restart';
import type { AgentClient } from './agentClient';
import type { History } from './history';

/** As much of a session as an waiting needs. */
export interface IHost {
  readonly watcher: KernelWatcher;
  readonly history: History;
  readonly stateChanged: ISignal<unknown, LifecycleState>;
  snapshot(): ISnapshot;
  client(): AgentClient | null;
  dispatch(event: LifecycleEvent): void;
}

export type IdleRequest = Asked & {
  /** The person asked for it; otherwise it follows from a run. */
  readonly asked: boolean;
  /** For how long the kernel has to be free before it is sent, in milliseconds. */
  readonly quiet: number;
  /** Is the request to be written down? */
  readonly noted: (report: IReport | null) => boolean;
};

/** Null where nothing was sent: withdrawn, or nothing is in force any more. */
export type Answered =
  | { readonly report: IReport; readonly error: IReportError | null }
  | { readonly report: null; readonly error: IReportError }
  | null;

type Waiting = IdleRequest & { resolve: (answered: Answered) => void };

/** A profile is in force in a Spark session, as far as is known. */
export function isArmed({ kind }: LifecycleState): boolean {
  return ['set', 'in-effect', 'proven', 'changed'].includes(kind);
}

export class IdleQueue implements IDisposable {
  /** @param onMoved - told when something was sent, answered, or can be */
  constructor(
    private readonly _host: IHost,
    private readonly _onMoved: () => void
  ) {
    _host.watcher.busyChanged.connect(this._pump, this);
    _host.stateChanged.connect(this._pump, this);
  }

  /** Something waits for the kernel to be free. */
  get isWaiting(): boolean {
    return this._waiting.length > 0 && !this._isFree;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    const { watcher, stateChanged } = this._host;
    watcher.busyChanged.disconnect(this._pump, this);
    stateChanged.disconnect(this._pump, this);
    clearTimeout(this._timer);
    this.withdraw(() => true);
  }

  /** Send a request as soon as it may go; what the person asked for goes first. */
  send(waiting: IdleRequest): Promise<Answered> {
    return new Promise(resolve => {
      const at = waiting.asked ? 0 : this._waiting.length;
      this._waiting.splice(at, 0, { ...waiting, resolve });
      this._pump();
    });
  }

  /** Take back what was not sent yet. */
  withdraw(which: (waiting: IdleRequest) => boolean): void {
    const taken = this._waiting.filter(which);
    this._waiting = this._waiting.filter(waiting => !taken.includes(waiting));
    for (const { resolve } of taken) {
      resolve(null);
    }
  }

  private get _isFree(): boolean {
    const { busy, sent, queued } = this._host.snapshot();
    return !this._isFlying && !busy && sent === null && queued === null;
  }

  private _pump(): void {
    clearTimeout(this._timer);
    const next = this._waiting[0];
    if (next !== undefined && this._isFree && !this._isDisposed) {
      this._timer = setTimeout(() => {
        void this._fly(next);
      }, next.quiet);
    }
    this._onMoved();
  }

  private async _fly(waiting: Waiting): Promise<void> {
    const { dispatch, history, snapshot } = this._host;
    const { state, generation } = snapshot();
    // Armed, and Spark is on its way: a later state decides.
    if (state.kind === 'waiting' && !waiting.asked) {
      return;
    }
    this._waiting = this._waiting.filter(other => other !== waiting);
    const client = this._host.client();
    const needsProfile = REQUESTS[waiting.request].armed;
    if (client === null || (needsProfile && !isArmed(state))) {
      waiting.resolve(null);
      this._pump();
      return;
    }
    this._isFlying = true;
    this._onMoved();
    const { request, args, asked } = waiting;
    const { report, entry, error } = await client.request(
      request,
      args,
      asked ? 'user' : 'run'
    );
    this._isFlying = false;
    if (this._isDisposed) {
      waiting.resolve(null);
      return;
    }
    if (entry !== null && (error !== null || waiting.noted(report))) {
      history.add(entry);
    }
    if (report !== null) {
      dispatch({ type: 'reportReceived', generation, report });
      waiting.resolve({ report, error: report.error });
    } else {
      waiting.resolve(error && { report, error: error.error });
    }
    this._pump();
  }

  private _waiting: Waiting[] = [];
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isFlying = false;
  private _isDisposed = false;
}
