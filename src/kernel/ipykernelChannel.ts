/**
 * Talks to the agent in an ipykernel, without leaving a trace in the notebook.
 *
 * The request is an empty cell with one user expression; its arguments travel in
 * the message's metadata. Empty code runs no cell hooks, adds nothing to history
 * or output, and leaves `execution_count` alone. Only a guard that has to block
 * cells is a line of code, because a failing expression fails no cell.
 */

import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { Block } from '../encryption/lifecycle/types';
import type { IReport } from '../contract/report';
import { PROTOCOL } from '../contract/report';
import {
  agentBundle,
  agentText,
  loadAgent,
  isAboutObjects,
  loadTools,
  packedAgent,
  partFor,
  writersText,
  type Files,
  type Part
} from './agentText';
import { kernelGone, reportOf, runAgain } from './answers';
import { ChannelError, type IAgentChannel } from './channel';
import { parseAnswer, toJson, type Answer, type IRequest } from './protocol';
import { MAGICS, readMagics, withMagics } from './remote/remoteMagics';
import { EXPRESSION_KEY, MAGICS_KEY, dataOf, resultOf } from './replies';

const METADATA_KEY = 's3-encryption';

/** The metadata of the message that the kernel is processing. */
const PAYLOAD =
  "((lambda k: (k.get_parent() if hasattr(k, 'get_parent') else k._parent_header))" +
  "(__import__('IPython').get_ipython().kernel)['metadata']['s3-encryption'])";
const NAMESPACE = "({'__name__': '_s3_encryption_bootstrap'})";

/**
 * Reads the metadata of its own message and runs the bootstrap in a namespace of
 * its own, or reuses the module that the same bootstrap has left in the kernel.
 * Constant: arguments are never pasted into it. Short: each guard has the kernel compile it.
 */
export const EXPRESSION =
  "(lambda p, m, n: m.run(p) if p['bootstrap'] in getattr(m, 'texts', ()) else " +
  `exec(p['bootstrap'], n) or n['run'](p))(${PAYLOAD}, ` +
  "__import__('sys').modules.get('_jupyterlab_s3_encryption_bootstrap'), " +
  `${NAMESPACE})`;

/**
 * The same as a cell, which fails if the cells behind it must not run: the kernel
 * then drops them. It is a statement, so that it leaves no value in `_`, and it
 * raises in its own frame, so that no traceback contains the request.
 */
export const BLOCKING =
  "if (lambda p: (lambda ns: (exec(p['bootstrap'], ns), exec(p['blocking'], ns), " +
  `ns['block'](p, ns['run']))[2])${NAMESPACE})${PAYLOAD}: raise ${PAYLOAD}['stop']`;

/** Where the cell leaves the answer. */
const ANSWER = `${PAYLOAD}['answer']`;

/** What is different for another kernel that contains IPython. */
export interface IBootstrapVariant {
  /** Replaces the bootstrap. */
  readonly bootstrap: string;
  /** Precedes a guard that is a cell. */
  readonly prefix: string;
  more(request: IRequest): ReadonlyPartialJSONObject;
}

/** Milliseconds to wait before an aborted request is sent again. */
const BACKOFF = [20, 50, 100, 200, 400, 800];

/** Milliseconds to wait for the kernel's idle status after its reply. */
const IDLE = 500;

/** How the agent travels: its core packed, as each guard carries it, or as files. */
interface IAgent {
  readonly core?: string | null;
  readonly files?: Files;
}

type Future = ReturnType<Kernel.IKernelConnection['requestExecute']>;

export class IpykernelChannel implements IAgentChannel {
  /**
   * @param kernel - not disposed with the channel
   * @param backoff - waits before each further try, in milliseconds
   */
  constructor(
    kernel: Kernel.IKernelConnection,
    backoff: readonly number[] = BACKOFF,
    private readonly _variant: IBootstrapVariant | null = null
  ) {
    this._kernel = kernel;
    this._backoff = backoff;
    this.blockingCode = (_variant?.prefix ?? '') + BLOCKING;
  }

  readonly code = EXPRESSION;
  readonly blockingCode: string;

  get isReady(): boolean {
    return agentText() !== null;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Pending requests are rejected as `kernel-gone`. */
  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    for (const future of this._futures) {
      future.dispose();
    }
    this._futures.clear();
    for (const wake of this._waits) {
      wake();
    }
  }

  async send(
    request: IRequest,
    options: { withAgent: boolean; block?: Block }
  ): Promise<IReport | null> {
    const { block } = options;
    const part = partFor(request);
    // No await for the others: a guard leaves in the turn in which it is asked for.
    const tools = isAboutObjects(part) ? await loadTools(part) : null;
    const pauses = this._backoff.values();
    let { withAgent } = options;
    let magics: string[] = [];
    const ask = async (sent: boolean): Promise<Answer> => {
      withAgent = sent;
      // A session loads it before it sends: no await, the request must leave in this turn.
      if (!this.isReady) {
        await loadAgent();
      }
      const more = part === 'writers' ? writersText() : tools;
      const agent = withAgent ? this._agentWith(more) : {};
      const { content } = await runAgain(
        () => this._execute(request, agent, block, part),
        reply => reply.content.status === 'aborted',
        pauses,
        milliseconds => this._wait(milliseconds)
      );
      if (content.status === 'aborted') {
        throw ChannelError.of('aborted', trans =>
          trans.__(
            'Failing cells kept the request from running %1 times.',
            String(this._backoff.length + 1)
          )
        );
      }
      const answer = parseAnswer(dataOf(content, block !== undefined));
      magics = readMagics(resultOf(content, MAGICS_KEY));
      return answer;
    };
    const get = (): Promise<IReport | null> =>
      reportOf(ask, withAgent, trans =>
        trans.__('The kernel did not accept the agent.')
      );
    let report = await get();
    if (report === null && magics.length > 0) {
      // Only once: from now on the report says so.
      const { protocol, id } = request;
      request = { protocol, id, request: 'verify', arguments: {} };
      report = await get();
    }
    if (report === null) {
      return null;
    }
    this._reported ||= magics.length > 0;
    this._checksMagics = report.waiting && !this._reported;
    return withMagics(report, magics);
  }

  private async _execute(
    request: IRequest,
    agent: IAgent,
    block: Block | undefined,
    part: Part | null
  ): Promise<KernelMessage.IExecuteReplyMsg> {
    const texts = agentBundle();
    if (this._isDisposed || this._kernel.isDisposed || texts === null) {
      throw kernelGone();
    }
    const { version, fingerprint, bootstrap, blocking, installed } = texts;
    const blocks = block !== undefined;
    // What blocks runs in the namespace of the bootstrap.
    const finds = agent.core === undefined && !blocks;
    const payload: ReadonlyPartialJSONObject = {
      protocol: PROTOCOL,
      version,
      fingerprint,
      bootstrap: this._variant?.bootstrap ?? (finds ? installed : bootstrap),
      request,
      ...this._variant?.more(request),
      ...(blocks ? { blocking, block } : {}),
      ...(part === null ? {} : { part }),
      ...agent
    };
    const content = {
      code: blocks ? this.blockingCode : '',
      // After a silent request the kernel never drops the cells behind it.
      silent: !blocks,
      store_history: false,
      allow_stdin: false,
      stop_on_error: blocks,
      user_expressions: {
        [EXPRESSION_KEY]: blocks ? ANSWER : EXPRESSION,
        ...(!blocks && this._asksMagics(request)
          ? { [MAGICS_KEY]: MAGICS }
          : {})
      }
    };
    let future: Future;
    try {
      future = this._kernel.requestExecute(content, true, {
        [METADATA_KEY]: toJson(payload)
      });
    } catch (error) {
      throw kernelGone(error);
    }
    this._futures.add(future);
    try {
      return await replyOf(future);
    } catch (error) {
      throw kernelGone(error);
    } finally {
      this._futures.delete(future);
      future.dispose();
    }
  }

  /** The agent with a part of it; what forwards it to a remote session reads file by file. */
  private _agentWith(part: Files | null): IAgent {
    return this._variant === null
      ? { core: packedAgent(), ...(part === null ? {} : { files: part }) }
      : { files: { ...agentText(), ...part } };
  }

  /** Magics that lead to a remote Spark are looked for with requests that only read, never with an apply. */
  private _asksMagics({ request }: IRequest): boolean {
    const onlyReads =
      request === 'verify' || (request === 'guard' && this._checksMagics);
    return onlyReads && this._variant === null;
  }

  /** Ends early if the channel is disposed. */
  private async _wait(milliseconds: number): Promise<void> {
    await new Promise<void>(resolve => {
      const wake = (): void => {
        clearTimeout(timer);
        this._waits.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      this._waits.add(wake);
    });
  }

  private readonly _kernel: Kernel.IKernelConnection;
  private readonly _backoff: readonly number[];
  private readonly _futures = new Set<Future>();
  private readonly _waits = new Set<() => void>();
  private _isDisposed = false;
  /** A profile waits for Spark, and it is not known yet whether magics lead to a remote one. */
  private _checksMagics = false;
  private _reported = false;
}

/**
 * The kernel's reply. A future is done when the idle status has arrived too. That
 * status is lost if a kernel that died while busy answers before the server listens
 * to it again, so the reply alone has to do after a while.
 */
async function replyOf(
  future: Future
): Promise<KernelMessage.IExecuteReplyMsg> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise((resolve, reject) => {
      future.onReply = reply => {
        timer = setTimeout(() => {
          resolve(reply);
        }, IDLE);
      };
      future.done.then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
  }
}
