/**
 * Steps in the page that lead a notebook to another kernel process, one right
 * behind another. Must not know of routes, or of what is measured.
 */

import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

/** What these routes use of a notebook panel in the page. */
export interface INotebookPanel {
  sessionContext: {
    session: {
      id: string;
      kernel: {
        id: string;
        status: string;
        statusChanged: {
          connect: (slot: (kernel: unknown, status: string) => void) => void;
        };
        reconnect: () => Promise<void>;
        requestExecute: (content: object) => { done: Promise<unknown> };
      };
    } | null;
    restartKernel: () => Promise<void>;
    changeKernel: (options: object) => Promise<unknown>;
    shutdown: () => Promise<void>;
  };
  close: () => void;
}

type Step =
  | 'run'
  | 'restart'
  | 'restart and run all'
  | 'restart and run to selected'
  | 'watch'
  | 'wait for a restart'
  | 'shut down'
  | 'refresh the list of kernels'
  | 'shut down from the list'
  | 'change kernel'
  | 'lose the connection'
  | 'regain the connection';

/** The name of the kernel that a page's notebook uses, if it is not "python3". */
export const kernels = new WeakMap<IJupyterLabPageFixture, string>();

/** Do steps in the page, one right after another, in one call. */
export async function inPage(
  page: IJupyterLabPageFixture,
  ...steps: Step[]
): Promise<void> {
  const kernel = kernels.get(page) ?? 'python3';
  await page.evaluate(
    async ({ todo, kernel }) => {
      const { commands, shell, serviceManager } = window.jupyterapp;
      const panel = [...shell.widgets('main')].find(({ node }) =>
        node.classList.contains('jp-NotebookPanel')
      ) as unknown as INotebookPanel;
      const { sessionContext } = panel;
      const accepted = async (command: string): Promise<void> => {
        const done = commands.execute(command).catch(() => undefined);
        let over = false;
        void done.then(() => {
          over = true;
        });
        for (;;) {
          const button = document.querySelector<HTMLElement>(
            '.jp-Dialog .jp-mod-accept'
          );
          button?.click();
          if (button !== null || over) {
            return;
          }
          await new Promise(resolve => setTimeout(resolve, 10));
        }
      };
      for (const step of todo) {
        switch (step) {
          case 'run':
            void commands
              .execute('notebook:run-all-cells')
              .catch(() => undefined);
            break;
          case 'restart':
            // The next step is in the very turn in which the page knows of it.
            void sessionContext.restartKernel().catch(() => undefined);
            break;
          case 'restart and run all':
            await accepted('notebook:restart-run-all');
            break;
          case 'restart and run to selected':
            await accepted('notebook:restart-and-run-to-selected');
            break;
          case 'watch':
            (window as unknown as { seen: Promise<void> }).seen = new Promise(
              resolve => {
                sessionContext.session?.kernel.statusChanged.connect(
                  (_, status) => {
                    if (/restarting/.test(status)) {
                      resolve();
                    }
                  }
                );
              }
            );
            break;
          case 'wait for a restart':
            await (window as unknown as { seen: Promise<void> }).seen;
            break;
          case 'shut down':
            await sessionContext.shutdown();
            break;
          case 'refresh the list of kernels':
            await serviceManager.sessions.refreshRunning();
            break;
          case 'shut down from the list':
            await serviceManager.sessions.shutdown(
              sessionContext.session?.id ?? ''
            );
            break;
          case 'change kernel':
            await sessionContext.changeKernel({ name: kernel });
            break;
          case 'lose the connection': {
            const connection = sessionContext.session?.kernel as unknown as {
              _clearSocket: () => void;
            };
            connection._clearSocket();
            break;
          }
          case 'regain the connection':
            void sessionContext.session?.kernel.reconnect();
            break;
        }
      }
    },
    { todo: steps, kernel }
  );
}
