/**
 * Provides the tracker of sessions, one per notebook or console, in JupyterLab and
 * in Notebook 7.
 */

import { ILabShell } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IConsoleTracker } from '@jupyterlab/console';
import { INotebookTracker, NotebookActions } from '@jupyterlab/notebook';
import type { Notebook, NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';

import { ProfileError, parseProfile } from '../encryption/profile/profile';
import type { Profile } from '../encryption/profile/profile';
import { siteErrors } from '../encryption/profile/site';
import { DOMAIN } from '../i18n';
import { EncryptionSession } from '../session/session';
import { showError } from '../shell/notify';
import { IEncryptionTracker } from '../tokens';
import { EncryptionTracker } from '../session/tracker';
import type { Document } from '../session/tracker';
import { ExcludedSession } from '../session/excluded/excludedSession';
import { fits } from '../preferences/settings';
import { IPreferences } from './preferences';

/** Milliseconds in which the page opens the documents of before it was loaded. */
const LONGEST = 10_000;

export const tracker: JupyterFrontEndPlugin<IEncryptionTracker> = {
  id: 'jupyterlab-s3-encryption:tracker',
  description: 'Knows how the S3 objects of each notebook are encrypted.',
  autoStart: true,
  provides: IEncryptionTracker,
  requires: [INotebookTracker, IPreferences],
  optional: [IConsoleTracker, ILabShell, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    notebooks: INotebookTracker,
    preferences: IPreferences,
    consoles: IConsoleTracker | null,
    labShell: ILabShell | null,
    translator: ITranslator | null
  ): IEncryptionTracker => {
    const { options, memory } = preferences;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const remember = async (
      at: string,
      profile: Profile | null
    ): Promise<void> => {
      try {
        await memory.remember(at, profile);
      } catch (reason) {
        showError(
          trans.__(
            'The S3 encryption of %1 could not be kept: %2 It holds here; other pages, and this one once it is loaded again, may not know of it.',
            at,
            reason instanceof Error ? reason.message : String(reason)
          ),
          trans
        );
        throw reason;
      }
    };
    const isNotebook = (widget: Widget): widget is NotebookPanel =>
      notebooks.has(widget);
    const isDocument = (widget: Widget): widget is Document =>
      isNotebook(widget) || consoles?.has(widget) === true;
    let isRestoring = true;
    const restored = (): void => {
      isRestoring = false;
      clearTimeout(timer);
    };
    const timer = setTimeout(restored, LONGEST);
    app.restored.then(restored, restored);
    const result: EncryptionTracker = new EncryptionTracker({
      createSession: document => {
        // Nothing is remembered for a console: its path is new each time.
        const path = isNotebook(document)
          ? () => document.context.path
          : () => null;
        return new EncryptionSession({
          sessionContext: document.sessionContext,
          reapplyOnRestart: () => options.current.reapplyOnRestart,
          connector: () => options.current.connector,
          connectClass: () => options.current.connectClass,
          recall: async () => {
            // The site's profile has to be known before the first kernel starts.
            await options.ready;
            const at = path();
            const found = at === null ? undefined : await memory.recall(at);
            const parsed = parseProfile(found);
            const refused =
              'profile' in parsed
                ? siteErrors(parsed.profile, options.current.site, trans)
                : [];
            if (refused.length > 0 && !options.current.site.locked) {
              showError(new ProfileError(refused), trans);
            }
            // A session takes nothing over that the site refuses.
            return found;
          },
          remember: async profile => {
            const at = path();
            if (at !== null) {
              await remember(at, profile);
            }
          },
          checkWrites: () => options.current.checkWrites,
          keepLocation: location => memory.keepLocation(location),
          mayInherit: () => result.mayInherit(document),
          site: {
            get required() {
              const { site } = options.current;
              return site.locked ? site.profile : null;
            },
            refuse: profile => siteErrors(profile, options.current.site, trans),
            changed: options.changed
          },
          trans
        });
      },
      createExcluded: ({ sessionContext }) =>
        new ExcludedSession(sessionContext, trans),
      isExcluded: name => !fits(name, options.current.kernels),
      open: () => notebooks.filter(() => true),
      isRestoring: () => isRestoring
    });

    // Anything else in front (an editor, the cluster-wide documents) changes nothing:
    // the last notebook stays current until it is closed.
    const follow = (widget: Widget | null): void => {
      if (widget !== null && isDocument(widget)) {
        result.setCurrent(widget);
      }
    };
    if (labShell) {
      labShell.currentChanged.connect((_, { newValue }) => {
        follow(newValue);
      });
    } else {
      app.shell.currentChanged?.connect((_, { newValue }) => {
        follow(newValue);
      });
    }
    // A widget can be in front before it is added to its tracker.
    const added = (_: unknown, widget: Widget): void => {
      if (widget === app.shell.currentWidget) {
        follow(widget);
      }
    };
    notebooks.widgetAdded.connect(added);
    consoles?.widgetAdded.connect(added);
    // A console can run code without ever being in front ("Run selected text in console").
    consoles?.widgetAdded.connect((_, panel) => {
      result.add(panel);
    });
    // After a reload remembered profiles are applied again, also in the background.
    const open = async (panel: NotebookPanel): Promise<void> => {
      let remembered: unknown;
      try {
        remembered = await memory.recall(panel.context.path);
      } catch {
        // Its session reads it again, says why it cannot, and holds cells back.
        result.add(panel);
        return;
      }
      if (remembered !== undefined || options.current.site.locked) {
        result.add(panel);
      } else {
        result.addWithout(panel);
      }
    };
    notebooks.widgetAdded.connect((_, panel) => {
      void open(panel);
    });
    // Before the guard of a run looks for it: nothing runs without a session.
    NotebookActions.executionScheduled.connect(
      (_: unknown, { notebook }: { notebook: Notebook }) => {
        const panel = notebooks.find(({ content }) => content === notebook);
        if (panel) {
          result.add(panel);
        }
      }
    );
    options.changed.connect(() => {
      result.refresh();
    });
    return result;
  }
};
