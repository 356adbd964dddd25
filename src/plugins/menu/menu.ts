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
import { IPreferences, SETTINGS_ID } from '../preferences';

const SETTINGS_EDITOR = 'settingeditor:open';

/** More profiles in a user's own settings than this make JupyterLab's start noticeably longer. */
const MANY = 100;

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
    const canChange = (): boolean =>
      registry !== null && !options.current.site.locked;
    const change = async (
      how: 'saveProfile' | 'deleteProfile' | 'moveProfiles'
    ): Promise<void> => {
      const profile = tracker.current?.profile ?? null;
      if (registry !== null) {
        const changes = await import('./changeProfiles');
        await changes[how](preferences, registry, trans, profile).catch(
          showError
        );
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
        canChange() && (tracker.current?.profile ?? null) !== null,
      describedBy: { args: NO_ARGUMENTS },
      execute: () => change('saveProfile')
    });
    commands.addCommand(MENU_COMMANDS.deleteProfile, {
      label: args =>
        args.isPalette
          ? trans.__('Delete S3 Encryption Profile…')
          : trans.__('Delete Profile…'),
      caption: trans.__('Delete one of your own profiles'),
      isEnabled: () => canChange() && options.current.profiles.length > 0,
      describedBy: { args: NO_ARGUMENTS },
      execute: () => change('deleteProfile')
    });
    commands.addCommand(MENU_COMMANDS.moveProfiles, {
      label: trans.__('Move Profiles Out of the Settings'),
      caption: trans.__(
        'Into a file of their own, so that JupyterLab starts fast'
      ),
      isEnabled: canChange,
      describedBy: { args: NO_ARGUMENTS },
      execute: () => change('moveProfiles')
    });
    const offer = async (): Promise<void> => {
      await Promise.all([app.restored, options.ready]);
      if (registry === null || options.saved === null || !canChange()) {
        return;
      }
      const { profiles } = (await registry.load(SETTINGS_ID)).user;
      const count = Array.isArray(profiles) ? profiles.length : 0;
      if (count > MANY && !(await preferences.memory.isKeptInSettings())) {
        const { offerMove } = await import('./changeProfiles');
        offerMove(count, preferences, registry, trans);
      }
    };
    offer().catch(showError);
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
