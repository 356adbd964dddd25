/**
 * Sends the guard of a session right before cells are sent to its kernel. It covers
 * the two cases without an event: cells that are sent before a dead kernel is
 * noticed, and a restart from elsewhere. While a session waits for Spark the guard
 * is also sent after each cell, which may have created it.
 */

import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IConsoleTracker } from '@jupyterlab/console';
import { INotebookTracker, NotebookActions } from '@jupyterlab/notebook';
import type { Notebook, NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import type { Block, LifecycleState } from '../encryption/lifecycle/types';
import { needsCustomerKey } from '../encryption/profile/profile';
import { DOMAIN } from '../i18n';
import { showBlocked } from '../shell/blockedNotice';
import { showError } from '../shell/notify';
import { IEncryptionTracker } from '../tokens';
import type { IEncryptionSession } from '../tokens';
import { CommandIDs } from '../shell/commandIds';
import { modeOf, strictest, type Mode } from '../preferences/settings';
import { IPreferences } from './preferences';

/**
 * @returns a function that guards a session at most once per turn: the cells of a
 *   batch are scheduled in one turn
 */
function oncePerBatch(): (
  session: IEncryptionSession,
  mode?: Block | 'warn'
) => boolean {
  const guarded = new Set<IEncryptionSession>();
  return (session, mode) => {
    if (guarded.has(session)) {
      return false;
    }
    guarded.add(session);
    queueMicrotask(() => {
      guarded.delete(session);
    });
    session.guardRun(mode);
    return true;
  };
}

/**
 * Is SSE-C chosen, and its key neither in this page nor known to be in the kernel? While
 * the kernel is being asked it may still be there.
 */
function mayLackKey(state: LifecycleState): boolean {
  return (
    state.kind === 'needs-key' ||
    (state.kind === 'applying' &&
      state.pending.request === 'verify' &&
      state.profile !== null &&
      needsCustomerKey(state.profile.method))
  );
}

type Cell = Parameters<typeof NotebookActions.runCells>[1][number];

export const runGuard: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-s3-encryption:run-guard',
  description: 'Checks the S3 encryption of a notebook before each run.',
  autoStart: true,
  requires: [INotebookTracker, IEncryptionTracker, IPreferences],
  optional: [IConsoleTracker, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    notebooks: INotebookTracker,
    tracker: IEncryptionTracker,
    preferences: IPreferences,
    consoles: IConsoleTracker | null,
    translator: ITranslator | null
  ): void => {
    const { options } = preferences;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const guard = oncePerBatch();
    const guardAfter = oncePerBatch();
    /** Sessions whose next run is not blocked. */
    const passed = new WeakSet<IEncryptionSession>();
    /** Sessions whose cells may run without the key of SSE-C, until it is there. */
    const keyless = new WeakSet<IEncryptionSession>();
    const isHeldForKey = (session: IEncryptionSession): boolean =>
      mayLackKey(session.state) && !keyless.has(session);
    /** The cells of the last batch. */
    const batches = new WeakMap<IEncryptionSession, Cell[]>();
    const panelOf = (notebook: Notebook): NotebookPanel | undefined =>
      notebooks.find(({ content }) => content === notebook);
    const sessionOf = (notebook: Notebook): IEncryptionSession | null => {
      const panel = panelOf(notebook);
      return panel ? tracker.find(panel) : null;
    };
    /** Without a profile only a session that does not know its choice holds anything back. */
    const modeFor = ({ profile, unread }: IEncryptionSession): Mode =>
      profile === null || unread !== null
        ? strictest(options.current)
        : modeOf(profile, options.current);
    /** @returns true for the first cell of a batch */
    const before = (session: IEncryptionSession | null): boolean => {
      if (session === null) {
        return false;
      }
      const { runGuard: isOn, site } = options.current;
      const warns = modeFor(session) === 'warn';
      const strictness =
        site.locked || site.requireBlock ? 'strict' : 'lenient';
      const block = !warns || isHeldForKey(session) ? strictness : undefined;
      // Without a block the kernel may still refuse cells, because of the last guard.
      const now = passed.has(session) ? 'off' : block;
      if (warns && (session.profile === null || !(isOn || now))) {
        return false;
      }
      const begins = guard(session, now ?? 'warn');
      if (begins) {
        passed.delete(session);
      }
      return begins;
    };
    NotebookActions.executionScheduled.connect(
      (_: unknown, { notebook, cell }: { notebook: Notebook; cell: Cell }) => {
        const session = sessionOf(notebook);
        const begins = before(session);
        if (session !== null) {
          const batch = begins ? [] : (batches.get(session) ?? []);
          batches.set(session, [...batch, cell]);
        }
      }
    );
    const runAgain = (session: IEncryptionSession): void => {
      passed.add(session);
      if (modeFor(session) === 'warn') {
        keyless.add(session);
      }
      const panel = notebooks.find(item => tracker.find(item) === session);
      const cells = (batches.get(session) ?? []).filter(
        ({ isDisposed }) => !isDisposed
      );
      if (panel && cells.length > 0) {
        NotebookActions.runCells(
          panel.content,
          cells,
          panel.sessionContext
        ).catch(showError);
      }
    };
    tracker.sessionAdded.connect((_, session) => {
      session.stateChanged.connect((_session, state) => {
        if (state.kind !== 'needs-key' && state.kind !== 'applying') {
          keyless.delete(session);
        }
      });
      session.blocked.connect((_session, why) => {
        showBlocked(session, why, trans, {
          openPanel: () => {
            void app.commands.execute(CommandIDs.openPanel);
          },
          // In mode “warn” the question is asked once.
          once: modeFor(session) === 'block',
          runAnyway: options.current.site.requireBlock
            ? null
            : () => {
                runAgain(session);
              }
        });
      });
    });
    const afterCell = (session: IEncryptionSession | null): void => {
      if (session?.state.kind === 'waiting') {
        guardAfter(session);
      }
      session?.objectChecks.ran();
    };
    NotebookActions.executed.connect(
      (_: unknown, { notebook }: { notebook: Notebook }) => {
        afterCell(sessionOf(notebook));
      }
    );
    consoles?.widgetAdded.connect((_, panel) => {
      const { cells, executed } = panel.console;
      // A cell moves from the prompt to the others right before it is sent.
      cells.changed.connect((_cells, { type }) => {
        if (type === 'add') {
          before(tracker.find(panel));
        }
      });
      executed.connect(() => {
        afterCell(tracker.find(panel));
      });
    });
  }
};
