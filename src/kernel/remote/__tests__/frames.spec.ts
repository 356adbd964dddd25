/** Our answer in what a kernel prints: whole, cut, twice, late, or amid anything else. */

import type { Kernel } from '@jupyterlab/services';
import { CompressionStream } from 'node:stream/web';
import { inflateSync } from 'node:zlib';

import { makeReport } from '../../../contract/__tests__/reports';
import { FrameChannel } from '../frameChannel';
import { FrameReader } from '../frames';
import { agentText } from '../../agentText';
import { makeRequest } from '../../protocol';

Object.assign(globalThis, { CompressionStream });

const ID = '7d1c';
/** Characters that Glue takes in one statement. */
const LONGEST = 68000;

interface IPayload {
  frame: string;
  files?: object;
  ahead?: object;
  requests?: unknown[];
}

function frame(value: unknown, id = ID): string {
  const text = JSON.stringify(value);
  return `<<${id}:${text.length}>>${text}<<${id}>>`;
}

function read(...pieces: string[]): FrameReader {
  const reader = new FrameReader(ID);
  pieces.forEach(piece => {
    reader.push(piece);
  });
  return reader;
}

describe('a frame', () => {
  const value = { a: ['<<', '>>', 'ü'] };
  const whole = frame(value);

  it.each([
    ['alone', [whole]],
    ['amid other text', ['before ', `${whole} after`]],
    ['in single characters', Array.from(`x${whole}y`)],
    ['cut at every mark', whole.split(/(?=[<>])/)],
    ['behind marks of others', [frame(1, 'ffff'), `<<${ID}:`, whole]],
    ['behind one that is cut', [whole.slice(0, -3), 'lost', whole]],
    ['behind one of another length', [whole.replace(/:\d+/, ':3'), whole]],
    ['behind one that is no JSON', [`<<${ID}:2>>{]<<${ID}>>`, whole]],
    ['behind a huge one', [`<<${ID}:999999999>>`, whole]],
    ['behind 10 MB', [...Array<string>(100).fill('z'.repeat(1e5)), whole]]
  ])('is found %s', (_, pieces) => {
    expect(read(...pieces).value).toEqual(value);
  });

  it('counts once: what comes later is not looked at', () => {
    expect(read(whole, frame('again')).value).toEqual(value);
  });

  it.each([
    ['nothing', ''],
    ['text', 'hello'],
    ['another number', frame(value, 'ffff')],
    ['a cut one', whole.slice(0, -1)]
  ])('is not there in %s', (_, text) => {
    const reader = read(text);
    expect(reader.value).toBeUndefined();
    expect(reader.heard).toBe(text !== '');
  });

  it('keeps no more than it needs of what is printed', () => {
    const reader = read(...Array<string>(50).fill('z'.repeat(1e5)));
    expect(JSON.stringify(reader).length).toBeLessThan(5000);
    expect(reader.said).toHaveLength(200);
  });
});

/** A kernel that says what a spec wants for each line. */
class FakeKernel {
  readonly isDisposed = false;
  readonly sent: { code: string; store_history?: boolean }[] = [];
  readonly disposed: number[] = [];

  constructor(
    private readonly _answer: (id: string, n: number) => [string[], string]
  ) {}

  requestExecute(content: { code: string }): unknown {
    const n = this.sent.push(content) - 1;
    const [texts, status] = this._answer(payloadOf(content.code).frame, n);
    const future = {
      onIOPub: (_: unknown): void => undefined,
      dispose: () => this.disposed.push(n),
      done: Promise.resolve().then(() => {
        texts.forEach(text => {
          future.onIOPub({
            header: { msg_type: 'stream' },
            content: { name: 'stdout', text }
          });
        });
        return { content: { status } };
      })
    };
    return future;
  }

  get asKernel(): Kernel.IKernelConnection {
    return this as unknown as Kernel.IKernelConnection;
  }
}

function payloadOf(code: string): IPayload {
  const packed = /b64decode\("([^"]*)"\)/.exec(code)?.[1] ?? '';
  const text = inflateSync(Buffer.from(packed, 'base64')).toString('utf8');
  return JSON.parse(text) as IPayload;
}

describe('a channel over the standard output', () => {
  const report = makeReport({ claim: 'set' });
  function ask(
    kernel: FakeKernel,
    before: (channel: FrameChannel) => void = () => undefined
  ): Promise<unknown> {
    const channel = new FrameChannel(kernel.asKernel);
    before(channel);
    return channel.send(makeRequest({ request: 'verify', args: {} }), {
      withAgent: false
    });
  }

  it.each(['ok', 'error'])(
    'takes the frame, whatever the reply says: %s',
    async status => {
      const kernel = new FakeKernel(id => [
        ['noise', frame(report, id)],
        status
      ]);
      expect(await ask(kernel)).toEqual(report);
      expect(kernel.disposed).toEqual([0]);
      expect(kernel.sent[0]).toMatchObject({
        store_history: false,
        silent: false,
        stop_on_error: false
      });
    }
  );

  it('counts a reply without a frame as a failure', async () => {
    const kernel = new FakeKernel(() => [['all is well'], 'ok']);
    await expect(ask(kernel)).rejects.toMatchObject({
      code: 'bad-answer',
      message: 'The session gave no report. It said: all is well'
    });
    await expect(ask(new FakeKernel(() => [[], 'ok']))).rejects.toMatchObject({
      code: 'bad-answer'
    });
  });

  it('uses another number each time', async () => {
    const kernel = new FakeKernel(id => [[frame(report, id)], 'ok']);
    await ask(kernel);
    await ask(kernel);
    const [one, two] = kernel.sent.map(({ code }) => payloadOf(code).frame);
    expect(one).not.toBe(two);
  });

  it('sends the agent on demand, in few statements that are not too long', async () => {
    const kernel = new FakeKernel((id, n) => [
      [frame(n === 0 ? { protocol: 1, agentMissing: true } : report, id)],
      'ok'
    ]);
    expect(await ask(kernel)).toEqual(report);
    expect(payloadOf(kernel.sent[0]!.code).files).toBeUndefined();
    const [, ...sent] = kernel.sent.map(({ code }) => payloadOf(code));
    const last = sent.pop()!;
    for (const before of sent) {
      expect([before.requests, before.files]).toEqual([[], undefined]);
    }
    expect(last.requests).toHaveLength(1);
    const files = [...sent.map(({ ahead }) => ahead!), last.files!];
    expect(files.flatMap(Object.keys).sort()).toEqual(
      Object.keys(agentText()!).sort()
    );
    // As few as they fit into: one more takes as long as a statement of the user's.
    const all = kernel.sent.reduce((sum, { code }) => sum + code.length, 0);
    expect(files.length).toBeLessThanOrEqual(Math.ceil(all / LONGEST) + 1);
    for (const { code } of kernel.sent) {
      expect(code.length).toBeLessThan(LONGEST);
    }
  });

  it('sends the tools with requests that need them, and that is not too long either', async () => {
    const kernel = new FakeKernel(id => [[frame(report, id)], 'ok']);
    const channel = new FrameChannel(kernel.asKernel);
    const request = makeRequest({
      request: 'canary',
      args: { location: 's3://b/' }
    });
    await channel.send(request, { withAgent: true });
    channel.dispose();
    const sent = kernel.sent.map(({ code }) => payloadOf(code));
    const last = sent.pop()!;
    // The core goes ahead: one statement cannot hold both.
    const core = sent.map(({ ahead, files }) => ({ ...ahead, ...files }));
    expect(core.flatMap(Object.keys)).toEqual(
      expect.arrayContaining(Object.keys(agentText()!))
    );
    expect(Object.keys(last.files!)).toContain('objects/canary.py');
    expect(Object.keys(last.files!)).not.toContain('requests.py');
    for (const { code } of kernel.sent) {
      expect(code.length).toBeLessThan(LONGEST);
    }
  });

  it('asks again after a failing cell removed it from the queue', async () => {
    const kernel = new FakeKernel((id, n) =>
      n < 2 ? [[], 'aborted'] : [[frame(report, id)], 'ok']
    );
    expect(await ask(kernel)).toEqual(report);
    expect(kernel.sent).toHaveLength(3);
  });

  it('reports a failure of the agent, and sends nothing once it is disposed', async () => {
    const kernel = new FakeKernel(id => [
      [frame({ failed: 'X: y' }, id)],
      'ok'
    ]);
    await expect(ask(kernel)).rejects.toMatchObject({ code: 'agent-failed' });
    const left = ask(kernel, channel => {
      channel.dispose();
    });
    await expect(left).rejects.toMatchObject({ code: 'kernel-gone' });
    expect(kernel.sent).toHaveLength(1);
  });
});
