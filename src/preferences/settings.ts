/** The user's settings as the rest of the extension reads them: always complete and valid. */

import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { PromiseDelegate } from '@lumino/coreutils';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { ITranslate } from '../contract/messages';
import { DIALECTS } from '../contract/report';
import { isObject, textsOf } from '../contract/shape';
import type { ConnectorChoice } from '../contract/requests';
import { likeText } from '../encryption/glob';
import { parseProfile, sameProfile } from '../encryption/profile/profile';
import type { Profile } from '../encryption/profile/profile';
import { readSite } from '../encryption/profile/site';
import type { ISite } from '../encryption/profile/site';
import type { CheckWrites } from '../tokens';
import type { ISaved } from './savedProfiles';

/** What happens to cells if a profile cannot be applied. */
export type Mode = 'warn' | 'block';

export interface IOptions {
  /** The site's own, those that the user has saved, and those of the settings. */
  readonly profiles: readonly Profile[];
  /** null if none is named, or if no profile has that name. */
  readonly defaultProfile: Profile | null;
  /** Propose the default profile in the panel. */
  readonly proposeDefault: boolean;
  readonly reapplyOnRestart: boolean;
  readonly runGuard: boolean;
  /** For profiles without a mode of their own. */
  readonly mode: Mode;
  /** The modes of named profiles, by name. */
  readonly modes: ReadonlyMap<string, Mode>;
  /** Save the applied profile in the notebook's metadata. */
  readonly saveInNotebook: boolean;
  /** The administrators' decisions. */
  readonly site: ISite;
  /** Propose to cover Python libraries too. */
  readonly coverPythonWriters: boolean;
  /** When the user's own writes are checked. */
  readonly checkWrites: CheckWrites;
  readonly connector: ConnectorChoice;
  /** May the agent's class go to Spark Connect servers and executors? */
  readonly connectClass: boolean;
  /** Names of kernels, `*` for any text. */
  readonly kernels: readonly string[];
  readonly showStatusItem: boolean;
  /** One sentence per profile that cannot be used, of the settings or saved. */
  readonly problems: readonly string[];
}

/** Deeper than any setting. */
const DEEPEST = 8;

/** An empty field of the settings editor counts as absent. */
function withoutEmpty(value: unknown, depth = 0): unknown {
  if (!isObject(value) || depth > DEEPEST) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, part]): [string, unknown] => [
        key,
        withoutEmpty(part, depth + 1)
      ])
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

/** A profile that has a name, and its mode if it has one of its own; or why it is none. */
export function readNamed(
  value: unknown,
  trans: ITranslate
):
  | { profile: Profile & { name: string }; mode: Mode | null }
  | { reason: string } {
  const given = withoutEmpty(value);
  const { mode, ...plain } = isObject(given) ? given : {};
  const parsed = parseProfile(isObject(given) ? plain : given, trans);
  if ('errors' in parsed) {
    return { reason: parsed.errors.map(({ message }) => message).join(' ') };
  }
  const { name } = parsed.profile;
  return name === undefined
    ? { reason: trans.__('It has no name.') }
    : {
        profile: { ...parsed.profile, name },
        mode: mode === 'warn' || mode === 'block' ? mode : null
      };
}

/**
 * The settings by which a user could leave the site's lock: with one of them a
 * kernel is not armed, not asked, not counted, armed in a dialect that nothing
 * serves, or a Connect server keeps what it has open. Where the site locks or requires block, only its own values count.
 */
const OF_SITE = [
  'reapplyOnRestart',
  'runGuard',
  'kernels',
  'connector',
  'connectClass'
] as const;

/** The defaults of all settings: the schema's, or those of overrides.json. */
type Defaults = Readonly<Record<string, unknown>>;

/**
 * Read the settings.
 *
 * @param userSettings - user settings over defaults; checked here
 * @param defaults - what only overrides.json changes; `site` is the site's part of it
 * @param saved - one of these stands for one of the settings that has its name
 */
export function readOptions(
  userSettings: ReadonlyPartialJSONObject,
  trans: ITranslate,
  defaults: Defaults = {},
  saved: ISaved | null = null
): IOptions {
  const site = readSite(withoutEmpty(defaults.site), trans);
  const isEnforced = site.locked || site.requireBlock;
  const composite: Defaults = isEnforced
    ? {
        ...userSettings,
        ...Object.fromEntries(OF_SITE.map(name => [name, defaults[name]]))
      }
    : userSettings;
  const profiles: Profile[] = [];
  const modes = new Map<string, Mode>();
  if (site.profile?.name !== undefined) {
    profiles.push(site.profile);
  }
  const problems: string[] = [];
  const read = (values: unknown, where: string): Profile[] =>
    (Array.isArray(values) ? values : []).flatMap(
      (value: unknown, index): Profile[] => {
        const given = readNamed(value, trans);
        if ('reason' in given) {
          problems.push(
            trans.__(
              'Profile %1 in %2 cannot be used. %3',
              String(index + 1),
              where,
              given.reason
            )
          );
          return [];
        }
        const { mode, profile } = given;
        // Of several with one name the strictest counts.
        if (mode !== null && modes.get(profile.name) !== 'block') {
          modes.set(profile.name, mode);
        }
        return [profile];
      }
    );
  const own = read(saved?.profiles, saved?.file ?? '');
  const names = new Set(own.map(({ name }) => name));
  profiles.push(
    ...own,
    ...read(composite.profiles, trans.__('the settings')).filter(
      ({ name }) => !names.has(name)
    )
  );
  const { checkWrites, connector, kernels } = composite;
  return {
    profiles,
    defaultProfile:
      profiles.find(({ name }) => name === composite.defaultProfile) ??
      site.profile,
    proposeDefault:
      composite.applyDefaultToNewNotebooks === true || site.profile !== null,
    reapplyOnRestart: composite.reapplyOnRestart !== false,
    runGuard: composite.runGuard !== false,
    mode: composite.mode === 'block' ? 'block' : 'warn',
    modes,
    saveInNotebook: composite.saveInNotebook === true,
    site,
    checkWrites:
      checkWrites === 'onDemand' || checkWrites === 'off'
        ? checkWrites
        : 'afterRun',
    coverPythonWriters: composite.coverPythonWriters === true,
    connector: DIALECTS.find(name => name === connector) ?? 'auto',
    connectClass: !site.noConnectClass && composite.connectClass !== false,
    kernels: Array.isArray(kernels) ? textsOf(kernels) : ['*'],
    showStatusItem: composite.showStatusItem !== false,
    problems: site.problem === null ? problems : [site.problem, ...problems]
  };
}

/**
 * What happens to cells of a notebook with this profile if it cannot be applied.
 * The mode of a named profile is that of its settings: with the same name and
 * others it can only be stricter.
 */
export function modeOf(profile: Profile, options: IOptions): Mode {
  const { site, modes, mode } = options;
  const own = modes.get(profile.name ?? '') ?? mode;
  return site.requireBlock || own === 'block'
    ? 'block'
    : isOwn(profile, options)
      ? own
      : mode;
}

/** The strictest mode that a profile can have which is not known yet. */
export function strictest({ site, mode, modes }: IOptions): Mode {
  return site.requireBlock || mode === 'block'
    ? 'block'
    : ([...modes.values()].find(one => one === 'block') ?? 'warn');
}

/** Is it one of the profiles of the settings, name and all? */
function isOwn(
  profile: Profile,
  { profiles }: Pick<IOptions, 'profiles'>
): boolean {
  return profiles.some(one => sameProfile(one, profile));
}

/** Does a kernel name fit one of the patterns? Case counts, `*` is any text. */
export function fits(name: string, patterns: readonly string[]): boolean {
  return patterns.some(pattern => likeText(pattern, name));
}

/** The current options; defaults until the settings are loaded. */
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

  /** Resolves when the settings were read, or could not be. */
  get ready(): Promise<void> {
    return this._ready.promise;
  }

  /** What the user has saved; null if it is not known, or if the server keeps no profiles. */
  get saved(): ISaved | null {
    return this._saved;
  }

  /** Follow the settings from now on. */
  follow(
    settings: ISettingRegistry.ISettings,
    saved: ISaved | null = null
  ): void {
    this._saved = saved;
    this._read = () => {
      const { composite, schema } = settings;
      const defaults = Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, property]) => [
          name,
          property.default
        ])
      );
      this._current = readOptions(
        composite,
        this._trans,
        defaults,
        this._saved
      );
      this._changed.emit(this._current);
    };
    settings.changed.connect(this._read);
    this._read();
    this.settle();
  }

  /** The user has saved or deleted profiles. */
  take(saved: ISaved): void {
    this._saved = saved;
    this._read();
  }

  /** The settings were read, or there are none. */
  settle(): void {
    this._ready.resolve();
  }

  private _current: IOptions;
  private _saved: ISaved | null = null;
  private _read = (): void => undefined;
  private readonly _ready = new PromiseDelegate<void>();
  private readonly _changed = new Signal<this, IOptions>(this);
}
