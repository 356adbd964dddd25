/** What is remembered, in a real state database. */

import { StateDB } from '@jupyterlab/statedb';

import { BrowserStore } from '../browserStore';
import { Memory } from '../memory';
import type { IStore } from '../memory';

const KMS = { method: 'sse-kms', kmsKeyId: 'alias/a' } as const;

beforeEach(() => {
  window.localStorage.clear();
});

describe.each<[string, () => IStore]>([
  ['the state database', () => new StateDB()],
  ['the storage of the browser', () => new BrowserStore('/user/a/')]
])('the memory in %s', (_name, store) => {
  it('keeps the choice of each notebook by its path', async () => {
    const memory = new Memory(store());
    await memory.remember('a.ipynb', KMS);
    expect(await memory.recall('a.ipynb')).toEqual(KMS);
    expect(await memory.recall('b.ipynb')).toBeUndefined();
    await memory.remember('a.ipynb', null);
    expect(await memory.recall('a.ipynb')).toBeUndefined();
  });

  it('follows a renamed notebook and a renamed folder', async () => {
    const memory = new Memory(store());
    await memory.remember('old/a.ipynb', KMS);
    await memory.remember('older.ipynb', { method: 'sse-s3' });
    await memory.move('old', 'new');
    await memory.move('older.ipynb', 'renamed.ipynb');
    expect(await memory.recall('new/a.ipynb')).toEqual(KMS);
    expect(await memory.recall('old/a.ipynb')).toBeUndefined();
    expect(await memory.recall('renamed.ipynb')).toEqual({ method: 'sse-s3' });
  });

  it('keeps one location of a canary per bucket, the latest first', async () => {
    const state = store();
    const memory = new Memory(state);
    await memory.keepLocation('s3://lake/tmp');
    await memory.keepLocation('s3://other/x');
    await memory.keepLocation('s3a://lake/new');
    const later = new Memory(state);
    expect(later.locations).toEqual([]);
    await later.load();
    expect(later.locations).toEqual(['s3a://lake/new', 's3://other/x']);
  });

  it('takes no location from what is no list of addresses', async () => {
    const state = store();
    await state.save('jupyterlab-s3-encryption-locations:recent', [1, 'x']);
    const memory = new Memory(state);
    await memory.load();
    expect(memory.locations).toEqual([]);
  });

  it('offers the keys that were used, the latest first and each once', async () => {
    const state = store();
    const memory = new Memory(state);
    await memory.remember('a', { method: 'sse-kms', kmsKeyId: 'alias/1' });
    await memory.remember('b', { method: 'sse-kms', kmsKeyId: 'alias/2' });
    await memory.remember('c', { method: 'sse-kms', kmsKeyId: 'alias/1' });
    expect(memory.recentKeys).toEqual(['alias/1', 'alias/2']);
    const later = new Memory(state);
    await later.load();
    expect(later.recentKeys).toEqual(['alias/1', 'alias/2']);
  });

  it('forgets the oldest keys', async () => {
    const memory = new Memory(store());
    for (let n = 0; n < 12; n++) {
      await memory.remember('a', { method: 'sse-kms', kmsKeyId: `alias/${n}` });
    }
    expect(memory.recentKeys).toHaveLength(8);
    expect(memory.recentKeys[0]).toBe('alias/11');
  });
});

describe('the storage of the browser', () => {
  it('keeps servers of one origin apart', async () => {
    const [a, b] = [new BrowserStore('/user/a/'), new BrowserStore('/user/b/')];
    await a.save('n:x', 1);
    expect(await b.fetch('n:x')).toBeUndefined();
    expect((await b.list('n')).ids).toEqual([]);
    expect(await a.list('n')).toEqual({ ids: ['n:x'], values: [1] });
  });

  it('reads what is no JSON as nothing', async () => {
    window.localStorage.setItem('/:n:x', '{');
    expect(await new BrowserStore('/').fetch('n:x')).toBeUndefined();
  });

  it('rejects what does not fit', async () => {
    const full = {
      setItem: () => {
        throw new Error('quota');
      }
    } as unknown as Storage;
    await expect(new BrowserStore('/', full).save('a', 1)).rejects.toThrow(
      'quota'
    );
  });
});

describe('the memory', () => {
  it('works without a state database, for this page only', async () => {
    const memory = new Memory(null);
    await memory.remember('a', KMS);
    expect(await memory.recall('a')).toBeUndefined();
    expect(memory.recentKeys).toEqual(['alias/a']);
  });
});
