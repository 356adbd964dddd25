/** Carrying requests, keeping the history, and the keys in memory. */

import { makeReport } from '../../contract/__tests__/reports';
import { initialSnapshot, type ISnapshot } from '../../encryption/lifecycle';
import { ENGLISH } from '../../contract/messages';
import { ProfileError, type Profile } from '../../encryption/profile/profile';
import type { IReport } from '../../contract/report';
import {
  BlockedError,
  ChannelError,
  type IAgentChannel
} from '../../kernel/channel';
import type { IRequest } from '../../kernel/protocol';
import type { IHistoryEntry } from '../../tokens';
import { AgentClient, type IExchange } from '../agentClient';
import {
  askedBy,
  eventOf,
  mannerOf,
  type SendEffect
} from '../lifecycleRequests';
import { History } from '../history';
import { CustomerKeys } from '../customerKeys';

const KEY = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';
const SSE_C: Profile = { method: 'sse-c' };

/** Answers every request with the next of the given answers. */
class FakeChannel implements IAgentChannel {
  constructor(...answers: (IReport | null | Error)[]) {
    this._answers = answers;
  }

  readonly code = 'constant';
  readonly blockingCode = 'constant that fails';
  readonly sent: { request: IRequest; withAgent: boolean }[] = [];
  isDisposed = false;

  send(
    request: IRequest,
    { withAgent }: { withAgent: boolean }
  ): Promise<IReport | null> {
    this.sent.push({ request, withAgent });
    const answer = this._answers.shift() ?? null;
    return answer instanceof Error
      ? Promise.reject(answer)
      : Promise.resolve(answer);
  }

  dispose(): void {
    this.isDisposed = true;
  }

  private readonly _answers: (IReport | null | Error)[];
}

/** An effect that sends a request. */
function sending(
  request: SendEffect['request'],
  more: Partial<SendEffect> = {}
): SendEffect {
  return {
    type: 'send',
    id: 3,
    generation: 2,
    request,
    reason: 'user',
    target: { profile: SSE_C, key: 1 },
    ...more
  };
}

/** Carries an effect out, as a session does. */
async function run(
  client: AgentClient,
  effect: SendEffect,
  key: string | null = null,
  last: IReport | null = null
): Promise<IExchange & { event: ReturnType<typeof eventOf> }> {
  const exchange = await client.request(
    askedBy(effect, { connector: 'auto' }, key, last),
    effect.reason,
    effect.block
  );
  return { ...exchange, event: eventOf(effect, exchange) };
}

const installed = makeReport({
  profile: SSE_C,
  agent: { version: '1', python: '3.11', source: 'installed' }
});

const clients: AgentClient[] = [];

function carrying(channel: IAgentChannel, trans = ENGLISH): AgentClient {
  const client = new AgentClient(channel, 'kernel-1', trans);
  clients.push(client);
  return client;
}

afterEach(() => {
  for (const client of clients.splice(0)) {
    client.dispose();
  }
});

describe('a report that cannot be true', () => {
  const good = {
    profile: { method: 'sse-s3' } as Profile,
    claim: 'set'
  } as const;

  it('fails the request, and is not shown', async () => {
    const report = makeReport({ ...good, profile: SSE_C, waiting: true });
    const client = carrying(new FakeChannel(report));
    const { event, entry, error } = await run(client, sending('verify'));
    expect(event).toMatchObject({
      type: 'requestFailed',
      error: { code: 'not-believed', settings: 'unknown' }
    });
    expect(entry?.outcome).toBe('failed');
    expect(error?.message).toContain('there is no Spark session');
  });

  it('is not believed if it is about another profile than the one applied', async () => {
    const client = carrying(new FakeChannel(makeReport(good)));
    const { event } = await run(client, sending('apply'));
    expect(event).toMatchObject({ error: { code: 'not-believed' } });
  });

  it('is not taken from a guard that blocked cells either', async () => {
    const report = makeReport({ ...good, claim: 'proven' });
    const client = carrying(new FakeChannel(new BlockedError('why', report)));
    const { report: shown, error } = await run(client, sending('guard'));
    expect(shown).toBeNull();
    expect(error?.message).toBe('why');
  });
});

describe('sending requests', () => {
  it('sends the SSE-C key, and records it nowhere', async () => {
    const channel = new FakeChannel(makeReport({ profile: SSE_C }));
    const client = carrying(channel);
    const { entry } = await run(client, sending('apply'), KEY);
    expect(channel.sent[0]?.request.arguments).toEqual({
      profile: SSE_C,
      connector: 'auto',
      customerKey: KEY
    });
    expect(JSON.stringify(entry)).not.toContain(KEY);
    expect(entry?.arguments).toContain('"customerKey":"***"');
  });

  it('sends a fingerprint with a guard only, and nothing with a probe', async () => {
    const channel = new FakeChannel();
    const client = carrying(channel);
    const last = makeReport({ profile: SSE_C, fingerprint: 'f' });
    for (const request of ['probe', 'apply', 'guard'] as const) {
      await run(client, sending(request), null, last);
    }
    const given = channel.sent.map(({ request }) =>
      Object.keys(request.arguments)
    );
    expect(given).toEqual([
      [],
      ['profile', 'connector'],
      ['profile', 'connector', 'fingerprint']
    ]);
  });

  it('says with an apply and a guard that no class may go to a Connect server', () => {
    const connector = (): 'auto' => 'auto';
    let allowed = false;
    const options = { connector, connectClass: () => allowed };
    for (const request of ['apply', 'guard'] as const) {
      const asked = askedBy(sending(request), mannerOf(options), null, null);
      expect(asked.args).toMatchObject({ connectClass: false });
    }
    allowed = true;
    expect(mannerOf(options)).toEqual(mannerOf({ connector }));
    expect(mannerOf(options)).toEqual({ connector: 'auto' });
  });

  it('brings the agent until it is there, and with every guard', async () => {
    const channel = new FakeChannel(
      makeReport({ profile: SSE_C }),
      makeReport(),
      null
    );
    const client = carrying(channel);
    for (const request of ['apply', 'verify', 'guard'] as const) {
      await run(client, sending(request));
    }
    expect(channel.sent.map(({ withAgent }) => withAgent)).toEqual([
      true,
      false,
      true
    ]);
  });

  it('brings nothing to a kernel that can import the agent', async () => {
    const channel = new FakeChannel(installed, null, null);
    const client = carrying(channel);
    for (const request of ['apply', 'guard', 'guard'] as const) {
      await run(client, sending(request));
    }
    expect(channel.sent.map(({ withAgent }) => withAgent)).toEqual([
      true,
      false,
      false
    ]);
  });

  it.each([
    [ChannelError.of('aborted', 'm'), 'aborted', 'aborted'],
    [ChannelError.of('kernel-gone', 'm'), 'failed', 'kernel-gone'],
    [new Error('odd'), 'failed', 'internal']
  ])('makes an event of %s', async (error, outcome, code) => {
    const client = carrying(new FakeChannel(error));
    const result = await run(client, sending('verify'));
    expect(result).toMatchObject({
      event: { type: 'requestFailed', id: 3, generation: 2, error: { code } },
      entry: { outcome, code: 'constant', kernelId: 'kernel-1' }
    });
  });

  it('turns a guard that blocked cells into an answer, and says that it did', async () => {
    const report = makeReport({ ok: false });
    const channel = new FakeChannel(new BlockedError('why', report), null);
    const client = carrying(channel);
    const effect = sending('guard', { block: 'lenient' });
    const result = await run(client, effect);
    expect(result).toMatchObject({
      event: { type: 'answered', report },
      entry: { outcome: 'blocked', code: 'constant that fails', message: 'why' }
    });
    expect(result.error).toBeInstanceOf(BlockedError);
  });

  it('counts a guard that failed without a report as lost, and brings the agent again', async () => {
    const channel = new FakeChannel(
      installed,
      new BlockedError('why', null),
      null
    );
    const client = carrying(channel);
    const effect = sending('guard', { block: 'lenient' });
    await run(client, sending('apply'));
    const { event } = await run(client, effect);
    expect(event).toMatchObject({
      type: 'requestFailed',
      error: { message: 'why' }
    });
    await run(client, effect);
    expect(channel.sent.map(({ withAgent }) => withAgent)).toEqual([
      true,
      false,
      true
    ]);
  });

  it('records no guard that had nothing to do', async () => {
    const client = carrying(new FakeChannel(null));
    const { entry, event } = await run(client, sending('guard'));
    expect(entry).toBeNull();
    expect(event).toMatchObject({ type: 'answered', report: null });
  });
});

describe('in another language', () => {
  const report = makeReport({
    request: 'apply',
    ok: false,
    error: {
      code: 'spark-refused',
      message: 'Spark refused a: b',
      fields: [],
      settings: 'old'
    },
    sentences: {
      'Spark refused a: b': { text: 'Spark refused %1: %2', values: ['a', 'b'] }
    }
  });
  const trans = {
    __: (message: string, ...args: string[]) =>
      `${message === 'Spark refused %1: %2' ? 'Spark lehnt ab' : message}: ${args.join(', ')}`
  };

  it('a report and its line of the history are translated', async () => {
    const client = carrying(new FakeChannel(report), trans);
    const exchange = await client.request(
      { request: 'apply', args: { profile: SSE_C, connector: 'auto' } },
      'user'
    );
    expect(exchange.report?.error?.message).toBe('Spark lehnt ab: a, b');
    expect(exchange.entry?.message).toBe('Spark lehnt ab: a, b');
  });

  it('why there is no report is translated, the words of others are not', async () => {
    const late = ChannelError.of('bad-answer', words =>
      words.__('Spark refused %1: %2', 'a', 'b')
    );
    const foreign = ChannelError.of('internal', 'TypeError: x');
    const client = carrying(new FakeChannel(late, foreign), trans);
    const ours = await client.request({ request: 'verify', args: {} }, 'user');
    const theirs = await client.request(
      { request: 'verify', args: {} },
      'user'
    );
    expect(late.message).toBe('Spark refused a: b');
    expect(ours.error?.error.message).toBe('Spark lehnt ab: a, b');
    expect(ours.entry?.message).toBe('Spark lehnt ab: a, b');
    expect(theirs.error).toBe(foreign);
  });

  it('why cells were held back is translated', async () => {
    const blocked = new BlockedError('Spark refused a: b', report);
    const client = carrying(new FakeChannel(blocked), trans);
    const exchange = await client.request(
      { request: 'guard', args: { profile: SSE_C, connector: 'auto' } },
      'user'
    );
    expect(exchange.error?.message).toBe('Spark lehnt ab: a, b');
    expect(exchange.error?.error.message).toBe('Spark lehnt ab: a, b');
    expect(exchange.entry?.message).toBe('Spark lehnt ab: a, b');
  });
});

describe('the history', () => {
  it('keeps the newest entries only', () => {
    const history = new History();
    const entry = (n: number): IHistoryEntry => ({
      time: '2026-01-01T00:00:00Z',
      kernelId: 'k',
      request: 'verify',
      reason: 'user',
      code: '',
      arguments: '{}',
      outcome: 'ok',
      message: String(n),
      elapsed: 1
    });
    for (let n = 0; n < 205; n++) {
      history.add(entry(n));
    }
    expect(history.entries).toHaveLength(200);
    expect(history.entries[0]?.message).toBe('5');
  });
});

describe('the keys in memory', () => {
  const holding = (key: number): ISnapshot => ({
    ...initialSnapshot(),
    desired: { profile: SSE_C, key }
  });

  it('are forgotten when nothing refers to them', () => {
    const keys = new CustomerKeys();
    const [one, two] = [keys.add(KEY), keys.add(KEY)];
    keys.keepOnly(holding(two));
    expect(keys.get(one)).toBeNull();
    expect(keys.get(two)).toBe(KEY);
    keys.keepOnly(initialSnapshot());
    expect(keys.get(two)).toBeNull();
  });

  it('are used again if the same method is applied without one', () => {
    const keys = new CustomerKeys();
    const handle = keys.add(KEY);
    expect(keys.keyFor(SSE_C, undefined, holding(handle), ENGLISH)).toBe(
      handle
    );
  });

  it.each([
    [SSE_C, undefined],
    [SSE_C, 'short'],
    [{ method: 'sse-s3' } as const, KEY]
  ])('%j with %j is refused', (profile, key) => {
    const keys = new CustomerKeys();
    expect(() => keys.keyFor(profile, key, initialSnapshot(), ENGLISH)).toThrow(
      ProfileError
    );
    expect(keys.get(new CustomerKeys().add(KEY))).toBeNull();
  });
});
