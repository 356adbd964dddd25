/** Saves a choice as a profile. */

import {
  Dialog,
  InputDialog,
  Notification,
  showDialog
} from '@jupyterlab/apputils';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';

import { isObject } from '../../contract/shape';
import type { Profile } from '../../encryption/profile/profile';
import type { SavedProfile } from '../../preferences/savedProfiles';
import type { Mode } from '../../preferences/settings';
import type { IPreferences } from '../preferences';
import { nameOf, OwnProfiles } from './ownProfiles';

/** As in `schema/plugin.json`. */
const LONGEST_NAME = 100;
/** The profiles with one more; one of the same name is replaced, and its mode stays. */
export function withSaved(
  profiles: readonly unknown[],
  saved: SavedProfile
): unknown[] {
  const isSame = (item: unknown): boolean => nameOf(item) === saved.name;
  return profiles.some(isSame)
    ? profiles.map(item =>
        isSame(item) ? { ...saved, ...modeIn(item) } : item
      )
    : [...profiles, saved];
}

/** Its own mode, if it has one. */
function modeIn(item: unknown): { mode?: Mode } {
  const mode = isObject(item) ? item.mode : undefined;
  return mode === 'warn' || mode === 'block' ? { mode } : {};
}

/** Asks for a name, and once more before a profile is replaced; null: not to be saved. */
async function askName(
  suggested: string,
  names: readonly (string | undefined)[],
  trans: TranslationBundle
): Promise<string | null> {
  const { value } = await InputDialog.getText({
    title: trans.__('Save as profile'),
    label: trans.__('Name'),
    text: suggested,
    okLabel: trans.__('Save')
  });
  const name = value?.trim() ?? '';
  if (name === '') {
    return null;
  }
  if (name.length > LONGEST_NAME) {
    throw new Error(
      trans.__('The name has more than %1 characters.', LONGEST_NAME)
    );
  }
  if (!names.includes(name)) {
    return name;
  }
  const { button } = await showDialog({
    title: trans.__('Replace the profile?'),
    body: trans.__(
      'There is a profile “%1” already. Notebooks that it was applied to stay as they are.',
      name
    ),
    buttons: [
      Dialog.cancelButton(),
      Dialog.warnButton({ label: trans.__('Replace') })
    ]
  });
  return button.accept ? name : null;
}

/**
 * Asks for a name, and saves a profile under it: where the user has the one of that name, a new
 * one in the file of saved profiles if the server keeps one, otherwise in the settings.
 */
export async function saveProfile(
  preferences: IPreferences,
  registry: ISettingRegistry,
  trans: TranslationBundle,
  profile: Profile | null
): Promise<void> {
  if (profile === null) {
    return;
  }
  const names = preferences.options.current.profiles.map(nameOf);
  const name = await askName(profile.name ?? '', names, trans);
  if (name === null) {
    return;
  }
  const own = await OwnProfiles.of(preferences, registry);
  const saved = { ...profile, name };
  const replaced = own.saved.find(one => nameOf(one) === name);
  if (replaced === undefined && own.has(own.inSettings, name)) {
    await own.set(withSaved(own.inSettings, saved));
  } else {
    const put = [{ ...saved, ...modeIn(replaced) }];
    if ((await own.change({ put })) === null) {
      await own.set(withSaved(own.all, saved));
    }
  }
  Notification.success(trans.__('Saved as profile “%1”.', name), {
    autoClose: 2000
  });
}
