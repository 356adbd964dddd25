/**
 * What the session needs from a kernel: send a request, get the agent's answer.
 * There is one implementation per kind of kernel.
 */

import type { IDisposable } from '@lumino/disposable';

import { ENGLISH, type ITranslate, type Say } from '../contract/messages';
import { inWords, translated } from '../contract/sentences';
import type { Block } from '../encryption/lifecycle/types';
import type { IReport, IReportError } from '../contract/report';
import { reportError, type IRequest } from './protocol';

export interface IAgentChannel extends IDisposable {
  /** The exact code that the kernel evaluates; arguments travel beside it. */
  readonly code: string;
  /** The same for a request that blocks the cells behind it if it fails. */
  readonly blockingCode: string;
  /** Requests are statements of a remote session. */
  readonly isRemote?: boolean;
  /** False while something that a request needs is still being loaded: cells could overtake it. */
  readonly isReady?: boolean;
  /**
   * Send one request. It is on its way before this call returns, so that requests
   * and cells keep their order.
   *
   * @param options - `withAgent`: send the agent along; a kernel that turns out
   *   to have none gets it in a second message
   *   `block`: if the request fails, the kernel drops the cells behind it
   * @returns the report, even if the request failed in the kernel; null if the
   *   agent had nothing to do
   * @throws ChannelError if there is no report
   * @throws BlockedError if the kernel dropped the cells behind the request
   */
  send(
    request: IRequest,
    options: { withAgent: boolean; block?: Block }
  ): Promise<IReport | null>;
}

/** Why there is no report. */
export type ChannelErrorCode =
  /** There is no kernel, or it is not a Python one. */
  | 'no-kernel'
  /** The kernel died, was restarted or was replaced before it answered. */
  | 'kernel-gone'
  /** Failing cells ahead of the request removed it from the queue, again and again. */
  | 'aborted'
  /** The answer is not a report. */
  | 'bad-answer'
  /** Any code that came from the kernel. */
  | (string & {});

export class ChannelError extends Error {
  /** @param say - the message in any language, if the page says it */
  constructor(
    readonly error: IReportError,
    protected readonly say?: Say
  ) {
    super(error.message);
    this.name = 'ChannelError';
  }

  static of(code: ChannelErrorCode, message: string | Say): ChannelError {
    return typeof message === 'string'
      ? new ChannelError(reportError(code, message))
      : new ChannelError(reportError(code, message(ENGLISH)), message);
  }

  /** The same in the user's language, if the page says it. */
  inWords(trans: ITranslate): ChannelError {
    return this.say === undefined
      ? this
      : new ChannelError({ ...this.error, message: this.say(trans) });
  }

  get code(): ChannelErrorCode {
    return this.error.code;
  }
}

/** The kernel dropped the cells behind a guard; the message says why. */
export class BlockedError extends ChannelError {
  /** @param report - null if the kernel sent none that can be read */
  constructor(
    message: string,
    readonly report: IReport | null,
    say?: Say
  ) {
    super(report?.error ?? reportError('blocked', message), say);
    this.message = message;
  }

  override inWords(trans: ITranslate): BlockedError {
    const { report } = this;
    return new BlockedError(
      this.say?.(trans) ?? inWords(this.message, report?.sentences, trans),
      report && translated(report, trans)
    );
  }
}
