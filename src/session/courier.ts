/**
 * Carries the requests of one kernel connection, and turns every outcome into
 * an event of the lifecycle and a line of the history. Never throws.
 *
 * Must not know of states.
 */

import type { JSONObject } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';

import type { Effect, LifecycleEvent } from '../encryption/lifecycle';
import type { IReport } from '../encryption/report';
import { ChannelError, type IAgentChannel } from '../kernel/channel';
import { makeRequest } from '../kernel/protocol';
import type { IHistoryEntry } from '../tokens';

export type SendEffect = Extract<Effect, { type: 'send' }>;

/** How a request ended. */
export interface IOutcome {
  event: Extract<LifecycleEvent, { type: 'answered' | 'lost' }>;
  /** Null where nothing was done: a guard that found everything in place. */
  entry: IHistoryEntry | null;
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

  dispose(): void {
    this._channel.dispose();
  }

  /** Send one request; it has left when this call returns. */
  async deliver(parcel: IParcel): Promise<IOutcome> {
    const { effect } = parcel;
    const { id, generation, request } = effect;
    const args = argumentsOf(parcel);
    const time = new Date().toISOString();
    const start = performance.now();
    const entry = (
      outcome: IHistoryEntry['outcome'],
      message: string
    ): IHistoryEntry => ({
      time,
      kernelId: this._kernelId,
      request,
      reason: effect.reason,
      code: this._channel.code,
      arguments: JSON.stringify(
        'customerKey' in args ? { ...args, customerKey: '***' } : args
      ),
      outcome,
      message,
      elapsed: performance.now() - start
    });
    try {
      const report = await this._channel.send(makeRequest(request, args), {
        withAgent: !this._hasAgent || (request === 'guard' && !this._installed)
      });
      this._hasAgent = true;
      this._installed = report?.agent.source === 'installed' || this._installed;
      return {
        event: { type: 'answered', generation, id, report },
        entry: report && entry(report.ok ? 'ok' : 'failed', messageOf(report)),
        error: null
      };
    } catch (reason) {
      const error =
        reason instanceof ChannelError
          ? reason
          : ChannelError.of('internal', String(reason));
      return {
        event: { type: 'lost', generation, id, error: error.error },
        entry: entry(
          error.code === 'aborted' ? 'aborted' : 'failed',
          error.message
        ),
        error
      };
    }
  }

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
