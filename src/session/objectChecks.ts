/**
 * The requests of one session about stored objects: the canary, the user's own
 * writes, the audit of a path, its re-encryption, the settings of a bucket, the keys, and renewals.
 *
 * Keeps only the last answers, and of an audit only the counts and one page.
 */

import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import type { IReport } from '../contract/report';
import type { Asked, IArguments } from '../contract/requests';
import {
  NO_ANSWERS,
  type IAudit,
  type IWrites,
  type IWrittenPath
} from '../contract/storedObjects';
import { FolderCounts } from '../encryption/auditFolders';
import { asRows, groupOf, HEAD, rankOf } from '../encryption/auditRows';
import type {
  CheckWrites,
  ObjectRequest,
  IAuditOptions,
  IObjectChecks,
  IObjectChecksState,
  IReencryptionOptions
} from '../tokens';
import { IdleQueue, isArmed, type Answered, type IHost } from './idleQueue';
import type { ISessionOptions } from './options';
import { Reencryption } from './reencryption/reencryption';
import { NOTHING_KNOWN } from './excluded/noObjectChecks';

/** Objects per answer of an audit, and at most so many on display. */
export const PAGE = 200;

/** Milliseconds that a check of own writes may take in the kernel. */
const BUDGET = 120;
/** How long the kernel has to be idle, in milliseconds: before a request of the user's, and before a check after a run. */
const SOON = 50;
const QUIET = 400;
/** How many requests one run may lead to, while there is more to check. */
const ROUNDS = 40;

const NO_AUDIT = { audit: null, auditRows: null, auditFolders: null } as const;

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
    watcher.ran.connect(this._onRan, this);
    stateChanged.connect(this._onState, this);
  }

  readonly changed = new Signal<this, IObjectChecksState>(this);
  readonly mismatched = new Signal<this, readonly IWrittenPath[]>(this);

  get state(): IObjectChecksState {
    return this._state;
  }

  get checks(): CheckWrites {
    const chosen = this._options.checkWrites?.() ?? 'afterRun';
    // In a remote session each check is a statement that the user did not ask for.
    const isRemote = this._host.client()?.isRemote === true;
    return chosen === 'afterRun' && isRemote ? 'onDemand' : chosen;
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
    watcher.ran.disconnect(this._onRan, this);
    stateChanged.disconnect(this._onState, this);
    this._queue.dispose();
    Signal.clearData(this);
  }

  async writeCanary(location: string): Promise<void> {
    await this._run('canary', async () => {
      this._set({ canary: null });
      const args = { location };
      const report = await this._ask({ request: 'canary', args });
      const canary = report?.canary ?? null;
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
      const args = { budget: BUDGET };
      const report = await this._ask({ request: 'writes', args });
      this._take(report?.writes, ROUNDS);
    });
  }

  async cancelRenewal(): Promise<void> {
    await this._run('cancelRenewal', async () => {
      await this._ask({ request: 'cancelRenewal', args: {} });
    });
  }

  async renew(): Promise<void> {
    await this._run('renew', async () => {
      await this._ask({ request: 'renew', args: {} });
    });
  }

  async readBucket(bucket: string): Promise<void> {
    await this._run('bucket', async () => {
      this._set({ bucket: null });
      const report = await this._ask({ request: 'bucket', args: { bucket } });
      this._set({ bucket: report?.bucket ?? null });
    });
  }

  async listKeys(): Promise<void> {
    await this._run('keys', async () => {
      this._set({ keys: null });
      const report = await this._ask({ request: 'keys', args: {} });
      this._set({ keys: report?.keys ?? null });
    });
  }

  async audit({ path, limit, sample }: IAuditOptions): Promise<void> {
    await this._run('audit', async () => {
      this._set(NO_AUDIT);
      // Blobs, because there can be a million rows: the browser may keep them on disk.
      const rows: BlobPart[] = [HEAD];
      const folders = new FolderCounts();
      const turn = {};
      this._turn = turn;
      let args: IArguments['audit'] = { path, limit, sample, page: PAGE };
      for (;;) {
        const first = !('token' in args);
        const asked = { request: 'audit', args } as const;
        const report = await this._ask(asked, first ? SOON : 0, first);
        const page = report?.audit ?? null;
        if (page) {
          rows.push(new Blob([asRows(page.objects)]));
          folders.add(page.path, page.objects);
          this._set({ audit: merged(this._state.audit, page) });
        }
        const token = this._state.audit?.token ?? null;
        const isOver = token === null || !page || this._turn !== turn;
        if (isOver && this._state.audit !== null) {
          const auditFolders = folders.tree();
          this._set({ auditRows: new Blob(rows), auditFolders });
        }
        if (token === null) {
          return;
        }
        if (!page || this._turn !== turn) {
          // Frees what the agent keeps for the next page; nobody waits for the answer.
          const request = { request: 'cancelAudit', args: { token } } as const;
          void this._send(request, 0, () => false);
          return;
        }
        args = { token };
      }
    });
  }

  planReencryption(options: IReencryptionOptions): Promise<void> {
    return this._reencryption.plan(options);
  }

  reencrypt(plan: string): Promise<void> {
    return this._reencryption.run(plan);
  }

  cancel(): void {
    const { underWay } = this._state;
    if (!this._reencryption.cancel()) {
      return;
    }
    this._turn = null;
    this._queue.withdraw(({ asked, request }) => asked && request === underWay);
  }

  ran(): void {
    if (this.checks === 'afterRun') {
      this._scheduleCheck(ROUNDS);
    }
  }

  /** Check the writes of a run when the kernel is idle, unless a check is scheduled already. */
  private _scheduleCheck(rounds: number): void {
    const { kind } = this._host.snapshot().rest;
    const canCheck = kind === 'waiting' || this.armed;
    if (this._isScheduled || !canCheck) {
      return;
    }
    this._isScheduled = true;
    const known = this._state.writes?.paths[0];
    void this._queue
      .send({
        request: 'writes',
        args: { budget: BUDGET },
        asked: false,
        quiet: QUIET,
        recorded: report => !report?.ok || !same(report.writes?.paths[0], known)
      })
      .then(answered => {
        this._isScheduled = false;
        this._fail('writes', answered);
        this._take(answered?.report?.writes, rounds - 1);
      });
  }

  /** Keep a check of the user's writes, and report each mismatch once. */
  private _take(writes: IWrites | null | undefined, rounds: number): void {
    if (!writes || this.isDisposed) {
      return;
    }
    this._set({ writes, cellsSinceWrites: 0 });
    const wrong = writes.paths.filter(
      written => written.other > 0 && !this._reported.has(idOf(written))
    );
    for (const written of wrong) {
      this._reported.add(idOf(written));
    }
    if (wrong.length > 0) {
      this.mismatched.emit(wrong);
    }
    if (writes.pending && rounds > 0) {
      this._scheduleCheck(rounds);
    }
  }

  /** One request of the user's at a time; meanwhile the other buttons are disabled. */
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

  /** @returns the report, with the answer in its part of the request's name */
  private async _ask(
    asked: Asked<ObjectRequest>,
    quiet = SOON,
    recorded = true
  ): Promise<IReport | null> {
    const answered = await this._send(asked, quiet, () => recorded);
    this._fail(asked.request, answered);
    return answered?.report ?? null;
  }

  private _send(
    request: Asked,
    quiet: number,
    recorded: () => boolean
  ): Promise<Answered> {
    return this._queue.send({ ...request, asked: true, quiet, recorded });
  }

  private _fail(request: ObjectRequest, answered: Answered): void {
    if (answered?.error) {
      this._set({ failed: { request, error: answered.error } });
    } else if (answered && this._state.failed?.request === request) {
      this._set({ failed: null });
    }
  }

  /** Another process, or a new connection: earlier answers say nothing about it. */
  private _onKernel(): void {
    this._queue.withdraw(() => true);
    const { reencryption } = this._state;
    this._set({
      ...NO_ANSWERS,
      // What a run has changed stays changed.
      reencryption,
      ...NO_AUDIT,
      failed: null,
      cellsSinceWrites: 0
    });
  }

  private _onRan(): void {
    const { writes, cellsSinceWrites = 0 } = this._state;
    if (writes !== null) {
      this._set({ cellsSinceWrites: cellsSinceWrites + 1 });
    }
  }

  /** A comparison with another profile says nothing about this one. */
  private _onState(): void {
    const { rest } = this._host.snapshot();
    const fingerprint =
      ('report' in rest ? rest.report?.fingerprint : null) ?? null;
    if (fingerprint !== this._fingerprint) {
      this._fingerprint = fingerprint;
      const { audit, underWay } = this._state;
      this._set({ canary: null });
      // One that is being made is refused by the kernel.
      if (underWay !== 'reencryptionPlan') {
        this._set({ reencryptionPlan: null });
      }
      if (underWay !== 'audit' && audit !== null) {
        this._set(NO_AUDIT);
      }
    }
  }

  private _set(change: Partial<IObjectChecksState>): void {
    if (this.isDisposed) {
      return;
    }
    const before = this._state;
    const { underWay } = { ...before, ...change };
    const queued = underWay !== null && this._queue.isWaiting;
    if (queued !== before.queued || Object.keys(change).length > 0) {
      const goesOn = underWay === before.underWay && !before.queued;
      const since =
        underWay === null || queued
          ? null
          : ((goesOn ? before.since : null) ?? Date.now());
      this._state = { ...before, ...change, queued, since };
      this.changed.emit(this._state);
    }
  }

  private readonly _queue: IdleQueue;
  private readonly _reencryption = new Reencryption({
    state: () => this._state,
    set: change => {
      this._set(change);
    },
    run: (request, task) => this._run(request, task),
    ask: (asked, first) => this._ask(asked, first ? SOON : 0, first),
    act: asked => this._send(asked, 0, () => false)
  });
  private readonly _reported = new Set<string>();
  private _state = NOTHING_KNOWN;
  private _fingerprint: string | null = null;
  /** Identifies the running audit; another object or null once it is cancelled. */
  private _turn: object | null = null;
  private _isScheduled = false;
}

/** Execution numbers start again with each Spark session, hence the time. */
function idOf({ path, execution, time }: IWrittenPath): string {
  return `${execution} ${time} ${path}`;
}

function same(one?: IWrittenPath, other?: IWrittenPath): boolean {
  return (one && idOf(one)) === (other && idOf(other));
}

/**
 * The counts of the newer answer, and at most one page of objects of each group, so that
 * each can be looked at; the worst first.
 */
function merged(before: IAudit | null, page: IAudit): IAudit {
  const shown = new Map<string, number>();
  const objects = [...(before?.objects ?? []), ...page.objects]
    .filter(object => {
      const group = groupOf(object);
      const count = (shown.get(group) ?? 0) + 1;
      shown.set(group, count);
      return count <= PAGE;
    })
    .sort((one, other) => rankOf(one.verdict) - rankOf(other.verdict));
  return { ...page, objects };
}
