/**
 * Moves the profiles of a user's settings into a file of their own, which is read at once:
 * JupyterLab's server takes seconds to read settings with some thousand of them, with every
 * start of a page.
 */

import { Notification } from '@jupyterlab/apputils';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';
import { JSONExt } from '@lumino/coreutils';
import type { PartialJSONValue } from '@lumino/coreutils';

import type { ISaved, SavedProfile } from '../../preferences/savedProfiles';
import { readNamed } from '../../preferences/settings';
import { fitted, showError } from '../../shell/notify';
import type { IPreferences } from '../preferences';
import { nameOf, OwnProfiles } from './ownProfiles';

/** As it is saved; null for what cannot be used, which stays where it is. */
function movable(
  value: unknown,
  trans: TranslationBundle
): SavedProfile | null {
  const read = readNamed(value, trans);
  if ('reason' in read) {
    return null;
  }
  const { profile, mode } = read;
  return mode === null ? profile : { ...profile, mode };
}

/** Is exactly this one in the file? */
function isIn(saved: ISaved, profile: SavedProfile | null): boolean {
  const found = saved.profiles.find(one => nameOf(one) === profile?.name);
  return (
    profile !== null &&
    found !== undefined &&
    JSONExt.deepEqual(found as PartialJSONValue, profile)
  );
}

/** Moves them. What the file does not have afterwards stays in the settings. */
export async function moveProfiles(
  preferences: IPreferences,
  registry: ISettingRegistry,
  trans: TranslationBundle
): Promise<void> {
  const own = await OwnProfiles.of(preferences, registry);
  const before = own.inSettings;
  if (before.length === 0) {
    Notification.info(trans.__('Your settings have no profiles.'));
    return;
  }
  const read = before.map(value => movable(value, trans));
  const found = await own.change({ add: read.filter(one => one !== null) });
  if (found === null) {
    throw new Error(
      trans.__(
        'This Jupyter server keeps no profiles: its part of S3 Encryption is not enabled. They stay in the settings.'
      )
    );
  }
  const rest = before.filter((_, index) => !isIn(found, read[index] ?? null));
  if (rest.length < before.length) {
    await own.set(rest);
  }
  const moved = before.length - rest.length;
  const texts = [
    trans._n(
      '%1 profile is now in %2.',
      '%1 profiles are now in %2.',
      moved,
      moved,
      found.file
    ),
    ...(rest.length === 0
      ? []
      : [
          trans._n(
            '%1 stays in the settings: it cannot be used, or its name is taken.',
            '%1 stay in the settings: they cannot be used, or their names are taken.',
            rest.length,
            rest.length
          )
        ])
  ];
  Notification.success(
    fitted(() => texts.join(' ')),
    { autoClose: false }
  );
}

/** Offers to move them. */
export function offerMove(
  count: number,
  preferences: IPreferences,
  registry: ISettingRegistry,
  trans: TranslationBundle
): void {
  const text = trans.__(
    'Your settings have %1 profiles, which makes JupyterLab start slowly. In a file of their own they are read at once.',
    count
  );
  Notification.info(text, {
    autoClose: false,
    actions: [
      {
        label: trans.__('Move them'),
        callback: () => {
          moveProfiles(preferences, registry, trans).catch(showError);
        }
      },
      {
        label: trans.__('Do not ask again'),
        callback: () => {
          preferences.memory.keepInSettings().catch(showError);
        }
      }
    ]
  });
}
