/** The commands, and their place in the command palette. */

import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  Clipboard,
  ICommandPalette,
  InputDialog,
  Notification
} from '@jupyterlab/apputils';
import { INotebookTracker, NotebookActions } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import type {
  ReadonlyJSONObject,
  ReadonlyPartialJSONObject
} from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';

import { can } from '../encryption/lifecycle';
import type { Action } from '../encryption/lifecycle/types';
import { ProfileError } from '../encryption/profile/profile';
import { s3EncryptionIcon } from '../icons';
import { DOMAIN } from '../i18n';
import type { ObjectPage } from '../panel/objects/types';
import { PANEL_ID } from '../panel/widget';
import { showError } from '../shell/notify';
import { IEncryptionTracker } from '../tokens';
import { inFront } from '../shell/sessionNotices';
import { CommandIDs, NO_ARGUMENTS } from '../shell/commandIds';
import type { ISource } from './menu/code';
import { IPanelPages } from './panel';
import { IPreferences } from './preferences';

/**
 * How many profiles have a line of their own in the command palette, which is slow to draw
 * with many; the line that asks for the name has all of them.
 */
const MOST_NAMED = 20;

/** The schema of a command with one argument. */
function argument(
  name: string,
  type: 'string' | 'object',
  description: string
): { type: 'object'; properties: ReadonlyJSONObject } {
  return { type: 'object', properties: { [name]: { type, description } } };
}

interface IPageCommand {
  id: string;
  page: ObjectPage;
  label: string;
  caption: string;
  /** The text to fill in: the argument's name, and what it is. */
  text?: readonly [name: string, description: string];
}

/**
 * Adds the commands about stored objects. Each opens a page of the panel; only the
 * check of the user's writes sends a request at once.
 */
function addPageCommands(
  app: JupyterFrontEnd,
  tracker: IEncryptionTracker,
  trans: TranslationBundle,
  openPage: IPanelPages['open']
): void {
  const pages: IPageCommand[] = [
    {
      id: CommandIDs.canary,
      page: 'canary',
      label: trans.__('Write canary…'),
      caption: trans.__(
        'Open the page that writes a tiny object from every executor and reads its header back'
      ),
      text: [
        'location',
        trans.__('The location to fill in, such as s3://bucket/prefix')
      ]
    },
    {
      id: CommandIDs.audit,
      page: 'audit',
      label: trans.__('Audit path…'),
      caption: trans.__(
        'Open the page that shows how stored objects are encrypted'
      ),
      text: [
        'path',
        trans.__('The path to fill in, such as s3://bucket/prefix')
      ]
    },
    {
      id: CommandIDs.checkWrites,
      page: 'writes',
      label: trans.__('Check my writes'),
      caption: trans.__(
        'Compare what this notebook wrote with the choice in effect'
      )
    }
  ];
  for (const { id, page, label, caption, text } of pages) {
    app.commands.addCommand(id, {
      label,
      caption,
      isEnabled: () => {
        const session = inFront(app, tracker);
        if (session === null || session.excluded) {
          return false;
        }
        const { armed, checks } = session.objectChecks;
        return page === 'audit'
          ? can(session.state, 'verify')
          : armed && (page === 'canary' || checks !== 'off');
      },
      describedBy: {
        args: text ? argument(text[0], 'string', text[1]) : NO_ARGUMENTS
      },
      execute: async args => {
        const session = tracker.current;
        if (session === null) {
          return;
        }
        const filled = text && args[text[0]];
        openPage(session, page, typeof filled === 'string' ? filled : '');
        if (page === 'writes') {
          await session.objectChecks.checkWrites();
        }
      }
    });
  }
}

export const commands: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-s3-encryption:commands',
  description: 'Adds the commands of S3 Encryption.',
  autoStart: true,
  requires: [IEncryptionTracker, INotebookTracker, IPreferences],
  optional: [ICommandPalette, ITranslator, IPanelPages],
  activate: (
    app: JupyterFrontEnd,
    tracker: IEncryptionTracker,
    notebooks: INotebookTracker,
    preferences: IPreferences,
    palette: ICommandPalette | null,
    translator: ITranslator | null,
    panelPages: IPanelPages | null
  ): void => {
    const { options } = preferences;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const category = trans.__('S3 Encryption');
    const registry = app.commands;
    const withName = argument(
      'name',
      'string',
      trans.__('The name of a profile of the settings; asked for if missing')
    );
    const withProfile = argument(
      'profile',
      'object',
      trans.__(
        'A profile, without key material; if missing, the profile of the notebook in front'
      )
    );
    const withForm = {
      type: 'object',
      properties: {
        ...withProfile.properties,
        form: {
          type: 'string',
          enum: ['helper', 'spark'],
          description: trans.__(
            'A call of the Python helper, or lines that set properties of Spark; asked for if missing'
          )
        }
      }
    };

    const allowed = (action: Action): boolean => {
      const session = inFront(app, tracker);
      return (
        session !== null &&
        !session.excluded &&
        !(action === 'clear' && options.current.site.locked) &&
        can(session.state, action)
      );
    };
    const openPanel = (): void => {
      app.shell.activateById(PANEL_ID);
    };
    const applyProfile = async (name: string): Promise<void> => {
      const profile = options.current.profiles.find(item => item.name === name);
      if (profile === undefined) {
        throw new Error(trans.__('There is no profile “%1”.', name));
      }
      try {
        await tracker.current?.apply(profile);
      } catch (reason) {
        // The key of SSE-C can only be entered in the panel.
        if (reason instanceof ProfileError) {
          openPanel();
        }
        showError(reason);
      }
    };
    const askName = async (): Promise<string | null> => {
      const names = options.current.profiles.map(({ name }) => name ?? '');
      const isTyped = names.length > MOST_NAMED;
      const { value } = await InputDialog.getItem({
        title: trans.__('Apply a profile'),
        label: trans.__('Profile'),
        // Of many profiles, those that have what is typed in their name are offered. The dialog
        // begins with its first item, and what is typed would be appended to that.
        items: isTyped ? ['', ...names] : names,
        ...(isTyped
          ? { editable: true, placeholder: trans.__('its name') }
          : {})
      });
      return value;
    };
    const source = (): ISource => ({
      session: tracker.current,
      connector: options.current.connector
    });
    const hasProfile = (args: ReadonlyPartialJSONObject): boolean =>
      args.profile !== undefined ||
      (inFront(app, tracker)?.profile ?? null) !== null;

    registry.addCommand(CommandIDs.openPanel, {
      label: args =>
        args.isPalette
          ? trans.__('Open the S3 Encryption Panel')
          : trans.__('S3 Encryption'),
      caption: trans.__("Show how this notebook's S3 objects are encrypted"),
      icon: s3EncryptionIcon,
      describedBy: { args: NO_ARGUMENTS },
      execute: openPanel
    });
    registry.addCommand(CommandIDs.apply, {
      label: args =>
        args.isPalette ? trans.__('Apply S3 Encryption…') : trans.__('Apply…'),
      caption: trans.__('Choose how new S3 objects are encrypted'),
      isEnabled: () => allowed('apply'),
      describedBy: { args: NO_ARGUMENTS },
      execute: openPanel
    });
    registry.addCommand(CommandIDs.applyProfile, {
      label: args =>
        typeof args.name === 'string'
          ? trans.__('Apply S3 Encryption Profile: %1', args.name)
          : trans.__('Apply S3 Encryption Profile…'),
      caption: trans.__('Apply a named profile from the settings'),
      isEnabled: () =>
        allowed('apply') &&
        options.current.profiles.length > 0 &&
        !options.current.site.locked,
      describedBy: { args: withName },
      execute: async args => {
        if (typeof args.name === 'string') {
          await applyProfile(args.name);
          return;
        }
        const name = await askName();
        if (name !== null && name !== '') {
          await applyProfile(name).catch(showError);
        }
      }
    });
    registry.addCommand(CommandIDs.verify, {
      label: args =>
        args.isPalette ? trans.__('Verify S3 Encryption') : trans.__('Verify'),
      caption: trans.__("Read the kernel's S3 encryption settings"),
      isEnabled: () => allowed('verify'),
      describedBy: { args: NO_ARGUMENTS },
      execute: async () => {
        await tracker.current?.verify().catch(showError);
      }
    });
    registry.addCommand(CommandIDs.clear, {
      label: args =>
        args.isPalette ? trans.__('Clear S3 Encryption') : trans.__('Clear'),
      caption: trans.__('Undo the S3 encryption that was set from here'),
      isEnabled: () => allowed('clear'),
      describedBy: { args: NO_ARGUMENTS },
      execute: async () => {
        await tracker.current?.clear().catch(showError);
      }
    });
    registry.addCommand(CommandIDs.copyCode, {
      label: args =>
        args.isPalette
          ? trans.__('Copy S3 Encryption as Code')
          : trans.__('Copy as Code'),
      caption: trans.__(
        'Copy Python that sets the same encryption, without keys'
      ),
      isEnabled: hasProfile,
      describedBy: { args: withProfile },
      execute: async args => {
        const { codeOf } = await import('./menu/code');
        const code = codeOf(args, source(), trans);
        if (code !== null) {
          Clipboard.copyToSystem(code);
          Notification.success(trans.__('Copied as Python.'), {
            autoClose: 2000
          });
        }
      }
    });
    registry.addCommand(CommandIDs.insertCell, {
      label: args =>
        args.isPalette
          ? trans.__('Insert S3 Encryption as Cell')
          : trans.__('Insert as Cell'),
      caption: trans.__(
        'Insert a cell with Python that sets the same encryption, without keys'
      ),
      isEnabled: args => hasProfile(args) && notebooks.currentWidget !== null,
      describedBy: { args: withForm },
      execute: async args => {
        const notebook = notebooks.currentWidget?.content;
        if (notebook) {
          const { cellText } = await import('./menu/code');
          const text = await cellText(args, source(), trans);
          if (text !== null) {
            NotebookActions.insertBelow(notebook);
            notebook.activeCell?.model.sharedModel.setSource(text);
          }
        }
      }
    });

    addPageCommands(app, tracker, trans, (session, page, text) => {
      panelPages?.open(session, page, text);
      openPanel();
    });

    if (palette === null) {
      return;
    }
    const { applyProfile: _named, ...plain } = CommandIDs;
    for (const command of Object.values(plain)) {
      palette.addItem({ command, category, args: { isPalette: true } });
    }
    let named: IDisposable[] = [];
    const refresh = (): void => {
      named.forEach(item => {
        item.dispose();
      });
      const names = options.current.profiles
        .slice(0, MOST_NAMED)
        .map(({ name }) => name ?? '');
      const command = CommandIDs.applyProfile;
      // The one that has all of them is ahead.
      named = [{}, ...names.map(name => ({ name }))].map((args, rank) =>
        palette.addItem({ command, category, args, rank })
      );
    };
    options.changed.connect(refresh);
    refresh();
  }
};
