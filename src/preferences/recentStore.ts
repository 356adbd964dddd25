/**
 * A state database that loses nothing if the page is closed right after a change:
 * the application saves the database with a delay, so recent changes are kept in
 * the browser tab too.
 */

import type { ReadonlyPartialJSONValue } from '@lumino/coreutils';

import type { IStore } from './memory';

/** For how many milliseconds the tab overrides the database; JupyterLab saves it 500 ms after the last change. */
const RECENT = 60_000;

export class RecentStore implements IStore {
  /**
   * @param _state - the state database
   * @param _tab - storage of the browser tab, which survives a reload
   */
  constructor(
    private readonly _state: IStore,
    private readonly _tab: IStore
  ) {}

  async fetch(id: string): Promise<ReadonlyPartialJSONValue | undefined> {
    const recent = await this._recent(id);
    return recent === undefined ? this._state.fetch(id) : (recent ?? undefined);
  }

  async save(id: string, value: ReadonlyPartialJSONValue): Promise<void> {
    await this._note(id, value);
    await this._state.save(id, value);
  }

  async remove(id: string): Promise<void> {
    await this._note(id, null);
    await this._state.remove(id);
  }

  async list(namespace: string): ReturnType<IStore['list']> {
    const [lasting, tab] = await Promise.all([
      this._state.list(namespace),
      this._tab.list(namespace)
    ]);
    const ids = [...new Set([...lasting.ids, ...tab.ids])];
    const values = await Promise.all(ids.map(id => this.fetch(id)));
    return { ids, values };
  }

  private async _note(
    id: string,
    value: ReadonlyPartialJSONValue
  ): Promise<void> {
    try {
      await this._tab.save(id, { value, time: Date.now() });
    } catch (reason) {
      console.warn('The browser tab keeps nothing; the server does.', reason);
    }
  }

  /** The recent value, null if it was removed; undefined if there is none. */
  private async _recent(
    id: string
  ): Promise<ReadonlyPartialJSONValue | undefined> {
    const noted = (await this._tab.fetch(id)) as
      { value?: ReadonlyPartialJSONValue; time?: unknown } | null | undefined;
    const age = Date.now() - Number(noted?.time ?? NaN);
    return age >= 0 && age < RECENT ? noted?.value : undefined;
  }
}
