/**
 * Carries the requests of one kernel connection, and turns every outcome into
 * an event of the lifecycle and a line of the history. Never throws.
 *
 * Must not know of states.
 */

import type { JSONObject } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';

import type {
  Block,
  Effect,
  LifecycleEvent,
  Reason
} from '../encryption/lifecycle/types';
import type { IReport, RequestName } from '../contract/report';
import {
  BlockedError,
  ChannelError,
  type IAgentChannel
} from '../kernel/channel';
import { makeRequest } from '../kernel/protocol';
import type { IHistoryEntry } from '../tokens';

/** How long a lost request waits for news of a restart before it counts as failed, in milliseconds. */
const GRACE = 2000;

export type SendEffect = Extract<Effect, { type: 'send' }>;

/** How a request ended. */
export interface IOutcome {
  event: Extract<LifecycleEvent, { type: 'answered' | 'lost' }>;
  /** Null where nothing was done: a guard that found everything in place. */
  entry: IHistoryEntry | null;
  error: ChannelError | null;
}

/** What a request brought back, with its line of the history. */
export interface ICarried {
  report: IReport | null;
  entry: IHistoryEntry;
  error: ChannelError | null;
}

export interface IParcel {
  effect: SendEffect;
  connector: 'auto' | 's3a' | 'emrfs';
  /** Base64, for SSE-C; travels, and is kept nowhere. */
  customerKey: string | null;
  /** Of the last report, where it is of the same profile. */
  fingerprint: string | null;
}

export class Courier implements IDisposable {
  constructor(
    private readonly _channel: IAgentChannel,
    private readonly _kernelId: string
  ) {}

  get isDisposed(): boolean {
    return this._channel.isDisposed;
  }

  /** Spark is behind a session elsewhere, and each request is a statement there. */
  get isRemote(): boolean {
    return this._channel.isRemote === true;
  }

  dispose(): void {
    this._channel.dispose();
    this._stopWaiting.forEach(stop => {
      stop();
    });
  }

  /** Send one request; it has left when this call returns. */
  async deliver(parcel: IParcel): Promise<IOutcome> {
    const { id, generation, request, reason, block } = parcel.effect;
    const args = argumentsOf(parcel);
    const carried = await this.carry(request, args, reason, block);
    const { report, entry, error } = carried;
    if (error?.code === 'kernel-gone') {
      await this._news();
    }
    return error === null || report !== null
      ? {
          event: { type: 'answered', generation, id, report },
          entry: report && entry,
          error
        }
      : {
          event: { type: 'lost', generation, id, error: error.error },
          entry,
          error
        };
  }

  /** Send any request; it has left when this call returns. */
  async carry(
    request: RequestName,
    args: JSONObject,
    reason: Reason,
    block?: Block
  ): Promise<ICarried> {
    const time = new Date().toISOString();
    const start = performance.now();
    const entry = (
      outcome: IHistoryEntry['outcome'],
      message: string
    ): IHistoryEntry => ({
      time,
      kernelId: this._kernelId,
      request,
      reason,
      code: block ? this._channel.blockingCode : this._channel.code,
      arguments: JSON.stringify(
        'customerKey' in args ? { ...args, customerKey: '***' } : args
      ),
      outcome,
      message,
      elapsed: performance.now() - start
    });
    try {
      const report = await this._channel.send(makeRequest(request, args), {
        withAgent: !this._hasAgent || (request === 'guard' && !this._installed),
        ...(block ? { block } : {})
      });
      this._hasAgent = true;
      this._installed = report?.agent.source === 'installed' || this._installed;
      return {
        report,
        entry: entry(
          report?.ok === false ? 'failed' : 'ok',
          report === null ? '' : messageOf(report)
        ),
        error: null
      };
    } catch (thrown) {
      const error =
        thrown instanceof ChannelError
          ? thrown
          : ChannelError.of('internal', String(thrown));
      if (error instanceof BlockedError) {
        const { report } = error;
        this._hasAgent = this._installed = report !== null && this._installed;
        return { report, entry: entry('blocked', error.message), error };
      }
      return {
        report: null,
        entry: entry(
          error.code === 'aborted' ? 'aborted' : 'failed',
          error.message
        ),
        error
      };
    }
  }

  /** A request died with its kernel: give the news of a restart time to come first. */
  private _news(): Promise<void> {
    return new Promise(resolve => {
      const stop = (): void => {
        clearTimeout(timer);
        this._stopWaiting.delete(stop);
        resolve();
      };
      const timer = setTimeout(stop, this.isDisposed ? 0 : GRACE);
      this._stopWaiting.add(stop);
    });
  }

  private readonly _stopWaiting = new Set<() => void>();
  /** Until the first answer the kernel may have no agent: send it along. */
  private _hasAgent = false;
  /**
   * Any process of this kernel can import the agent. Otherwise a guard always
   * brings it: after a restart that nobody has noticed yet, asking for it first
   * would be too late for the cells behind the guard.
   */
  private _installed = false;
}

function argumentsOf(parcel: IParcel): JSONObject {
  const { effect, connector, customerKey, fingerprint } = parcel;
  const { request, target } = effect;
  if (target === null || (request !== 'apply' && request !== 'guard')) {
    return {};
  }
  return {
    profile: target.profile as unknown as JSONObject,
    connector,
    ...(customerKey === null ? {} : { customerKey }),
    ...(request === 'guard' && fingerprint !== null ? { fingerprint } : {})
  };
}

function messageOf(report: IReport): string {
  if (report.error !== null) {
    return report.error.message;
  }
  return report.waiting ? 'Waiting for Spark.' : `Claim: ${report.claim}.`;
}
