/**
 * Every way in which a kernel becomes a fresh one, idle and busy: no cell runs
 * in a process that is not armed. Counted by cells that write to a file, because
 * the output of a cell can hide what a lost process did.
 *
 * S3E_CYCLES: how often each main route is taken idle, and how often busy, the
 * others a tenth as often; S3E_ROUTE: a part of the names of those that are. What was counted is
 * written to .test-results; scripts/soak.py makes the table in docs/restart.md of it.
 */

import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  writeFileSync
} from 'node:fs';
import { dirname, join } from 'node:path';

import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

import { PYTHON_KERNEL } from '../support/notebook';
import type { LabNotebook } from '../support/notebook';
import {
  PAGE_ROUTES,
  ROUTES,
  SERVER_ROUTES,
  openAfterReload
} from '../support/routes';
import type { IRoute } from '../support/routes';
import { kernels } from '../support/steps';
import { expect, test } from '../support/test';

// Galata's mock of terminals fails while the server is away.
test.use({ terminals: null });

/** 0: each route once, in turn idle and busy. */
const CYCLES = Number(process.env.S3E_CYCLES ?? '0');
/** Only routes whose name holds this text. */
const ONLY = process.env.S3E_ROUTE ?? '';
const LAB = process.env.S3E_LAB === 'oldest' ? 'oldest' : 'newest';
const COUNTED =
  process.env.S3E_COUNTED ??
  join(__dirname, '..', '..', '.test-results', 'restart.jsonl');
const KEY = 'alias/restart';

/** What one cell found in its process. */
interface IRun {
  pid: number;
  armed: boolean;
}

/** Where the cells of this file write: one line for each that ran. */
class Journal {
  constructor(name: string) {
    const home = process.env.S3E_UI_HOME ?? '';
    mkdirSync(join(home, 'journals'), { recursive: true });
    this._path = join(home, 'journals', name);
    writeFileSync(this._path, '');
  }

  /** The source of a cell that looks for the agent without the agent. */
  get cell(): string {
    return [
      'import os as _os, sys as _sys',
      "_state = getattr(_sys.modules.get('_jupyterlab_s3_encryption_state'), 'state', None)",
      "_key = ((_state and _state.profile) or {}).get('kmsKeyId')",
      `with open(${JSON.stringify(this._path)}, 'a') as _file:`,
      "    _file.write('%d %s\\n' % (_os.getpid(), _key))"
    ].join('\n');
  }

  get runs(): IRun[] {
    return readFileSync(this._path, 'utf8')
      .split('\n')
      .filter(line => line !== '')
      .map(line => {
        const [pid = '', key] = line.split(' ');
        return { pid: Number(pid), armed: key === KEY };
      });
  }

  private readonly _path: string;
}

/** The Python kernels of the test server: JupyterLab's own, and one with another ipykernel. */
const KERNELS = {
  own: PYTHON_KERNEL,
  other: { name: 'other-python', display: 'Other Python', language: 'python' }
};

/** Run all cells of the notebook; comes back before they have run. */
async function runAll(page: IJupyterLabPageFixture): Promise<void> {
  await page.evaluate(() => {
    void window.jupyterapp.commands
      .execute('notebook:run-all-cells')
      .catch(() => undefined);
  });
}

/** What one round on a route came to. */
interface IRound {
  /** What the cells found that ran in fresh processes. */
  runs: IRun[];
  /** JupyterLab had lost the kernel, and the page had to be loaded again. */
  lost: boolean;
}

/** Take a route once. */
async function take(
  page: IJupyterLabPageFixture,
  route: IRoute,
  busy: boolean,
  journal: Journal,
  path: string
): Promise<IRound> {
  const before = journal.runs;
  const old = before.at(-1)?.pid ?? 0;
  if (busy) {
    await page.evaluate(async () => {
      const panel = [...window.jupyterapp.shell.widgets('main')].find(
        ({ node }) => node.classList.contains('jp-NotebookPanel')
      ) as unknown as {
        sessionContext: {
          session: {
            kernel: {
              status: string;
              requestExecute: (content: object) => {
                done: Promise<unknown>;
              };
            };
          };
        };
      };
      const { kernel } = panel.sessionContext.session;
      // What is sent while the last restart still settles may be thrown away.
      while (kernel.status !== 'busy') {
        kernel
          .requestExecute({ code: 'import time; time.sleep(3)' })
          .done.catch(() => undefined);
        const end = Date.now() + 2000;
        while (kernel.status !== 'busy' && Date.now() < end) {
          await new Promise(resolve => setTimeout(resolve, 10));
        }
      }
    });
  }
  await route.take({ page, pid: old, path });
  const fresh = (): IRun[] =>
    journal.runs.slice(before.length).filter(({ pid }) => pid !== old);
  // What a dying process had in its queue is lost: then users run the cells again,
  // and if nothing comes of it they load the page again (docs/restart.md).
  let lost = false;
  for (let tries = 0; tries < 5 && fresh().length < 2; tries++) {
    const end = Date.now() + 12_000;
    while (Date.now() < end && fresh().length < 2) {
      await page.evaluate(async () => {
        document
          .querySelector<HTMLElement>('.jp-Dialog .jp-mod-accept')
          ?.click();
        await new Promise(resolve => setTimeout(resolve, 50));
      });
    }
    if (fresh().length < 2 && tries === 1) {
      lost = true;
      await openAfterReload(page, path);
    } else if (fresh().length < 2) {
      await runAll(page);
    }
  }
  expect(fresh().length).toBeGreaterThanOrEqual(2);
  return { runs: fresh(), lost };
}

/** Take routes in turn, each idle and busy, and write down what was counted. */
async function measure(
  page: IJupyterLabPageFixture,
  notebook: LabNotebook,
  name: string,
  routes: readonly IRoute[],
  kernel: keyof typeof KERNELS = 'own'
): Promise<void> {
  const path = notebook.path(name);
  const journal = new Journal(path.replace(/\W/g, '_'));
  kernels.set(page, KERNELS[kernel].name);
  await notebook.open(name, [journal.cell, journal.cell], KERNELS[kernel]);
  await notebook.apply('SSE-KMS', KEY, /^Waiting for Spark/);
  await runAll(page);
  await expect.poll(() => journal.runs.length).toBe(2);
  expect(journal.runs.every(run => run.armed)).toBe(true);
  mkdirSync(dirname(COUNTED), { recursive: true });
  // The short run takes all routes once, and else the main ones and the first.
  const all = CYCLES > 0 || (LAB === 'newest' && kernel === 'own');
  const chosen = routes.filter(
    ({ name, main }, index) =>
      name.includes(ONLY) && (all || main === true || index === 0)
  );
  for (const [index, route] of chosen.entries()) {
    const cycles = Math.ceil(route.main ? CYCLES : CYCLES / 10) || 1;
    for (const busy of CYCLES > 0 ? [false, true] : [index % 2 === 1]) {
      await test.step(`${route.name}, ${busy ? 'busy' : 'idle'}`, async () => {
        const runs: IRun[] = [];
        let lost = 0;
        for (let cycle = 0; cycle < cycles; cycle++) {
          const round = await take(page, route, busy, journal, path);
          runs.push(...round.runs);
          lost += Number(round.lost);
        }
        const ahead = runs.filter(run => !run.armed).length;
        const line = JSON.stringify({
          lab: LAB,
          kernel,
          route: route.name,
          busy,
          cycles,
          cells: runs.length,
          ahead,
          lost
        });
        appendFileSync(COUNTED, `${line}\n`);
        expect.soft(ahead, line).toBe(0);
        expect.soft(CYCLES > 0 ? 0 : lost, line).toBe(0);
      });
    }
  }
}

test.describe('No cell runs ahead of the settings', () => {
  test.describe.configure({ timeout: 120_000 + CYCLES * 120_000 });

  test('after a kernel became a fresh one within the page @oldest', async ({
    page,
    notebook
  }) => {
    await measure(page, notebook, 'routes', ROUTES);
  });

  test('after it became one behind another page @oldest', async ({
    page,
    notebook
  }) => {
    await measure(page, notebook, 'pages', PAGE_ROUTES);
  });

  test('after the server ended and was started again @oldest', async ({
    page,
    notebook
  }) => {
    test.skip(
      CYCLES === 0 && LAB === 'oldest',
      'the long run takes these routes'
    );
    await measure(page, notebook, 'server', SERVER_ROUTES);
  });

  test('after that, in a kernel with another ipykernel @oldest', async ({
    page,
    notebook
  }) => {
    await measure(page, notebook, 'other', ROUTES, 'other');
  });

  test('after that behind another page, with another ipykernel @oldest', async ({
    page,
    notebook
  }) => {
    test.skip(CYCLES === 0, 'the long run takes these routes');
    await measure(
      page,
      notebook,
      'other-pages',
      [...PAGE_ROUTES, ...SERVER_ROUTES],
      'other'
    );
  });
});
