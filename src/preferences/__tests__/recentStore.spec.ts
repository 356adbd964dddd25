/**
 * A choice is kept over a reload that comes before the database was sent.
 */

import type { ReadonlyPartialJSONValue } from '@lumino/coreutils';

import { BrowserStore } from '../browserStore';
import { Memory } from '../memory';
import type { IStore } from '../memory';
import { RecentStore } from '../recentStore';

/** A database that the page loses: what was saved is gone after a reload. */
class LateStore implements IStore {
  readonly kept = new Map<string, ReadonlyPartialJSONValue>();

  fetch(id: string): Promise<ReadonlyPartialJSONValue | undefined> {
    return Promise.resolve(this.kept.get(id));
  }

  save(): Promise<void> {
    return Promise.resolve();
  }

  remove(): Promise<void> {
    return Promise.resolve();
  }

  list(namespace: string): ReturnType<IStore['list']> {
    const ids = [...this.kept.keys()].filter(id =>
      id.startsWith(`${namespace}:`)
    );
    return Promise.resolve({ ids, values: ids.map(id => this.kept.get(id)) });
  }
}

describe('RecentStore', () => {
  const SSE = { method: 'sse-s3' } as const;
  let state: LateStore;

  const reloaded = (): RecentStore =>
    new RecentStore(state, new BrowserStore('/', window.sessionStorage));

  beforeEach(() => {
    window.sessionStorage.clear();
    jest.useRealTimers();
    state = new LateStore();
  });

  it('knows a choice after a reload that came before the database was sent', async () => {
    await new Memory(reloaded()).remember('a.ipynb', SSE);
    expect(await new Memory(reloaded()).recall('a.ipynb')).toEqual(SSE);
  });

  it('knows that a choice was taken back, though the database still has it', async () => {
    state.kept.set('jupyterlab-s3-encryption-notebook:a.ipynb', SSE);
    await new Memory(reloaded()).remember('a.ipynb', null);
    expect(await new Memory(reloaded()).recall('a.ipynb')).toBeUndefined();
  });

  it('leaves the answer to the database after a minute', async () => {
    jest.useFakeTimers({ now: 1_000_000 });
    await new Memory(reloaded()).remember('a.ipynb', SSE);
    jest.setSystemTime(1_000_000 + 60_001);
    state.kept.set('jupyterlab-s3-encryption-notebook:a.ipynb', {
      method: 'bucket-default'
    });
    expect(await new Memory(reloaded()).recall('a.ipynb')).toEqual({
      method: 'bucket-default'
    });
  });

  it('moves what was chosen a moment ago along with a renamed folder', async () => {
    await new Memory(reloaded()).remember('old/a.ipynb', SSE);
    await new Memory(reloaded()).move('old', 'new');
    const memory = new Memory(reloaded());
    expect(await memory.recall('new/a.ipynb')).toEqual(SSE);
    expect(await memory.recall('old/a.ipynb')).toBeUndefined();
  });

  it('saves in the database alone if the tab can keep nothing', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
    const save = jest.spyOn(state, 'save');
    const full = new BrowserStore('/', {
      setItem: () => {
        throw new Error('full');
      },
      getItem: () => null
    } as unknown as Storage);
    await new RecentStore(state, full).save('x:y', 1);
    expect(save).toHaveBeenCalledWith('x:y', 1);
    expect(warn).toHaveBeenCalled();
    warn.mockRestore();
  });
});
