/** Provides the settings and the memory to the other plugins of this extension. */

import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IWindowResolver, Notification } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Token } from '@lumino/coreutils';

import type { ITranslate } from '../contract/messages';
import { DOMAIN } from '../i18n';
import { BrowserStore } from '../preferences/browserStore';
import { ChoiceServer } from '../preferences/choiceServer';
import { Memory } from '../preferences/memory';
import { Options } from '../preferences/settings';
import { RecentStore } from '../preferences/recentStore';
import { SavedProfiles } from '../preferences/savedProfiles';
import { Trust } from '../preferences/trust';
import { showError } from '../shell/notify';

export interface IPreferences {
  readonly options: Options;
  readonly memory: Memory;
  readonly trust: Trust;
  readonly saved: SavedProfiles;
}

export const IPreferences = new Token<IPreferences>(
  'jupyterlab-s3-encryption:IPreferences',
  'The settings of S3 Encryption and what it remembers; for its own plugins.'
);

/** The id of `schema/plugin.json`. */
export const SETTINGS_ID = 'jupyterlab-s3-encryption:plugin';

/** Milliseconds that the start of the page waits for the settings. */
const LONGEST = 10_000;

/**
 * Follow the settings and what is saved beside them. The page opens no document before this resolves, so no cell
 * can be run before it is known what holds cells back.
 */
async function followSettings(
  { options, saved }: IPreferences,
  registry: ISettingRegistry,
  trans: ITranslate
): Promise<void> {
  let late = '';
  const loaded = Promise.all([
    registry.load(SETTINGS_ID),
    saved.ask().catch((reason: unknown) => {
      showError(reason, trans);
      return null;
    })
  ]).then(
    ([settings, found]) => {
      options.follow(settings, found);
      if (late !== '') {
        Notification.dismiss(late);
      }
    },
    (reason: unknown) => {
      options.settle();
      showError(
        trans.__(
          "The settings of S3 Encryption could not be read. Until you load the page again, your site's lock holds no cell back. %1",
          reason instanceof Error ? reason.message : String(reason)
        ),
        trans
      );
    }
  );
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<void>(resolve => {
    timer = setTimeout(() => {
      late = showError(
        trans.__(
          "The settings of S3 Encryption were not read yet. Until they are, your site's lock is not known and holds no cell back."
        ),
        trans
      );
      resolve();
    }, LONGEST);
  });
  await Promise.race([loaded, tooLong]);
  clearTimeout(timer);
}

export const preferences: JupyterFrontEndPlugin<IPreferences> = {
  id: SETTINGS_ID,
  description: 'Holds the settings of S3 Encryption.',
  autoStart: true,
  provides: IPreferences,
  optional: [ISettingRegistry, IStateDB, IWindowResolver, ITranslator],
  activate: async (
    app: JupyterFrontEnd,
    settings: ISettingRegistry | null,
    state: IStateDB | null,
    resolver: IWindowResolver | null,
    translator: ITranslator | null
  ): Promise<IPreferences> => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const options = new Options(trans);
    const { serverSettings } = app.serviceManager;
    const base = serverSettings.baseUrl;
    // Without a window resolver (Notebook 7) the server does not keep the state database.
    const store =
      resolver === null
        ? new BrowserStore(base)
        : state &&
          new RecentStore(state, new BrowserStore(base, sessionStorage));
    const memory = new Memory(store, new ChoiceServer(serverSettings, trans));
    const trust = new Trust(store);
    const saved = new SavedProfiles(serverSettings, trans);
    const found: IPreferences = { options, memory, trust, saved };
    let shown = '';
    options.changed.connect((_, { problems }) => {
      const text = problems.join(' ');
      if (text !== '' && text !== shown) {
        Notification.warning(text, { autoClose: false });
      }
      shown = text;
    });
    app.serviceManager.contents.fileChanged.connect((_, change) => {
      const from = change.oldValue?.path;
      const to = change.newValue?.path;
      if (change.type === 'rename' && from && to) {
        Promise.all([memory.move(from, to), trust.move(from, to)]).catch(
          (reason: unknown) => {
            console.error('The S3 encryption of a file was not moved.', reason);
          }
        );
      }
    });
    if (settings === null) {
      options.settle();
    } else {
      await followSettings(found, settings, trans);
    }
    return found;
  }
};
