/**
 * Sends the guard of a session right before cells are sent to its kernel: it
 * closes the two holes that no event of a restart closes (cells sent before a
 * dead kernel is noticed; a restart from elsewhere). While a session waits for
 * Spark it is also sent after a cell, which may have created one. Must not know
 * of React.
 */

import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IConsoleTracker } from '@jupyterlab/console';
import { INotebookTracker, NotebookActions } from '@jupyterlab/notebook';
import type { Notebook } from '@jupyterlab/notebook';

import { IEncryptionTracker } from '../tokens';
import type { IEncryptionSession } from '../tokens';
import { IPreferences } from './preferences';

/**
 * @returns a function that guards a session at once, and again only in a later
 *   turn: the cells of one batch are scheduled in one turn
 */
export function oncePerBatch(): (session: IEncryptionSession) => void {
  const guarded = new Set<IEncryptionSession>();
  return session => {
    if (guarded.has(session)) {
      return;
    }
    guarded.add(session);
    queueMicrotask(() => {
      guarded.delete(session);
    });
    session.guardRun();
  };
}

export const runGuard: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-s3-encryption:run-guard',
  description: 'Checks the S3 encryption of a notebook ahead of each run.',
  autoStart: true,
  requires: [INotebookTracker, IEncryptionTracker, IPreferences],
  optional: [IConsoleTracker],
  activate: (
    _app: JupyterFrontEnd,
    notebooks: INotebookTracker,
    tracker: IEncryptionTracker,
    preferences: IPreferences,
    consoles: IConsoleTracker | null
  ): void => {
    const { options } = preferences;
    const guard = oncePerBatch();
    const sessionOf = (notebook: Notebook): IEncryptionSession | null => {
      const panel = notebooks.find(({ content }) => content === notebook);
      return panel ? tracker.find(panel) : null;
    };
    NotebookActions.executionScheduled.connect(
      (_: unknown, { notebook }: { notebook: Notebook }) => {
        const session = options.current.runGuard ? sessionOf(notebook) : null;
        if (session !== null && session.profile !== null) {
          guard(session);
        }
      }
    );
    const afterCell = (session: IEncryptionSession | null): void => {
      if (session?.state.kind === 'waiting') {
        guard(session);
      }
    };
    NotebookActions.executed.connect(
      (_: unknown, { notebook }: { notebook: Notebook }) => {
        afterCell(sessionOf(notebook));
      }
    );
    // A console says only afterwards that it ran something.
    consoles?.widgetAdded.connect((_, panel) => {
      panel.console.executed.connect(() => {
        afterCell(tracker.find(panel));
      });
    });
  }
};
