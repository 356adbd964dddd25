/**
 * The S3 encryption of one notebook or console: runs the effects of the lifecycle
 * against its kernel, and is disposed with the session context.
 */

import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel } from '@jupyterlab/services';
import { Signal, type ISignal } from '@lumino/signaling';

import {
  initialSnapshot,
  transition,
  type Effect,
  type ISnapshot,
  type LifecycleEvent,
  type LifecycleState
} from '../encryption/lifecycle';
import type { Profile } from '../encryption/profile/profile';
import { ENGLISH } from '../contract/messages';
import type { IReport } from '../contract/report';
import { BlockedError } from '../kernel/channel';
import { KernelChannel } from '../kernel/kernelChannel';
import { detectKind } from '../kernel/language';
import { KernelWatcher } from '../kernel/restart';
import type { IEncryptionSession, IHistoryEntry } from '../tokens';
import { AgentClient, type IExchange } from './agentClient';
import { History } from './history';
import { CustomerKeys } from './customerKeys';
import {
  PendingRequests,
  askedBy,
  mannerOf,
  eventOf,
  type SendEffect
} from './lifecycleRequests';
import { canGuard, gateHolds, holdCells, whyHold, type RunMode } from './hold';
import { KeptChoice } from './keptChoice';
import { load, type ISessionOptions } from './options';
import { ObjectChecks } from './objectChecks';
import { checkClear, isChoice, noKernel, readTarget } from './target';

export class EncryptionSession implements IEncryptionSession {
  constructor(options: ISessionOptions) {
    this._options = options;
    this._kept = new KeptChoice(options, () => {
      this._stateChanged.emit(this.state);
    });
    this._context = options.sessionContext;
    this._watcher = new KernelWatcher(this._context);
    this._watcher.started.connect(this._onStarted, this);
    this._watcher.reconnected.connect(this._onReconnected, this);
    this._watcher.gone.connect(this._onGone, this);
    this._watcher.busyChanged.connect(this._onBusy, this);
    this._watcher.ran.connect(() => {
      this._dispatch({ type: 'ran' });
    });
    this._watcher.changedElsewhere.connect(this._onElsewhere, this);
    this._context.disposed.connect(this.dispose, this);
    this.objectChecks = new ObjectChecks(options, {
      watcher: this._watcher,
      history: this._history,
      stateChanged: this._stateChanged,
      snapshot: () => this._snapshot,
      client: () => this._client,
      dispatch: this._dispatch.bind(this)
    });
    this.ready = this._start();
  }

  /** Resolves when the remembered choice was read and an existing kernel was asked. */
  readonly ready: Promise<void>;
  readonly objectChecks: ObjectChecks;
  readonly applied = new Signal<this, Profile | null>(this);
  readonly blocked = new Signal<this, string>(this);
  readonly excluded = false;

  get label(): { document: string; kernel: string } {
    const { name, path, kernelDisplayName } = this._context;
    return { document: name || path, kernel: kernelDisplayName };
  }

  get state(): LifecycleState {
    return this._snapshot.state;
  }

  get stateChanged(): ISignal<this, LifecycleState> {
    return this._stateChanged;
  }

  get history(): readonly IHistoryEntry[] {
    return this._history.entries;
  }

  get profile(): Profile | null {
    return this._snapshot.desired?.profile ?? null;
  }

  get unread(): string | null {
    return this._snapshot.fixed ? null : this._kept.problem;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  async apply(profile: Profile, customerKey?: string): Promise<IReport | null> {
    await this.ready;
    const { _snapshot: now, _keys: keys } = this;
    const target = readTarget(profile, customerKey, now, keys, this._options);
    return this._ask({ type: 'apply', ...target });
  }

  async verify(): Promise<IReport | null> {
    await this.ready;
    return this._ask({ type: 'verify' });
  }

  async clear(): Promise<IReport | null> {
    await this.ready;
    checkClear(this._snapshot, this._options);
    return this._ask({ type: 'clear' });
  }

  /** Another page may have chosen for this notebook meanwhile. */
  async readAgain(): Promise<void> {
    if (this._started) {
      const news = await this._kept.news(() => this._snapshot);
      news.forEach(this._dispatch, this);
    }
  }

  cancel(): void {
    this._dispatch({ type: 'cancel' });
  }

  guardRun(mode?: RunMode): void {
    const block = mode === 'warn' ? undefined : mode;
    this._warns = mode === 'warn';
    if (block !== undefined && block !== 'off' && !this._canGuard) {
      void this._hold();
    } else if (!gateHolds(this._snapshot, mode, this._kept.isKept)) {
      this._dispatch({ type: 'run', ...(block ? { block } : {}) });
    }
  }

  /** Is its choice known, or that it has none? */
  get isKnown(): boolean {
    return (this._started && this._kept.isRead) || this.profile !== null;
  }

  /** Does the choice come from another notebook or console of this kernel? */
  get isInherited(): boolean {
    return this._snapshot.inherited;
  }

  /** Another notebook or console of this kernel has this choice; null: none has one. */
  inherit(profile: Profile | null): void {
    const refused = profile && this._options.site?.refuse(profile).length;
    this._dispatch({ type: 'inherited', profile: refused ? null : profile });
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._context.disposed.disconnect(this.dispose, this);
    this._options.site?.changed.disconnect(this._onSite, this);
    this.objectChecks.dispose();
    this._watcher.dispose();
    this._client?.dispose();
    this._client = null;
    this._pending.dismiss();
    this._keys.clear();
    Signal.clearData(this);
  }

  /** Would a guard leave in this very turn, on the connection that the cells take? */
  private get _canGuard(): boolean {
    const kernel = this._context.session?.kernel ?? null;
    const isMet = this._started && this._watcher.kernel === kernel;
    const isReady = this._client?.isReady === true;
    const { isRead } = this._kept;
    const { mayInherit } = this._options;
    return (
      kernel === null ||
      (isMet && canGuard(this._snapshot, isReady, isRead, mayInherit))
    );
  }

  private async _hold(): Promise<void> {
    // What is missing may be a part of the page that could not be loaded.
    void load(this._context);
    if (!this._isDisposed && (await holdCells(this._context))) {
      this.blocked.emit(whyHold(this.unread, this._options.trans));
      await this.readAgain();
    }
  }

  private async _start(): Promise<void> {
    const { site } = this._options;
    // Both choices count as soon as they are known, whatever is still being loaded.
    site?.changed.connect(this._onSite, this);
    this._onSite();
    const loaded = load(this._context);
    const profile = await this._kept.read();
    this._onSite();
    if (profile && !site?.refuse(profile).length) {
      this._dispatch({ type: 'restored', profile });
    }
    await loaded;
    if (this._isDisposed) {
      return;
    }
    this._started = true;
    const { kernel, isNew } = this._watcher;
    if (kernel !== null) {
      this._meet(isNew ? 'kernelStarted' : 'kernelReconnected', kernel);
    }
  }

  private _onStarted(_: unknown, kernel: Kernel.IKernelConnection): void {
    this._meet('kernelStarted', kernel);
    void this.readAgain();
  }

  private _onReconnected(_: unknown, kernel: Kernel.IKernelConnection): void {
    this._meet('kernelReconnected', kernel);
    if (!this._kept.isRead) {
      void this.readAgain();
    }
  }

  private _onGone(): void {
    this._client?.dispose();
    this._client = null;
    this._dispatch({ type: 'kernelGone', starting: false });
  }

  private _onElsewhere(): void {
    this._dispatch({ type: 'changedElsewhere' });
  }

  private _onSite(): void {
    const profile = this._options.site?.required ?? null;
    this._dispatch({ type: 'siteProfileChanged', profile });
  }

  private _onBusy(_: unknown, busy: boolean): void {
    this._dispatch({ type: 'busy', busy });
  }

  /** Dispatch synchronously: our request must be queued before the first cell. */
  private _meet(
    type: 'kernelStarted' | 'kernelReconnected',
    kernel: Kernel.IKernelConnection
  ): void {
    // Until the remembered choice was read; `_start` calls this again.
    if (!this._started) {
      return;
    }
    this._client?.dispose();
    const channel =
      this._options.channelFor?.(kernel) ?? new KernelChannel(kernel);
    const client = new AgentClient(
      channel,
      kernel.id,
      this._options.trans ?? ENGLISH
    );
    this._client = client;
    detectKind(this._context, kernel, found => {
      if (this._client !== client) {
        return;
      }
      if (found === null) {
        this._dispatch({ type: 'kernelGone', starting: true });
      } else {
        if (channel instanceof KernelChannel) {
          channel.setKind(found.kind);
        }
        const language = found.kind === 'other' ? found.language : 'python';
        const reapply = this._options.reapplyOnRestart();
        const busy = type === 'kernelReconnected' && kernel.status === 'busy';
        this._dispatch({ type, language, reapply });
        this._dispatch({ type: 'busy', busy });
      }
    });
  }

  /** Dispatch an action of the user's; resolves with the request that it leads to, or with the current one. */
  private _ask(event: LifecycleEvent): Promise<IReport | null> {
    if (this._isDisposed) {
      return Promise.resolve(null);
    }
    if (this._snapshot.kernel !== 'python') {
      this._keys.keepOnly(this._snapshot);
      throw noKernel(this._options);
    }
    const id = this._snapshot.nextId;
    const promise = this._pending.open(id);
    this._dispatch(event);
    if (this._snapshot.nextId > id) {
      return promise;
    }
    this._pending.take(id);
    const open = this._snapshot.queued ?? this._snapshot.sent;
    const other = open === null ? null : this._pending.find(open.id);
    return other ?? Promise.resolve(null);
  }

  private _dispatch(event: LifecycleEvent): void {
    if (this._isDisposed) {
      return;
    }
    const before = this._snapshot;
    const [next, effects] = transition(before, event);
    this._snapshot = next;
    for (const effect of effects) {
      this._run(effect);
    }
    this._keys.keepOnly(this._snapshot);
    if (next.state !== before.state) {
      this._stateChanged.emit(next.state);
    }
  }

  private _run(effect: Effect): void {
    switch (effect.type) {
      case 'send':
        void this._send(effect);
        break;
      case 'drop':
        this._pending.take(effect.id)?.resolve(null);
        break;
      case 'remember':
        this._kept.write(effect.profile);
        break;
    }
  }

  private async _send(effect: SendEffect): Promise<void> {
    const client = this._client;
    if (client === null) {
      return;
    }
    const key = this._keys.get(effect.target?.key ?? null);
    const last = 'report' in this.state ? this.state.report : null;
    const manner = mannerOf(this._options);
    const asked = askedBy(effect, manner, key, last, this._warns);
    const exchange = await client.request(asked, effect.reason, effect.block);
    if (exchange.error?.code === 'kernel-gone') {
      await client.newsOfRestart();
    }
    if (!this._isDisposed) {
      this._onExchange(effect, exchange);
    }
  }

  private _onExchange(effect: SendEffect, exchange: IExchange): void {
    const { id, generation } = effect;
    const { report, error } = exchange;
    const { sent } = this._snapshot;
    this._history.addOf(exchange, sent?.id === id && sent.withdrawn);
    // An answer from an older process: the caller waits for the newer request.
    const asked =
      generation === this._snapshot.generation ? this._pending.take(id) : null;
    if (error instanceof BlockedError) {
      this.blocked.emit(error.message);
    }
    const event = eventOf(effect, exchange);
    const { writes } = this._kept;
    this._dispatch(event);
    if (event.type === 'answered') {
      asked?.resolve(report);
      if (report?.ok && isChoice(sent, id)) {
        const profile = sent.target?.profile ?? null;
        if (this._kept.writes === writes && !this._snapshot.fixed) {
          this._kept.rewrite(profile);
        }
        this.applied.emit(profile);
      }
    } else if (error !== null) {
      asked?.reject(error);
    }
  }

  private readonly _options: ISessionOptions;
  private readonly _kept: KeptChoice;
  private readonly _context: ISessionContext;
  private readonly _watcher: KernelWatcher;
  private readonly _history = new History();
  private readonly _keys = new CustomerKeys();
  private readonly _pending = new PendingRequests();
  private readonly _stateChanged = new Signal<this, LifecycleState>(this);
  private _snapshot: ISnapshot = initialSnapshot();
  private _client: AgentClient | null = null;
  private _started = false;
  private _warns = false;
  private _isDisposed = false;
}
