/** The commands of the panel's menu: settings, a choice as a profile, what is known as a file. */

import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { DOMAIN } from '../../i18n';
import { MENU_COMMANDS, NO_ARGUMENTS } from '../../shell/commandIds';
import { showError } from '../../shell/notify';
import { IEncryptionTracker } from '../../tokens';
import { IPreferences } from '../preferences';

const SETTINGS_EDITOR = 'settingeditor:open';

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
        if (profile !== null && registry !== null) {
          const { saveProfile } = await import('./saveProfile');
          const names = options.current.profiles.map(({ name }) => name ?? '');
          await saveProfile(profile, names, registry, trans).catch(showError);
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
