/**
 * Sends requests that are not part of the lifecycle while the kernel is idle: one
 * at a time, never while a lifecycle request is queued, and only with a profile
 * in effect if the request needs one. Their reports go to the lifecycle as news.
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

/** The part of a session that the queue needs. */
export interface IHost {
  readonly watcher: KernelWatcher;
  readonly history: History;
  readonly stateChanged: ISignal<unknown, LifecycleState>;
  snapshot(): ISnapshot;
  client(): AgentClient | null;
  dispatch(event: LifecycleEvent): void;
}

type IdleRequest = Asked & {
  /** The user asked for it; otherwise it follows a run. */
  readonly asked: boolean;
  /** Milliseconds that the kernel has to be idle before it is sent. */
  readonly quiet: number;
  /** Does the request go into the history? */
  readonly recorded: (report: IReport | null) => boolean;
};

/** Null if nothing was sent: it was withdrawn, or no profile is in effect any more. */
export type Answered =
  | { readonly report: IReport; readonly error: IReportError | null }
  | { readonly report: null; readonly error: IReportError }
  | null;

type Waiting = IdleRequest & { resolve: (answered: Answered) => void };

/** As far as is known, a profile is applied in a Spark session. */
export function isArmed({ kind }: LifecycleState): boolean {
  return ['set', 'in-effect', 'proven', 'changed'].includes(kind);
}

export class IdleQueue implements IDisposable {
  /** @param _onChange - called after a request was queued, sent or answered, and when the kernel's state changes */
  constructor(
    private readonly _host: IHost,
    private readonly _onChange: () => void
  ) {
    _host.watcher.busyChanged.connect(this._schedule, this);
    _host.stateChanged.connect(this._schedule, this);
  }

  /** Something waits for the kernel to become idle. */
  get isWaiting(): boolean {
    return this._waiting.length > 0 && !this._isFree;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    const { watcher, stateChanged } = this._host;
    watcher.busyChanged.disconnect(this._schedule, this);
    stateChanged.disconnect(this._schedule, this);
    clearTimeout(this._timer);
    this.withdraw(() => true);
  }

  /** Send a request as soon as possible; the user's own go first. */
  send(request: IdleRequest): Promise<Answered> {
    return new Promise(resolve => {
      const at = request.asked ? 0 : this._waiting.length;
      this._waiting.splice(at, 0, { ...request, resolve });
      this._schedule();
    });
  }

  /** Drop requests that have not been sent yet. */
  withdraw(which: (request: IdleRequest) => boolean): void {
    const dropped = this._waiting.filter(which);
    this._waiting = this._waiting.filter(other => !dropped.includes(other));
    for (const { resolve } of dropped) {
      resolve(null);
    }
  }

  private get _isFree(): boolean {
    const { busy, sent, queued } = this._host.snapshot();
    return !this._isSending && !busy && sent === null && queued === null;
  }

  private _schedule(): void {
    clearTimeout(this._timer);
    const next = this._waiting[0];
    if (next !== undefined && this._isFree && !this._isDisposed) {
      this._timer = setTimeout(() => {
        void this._sendNow(next);
      }, next.quiet);
    }
    this._onChange();
  }

  private async _sendNow(waiting: Waiting): Promise<void> {
    const { dispatch, history, snapshot } = this._host;
    const { state, generation } = snapshot();
    // It stays in the queue until Spark is there.
    if (state.kind === 'waiting' && !waiting.asked) {
      return;
    }
    this._waiting = this._waiting.filter(other => other !== waiting);
    const client = this._host.client();
    const needsProfile = REQUESTS[waiting.request].armed;
    if (client === null || (needsProfile && !isArmed(state))) {
      waiting.resolve(null);
      this._schedule();
      return;
    }
    this._isSending = true;
    this._onChange();
    const reason = waiting.asked ? 'user' : 'run';
    const { report, entry, error } = await client.request(waiting, reason);
    this._isSending = false;
    if (this._isDisposed) {
      waiting.resolve(null);
      return;
    }
    if (entry !== null && (error !== null || waiting.recorded(report))) {
      history.add(entry);
    }
    if (report !== null) {
      dispatch({ type: 'reportReceived', generation, report });
      waiting.resolve({ report, error: report.error });
    } else {
      waiting.resolve(error && { report, error: error.error });
    }
    this._schedule();
  }

  private _waiting: Waiting[] = [];
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isSending = false;
  private _isDisposed = false;
}
