/**
 * Detects every way in which a kernel restarts or is replaced, as one signal.
 *
 * Measured in JupyterLab 4.4 and 4.6: a message sent while the status becomes
 * `restarting` still reaches the old process, one sent a microtask later is the
 * first that the new one sees; a restart through REST or from another browser gives
 * no `restarting`, only another `header.session`; `SessionContext.restartKernel`
 * emits `kernelChanged` with the same kernel long after the restart.
 */

import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel, KernelMessage, Session } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

/** The part of a session context that the watcher needs. */
export type IWatched = Pick<
  ISessionContext,
  'session' | 'sessionManager' | 'kernelChanged'
>;

export class KernelWatcher implements IDisposable {
  constructor(context: IWatched) {
    this._context = context;
    context.kernelChanged.connect(this._onKernelChanged, this);
    this._attach(context.session?.kernel ?? null);
    this._isNew = this._kernel !== null && isNew(context, this._kernel);
  }

  /** The current kernel; null if there is none or it is dead. */
  get kernel(): Kernel.IKernelConnection | null {
    return this._kernel;
  }

  /** Has the current kernel just started? */
  get isNew(): boolean {
    return this._isNew;
  }

  /** A new process, with nothing of ours in it. A request can be sent at once. */
  get started(): ISignal<this, Kernel.IKernelConnection> {
    return this._started;
  }

  /** A process that was already running, or the same one after a lost connection. */
  get reconnected(): ISignal<this, Kernel.IKernelConnection> {
    return this._reconnected;
  }

  /** There is no kernel any more, or it has died. */
  get gone(): ISignal<this, void> {
    return this._gone;
  }

  /** The kernel became busy (true) or idle (false). */
  get busyChanged(): ISignal<this, boolean> {
    return this._busyChanged;
  }

  /** A cell has ended, whoever ran it; requests of ours are no cells. */
  get ran(): ISignal<this, void> {
    return this._ran;
  }

  /** Another page or front end changed the profile of this process. */
  get changedElsewhere(): ISignal<this, void> {
    return this._changedElsewhere;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._context.kernelChanged.disconnect(this._onKernelChanged, this);
    this._detach();
    Signal.clearData(this);
  }

  private _attach(kernel: Kernel.IKernelConnection | null): void {
    this._detach();
    if (kernel === null || kernel.isDisposed || kernel.status === 'dead') {
      return;
    }
    this._kernel = kernel;
    kernel.statusChanged.connect(this._onStatus, this);
    kernel.connectionStatusChanged.connect(this._onConnection, this);
    kernel.iopubMessage.connect(this._onIOPub, this);
  }

  private _detach(): void {
    const kernel = this._kernel;
    this._kernel = null;
    this._restart = null;
    this._connectionLost = false;
    this._reconnectExpected = false;
    this._process = null;
    this._oldProcess = null;
    this._runs = false;
    this._cell = null;
    if (kernel !== null) {
      kernel.statusChanged.disconnect(this._onStatus, this);
      kernel.connectionStatusChanged.disconnect(this._onConnection, this);
      kernel.iopubMessage.disconnect(this._onIOPub, this);
    }
  }

  private _onKernelChanged(
    _: unknown,
    args: Session.ISessionConnection.IKernelChangedArgs
  ): void {
    const kernel = args.newValue;
    // The end of a restart whose beginning was announced already.
    if (kernel !== null && kernel === this._kernel) {
      return;
    }
    const had = this._kernel !== null;
    this._attach(kernel);
    if (this._kernel !== null) {
      this._isNew = isNew(this._context, this._kernel);
      (this._isNew ? this._started : this._reconnected).emit(this._kernel);
    } else if (had || args.oldValue !== null) {
      this._gone.emit();
    }
  }

  private _onStatus(
    kernel: Kernel.IKernelConnection,
    status: KernelMessage.Status
  ): void {
    switch (status) {
      case 'restarting':
      case 'autorestarting':
        this._reconnectExpected = true;
        this._announce(kernel);
        break;
      case 'dead':
      case 'terminating':
        this._detach();
        this._gone.emit();
        break;
      case 'idle':
        // It was already busy when we connected.
        if (!this._runs) {
          this._busyChanged.emit(false);
        }
        break;
      default:
        break;
    }
  }

  /** A restart by the server gives `restarting` and then `autorestarting`: announce it once. */
  private _announce(kernel: Kernel.IKernelConnection): void {
    if (this._restart !== null) {
      return;
    }
    const restart = {};
    this._restart = restart;
    void Promise.resolve().then(() => {
      if (this._restart === restart && this._kernel === kernel) {
        this._restart = null;
        this._forgetProcess();
        this._isNew = true;
        this._started.emit(kernel);
      }
    });
  }

  private _forgetProcess(): void {
    this._oldProcess = this._process ?? this._oldProcess;
    this._process = null;
    this._runs = false;
    this._cell = null;
  }

  private _onConnection(
    kernel: Kernel.IKernelConnection,
    status: Kernel.ConnectionStatus
  ): void {
    if (status !== 'connected') {
      this._connectionLost = true;
      return;
    }
    const lost = this._connectionLost;
    const expected = this._reconnectExpected;
    this._connectionLost = false;
    this._reconnectExpected = false;
    // If the process has not sent anything yet, this is the first connection.
    if (lost && !expected && this._process !== null) {
      this._runs = false;
      this._reconnected.emit(kernel);
    }
  }

  private _onIOPub(
    kernel: Kernel.IKernelConnection,
    message: KernelMessage.IIOPubMessage
  ): void {
    const session = message.header.session;
    const busy = isBusy(message);
    if (busy !== null) {
      this._runs = busy;
      this._busyChanged.emit(busy);
    }
    const { msg_id: asked = null } = parentOf(message);
    if (message.header.msg_type === 'execute_input') {
      this._cell = asked;
    } else if (busy === false && asked !== null && asked === this._cell) {
      this._cell = null;
      this._ran.emit();
    }
    if (isNews(message) && session === (this._process ?? session)) {
      const { session: asker } = parentOf(message);
      // What a cell of this page has changed is in no answer to a request of it.
      if (asker !== kernel.clientId || 'gate' in Object(message.content)) {
        this._changedElsewhere.emit();
      }
      return;
    }
    if (!isFromKernel(message) || session === '') {
      return;
    }
    if (this._process === null) {
      if (session !== this._oldProcess) {
        this._process = session;
      }
    } else if (session !== this._process && session !== this._oldProcess) {
      this._forgetProcess();
      this._process = session;
      this._isNew = true;
      this._started.emit(kernel);
    }
  }

  private readonly _context: IWatched;
  private _kernel: Kernel.IKernelConnection | null = null;
  private _isNew = false;
  private _restart: object | null = null;
  private _connectionLost = false;
  private _reconnectExpected = false;
  /** The `header.session` of the kernel process; null until its first message. */
  private _process: string | null = null;
  private _oldProcess: string | null = null;
  /** An execute request is known to be running. */
  private _runs = false;
  /** The request of the cell that runs; silent ones, such as ours, have no input. */
  private _cell: string | null = null;
  private _isDisposed = false;
  private readonly _started = new Signal<this, Kernel.IKernelConnection>(this);
  private readonly _reconnected = new Signal<this, Kernel.IKernelConnection>(
    this
  );
  private readonly _gone = new Signal<this, void>(this);
  private readonly _changedElsewhere = new Signal<this, void>(this);
  private readonly _ran = new Signal<this, void>(this);
  private readonly _busyChanged = new Signal<this, boolean>(this);
}

/**
 * Has the kernel just started?
 *
 * The session manager refreshes its list right after a session starts, so a kernel
 * that it does not list yet is new.
 */
function isNew(context: IWatched, kernel: Kernel.IKernelConnection): boolean {
  for (const { kernel: model } of context.sessionManager.running()) {
    if (model?.id === kernel.id) {
      return model.execution_state === 'starting';
    }
  }
  return true;
}

/**
 * Does the kernel begin (true) or end (false) an execute request? Null for everything
 * else: a debugger request, for example, is answered while a cell runs, and its
 * status then says idle although the cell goes on.
 */
function isBusy(message: KernelMessage.IIOPubMessage): boolean | null {
  const { msg_type: asked } = parentOf(message);
  return message.header.msg_type === 'status' && asked === 'execute_request'
    ? stateOf(message) === 'busy'
    : null;
}

/** What a status message says of the kernel; null for any other message. */
function stateOf({ content }: KernelMessage.IIOPubMessage): unknown {
  return 'execution_state' in content ? content.execution_state : null;
}

/** What a message answers; the page lets messages without that in. */
function parentOf({ parent_header: parent }: KernelMessage.IIOPubMessage): {
  msg_id?: string;
  msg_type?: string;
  session?: string;
} {
  return Object(parent) as ReturnType<typeof parentOf>;
}

/** The agent's own message: the profile of this process has changed. */
function isNews(message: KernelMessage.IIOPubMessage): boolean {
  const type: string = message.header.msg_type;
  return type === 's3_encryption_changed';
}

/** The server publishes status messages too, with a session id of its own. */
function isFromKernel(message: KernelMessage.IIOPubMessage): boolean {
  const type = message.header.msg_type;
  if (type !== 'status') {
    return type === 'execute_input' || type === 'stream';
  }
  const state = stateOf(message);
  return (
    (state === 'busy' || state === 'idle') && 'msg_id' in parentOf(message)
  );
}
