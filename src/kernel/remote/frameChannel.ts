/**
 * Talks to an agent whose answers come back on standard output only: the request
 * is a line of code that prints its answer as a frame. No frame means failure,
 * whatever the kernel's reply says. The output belongs to the request's own
 * message, so it never shows in the notebook.
 */

import type { Kernel, KernelMessage } from '@jupyterlab/services';
import { UUID } from '@lumino/coreutils';

import type { IReport } from '../../contract/report';
import { PROTOCOL } from '../../contract/report';
import { isObject } from '../../contract/shape';
import bundle from '../agentBundle.json';
import livy from '../agentLivy.json';
import {
  loadAgent,
  isAboutObjects,
  loadTools,
  partFor,
  writersText,
  type Files,
  type Part
} from '../agentText';
import { kernelGone, reportOf, runAgain } from '../answers';
import { ChannelError, type IAgentChannel } from '../channel';
import { FrameReader } from './frames';
import {
  makeRequest,
  parseAnswer,
  type Answer,
  type IRequest
} from '../protocol';
import { printedBy } from '../replies';

/** The line of code; `{}` is replaced by the request, as data. */
export const CODE =
  '(lambda p: exec(p["statement"], {"__name__": "_s3_encryption_statement", "p": p}))' +
  '(__import__("json").loads(__import__("zlib").decompress(' +
  '__import__("base64").b64decode("{}")).decode("utf-8")))';

/** What Glue takes in one statement, in characters (RunStatement of its API). */
const LONGEST = 68000;

/**
 * How many characters of source one of a statement holds, about, as a statement is compressed:
 * tried in turn, so that the files fit into as few statements as they can.
 */
const RATIOS = [2.86, 2.82, 2.88, 2.9, 3, 2.7, 2.6];

/** How many statements the agent's files may take: more of them would be a fault. */
const MOST = 8;

/** Milliseconds to wait before a line that was removed from the queue is sent again. */
const BACKOFF = [50, 200, 800, 2000];

/** The input of `agent/livy/statement.py`. */
interface IStatement {
  readonly protocol: number;
  readonly version: string;
  readonly fingerprint: string;
  readonly bootstrap: string;
  readonly statement: string;
  readonly requests: readonly IRequest[];
  readonly part?: Part;
  readonly ahead?: Files;
  readonly files?: Files;
}

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
      if (withAgent && isAboutObjects(partFor(request))) {
        // Together they would exceed the limit for one statement.
        const probe = makeRequest({ request: 'probe', args: {} });
        await this._ask(payloadOf(probe, await loadAgent()));
      }
      const files = withAgent ? await filesFor(request) : null;
      const reader = await this._ask(payloadOf(request, files));
      if (reader.value === undefined) {
        return { kind: 'report', report: this.unanswered(request, reader) };
      }
      const { value } = reader;
      if (isObject(value) && typeof value.failed === 'string') {
        throw ChannelError.of('agent-failed', value.failed);
      }
      return parseAnswer(value);
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
  private async _ask(payload: IStatement): Promise<FrameReader> {
    let longest = 0;
    for (const parts of ways(payload)) {
      const lines = await Promise.all(parts.map(lineOf));
      longest = Math.max(...lines.map(({ code }) => code.length));
      if (longest <= LONGEST) {
        const [last] = lines.slice(-1) as [ILine];
        for (const ahead of lines.slice(0, -1)) {
          await this._run(ahead);
        }
        return this._run(last);
      }
    }
    throw ChannelError.of('too-long', trans =>
      trans.__(
        'The request has %1 characters; one statement takes %2.',
        String(longest),
        String(LONGEST)
      )
    );
  }

  /** Run one line to its end, again if it was removed from the queue. */
  private async _run({ code, frame }: ILine): Promise<FrameReader> {
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
      const printed = printedBy(message);
      if (printed?.name === 'stdout') {
        reader.push(printed.text);
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

/** The files that a request needs; those about stored objects alone: the core is sent ahead of them. */
async function filesFor(request: IRequest): Promise<Files> {
  const part = partFor(request);
  if (isAboutObjects(part)) {
    return loadTools(part);
  }
  return {
    ...(await loadAgent()),
    ...(part === 'writers' ? writersText() : null)
  };
}

/** @param files - of the agent; null for none */
function payloadOf(request: IRequest, files: Files | null): IStatement {
  const { version, fingerprint, bootstrap } = bundle;
  const part = partFor(request);
  return {
    protocol: PROTOCOL,
    version,
    fingerprint,
    bootstrap,
    statement: livy.statement,
    requests: [request],
    ...(part === null ? {} : { part }),
    ...(files === null ? {} : { files })
  };
}

/** A line of code, and the number of its frame. */
interface ILine {
  readonly code: string;
  readonly frame: string;
}

async function lineOf(payload: IStatement): Promise<ILine> {
  const frame = UUID.uuid4();
  const text = JSON.stringify({ ...payload, frame });
  return { code: CODE.replace('{}', await packed(text)), frame };
}

/** The statements that a payload can be sent in, the fewest first. */
function* ways(payload: IStatement): Generator<readonly IStatement[]> {
  yield [payload];
  const { files, ...rest } = payload;
  for (let count = 2; files !== undefined && count <= MOST; count++) {
    for (const ratio of RATIOS) {
      yield inParts(rest, files, count, ratio);
    }
  }
}

/** So many statements with about as much of the files in each; the last one has the request. */
function inParts(
  rest: Omit<IStatement, 'files'>,
  files: Files,
  count: number,
  ratio: number
): IStatement[] {
  const weight = (text: string): number => weightOf(text, ratio);
  interface IPart {
    size: number;
    readonly files: Record<string, string>;
  }
  const parts = Array.from({ length: count }, (): IPart => ({
    size: 0,
    files: {}
  }));
  const largestFirst = Object.entries(files).sort(
    ([, one], [, other]) => weight(other) - weight(one)
  );
  for (const [path, text] of largestFirst) {
    const part = parts.reduce((least, one) =>
      one.size < least.size ? one : least
    );
    part.files[path] = text;
    part.size += weight(text);
  }
  return parts.map((part, number) =>
    number < count - 1
      ? { ...rest, requests: [], ahead: part.files }
      : { ...rest, files: part.files }
  );
}

/** What a text adds to a statement, roughly: what has no spaces is compressed already. */
function weightOf(text: string, ratio: number): number {
  return text.includes(' ') ? text.length / ratio : text.length;
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
