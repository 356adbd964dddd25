/**
 * Remembers the profile of each notebook, and in the state database recent KMS keys and
 * canary locations. Never key material: profiles contain none.
 */

import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { kmsKeyOf } from '../contract/profile';
import { textsOf } from '../contract/shape';
import type { Profile } from '../encryption/profile/profile';
import { bucketOf } from '../encryption/location';
import type { IChoice, IChoiceServer } from './choiceServer';
import { Choices } from './choices';
import type { IStore } from './store';

export type { IStore } from './store';

const KEYS = 'jupyterlab-s3-encryption-keys:recent';
const LOCATIONS = 'jupyterlab-s3-encryption-locations:recent';
/** Is there if the user does not want to move the profiles of the settings. */
const KEPT_IN_SETTINGS = 'jupyterlab-s3-encryption-profiles:kept-in-settings';
/** How many keys, and how many locations, are offered again. */
const RECENT = 8;

export class Memory {
  /**
   * @param _state - null: nothing is kept after the page is closed
   * @param server - keeps the choices, if it has the part for it
   */
  constructor(
    private readonly _state: IStore | null,
    server: IChoiceServer | null = null
  ) {
    this._choices = new Choices(_state, server);
  }

  /** Key ids, the latest first. */
  get recentKeys(): readonly string[] {
    return this._recent;
  }

  /** Canary locations, one per bucket, the latest first. */
  get locations(): readonly string[] {
    return this._locations;
  }

  /** Emitted when the recent keys or locations change. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Read the recent keys and locations once; later calls do nothing. */
  async load(): Promise<void> {
    if (this._loaded) {
      return;
    }
    this._loaded = true;
    const [keys, locations] = await Promise.all(
      [KEYS, LOCATIONS].map(async id => textsOf(await this._state?.fetch(id)))
    );
    this._recent = [...new Set([...this._recent, ...(keys ?? [])])].slice(
      0,
      RECENT
    );
    this._locations = onePerBucket([...this._locations, ...(locations ?? [])]);
    if (this._recent.length + this._locations.length > 0) {
      this._changed.emit();
    }
  }

  /** Keep a canary location; it replaces the previous one in that bucket. */
  async keepLocation(location: string): Promise<void> {
    await this.load();
    this._locations = onePerBucket([location, ...this._locations]);
    this._changed.emit();
    await this._state?.save(LOCATIONS, [...this._locations]);
  }

  /** The stored choice of a notebook, unchecked; undefined for none. */
  async recall(path: string): Promise<unknown> {
    return (await this._choices.recall(path)).profile;
  }

  /** What a notebook without a choice is offered, unchecked, and the notebook it is from. */
  async offered(path: string): Promise<IChoice['offered']> {
    const { profile, offered } = await this._choices.recall(path);
    return profile === undefined ? offered : undefined;
  }

  /** Keep the choice of a notebook; null forgets it. */
  async remember(path: string, profile: Profile | null): Promise<void> {
    await this._choices.remember(path, profile);
    if (profile === null) {
      return;
    }
    const key = kmsKeyOf(profile);
    if (key) {
      await this.load();
      this._recent = [...new Set([key, ...this._recent])].slice(0, RECENT);
      this._changed.emit();
      await this._state?.save(KEYS, [...this._recent]);
    }
  }

  /** A file or a folder was renamed: move what was remembered below it. */
  async move(from: string, to: string): Promise<void> {
    await this._choices.move(from, to);
  }

  /** The user wants the profiles to stay in the settings. */
  async keepInSettings(): Promise<void> {
    await this._state?.save(KEPT_IN_SETTINGS, true);
  }

  async isKeptInSettings(): Promise<boolean> {
    return (await this._state?.fetch(KEPT_IN_SETTINGS)) === true;
  }

  private readonly _choices: Choices;
  private _recent: string[] = [];
  private _locations: string[] = [];
  private _loaded = false;
  private readonly _changed = new Signal<this, void>(this);
}

function onePerBucket(locations: readonly string[]): string[] {
  const kept = new Map<string, string>();
  for (const location of locations) {
    const bucket = bucketOf(location);
    if (bucket !== '' && !kept.has(bucket)) {
      kept.set(bucket, location);
    }
  }
  return [...kept.values()].slice(0, RECENT);
}
