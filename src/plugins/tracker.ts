/**
 * Provides the tracker of sessions: one per notebook panel and console panel,
 * with and without the shell of JupyterLab. Must not know of React.
 */

import { ILabShell } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IConsoleTracker } from '@jupyterlab/console';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';

import { DOMAIN } from '../panel/trans';
import { EncryptionSession } from '../session/session';
import { IEncryptionTracker } from '../tokens';
import { EncryptionTracker } from './encryptionTracker';
import type { Document } from './encryptionTracker';
import { LeftOutSession } from './leftOutSession';
import { fits } from './options';
import { IPreferences } from './preferences';

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
    const isNotebook = (widget: Widget): widget is NotebookPanel =>
      notebooks.has(widget);
    const result = new EncryptionTracker({
      createSession: document => {
        // A console has a new path each time: nothing is remembered for it.
        const path = isNotebook(document)
          ? () => document.context.path
          : () => null;
        return new EncryptionSession({
          sessionContext: document.sessionContext,
          reapplyOnRestart: () => options.current.reapplyOnRestart,
          connector: () => options.current.connector,
          recall: async () => {
            const at = path();
            return at === null ? undefined : memory.recall(at);
          },
          remember: async profile => {
            const at = path();
            if (at !== null) {
              await memory.remember(at, profile);
            }
          },
          trans
        });
      },
      createLeftOut: ({ sessionContext }) => new LeftOutSession(sessionContext),
      isLeftOut: name => !fits(name, options.current.kernels)
    });

    const follow = (widget: Widget | null): void => {
      result.setCurrent(
        widget !== null &&
          (isNotebook(widget) || consoles?.has(widget) === true)
          ? (widget as Document)
          : null
      );
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
    // A widget can be in front before its tracker knows it.
    const added = (_: unknown, widget: Widget): void => {
      if (widget === app.shell.currentWidget) {
        follow(widget);
      }
    };
    notebooks.widgetAdded.connect(added);
    consoles?.widgetAdded.connect(added);
    // What is remembered is in force again after a reload, also in the background.
    notebooks.widgetAdded.connect((_, panel) => {
      memory
        .recall(panel.context.path)
        .then(remembered => {
          if (remembered !== undefined) {
            result.add(panel);
          }
        })
        .catch((reason: unknown) => {
          console.error('The S3 encryption was not read.', reason);
        });
    });
    options.changed.connect(() => {
      result.refresh();
    });
    return result;
  }
};
