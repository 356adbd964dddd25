/**
 * The channel of a kernel whose kind is not known yet or turns out to be another
 * one. It starts as an ipykernel channel and loads the others on demand.
 */

import type { Kernel } from '@jupyterlab/services';

import type { Block } from '../encryption/lifecycle/types';
import type { IReport } from '../contract/report';
import { ChannelError, type IAgentChannel } from './channel';
import { IpykernelChannel } from './ipykernelChannel';
import { guessKind, type KernelKind } from './kinds';
import type { IRequest } from './protocol';

export class KernelChannel implements IAgentChannel {
  /**
   * @param kernel - not disposed with the channel
   * @param load - loads the channel of another kind; for tests
   */
  constructor(
    private readonly _kernel: Kernel.IKernelConnection,
    private readonly _load = load
  ) {
    this._channel = new IpykernelChannel(_kernel);
  }

  get code(): string {
    return this._channel.code;
  }

  get blockingCode(): string {
    return this._channel.blockingCode;
  }

  get isRemote(): boolean {
    return this._kind === 'sparkmagic' || this._kind === 'glue';
  }

  get isReady(): boolean {
    const isLoading = this._loading !== null && this._kind !== 'undetermined';
    return !isLoading && this._channel.isReady !== false;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._channel.dispose();
    this._fallback?.dispose();
  }

  /** From now on use the channel of this kind; pending requests are given up. */
  setKind(kind: KernelKind): void {
    if (kind === this._kind) {
      return;
    }
    this._kind = kind;
    this._channel.dispose();
    this._fallback?.dispose();
    this._fallback = null;
    this._loading = null;
    if (kind === 'python' || kind === 'other') {
      this._channel = new IpykernelChannel(this._kernel);
      return;
    }
    const make = loaded.get(kind);
    if (make !== undefined) {
      this._channel = make(this._kernel);
      return;
    }
    const loading = this._load(kind).then(made => {
      loaded.set(kind, made);
      if (this._loading === loading && !this._isDisposed) {
        this._loading = null;
        this._channel = made(this._kernel);
      }
    });
    this._loading = loading;
    if (kind === 'undetermined') {
      // Used until the other is loaded: harmless in a remote kernel, in time for an ipykernel.
      this._fallback = this._channel = new IpykernelChannel(this._kernel);
    }
    // The error surfaces in the next `send()`.
    loading.catch(() => undefined);
  }

  async send(
    request: IRequest,
    options: { withAgent: boolean; block?: Block }
  ): Promise<IReport | null> {
    // A loaded channel must send in this turn: cells follow right behind.
    if (this._loading !== null && this._kind !== 'undetermined') {
      try {
        await this._loading;
      } catch (error) {
        throw ChannelError.of('not-loaded', String(error));
      }
    }
    return this._channel.send(request, options);
  }

  private _channel: IAgentChannel;
  private _kind: KernelKind = 'python';
  /** The channel of an undetermined kernel until the right one is loaded. */
  private _fallback: IAgentChannel | null = null;
  private _loading: Promise<void> | null = null;
  private _isDisposed = false;
}

type Make = (kernel: Kernel.IKernelConnection) => IAgentChannel;

/** Channels that were loaded, ready for the next kernel and after a restart. */
const loaded = new Map<KernelKind, Make>();

/** Load the channel that a kernel may need, judging by its name, before it is there. Never throws. */
export async function prepare(context: {
  readonly kernelPreference?: { readonly name?: string | null };
}): Promise<void> {
  const name = context.kernelPreference?.name ?? '';
  if (
    guessKind('python', name)?.kind === 'undetermined' &&
    !loaded.has('undetermined')
  ) {
    try {
      loaded.set('undetermined', await load('undetermined'));
      loaded.set('sparkmagic', await load('sparkmagic'));
    } catch {
      // Loading is tried again on demand, and the error surfaces then.
    }
  }
}

async function load(
  kind: 'sparkmagic' | 'glue' | 'undetermined'
): Promise<Make> {
  if (kind === 'glue') {
    return (await import('./remote/glueChannel')).glueChannel;
  }
  const { eitherChannel, livyChannel } = await import('./remote/livyChannel');
  return kind === 'undetermined' ? eitherChannel : livyChannel;
}
