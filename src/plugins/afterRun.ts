/**
 * Looks again once a run is over where a profile waits for Spark: the person's
 * own cell may have created the session. Sends nothing in any other state. Must
 * not know of React.
 */

import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import type { ISessionContext } from '@jupyterlab/apputils';
import { IConsoleTracker } from '@jupyterlab/console';
import { INotebookTracker, NotebookActions } from '@jupyterlab/notebook';
import type { Notebook } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';

import { IEncryptionTracker } from '../tokens';
import type { IEncryptionSession } from '../tokens';
import type { Document } from './encryptionTracker';

/** How long a kernel has to be idle to count as done, in milliseconds: cells of one run follow at once. */
export const QUIET = 250;

/**
 * @param find - the session of the document at the time of the call
 * @returns a function to be called after each cell: verifies once the kernel is
 *   quiet, if the session still waits for Spark by then
 */
export function verifyWhenQuiet(
  context: ISessionContext,
  find: () => IEncryptionSession | null
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onStatus = (_: ISessionContext, status: Kernel.Status): void => {
    if (status === 'idle') {
      context.statusChanged.disconnect(onStatus);
      start();
    }
  };
  const look = (): void => {
    const session = find();
    if (context.isDisposed || session?.state.kind !== 'waiting') {
      return;
    }
    if (context.session?.kernel?.status === 'idle') {
      session.verify().catch((reason: unknown) => {
        console.warn('The S3 encryption was not read after a run.', reason);
      });
    } else {
      context.statusChanged.connect(onStatus);
    }
  };
  const start = (): void => {
    clearTimeout(timer);
    if (find()?.state.kind === 'waiting') {
      timer = setTimeout(look, QUIET);
    }
  };
  return start;
}

export const afterRun: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-s3-encryption:after-run',
  description: 'Sees that a run created the Spark session that was waited for.',
  autoStart: true,
  requires: [INotebookTracker, IEncryptionTracker],
  optional: [IConsoleTracker],
  activate: (
    _app: JupyterFrontEnd,
    notebooks: INotebookTracker,
    tracker: IEncryptionTracker,
    consoles: IConsoleTracker | null
  ): void => {
    const known = new WeakMap<Document, () => void>();
    const ran = (document: Document): void => {
      const start =
        known.get(document) ??
        verifyWhenQuiet(document.sessionContext, () => tracker.find(document));
      known.set(document, start);
      start();
    };
    NotebookActions.executed.connect(
      (_: unknown, { notebook }: { notebook: Notebook }) => {
        const panel = notebooks.find(({ content }) => content === notebook);
        if (panel) {
          ran(panel);
        }
      }
    );
    consoles?.widgetAdded.connect((_, panel) => {
      panel.console.executed.connect(() => {
        ran(panel);
      });
    });
  }
};
