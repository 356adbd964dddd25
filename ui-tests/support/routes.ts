/**
 * The ways in which a notebook gets a kernel process without the settings, each
 * with the run that follows it as closely as a user could make it. Must not
 * know what is measured.
 */

import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

import { endpoint } from './endpoint';
import { NotebookPage } from './notebook';
import { story } from './server';
import { inPage } from './steps';
import type { INotebookPanel } from './steps';

/** How long the server may take to end and to start again, in milliseconds. */
const RESTART = 90_000;

export interface IRouteContext {
  page: IJupyterLabPageFixture;
  /** The kernel's process before. */
  pid: number;
  /** The notebook's file. */
  path: string;
}

export interface IRoute {
  name: string;
  /** Takes the route and runs all cells of the notebook in front. */
  take: (context: IRouteContext) => Promise<void>;
  /** One that users take every day: the long run takes it most often. */
  main?: boolean;
}

/** The id of the kernel of the notebook in front. */
async function kernelId(page: IJupyterLabPageFixture): Promise<string> {
  return page.evaluate(() => {
    const panel = [...window.jupyterapp.shell.widgets('main')].find(
      ({ node }) => node.classList.contains('jp-NotebookPanel')
    ) as unknown as INotebookPanel;
    return panel.sessionContext.session?.kernel.id ?? '';
  });
}

/** Restart a kernel through the server, as another front end does. */
async function restartElsewhere(page: IJupyterLabPageFixture): Promise<void> {
  const id = await kernelId(page);
  const answer = await page.request.post(`/api/kernels/${id}/restart`, {
    headers: await xsrf(page)
  });
  if (!answer.ok()) {
    throw new Error(`restart through the server: ${answer.status()}`);
  }
}

/** End the server with its kernels and start it again, on the same port. */
async function restartServer(page: IJupyterLabPageFixture): Promise<void> {
  const started = async (): Promise<string | null> => {
    try {
      const answer = await page.request.get('/api/status');
      return ((await answer.json()) as { started: string }).started;
    } catch {
      return null; // no server is listening
    }
  };
  const before = await started();
  process.kill(endpoint().server, 'SIGUSR1');
  const end = Date.now() + RESTART;
  for (let now = before; now === null || now === before;) {
    if (Date.now() > end) {
      throw new Error(`No other server for ${RESTART / 1000} s. ${story()}`);
    }
    // eslint-disable-next-line no-restricted-syntax -- a pause between two questions
    await page.waitForTimeout(200);
    now = await started();
  }
}

async function xsrf(
  page: IJupyterLabPageFixture
): Promise<Record<string, string>> {
  const cookies = await page.context().cookies();
  const token = cookies.find(({ name }) => name === '_xsrf')?.value;
  return token === undefined ? {} : { 'X-XSRFToken': token };
}

/** Wait until the notebook in front is there with a kernel, and run it at once. */
async function runWhenThere(page: IJupyterLabPageFixture): Promise<void> {
  await page.waitForFunction(() => {
    const notebook = [...(window.jupyterapp?.shell.widgets('main') ?? [])].find(
      ({ node }) => node.classList.contains('jp-NotebookPanel')
    );
    if (notebook && notebook !== window.jupyterapp.shell.currentWidget) {
      window.jupyterapp.shell.activateById(notebook.id);
      return false;
    }
    const panel = window.jupyterapp?.shell.currentWidget as
      (INotebookPanel & { content?: { widgets?: unknown[] } }) | null;
    return (
      (panel?.sessionContext?.session ?? null) !== null &&
      (panel?.content?.widgets?.length ?? 0) > 1
    );
  });
  await inPage(page, 'run');
}

/** Load the page again, open the notebook, and run it as soon as it is there. */
export async function openAfterReload(
  page: IJupyterLabPageFixture,
  path: string
): Promise<void> {
  await new NotebookPage(page).reload();
  await page.evaluate(async file => {
    await window.jupyterapp.restored;
    await window.jupyterapp.commands.execute('docmanager:open', {
      path: file
    });
  }, path);
  await runWhenThere(page);
}

/** Routes within one page. */
export const ROUTES: readonly IRoute[] = [
  {
    name: 'Restart, then Run All',
    main: true,
    take: ({ page }) => inPage(page, 'restart', 'run')
  },
  {
    name: 'Restart and Run All',
    main: true,
    take: ({ page }) => inPage(page, 'restart and run all')
  },
  {
    name: 'Restart and Run up to Selected',
    take: ({ page }) => inPage(page, 'restart and run to selected')
  },
  {
    name: 'Killed (kill -9), run when the restart is noticed',
    take: async ({ page, pid }) => {
      await inPage(page, 'watch');
      process.kill(pid, 'SIGKILL');
      await inPage(page, 'wait for a restart', 'run');
    }
  },
  {
    name: 'Killed (kill -9), run before that is noticed',
    main: true,
    take: async ({ page, pid }) => {
      process.kill(pid, 'SIGKILL');
      await inPage(page, 'run');
    }
  },
  {
    name: 'Restarted through the REST API',
    main: true,
    take: async ({ page }) => {
      await restartElsewhere(page);
      await inPage(page, 'run');
    }
  },
  {
    name: 'Shut down from the list of running kernels, then run',
    take: ({ page }) =>
      inPage(page, 'shut down from the list', 'change kernel', 'run')
  },
  {
    name: 'Shut down and start',
    take: ({ page }) => inPage(page, 'shut down', 'change kernel', 'run')
  },
  {
    name: 'Change kernel',
    take: ({ page }) => inPage(page, 'change kernel', 'run')
  },
  {
    name: 'Connection lost, kernel restarted meanwhile, connection regained',
    take: async ({ page }) => {
      await inPage(page, 'lose the connection');
      await restartElsewhere(page);
      await inPage(page, 'regain the connection', 'run');
    }
  },
  {
    name: 'Notebook closed, kernel restarted, notebook opened again',
    take: async ({ page, path }) => {
      await restartElsewhere(page);
      await page.evaluate(async file => {
        const { commands, shell } = window.jupyterapp;
        const notebook = [...shell.widgets('main')].find(({ node }) =>
          node.classList.contains('jp-NotebookPanel')
        );
        await commands.execute('docmanager:save');
        notebook?.close();
        while (notebook?.isDisposed === false) {
          await new Promise(resolve => setTimeout(resolve, 10));
        }
        await commands.execute('docmanager:open', { path: file });
      }, path);
      await runWhenThere(page);
    }
  }
];

/** Routes that take another page. */
export const PAGE_ROUTES: readonly IRoute[] = [
  {
    name: 'Page loaded again, kernel restarted meanwhile',
    take: async ({ page, path }) => {
      await restartElsewhere(page);
      await openAfterReload(page, path);
    }
  },
  {
    name: 'Restarted from a second tab',
    take: async ({ page, path }) => {
      const other = await page.context().newPage();
      // A workspace of its own: two tabs of one make JupyterLab load the second tab again.
      await other.goto(
        page.url().replace(/\/lab.*$/, '/lab/workspaces/second')
      );
      await other.waitForFunction(() => Boolean(window.jupyterapp));
      await other.evaluate(async file => {
        await window.jupyterapp.restored;
        const panel = (await window.jupyterapp.commands.execute(
          'docmanager:open',
          { path: file }
        )) as INotebookPanel;
        while (panel.sessionContext.session === null) {
          await new Promise(resolve => setTimeout(resolve, 10));
        }
        await panel.sessionContext.restartKernel();
      }, path);
      await inPage(page, 'run');
      await other.close();
    }
  }
];

/** Routes on which the server ends and is started again. */
export const SERVER_ROUTES: readonly IRoute[] = [
  {
    name: 'Server ended and started again, list refreshed, a kernel chosen',
    take: async ({ page }) => {
      await restartServer(page);
      await inPage(page, 'refresh the list of kernels', 'change kernel', 'run');
    }
  },
  {
    name: 'Server ended and started again, page loaded again',
    take: async ({ page, path }) => {
      await restartServer(page);
      await openAfterReload(page, path);
    }
  }
];
