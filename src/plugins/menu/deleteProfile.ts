/** Deletes a profile of the user's own. */

import { InputDialog, Notification } from '@jupyterlab/apputils';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IPreferences } from '../preferences';
import { nameOf, OwnProfiles } from './ownProfiles';

/** Asks which one, and deletes it wherever the user has it; the site's are not offered. */
export async function deleteProfile(
  preferences: IPreferences,
  registry: ISettingRegistry,
  trans: TranslationBundle
): Promise<void> {
  const own = await OwnProfiles.of(preferences, registry);
  const names = [...own.saved, ...own.inSettings].map(one => nameOf(one) ?? '');
  const items = [...new Set(names)].filter(name => name !== '');
  if (items.length === 0) {
    Notification.info(trans.__('You have no profiles of your own.'));
    return;
  }
  const { value, button } = await InputDialog.getItem({
    title: trans.__('Delete a profile'),
    label: trans.__(
      'Notebooks that it was applied to stay as they are. Profile to delete:'
    ),
    items,
    okLabel: trans.__('Delete')
  });
  if (!button.accept || value === null || !items.includes(value)) {
    return;
  }
  if (own.has(own.saved, value)) {
    await own.change({ delete: [value] });
  }
  if (own.has(own.inSettings, value)) {
    await own.set(own.inSettings.filter(one => nameOf(one) !== value));
  }
  Notification.success(trans.__('Deleted the profile “%1”.', value), {
    autoClose: 2000
  });
}
