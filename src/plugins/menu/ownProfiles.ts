/** The profiles that a user can change: those in a file of their own, and those in the settings. */

import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { PartialJSONObject } from '@lumino/coreutils';

import { isObject } from '../../contract/shape';
import { SETTINGS_ID, type IPreferences } from '../preferences';

/** The name of an entry; undefined if it has none. */
export function nameOf(entry: unknown): string | undefined {
  const name = isObject(entry) ? entry.name : undefined;
  return typeof name === 'string' ? name : undefined;
}

export class OwnProfiles {
  private constructor(
    private readonly _preferences: IPreferences,
    private readonly _settings: ISettingRegistry.ISettings
  ) {}

  static async of(
    preferences: IPreferences,
    registry: ISettingRegistry
  ): Promise<OwnProfiles> {
    return new OwnProfiles(preferences, await registry.load(SETTINGS_ID));
  }

  /** Those in the file. */
  get saved(): readonly unknown[] {
    return this._preferences.options.saved?.profiles ?? [];
  }

  /** Those in the user's own settings, without the site's defaults. */
  get inSettings(): readonly unknown[] {
    const { user } = this._settings.get('profiles');
    return Array.isArray(user) ? (user as readonly unknown[]) : [];
  }

  /** What the settings have if the server keeps no profiles. */
  get all(): readonly unknown[] {
    const { composite } = this._settings.get('profiles');
    return Array.isArray(composite) ? (composite as readonly unknown[]) : [];
  }

  has(where: readonly unknown[], name: string): boolean {
    return where.some(one => nameOf(one) === name);
  }

  /**
   * Change the file.
   *
   * @returns what is in it then; null if the server keeps no profiles
   */
  async change(
    changes: Parameters<IPreferences['saved']['ask']>[0]
  ): ReturnType<IPreferences['saved']['ask']> {
    const { saved, options } = this._preferences;
    const found = await saved.ask(changes);
    if (found !== null) {
      options.take(found);
    }
    return found;
  }

  /** Change the settings. */
  async set(profiles: readonly unknown[]): Promise<void> {
    await (profiles.length > 0
      ? this._settings.set('profiles', profiles as PartialJSONObject[])
      : this._settings.remove('profiles'));
  }
}
