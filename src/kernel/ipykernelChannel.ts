/**
 * Talks to the agent in an ipykernel, without leaving a trace in the notebook.
 *
 * The request is an empty cell with one user expression; arguments travel in
 * the message's metadata. Empty code runs no cell hooks, has no history and no
 * output, and leaves `execution_count` alone. Only a guard that has to hold
 * cells back is a line of code: a failing expression fails no cell. Must not
 * know of states.
 */

import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { JSONObject, PartialJSONObject } from '@lumino/coreutils';

import connectors from '../encryption/connectors.json';
import type { Block } from '../encryption/lifecycle';
import type { IReport, RequestName } from '../encryption/report';
import { PROTOCOL } from '../encryption/report';
import bundle from './agentBundle.json';
import { agentText, loadAgent, loadTools } from './agentText';
import { BlockedError, ChannelError, type IAgentChannel } from './channel';
import { MIME_TYPE, parseAnswer, type IRequest } from './protocol';

const METADATA_KEY = 's3-encryption';
const EXPRESSION_KEY = 's3enc';

/** The metadata of the message that the kernel is working on. */
const PAYLOAD =
  "((lambda k: (k.get_parent() if hasattr(k, 'get_parent') else k._parent_header))" +
  "(__import__('IPython').get_ipython().kernel)['metadata']['s3-encryption'])";
const NAMESPACE = "({'__name__': '_s3_encryption_bootstrap'})";

/**
 * Reads the metadata of the message that it came with and runs the bootstrap
 * in a namespace of its own. Constant: no argument is ever pasted into it.
 */
export const EXPRESSION =
  "(lambda p: (lambda ns: (exec(p['bootstrap'], ns), ns['run'](p))[1])" +
  `${NAMESPACE})${PAYLOAD}`;

/**
 * The same as a cell, which fails where the cells behind it must not run: the
 * kernel then drops them. A statement, so that it has no value for `_`; what it
 * raises is raised in its own frame, so that no traceback holds the request.
 */
export const BLOCKING =
  "if (lambda p: (lambda ns: (exec(p['bootstrap'], ns), exec(p['blocking'], ns), " +
  `ns['block'](p, ns['run']))[2])${NAMESPACE})${PAYLOAD}: raise ${PAYLOAD}['stop']`;

/** What the cell raises, and where it leaves the answer. */
const BLOCKED = 'S3EncryptionBlocked';
const ANSWER = `${PAYLOAD}['answer']`;

/** The shared data file, which the agent reads beside its own files. */
const DATA = { 'connectors.json': JSON.stringify(connectors) };

/** Requests that need the agent's other files, which are sent only with them. */
const TOOLS: ReadonlySet<string> = new Set<RequestName>([
  'canary',
  'writes',
  'audit',
  'cancelAudit',
  'bucket'
]);

/** Milliseconds to wait before an aborted request is sent again. */
const BACKOFF = [20, 50, 100, 200, 400, 800];

export class IpykernelChannel implements IAgentChannel {
  /**
   * @param kernel - not disposed with the channel
   * @param backoff - waits before each further try, in milliseconds
   */
  constructor(
    kernel: Kernel.IKernelConnection,
    backoff: readonly number[] = BACKOFF
  ) {
    this._kernel = kernel;
    this._backoff = backoff;
  }

  readonly code = EXPRESSION;
  readonly blockingCode = BLOCKING;

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Lets go of every future; requests under way are rejected as `kernel-gone`. */
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
    let { withAgent } = options;
    const tools = TOOLS.has(request.request) ? await loadTools() : null;
    let tries = 0;
    for (;;) {
      // Sessions load it before they send: then this waits for nothing.
      const agent = withAgent ? (agentText() ?? (await loadAgent())) : null;
      const files = agent && { ...agent, ...tools, ...DATA };
      const reply = await this._execute(request, files, block, tools !== null);
      if (reply.content.status === 'aborted') {
        // A failing cell clears the queue behind it, our request included.
        const pause = this._backoff[tries++];
        if (pause === undefined) {
          throw ChannelError.of(
            'aborted',
            `Failing cells kept the request from running ${tries} times.`
          );
        }
        await this._wait(pause);
        continue;
      }
      const answer = parseAnswer(dataOf(reply.content, block !== undefined));
      switch (answer.kind) {
        case 'report':
          return answer.report;
        case 'unchanged':
          return null;
        case 'agent-missing':
          if (withAgent) {
            throw ChannelError.of(
              'bad-answer',
              'The kernel did not take the agent.'
            );
          }
          withAgent = true;
          continue;
        case 'error':
          throw new ChannelError(answer.error);
      }
    }
  }

  private async _execute(
    request: IRequest,
    agent: JSONObject | null,
    block: Block | undefined,
    tools: boolean
  ): Promise<KernelMessage.IExecuteReplyMsg> {
    if (this._isDisposed || this._kernel.isDisposed) {
      throw gone();
    }
    const { version, fingerprint, bootstrap, blocking } = bundle;
    const holds = block !== undefined;
    const payload: JSONObject = {
      protocol: PROTOCOL,
      version,
      fingerprint,
      bootstrap,
      request: { ...request },
      ...(holds ? { blocking, block } : {}),
      ...(tools ? { tools } : {}),
      ...(agent === null ? {} : { files: agent })
    };
    const content = {
      code: holds ? BLOCKING : '',
      // A silent request never makes the kernel drop what is behind it.
      silent: !holds,
      store_history: false,
      allow_stdin: false,
      stop_on_error: holds,
      user_expressions: { [EXPRESSION_KEY]: holds ? ANSWER : EXPRESSION }
    };
    let future: ReturnType<Kernel.IKernelConnection['requestExecute']>;
    try {
      future = this._kernel.requestExecute(content, true, {
        [METADATA_KEY]: payload
      });
    } catch (error) {
      throw gone(error);
    }
    this._futures.add(future);
    try {
      const reply = await future.done;
      return reply;
    } catch (error) {
      throw gone(error);
    } finally {
      this._futures.delete(future);
      future.dispose();
    }
  }

  /** Ends early where the channel is disposed. */
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
  private readonly _futures = new Set<
    ReturnType<Kernel.IKernelConnection['requestExecute']>
  >();
  private readonly _waits = new Set<() => void>();
  private _isDisposed = false;
}

function gone(cause?: unknown): ChannelError {
  const reason = cause instanceof Error ? ` (${cause.message})` : '';
  return ChannelError.of(
    'kernel-gone',
    `The kernel went away before it answered${reason}.`
  );
}

/** Why the kernel dropped what was behind a guard; also where its text cannot be read. */
function blocked(name: string, text: string): BlockedError {
  let told: { why?: unknown; report?: unknown } = {};
  try {
    told = Object(JSON.parse(name === BLOCKED ? text : '{}')) as typeof told;
  } catch {
    // Cut short, or of another version: it is told as it came.
  }
  const answer = parseAnswer(told.report);
  return new BlockedError(
    typeof told.why === 'string'
      ? told.why
      : `The guard failed: ${name}: ${text.slice(0, 200)}`,
    answer.kind === 'report' ? answer.report : null
  );
}

/** The agent's answer in a reply; throws what the kernel said instead. */
function dataOf(
  content: KernelMessage.IExecuteReplyMsg['content'],
  holds: boolean
): unknown {
  if (content.status === 'error') {
    if (holds) {
      throw blocked(content.ename, content.evalue);
    }
    throw ChannelError.of(
      'agent-failed',
      `The kernel could not run the request: ${content.ename}: ${content.evalue}`
    );
  }
  const expressions =
    content.status === 'ok'
      ? (content.user_expressions as PartialJSONObject | undefined)
      : undefined;
  const result = expressions?.[EXPRESSION_KEY] as
    | {
        status?: string;
        ename?: string;
        evalue?: string;
        data?: PartialJSONObject;
      }
    | undefined;
  if (result?.status === 'error') {
    throw ChannelError.of(
      'agent-failed',
      `The agent could not run: ${result.ename ?? 'Error'}: ${result.evalue ?? ''}`
    );
  }
  return result?.data?.[MIME_TYPE];
}
