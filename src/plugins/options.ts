/**
 * The settings of a person as the rest of the product reads them: always
 * complete, with nothing invalid in them. Must not know of kernels or of
 * widgets.
 */

import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { ITranslate } from '../encryption/messages';
import { parseProfile } from '../encryption/profile';
import type { Profile } from '../encryption/profile';

export interface IOptions {
  readonly profiles: readonly Profile[];
  /** null where none is chosen, or where there is none of that name. */
  readonly defaultProfile: Profile | null;
  /** Propose the default profile in the panel. */
  readonly proposeDefault: boolean;
  readonly reapplyOnRestart: boolean;
  readonly runGuard: boolean;
  readonly connector: 'auto' | 'emrfs' | 's3a';
  /** Names of kernels, `*` for any text. */
  readonly kernels: readonly string[];
  readonly showStatusItem: boolean;
  /** One sentence per profile of the settings that cannot be used. */
  readonly problems: readonly string[];
}

/** An empty field of the settings editor is a field that is not there. */
function withoutEmpty(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, part]): [string, unknown] => [key, withoutEmpty(part)])
      .filter(
        ([, part]) =>
          part !== '' &&
          !(
            typeof part === 'object' &&
            part !== null &&
            Object.keys(part).length === 0
          )
      )
  );
}

/**
 * Read the settings.
 *
 * @param composite - user settings over defaults; nothing in it is relied upon
 */
export function readOptions(
  composite: ReadonlyPartialJSONObject,
  trans: ITranslate
): IOptions {
  const profiles: Profile[] = [];
  const problems: string[] = [];
  const given = Array.isArray(composite.profiles) ? composite.profiles : [];
  given.forEach((value: unknown, index: number) => {
    const parsed = parseProfile(withoutEmpty(value), trans);
    if ('profile' in parsed && parsed.profile.name !== undefined) {
      profiles.push(parsed.profile);
      return;
    }
    const reasons =
      'errors' in parsed
        ? parsed.errors.map(({ message }) => message)
        : [trans.__('It has no name.')];
    problems.push(
      trans.__(
        'Profile %1 of the settings cannot be used. %2',
        String(index + 1),
        reasons.join(' ')
      )
    );
  });
  const { connector, kernels } = composite;
  const names = Array.isArray(kernels)
    ? kernels.filter((name): name is string => typeof name === 'string')
    : [];
  return {
    profiles,
    defaultProfile:
      profiles.find(({ name }) => name === composite.defaultProfile) ?? null,
    proposeDefault: composite.applyDefaultToNewNotebooks === true,
    reapplyOnRestart: composite.reapplyOnRestart !== false,
    runGuard: composite.runGuard !== false,
    connector:
      connector === 'emrfs' || connector === 's3a' ? connector : 'auto',
    kernels: Array.isArray(kernels) ? names : ['*'],
    showStatusItem: composite.showStatusItem !== false,
    problems
  };
}

/** Does a kernel name fit one of the patterns? Case counts, `*` is any text. */
export function fits(name: string, patterns: readonly string[]): boolean {
  return patterns.some(pattern => {
    const parts = pattern
      .split('*')
      .map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`).test(name);
  });
}

/** The options in force now; the defaults until the settings are there. */
export class Options {
  constructor(private readonly _trans: ITranslate) {
    this._current = readOptions({}, _trans);
  }

  get current(): IOptions {
    return this._current;
  }

  get changed(): ISignal<this, IOptions> {
    return this._changed;
  }

  /** Follow the settings from now on. */
  follow(settings: ISettingRegistry.ISettings): void {
    const read = (): void => {
      this._current = readOptions(settings.composite, this._trans);
      this._changed.emit(this._current);
    };
    settings.changed.connect(read);
    read();
  }

  private _current: IOptions;
  private readonly _changed = new Signal<this, IOptions>(this);
}
