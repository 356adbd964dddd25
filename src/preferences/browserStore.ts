/** Keeps the memory in the browser's storage, for Notebook 7, whose state database is not saved. */

import type { ReadonlyPartialJSONValue } from '@lumino/coreutils';

import type { IStore } from './memory';

export class BrowserStore implements IStore {
  /**
   * @param scope - distinguishes servers of one origin, for example the base URL
   */
  constructor(
    private readonly _scope: string,
    private readonly _storage: Storage = window.localStorage
  ) {}

  fetch(id: string): Promise<ReadonlyPartialJSONValue | undefined> {
    return Promise.resolve(this._read(this._keyOf(id)));
  }

  save(id: string, value: ReadonlyPartialJSONValue): Promise<void> {
    // A full storage throws: the caller gets a rejected promise, not an error.
    return Promise.resolve().then(() => {
      this._storage.setItem(this._keyOf(id), JSON.stringify(value));
    });
  }

  remove(id: string): Promise<void> {
    this._storage.removeItem(this._keyOf(id));
    return Promise.resolve();
  }

  list(namespace: string): ReturnType<IStore['list']> {
    const prefix = this._keyOf('');
    const keys = Object.keys(this._storage).filter(key =>
      key.startsWith(this._keyOf(`${namespace}:`))
    );
    return Promise.resolve({
      ids: keys.map(key => key.slice(prefix.length)),
      values: keys.map(key => this._read(key))
    });
  }

  private _keyOf(id: string): string {
    return `${this._scope}:${id}`;
  }

  /** undefined also for text that is not JSON: somebody else wrote it. */
  private _read(key: string): ReadonlyPartialJSONValue | undefined {
    try {
      // What is read as JSON is JSON.
      return JSON.parse(
        this._storage.getItem(key) ?? ''
      ) as ReadonlyPartialJSONValue;
    } catch {
      return undefined;
    }
  }
}
