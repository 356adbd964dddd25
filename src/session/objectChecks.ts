/**
 * Asks what is really stored, for one session: the canary, the person's own
 * writes, the audit of a path, and the withdrawal of a pending renewal.
 *
 * Keeps the last answers only; of an audit the counts and one page. Must not
 * know of widgets, or how a request travels.
 */

import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import type { Asked, IArguments } from '../contract/requests';
import type {
  AnswerOf,
  Answers,
  IWrites,
  IWrittenPath
} from '../contract/storedObjects';
import type {
  CheckWrites,
  ObjectRequest,
  IAuditOptions,
  IObjectChecks,
  IObjectChecksState
} from '../tokens';
import { PAGE, merged } from './auditPage';
import { IdleQueue, isArmed, type Answered, type IHost } from './idleQueue';
import type { ISessionOptions } from './options';
import { NO_ANSWERS, NOTHING_KNOWN } from './noObjectChecks';

/** Milliseconds that a check of own writes may take in the kernel. */
const BUDGET = 120;
/** Milliseconds of a free kernel before a person's request, and before a check after a run. */
const SOON = 50;
const QUIET = 400;
/** How often a check goes on after one run, while there is more to look at. */
const ROUNDS = 40;

export class ObjectChecks implements IObjectChecks, IDisposable {
  constructor(
    private readonly _options: Pick<
      ISessionOptions,
      'checkWrites' | 'keepLocation'
    >,
    private readonly _host: IHost
  ) {
    this._queue = new IdleQueue(_host, () => {
      this._set({});
    });
    const { watcher, stateChanged } = _host;
    watcher.started.connect(this._onKernel, this);
    watcher.reconnected.connect(this._onKernel, this);
    watcher.gone.connect(this._onKernel, this);
    stateChanged.connect(this._onState, this);
  }

  readonly changed = new Signal<this, IObjectChecksState>(this);
  readonly mismatched = new Signal<this, readonly IWrittenPath[]>(this);

  get state(): IObjectChecksState {
    return this._state;
  }

  get checks(): CheckWrites {
    const chosen = this._options.checkWrites?.() ?? 'afterRun';
    // Elsewhere than in the kernel each look is a statement, which the person did not ask for.
    const elsewhere = this._host.client()?.isRemote === true;
    return chosen === 'afterRun' && elsewhere ? 'onDemand' : chosen;
  }

  get armed(): boolean {
    return isArmed(this._host.snapshot().rest);
  }

  get isDisposed(): boolean {
    return this._queue.isDisposed;
  }

  dispose(): void {
    const { watcher, stateChanged } = this._host;
    watcher.started.disconnect(this._onKernel, this);
    watcher.reconnected.disconnect(this._onKernel, this);
    watcher.gone.disconnect(this._onKernel, this);
    stateChanged.disconnect(this._onState, this);
    this._queue.dispose();
    Signal.clearData(this);
  }

  async writeCanary(location: string): Promise<void> {
    await this._run('canary', async () => {
      this._set({ canary: null });
      const canary = await this._ask('canary', { location });
      if (canary) {
        const time = new Date().toISOString();
        this._set({ canary: { ...canary, time } });
        this._options.keepLocation?.(location).catch((reason: unknown) => {
          console.error('The location of the canary was not kept.', reason);
        });
      }
    });
  }

  async checkWrites(): Promise<void> {
    await this._run('writes', async () => {
      this._take(await this._ask('writes', { budget: BUDGET }), ROUNDS);
    });
  }

  async cancelRenewal(): Promise<void> {
    await this._run('cancelRenewal', async () => {
      await this._ask('cancelRenewal', {});
    });
  }

  async renew(): Promise<void> {
    await this._run('renew', async () => {
      await this._ask('renew', {});
    });
  }

  async readBucket(bucket: string): Promise<void> {
    await this._run('bucket', async () => {
      this._set({ bucket: null });
      this._set({ bucket: await this._ask('bucket', { bucket }) });
    });
  }

  async audit({ path, limit, sample }: IAuditOptions): Promise<void> {
    await this._run('audit', async () => {
      this._set({ audit: null });
      const turn = {};
      this._turn = turn;
      let args: IArguments['audit'] = { path, limit, sample, page: PAGE };
      for (;;) {
        const first = !('token' in args);
        const page = await this._ask('audit', args, first ? SOON : 0, first);
        if (page) {
          this._set({ audit: merged(this._state.audit, page) });
        }
        const token = this._state.audit?.token ?? null;
        if (token === null) {
          return;
        }
        if (!page || this._turn !== turn) {
          // Lets go of what the agent holds; nobody waits for it.
          const request = { request: 'cancelAudit', args: { token } } as const;
          void this._send(request, 0, () => false);
          return;
        }
        args = { token };
      }
    });
  }

  cancel(): void {
    const { underWay } = this._state;
    this._turn = null;
    this._queue.withdraw(({ asked, request }) => asked && request === underWay);
  }

  ran(): void {
    if (this.checks === 'afterRun') {
      this._look(ROUNDS);
    }
  }

  /** Check the writes of a run at the next quiet moment, unless that is about to happen. */
  private _look(rounds: number): void {
    const { kind } = this._host.snapshot().rest;
    const someday = kind === 'waiting' || this.armed;
    if (this._isLooking || !someday) {
      return;
    }
    this._isLooking = true;
    const known = this._state.writes?.paths[0];
    void this._queue
      .send({
        request: 'writes',
        args: { budget: BUDGET },
        asked: false,
        quiet: QUIET,
        noted: report => !report?.ok || !same(report.writes?.paths[0], known)
      })
      .then(answered => {
        this._isLooking = false;
        this._fail('writes', answered);
        this._take(answered?.report?.writes, rounds - 1);
      });
  }

  /** Take over what is known of own writes, and tell of what is not as wanted. */
  private _take(writes: IWrites | null | undefined, rounds: number): void {
    if (!writes || this.isDisposed) {
      return;
    }
    this._set({ writes });
    const wrong = writes.paths.filter(
      written => written.other > 0 && !this._told.has(idOf(written))
    );
    for (const written of wrong) {
      this._told.add(idOf(written));
    }
    if (wrong.length > 0) {
      this.mismatched.emit(wrong);
    }
    if (writes.pending && rounds > 0) {
      this._look(rounds);
    }
  }

  /** One request of the person's at a time; the buttons of the others say so. */
  private async _run(
    request: ObjectRequest,
    task: () => Promise<void>
  ): Promise<void> {
    if (this._state.underWay === null && !this.isDisposed) {
      this._set({ underWay: request, failed: null });
      await task();
      this._set({ underWay: null });
    }
  }

  private async _ask<K extends ObjectRequest>(
    request: K,
    args: IArguments[K],
    quiet = SOON,
    noted = true
  ): Promise<AnswerOf<K> | null> {
    const asked = { request, args } as unknown as Asked;
    const answered = await this._send(asked, quiet, () => noted);
    this._fail(request, answered);
    const answers: Partial<Answers> = answered?.report ?? {};
    return (answers[request as keyof Answers] ?? null) as AnswerOf<K> | null;
  }

  private _send(
    request: Asked,
    quiet: number,
    noted: () => boolean
  ): Promise<Answered> {
    return this._queue.send({ ...request, asked: true, quiet, noted });
  }

  private _fail(request: ObjectRequest, answered: Answered): void {
    if (answered?.error) {
      this._set({ failed: { request, error: answered.error } });
    } else if (answered && this._state.failed?.request === request) {
      this._set({ failed: null });
    }
  }

  /** Another process, or the connection is new: nothing that was shown is about it. */
  private _onKernel(): void {
    this._queue.withdraw(() => true);
    this._set({ ...NO_ANSWERS, failed: null });
  }

  /** What was compared with another profile says nothing about this one. */
  private _onState(): void {
    const { rest } = this._host.snapshot();
    const fingerprint =
      ('report' in rest ? rest.report?.fingerprint : null) ?? null;
    if (fingerprint !== this._fingerprint) {
      this._fingerprint = fingerprint;
      const { audit, underWay } = this._state;
      this._set({ canary: null, audit: underWay === 'audit' ? audit : null });
    }
  }

  private _set(change: Partial<IObjectChecksState>): void {
    if (this.isDisposed) {
      return;
    }
    const { underWay } = { ...this._state, ...change };
    const held = underWay !== null && this._queue.held;
    if (held !== this._state.held || Object.keys(change).length > 0) {
      this._state = { ...this._state, ...change, held };
      this.changed.emit(this._state);
    }
  }

  private readonly _queue: IdleQueue;
  private readonly _told = new Set<string>();
  private _state = NOTHING_KNOWN;
  private _fingerprint: string | null = null;
  /** The audit that goes on; another object or null once it was cancelled. */
  private _turn: object | null = null;
  private _isLooking = false;
}

/** Execution numbers begin anew with each Spark session: the time tells them apart. */
function idOf({ path, execution, time }: IWrittenPath): string {
  return `${execution} ${time} ${path}`;
}

function same(one?: IWrittenPath, other?: IWrittenPath): boolean {
  return (one && idOf(one)) === (other && idOf(other));
}
