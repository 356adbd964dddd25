/** The choice of each notebook with and without the server's part: one for all pages, and nothing lost. */

import { ServerConnection } from '@jupyterlab/services';
import { StateDB } from '@jupyterlab/statedb';

import { ChoiceServer } from '../choiceServer';
import { Choices } from '../choices';
import { Memory } from '../memory';

const KMS = { method: 'sse-kms', kmsKeyId: 'alias/a' } as const;
const S3 = { method: 'sse-s3' } as const;

/** The server's part as the page sees it; `down`, `silent` and `status` are what goes wrong. */
class FakeServer {
  readonly kept = new Map<string, unknown>();
  readonly asked: string[] = [];
  down = false;
  silent = false;
  status = 0;

  /** What one page has of it. */
  connect(): ChoiceServer {
    return new ChoiceServer(
      ServerConnection.makeSettings({
        baseUrl: 'http://localhost/user/a/',
        fetch: (input: RequestInfo | URL) => this._answer(input as Request)
      })
    );
  }

  private async _answer(request: Request): Promise<Response> {
    const { method, url } = request;
    this.asked.push(`${method} ${url.split('?')[0]}`);
    if (this.down) {
      throw new TypeError('No network.');
    }
    if (this.silent) {
      return new Promise(() => undefined);
    }
    if (this.status !== 0) {
      const message = 'It is damaged.';
      return new Response(JSON.stringify({ message }), { status: this.status });
    }
    const path = decodeURIComponent(
      url
        .split('?')[0]!
        .replace('http://localhost/user/a/s3-encryption/choices/', '')
    );
    if (method === 'PUT') {
      this.kept.set(path, {
        profile: JSON.parse(await request.text()) as unknown
      });
    } else if (method === 'DELETE') {
      this.kept.delete(path);
      return new Response(null, { status: 204 });
    }
    return new Response(JSON.stringify(this.kept.get(path) ?? {}));
  }
}

let server: FakeServer;

beforeEach(() => {
  server = new FakeServer();
});

it('two workspaces see one choice, and one that is forgotten is gone in both', async () => {
  const lab = new Memory(new StateDB(), server.connect());
  const notebook = new Memory(new StateDB(), server.connect());
  await lab.remember('folder/a b#1.ipynb', KMS);
  expect(await notebook.recall('folder/a b#1.ipynb')).toEqual(KMS);
  await notebook.remember('folder/a b#1.ipynb', null);
  expect(await lab.recall('folder/a b#1.ipynb')).toBeUndefined();
});

it('what real-time collaboration shares are the files of the server; another drive is not', async () => {
  const state = new StateDB();
  const choices = new Choices(state, server.connect());
  await choices.remember('RTC:a.ipynb', KMS);
  await choices.remember('S3:b.ipynb', S3);
  expect([...server.kept.keys()]).toEqual(['a.ipynb']);
  expect(await choices.recall('S3:b.ipynb')).toEqual({ profile: S3 });
});

it('a server without the part is asked once, and the page keeps its own choices', async () => {
  server.status = 404;
  const memory = new Memory(new StateDB(), server.connect());
  expect(await memory.recall('a.ipynb')).toBeUndefined();
  await memory.remember('a.ipynb', KMS);
  expect(await memory.recall('a.ipynb')).toEqual(KMS);
  expect(server.asked).toHaveLength(1);
});

it.each([403, 404, 500])(
  'once the part has answered, an answer of %d is not taken for no choice',
  async status => {
    const memory = new Memory(new StateDB(), server.connect());
    expect(await memory.recall('a.ipynb')).toBeUndefined();
    server.status = status;
    await expect(memory.recall('a.ipynb')).rejects.toThrow('It is damaged.');
  }
);

it.each([403, 500, 502])(
  'a first answer of %d is not taken for no choice either',
  async status => {
    server.status = status;
    const state = new StateDB();
    await new Memory(state).remember('a.ipynb', KMS);
    const memory = new Memory(state, server.connect());
    await expect(memory.recall('a.ipynb')).rejects.toThrow('It is damaged.');
  }
);

it('a server that does not answer is not waited for longer than ten seconds, nor taken for one without a choice', async () => {
  jest.useFakeTimers();
  server.silent = true;
  const memory = new Memory(new StateDB(), server.connect());
  const problems: unknown[] = [];
  memory.recall('a.ipynb').catch((reason: unknown) => {
    problems.push(reason);
  });
  await jest.advanceTimersByTimeAsync(9_999);
  expect(problems).toEqual([]);
  await jest.advanceTimersByTimeAsync(1);
  expect(problems).toEqual([new Error('The Jupyter server does not answer.')]);
  jest.useRealTimers();
  server.silent = false;
  expect(await memory.recall('a.ipynb')).toBeUndefined();
});

it.each([1, 'sse-s3', { method: 'rot13' }, { ...KMS, newField: 1 }])(
  'an answer that this page does not understand is not taken for no choice: %j',
  async profile => {
    server.kept.set('a.ipynb', { profile });
    const memory = new Memory(new StateDB(), server.connect());
    await expect(memory.recall('a.ipynb')).rejects.toThrow();
  }
);

it('whoever asks while an answer is under way gets the same, unless something was kept since', async () => {
  const memory = new Memory(new StateDB(), server.connect());
  await memory.recall('b.ipynb');
  server.asked.length = 0;
  const [one, two, offer] = await Promise.all([
    memory.recall('a.ipynb'),
    memory.recall('a.ipynb'),
    memory.offered('a.ipynb')
  ]);
  expect([one, two, offer]).toEqual([undefined, undefined, undefined]);
  expect(server.asked).toHaveLength(1);
  const before = memory.recall('a.ipynb');
  const kept = memory.remember('a.ipynb', KMS);
  expect(await memory.recall('a.ipynb')).toEqual(KMS);
  expect(await before).toBeUndefined();
  await kept;
});

it('a server that cannot be reached is not taken for one without a choice', async () => {
  const memory = new Memory(new StateDB(), server.connect());
  server.down = true;
  await expect(memory.recall('a.ipynb')).rejects.toThrow();
  server.down = false;
  expect(await memory.recall('a.ipynb')).toBeUndefined();
});

it('what could not be given to the server counts in this page, and is given to it later', async () => {
  const memory = new Memory(new StateDB(), server.connect());
  await memory.remember('a.ipynb', S3);
  server.down = true;
  await expect(memory.remember('a.ipynb', KMS)).rejects.toThrow();
  expect(await memory.recall('a.ipynb')).toEqual(KMS);
  await memory.move('a.ipynb', 'b.ipynb');
  server.down = false;
  expect(await memory.recall('b.ipynb')).toEqual(KMS);
  expect(server.kept.get('b.ipynb')).toEqual({ profile: KMS });
});

it('what was chosen before the server had the part is given to it once, where it has none', async () => {
  const state = new StateDB();
  const before = new Memory(state);
  await before.remember('a.ipynb', KMS);
  await before.remember('b.ipynb', KMS);
  server.kept.set('b.ipynb', { profile: S3 });
  const memory = new Memory(state, server.connect());
  expect(await memory.recall('a.ipynb')).toEqual(KMS);
  expect(await memory.recall('b.ipynb')).toEqual(S3);
  // Forgotten elsewhere: this page's own copy does not bring it back.
  server.kept.clear();
  const later = new Memory(state, server.connect());
  expect(await later.recall('a.ipynb')).toBeUndefined();
});

it('if the part is removed the page has what was chosen in it, and gives it back later', async () => {
  const state = new StateDB();
  await new Memory(state, server.connect()).remember('a.ipynb', KMS);
  await new Memory(state, server.connect()).recall('a.ipynb');
  server.status = 404;
  const without = new Memory(state, server.connect());
  expect(await without.recall('a.ipynb')).toEqual(KMS);
  await without.remember('a.ipynb', S3);
  server.status = 0;
  server.kept.clear();
  const again = new Memory(state, server.connect());
  expect(await again.recall('a.ipynb')).toEqual(S3);
});

it('a duplicate without a choice is offered that of its original', async () => {
  const memory = new Memory(new StateDB(), server.connect());
  const offered = { profile: KMS, from: 'a.ipynb' };
  server.kept.set('a-Copy1.ipynb', { offered });
  expect(await memory.recall('a-Copy1.ipynb')).toBeUndefined();
  expect(await memory.offered('a-Copy1.ipynb')).toEqual(offered);
  await memory.remember('a-Copy1.ipynb', S3);
  expect(await memory.offered('a-Copy1.ipynb')).toBeUndefined();
});

it('what is read is what was kept last, however slowly the server answers', async () => {
  const memory = new Memory(new StateDB(), server.connect());
  const written = [
    memory.remember('a.ipynb', KMS),
    memory.remember('a.ipynb', S3)
  ];
  expect(await memory.recall('a.ipynb')).toEqual(S3);
  await Promise.all(written);
});
