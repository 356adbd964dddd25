/**
 * Remembers the choice of each notebook and the keys that were used, in the
 * state database. Never key material: profiles hold none. Must not know of
 * kernels or of widgets.
 */

import type {
  ReadonlyPartialJSONObject,
  ReadonlyPartialJSONValue
} from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { Profile } from '../encryption/profile';

const NOTEBOOKS = 'jupyterlab-s3-encryption-notebook';
const KEYS = 'jupyterlab-s3-encryption-keys:recent';
/** As much of a state database as is needed. */
export interface IStore {
  fetch(id: string): Promise<ReadonlyPartialJSONValue | undefined>;
  save(id: string, value: ReadonlyPartialJSONValue): Promise<unknown>;
  remove(id: string): Promise<unknown>;
  /** All whose id begins with the namespace and a colon. */
  list(namespace: string): Promise<{
    ids: string[];
    values: (ReadonlyPartialJSONValue | undefined)[];
  }>;
}

/** How many keys are offered again. */
const RECENT = 8;

function idOf(path: string): string {
  return `${NOTEBOOKS}:${path}`;
}

export class Memory {
  /** @param state - null: nothing outlives the page */
  constructor(private readonly _state: IStore | null) {}

  /** Key ids, the latest first. */
  get recentKeys(): readonly string[] {
    return this._recent;
  }

  /** Emitted when the recent keys change. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Read the recent keys once; later calls do nothing. */
  async load(): Promise<void> {
    if (this._loaded) {
      return;
    }
    this._loaded = true;
    const value = await this._state?.fetch(KEYS);
    if (Array.isArray(value)) {
      const known = value.filter(
        (key: unknown): key is string => typeof key === 'string'
      );
      this._recent = [...new Set([...this._recent, ...known])].slice(0, RECENT);
      this._changed.emit();
    }
  }

  /** What was remembered for a notebook, as it was stored; undefined for nothing. */
  async recall(path: string): Promise<unknown> {
    return this._state?.fetch(idOf(path));
  }

  /** Keep the choice of a notebook; null forgets it. */
  async remember(path: string, profile: Profile | null): Promise<void> {
    if (profile === null) {
      await this._state?.remove(idOf(path));
      return;
    }
    await this._state?.save(
      idOf(path),
      profile as unknown as ReadonlyPartialJSONObject
    );
    if ('kmsKeyId' in profile && profile.kmsKeyId) {
      await this.load();
      this._recent = [...new Set([profile.kmsKeyId, ...this._recent])].slice(
        0,
        RECENT
      );
      this._changed.emit();
      await this._state?.save(KEYS, [...this._recent]);
    }
  }

  /** A file or a folder was renamed: what was remembered below it moves along. */
  async move(from: string, to: string): Promise<void> {
    if (this._state === null) {
      return;
    }
    const { ids, values } = await this._state.list(NOTEBOOKS);
    const old = idOf(from);
    await Promise.all(
      ids.map(async (id, index) => {
        const value = values[index];
        const inside = id === old || id.startsWith(`${old}/`);
        if (inside && value !== undefined) {
          await this._state?.save(idOf(to) + id.slice(old.length), value);
          await this._state?.remove(id);
        }
      })
    );
  }

  private _recent: string[] = [];
  private _loaded = false;
  private readonly _changed = new Signal<this, void>(this);
}
