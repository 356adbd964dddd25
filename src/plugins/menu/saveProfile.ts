/** Saves a choice among the profiles of the settings. Loaded when it is asked for. */

import {
  Dialog,
  InputDialog,
  Notification,
  showDialog
} from '@jupyterlab/apputils';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';
import type {
  PartialJSONObject,
  ReadonlyPartialJSONValue
} from '@lumino/coreutils';

import type { Profile } from '../../encryption/profile/profile';
import { SETTINGS_ID } from '../preferences';

/** As in `schema/plugin.json`. */
const LONGEST_NAME = 100;
/** The profiles with one more; one of the same name is replaced. */
export function withSaved(
  profiles: readonly ReadonlyPartialJSONValue[],
  profile: Profile & { name: string }
): ReadonlyPartialJSONValue[] {
  const isSame = (item: ReadonlyPartialJSONValue): boolean =>
    (item as { name?: unknown } | null)?.name === profile.name;
  const saved = JSON.parse(JSON.stringify(profile)) as PartialJSONObject;
  return profiles.some(isSame)
    ? profiles.map(item => (isSame(item) ? saved : item))
    : [...profiles, saved];
}

/** Asks for a name, and once more before a profile is replaced; null: not to be saved. */
async function askName(
  suggested: string,
  names: readonly string[],
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
 * Asks for a name, and saves a profile under it.
 *
 * @param names - of the profiles that there are
 */
export async function saveProfile(
  profile: Profile,
  names: readonly string[],
  registry: ISettingRegistry,
  trans: TranslationBundle
): Promise<void> {
  const name = await askName(profile.name ?? '', names, trans);
  if (name === null) {
    return;
  }
  const settings = await registry.load(SETTINGS_ID);
  const known = settings.get('profiles').composite;
  await settings.set(
    'profiles',
    withSaved(Array.isArray(known) ? known : [], {
      ...profile,
      name
    }) as PartialJSONObject[]
  );
  Notification.success(trans.__('Saved as profile “%1”.', name), {
    autoClose: 2000
  });
}
