/**
 * Sends the requests of one kernel connection, translates the reports, and records
 * each request in the history. Never throws.
 */

import type { IDisposable } from '@lumino/disposable';

import { ENGLISH, type ITranslate } from '../contract/messages';
import type { IReport } from '../contract/report';
import { broughtBy, type Asked } from '../contract/requests';
import { translated } from '../contract/sentences';
import { contradiction } from '../encryption/consistency';
import type { Block, Reason } from '../encryption/lifecycle/types';
import {
  BlockedError,
  ChannelError,
  type IAgentChannel
} from '../kernel/channel';
import { makeRequest } from '../kernel/protocol';
import type { IHistoryEntry } from '../tokens';

/** Milliseconds that a lost request waits for news of a restart before it counts as failed. */
const GRACE = 2000;

/** How a request ended, with its entry for the history. */
export interface IExchange {
  report: IReport | null;
  /** Null for a guard that had nothing to do. */
  entry: IHistoryEntry | null;
  error: ChannelError | null;
}

export class AgentClient implements IDisposable {
  constructor(
    private readonly _channel: IAgentChannel,
    private readonly _kernelId: string,
    private readonly _trans: ITranslate = ENGLISH
  ) {}

  get isDisposed(): boolean {
    return this._channel.isDisposed;
  }

  /** Spark runs in a remote session, and each request is a statement there. */
  get isRemote(): boolean {
    return this._channel.isRemote === true;
  }

  /** A request leaves in the turn in which it is made, ahead of the cells behind it. */
  get isReady(): boolean {
    return this._channel.isReady !== false;
  }

  dispose(): void {
    this._channel.dispose();
    this._stopWaiting.forEach(stop => {
      stop();
    });
  }

  /** Send a request; it is on its way when this call returns. */
  async request(
    asked: Asked,
    reason: Reason,
    block?: Block
  ): Promise<IExchange> {
    const { request, args } = asked;
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
      const answer = await this._channel.send(makeRequest(asked), {
        withAgent: !this._hasAgent || (request === 'guard' && !this._installed),
        ...(block ? { block } : {})
      });
      const report = answer && translated(answer, this._trans);
      this._believe(asked, report);
      this._hasAgent = true;
      this._installed = report?.agent.source === 'installed' || this._installed;
      return {
        report,
        entry:
          report &&
          entry(report.ok ? 'ok' : 'failed', messageOf(report, this._trans)),
        error: null
      };
    } catch (thrown) {
      const error =
        thrown instanceof ChannelError
          ? thrown.inWords(this._trans)
          : ChannelError.of('internal', String(thrown));
      if (error instanceof BlockedError) {
        const { report } = error;
        if (report !== null && this._doubt(asked, report) !== null) {
          const entered = entry('blocked', error.message);
          return { report: null, entry: entered, error };
        }
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

  /** @throws ChannelError if the report contradicts itself or what was asked for */
  private _believe(asked: Asked, report: IReport | null): void {
    const doubt = report && this._doubt(asked, report);
    if (doubt !== null) {
      throw ChannelError.of(
        'not-believed',
        this._trans.__(
          'The kernel sent a report that cannot be true. %1 Code in the kernel may have changed the agent: restart the kernel and apply again.',
          doubt
        )
      );
    }
  }

  private _doubt({ request, args }: Asked, report: IReport): string | null {
    const { profile } = broughtBy(args);
    return contradiction(report, { request, profile }, this._trans);
  }

  /** A request was lost with its kernel: give news of a restart time to arrive first. */
  newsOfRestart(): Promise<void> {
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
  /** The agent is sent along until the first answer, because the kernel may not have it. */
  private _hasAgent = false;
  /**
   * Any process of this kernel can import the agent. Otherwise every guard brings
   * it along: after a restart that went unnoticed, a second message with the agent
   * would come too late for the cells behind the guard.
   */
  private _installed = false;
}

function messageOf(report: IReport, trans: ITranslate): string {
  if (report.error !== null) {
    return report.error.message;
  }
  return report.waiting
    ? trans.__('Waiting for Spark.')
    : trans.__('Claim: %1.', report.claim);
}
