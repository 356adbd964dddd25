/**
 * Talks to an agent whose answers come back on standard output only: the request
 * is a line of code that prints its answer as a frame. No frame means failure,
 * whatever the kernel's reply says. The output belongs to the request's own
 * message, so it never shows in the notebook.
 */

import type { Kernel, KernelMessage } from '@jupyterlab/services';
import { UUID } from '@lumino/coreutils';
import type { JSONObject } from '@lumino/coreutils';

import type { IReport } from '../../contract/report';
import { PROTOCOL } from '../../contract/report';
import bundle from '../agentBundle.json';
import livy from '../agentLivy.json';
import { loadAgent, loadTools, partFor, writersText } from '../agentText';
import { kernelGone, reportOf, runAgain } from '../answers';
import { ChannelError, type IAgentChannel } from '../channel';
import { FrameReader } from './frames';
import {
  makeRequest,
  parseAnswer,
  type Answer,
  type IRequest
} from '../protocol';

/** The line of code; `{}` is replaced by the request, as data. */
export const CODE =
  '(lambda p: exec(p["statement"], {"__name__": "_s3_encryption_statement", "p": p}))' +
  '(__import__("json").loads(__import__("zlib").decompress(' +
  '__import__("base64").b64decode("{}")).decode("utf-8")))';

/** What Glue takes in one statement, in characters (RunStatement of its API). */
const LONGEST = 68000;

/** The file that goes ahead of the others: one statement cannot hold all of them. */
const AHEAD = 'java_classes.txt';

/** Milliseconds to wait before a line that was removed from the queue is sent again. */
const BACKOFF = [50, 200, 800, 2000];

export class FrameChannel implements IAgentChannel {
  /** @param kernel - not disposed with the channel */
  constructor(protected readonly kernel: Kernel.IKernelConnection) {}

  readonly code: string = CODE;
  readonly blockingCode: string = CODE;

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Pending requests are rejected as `kernel-gone`. */
  dispose(): void {
    this._isDisposed = true;
    for (const future of this._futures) {
      future.dispose();
    }
    this._futures.clear();
  }

  async send(
    request: IRequest,
    options: { withAgent: boolean }
  ): Promise<IReport | null> {
    const ask = async (withAgent: boolean): Promise<Answer> => {
      if (withAgent && partFor(request) === 'objects') {
        // Together they would exceed the limit for one statement.
        await this._ask(payloadOf(makeRequest('probe', {}), await loadAgent()));
      }
      const files = withAgent ? await filesFor(request) : null;
      const reader = await this._ask(payloadOf(request, files));
      if (reader.value === undefined) {
        return { kind: 'report', report: this.unanswered(request, reader) };
      }
      const { failed } = Object(reader.value) as { failed?: unknown };
      if (typeof failed === 'string') {
        throw ChannelError.of('agent-failed', failed);
      }
      return parseAnswer(reader.value);
    };
    return reportOf(ask, options.withAgent, trans =>
      trans.__('The session did not accept the agent.')
    );
  }

  /** The answer to a request that no frame came back for. */
  protected unanswered(_: IRequest, reader: FrameReader): IReport {
    throw ChannelError.of('bad-answer', trans =>
      reader.heard
        ? trans.__('The session gave no report. It said: %1', reader.said)
        : trans.__('The session gave no report.')
    );
  }

  /** Run a request, with its files in as many statements as they need. */
  private async _ask(payload: JSONObject): Promise<FrameReader> {
    const { [AHEAD]: ahead, ...files } = (payload.files ?? {}) as JSONObject;
    if (ahead === undefined) {
      return this._run(payload);
    }
    const before = { ...payload, requests: [], ahead: { [AHEAD]: ahead } };
    delete (before as JSONObject).files;
    await this._run(before);
    return this._run({ ...payload, files });
  }

  /** Run one line to its end, again if it was removed from the queue. */
  private async _run(payload: JSONObject): Promise<FrameReader> {
    const frame = UUID.uuid4();
    const text = JSON.stringify({ ...payload, frame });
    const code = CODE.replace('{}', await packed(text));
    if (code.length > LONGEST) {
      throw ChannelError.of('too-long', trans =>
        trans.__(
          'The request has %1 characters; one statement takes %2.',
          String(code.length),
          String(LONGEST)
        )
      );
    }
    const { reader } = await runAgain(
      async () => {
        const reader = new FrameReader(frame);
        return { reader, reply: await this._execute(code, reader) };
      },
      ({ reply }) => reply.content.status === 'aborted',
      BACKOFF.values(),
      pause => new Promise(resolve => setTimeout(resolve, pause))
    );
    return reader;
  }

  private async _execute(
    code: string,
    reader: FrameReader
  ): Promise<KernelMessage.IExecuteReplyMsg> {
    if (this._isDisposed || this.kernel.isDisposed) {
      throw kernelGone();
    }
    const future = this.kernel.requestExecute({
      code,
      silent: false,
      store_history: false,
      allow_stdin: false,
      stop_on_error: false
    });
    this._futures.add(future);
    future.onIOPub = message => {
      const { name, text } = message.content as {
        name?: string;
        text?: string;
      };
      if (message.header.msg_type === 'stream' && name === 'stdout' && text) {
        reader.push(text);
      }
    };
    try {
      return await future.done;
    } catch (error) {
      throw kernelGone(error);
    } finally {
      this._futures.delete(future);
      future.dispose();
    }
  }

  private readonly _futures = new Set<
    ReturnType<Kernel.IKernelConnection['requestExecute']>
  >();
  private _isDisposed = false;
}

/** The files that a request needs; the objects part alone, because the core is sent ahead of it. */
async function filesFor(request: IRequest): Promise<JSONObject> {
  const part = partFor(request);
  if (part === 'objects') {
    return { ...(await loadTools()) };
  }
  return {
    ...(await loadAgent()),
    ...(part === 'writers' ? writersText() : null)
  };
}

/** The input of `agent/livy/statement.py`; null for no files of the agent. */
function payloadOf(request: IRequest, files: JSONObject | null): JSONObject {
  const { version, fingerprint, bootstrap } = bundle;
  const part = partFor(request);
  return {
    protocol: PROTOCOL,
    version,
    fingerprint,
    bootstrap,
    statement: livy.statement,
    requests: [{ ...request }],
    ...(part === null ? {} : { part }),
    ...(files === null ? {} : { files })
  };
}

/** A text as base64 of zlib. */
async function packed(text: string): Promise<string> {
  const stream = new CompressionStream('deflate');
  const writer = stream.writable.getWriter();
  const written = writer
    .write(new TextEncoder().encode(text))
    .then(() => writer.close());
  const reader = stream.readable.getReader();
  let binary = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      break;
    }
    for (let at = 0; at < value.length; at += 8192) {
      binary += String.fromCharCode(...value.subarray(at, at + 8192));
    }
  }
  await written;
  return btoa(binary);
}
