/** The commands of the panel's menu: settings, a choice as a profile, what is known as a file. */

import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  Dialog,
  ICommandPalette,
  InputDialog,
  Notification,
  showDialog
} from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import type {
  PartialJSONObject,
  ReadonlyPartialJSONValue
} from '@lumino/coreutils';

import type { Profile } from '../../encryption/profile/profile';
import { DOMAIN } from '../../i18n';
import { MENU_COMMANDS } from '../../shell/commandIds';
import { showError } from '../../shell/notify';
import { IEncryptionTracker } from '../../tokens';
import { IPreferences, SETTINGS_ID } from '../preferences';

const SETTINGS_EDITOR = 'settingeditor:open';
/** As in `schema/plugin.json`. */
const LONGEST_NAME = 100;
const NO_ARGUMENTS = { type: 'object', properties: {} } as const;

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

export const menu: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-s3-encryption:menu',
  description: 'Adds the commands of the menu of the S3 Encryption panel.',
  autoStart: true,
  requires: [IEncryptionTracker, IPreferences],
  optional: [ISettingRegistry, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: IEncryptionTracker,
    preferences: IPreferences,
    registry: ISettingRegistry | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const { commands } = app;
    const { options } = preferences;
    const saveProfile = async (profile: Profile): Promise<void> => {
      const { profiles } = options.current;
      const name = await askName(
        profile.name ?? '',
        profiles.map(known => known.name ?? ''),
        trans
      );
      const settings = await registry?.load(SETTINGS_ID);
      if (name !== null && settings) {
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
    };
    commands.addCommand(MENU_COMMANDS.settings, {
      label: args =>
        args.isPalette
          ? trans.__('S3 Encryption Settings')
          : trans.__('Settings'),
      caption: trans.__('Profiles, and how the extension behaves'),
      isEnabled: () => commands.hasCommand(SETTINGS_EDITOR),
      describedBy: { args: NO_ARGUMENTS },
      execute: () =>
        // The name of the settings, which is not translated in the editor's search.
        commands.execute(SETTINGS_EDITOR, { query: 'S3 Encryption' })
    });
    commands.addCommand(MENU_COMMANDS.saveProfile, {
      label: args =>
        args.isPalette
          ? trans.__('Save S3 Encryption as Profile…')
          : trans.__('Save as Profile…'),
      caption: trans.__(
        'Save the choice of this notebook under a name, for other notebooks'
      ),
      isEnabled: () =>
        registry !== null &&
        !options.current.site.locked &&
        (tracker.current?.profile ?? null) !== null,
      describedBy: { args: NO_ARGUMENTS },
      execute: async () => {
        const profile = tracker.current?.profile ?? null;
        if (profile !== null) {
          await saveProfile(profile).catch(showError);
        }
      }
    });
    commands.addCommand(MENU_COMMANDS.saveReport, {
      label: args =>
        args.isPalette
          ? trans.__('Save S3 Encryption Report as File')
          : trans.__('Save Report as File'),
      caption: trans.__(
        'Save all that is known about this notebook as JSON, without key material'
      ),
      isEnabled: () => tracker.current !== null,
      describedBy: { args: NO_ARGUMENTS },
      execute: async () => {
        const session = tracker.current;
        if (session !== null) {
          const { saveReport } = await import('../../panel/ui/saveReport');
          saveReport(session, trans);
        }
      }
    });
    const { documentation: _own, ...added } = MENU_COMMANDS;
    for (const command of Object.values(added)) {
      palette?.addItem({
        command,
        category: trans.__('S3 Encryption'),
        args: { isPalette: true }
      });
    }
  }
};
