/**
 * Mode “block”: cells that do not run, why, and the way out; in a notebook and
 * in a console. What ran is counted in a file.
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { galata, test } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

import {
  cellAt,
  expect,
  expectStatus,
  loadAgain,
  openNotebook,
  openPanel,
  panelOf,
  press,
  printed
} from './support';

const CUSTOMER_KEY = 'c2VjcmV0LWtleS1vZi0zMi1ieXRlcy1mb3ItdGVzdHM=';

test.use({
  // Galata's mocks of kernels and sessions answer a restart wrongly.
  kernels: null,
  sessions: null,
  mockSettings: {
    ...galata.DEFAULT_SETTINGS,
    'jupyterlab-s3-encryption:plugin': { mode: 'block' }
  }
});

/** A file to which cells add a line. */
function counter(name: string): { cell: string; count: () => number } {
  const folder = join(process.env.S3E_UI_HOME ?? '', 'journals');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, '');
  return {
    cell: `with open(${JSON.stringify(path)}, 'a') as _file:\n    _file.write('x')`,
    count: () => readFileSync(path, 'utf8').length
  };
}

/** SSE-C is chosen here, and nobody has its key: the page lost it, the kernel is another one. */
async function loseTheKey(
  page: IJupyterLabPageFixture,
  path: string,
  cells: string[]
): Promise<void> {
  await openNotebook(page, path, cells);
  await openPanel(page);
  await panelOf(page)
    .getByRole('radio', { name: 'SSE-C', exact: true })
    .check();
  await panelOf(page).getByLabel('Customer key').fill(CUSTOMER_KEY);
  await press(page, 'Apply');
  await expectStatus(page, /^Waiting for Spark/);
  // Until the choice has reached the state database.
  await page.waitForTimeout(1500);
  await loadAgain(page);
  await page.evaluate(async file => {
    await window.jupyterapp.commands.execute('docmanager:open', {
      path: file
    });
  }, `${path}.ipynb`);
  await openPanel(page);
  await expectStatus(page, /^Waiting for Spark/);
  await page.evaluate(() => {
    void window.jupyterapp.commands.execute('notebook:restart-kernel');
  });
  await page.locator('.jp-Dialog .jp-mod-accept').click();
  await expectStatus(page, /^Not set: SSE-C needs its key/);
}

test('Cells do not run where the settings cannot be applied, and run once where the person wants it @oldest', async ({
  page,
  tmpPath
}) => {
  const ran = counter('block');
  await loseTheKey(page, `${tmpPath}/block`, [
    ran.cell,
    `${ran.cell}\n6 * 7`,
    ran.cell
  ]);
  await page.evaluate(async () => {
    await window.jupyterapp.commands.execute('notebook:run-all-cells');
  });
  const told = page.locator('.Toastify__toast').filter({
    hasText: /Cells of block\.ipynb were not run\./
  });
  await expect(told).toHaveCount(1);
  await expectStatus(page, /^Not set: SSE-C needs its key/);
  expect(ran.count()).toBe(0);
  for (const index of [0, 1, 2]) {
    await expect(
      cellAt(page, index).locator('.jp-InputPrompt').first()
    ).toHaveText('[ ]:');
    expect(await printed(page, index)).toBe('');
    await expect(
      cellAt(page, index).locator('.jp-OutputArea-child')
    ).toHaveCount(0);
  }
  await told.getByRole('button', { name: 'Run anyway this time' }).click();
  await expect.poll(ran.count).toBe(3);
  await expect(cellAt(page, 1).locator('.jp-InputPrompt').first()).toHaveText(
    '[2]:'
  );
  expect(await printed(page, 1)).toBe('42');
  // Once: the next run is held back again.
  await page.evaluate(async () => {
    await window.jupyterapp.commands.execute('notebook:run-all-cells');
  });
  await expect(told).toHaveCount(1);
  expect(ran.count()).toBe(3);
  // With the key all is well.
  await panelOf(page).getByLabel('Customer key').fill(CUSTOMER_KEY);
  await press(page, 'Apply');
  await expectStatus(page, /^Waiting for Spark/);
  await page.evaluate(async () => {
    await window.jupyterapp.commands.execute('notebook:run-all-cells');
  });
  await expect.poll(ran.count).toBe(6);
  await panelOf(page)
    .getByText(/^History/)
    .click();
  await expect(
    panelOf(page)
      .getByText(/the cells were not run/)
      .first()
  ).toBeVisible();
});

test('A long run is held back to its last cell', async ({ page, tmpPath }) => {
  const ran = counter('long');
  await loseTheKey(
    page,
    `${tmpPath}/long`,
    Array.from({ length: 60 }, () => ran.cell)
  );
  await page.evaluate(async () => {
    await window.jupyterapp.commands.execute('notebook:run-all-cells');
  });
  await expect(
    page.locator('.Toastify__toast').filter({ hasText: /were not run/ })
  ).toHaveCount(1);
  await page.waitForTimeout(2000);
  expect(ran.count()).toBe(0);
});

test('A console holds its cells back too', async ({ page, tmpPath }) => {
  const ran = counter('console');
  await loseTheKey(page, `${tmpPath}/with-console`, ['1']);
  await page.evaluate(async () => {
    await window.jupyterapp.commands.execute('notebook:create-console');
  });
  const prompt = page.locator(
    '.jp-ConsolePanel:visible .jp-CodeConsole-promptCell'
  );
  await expect(prompt).toBeVisible();
  // The form is the console's own from the drawing on that follows the focus.
  await prompt.locator('.cm-content').click();
  await expect(prompt.locator('.cm-content')).toBeFocused();
  await page.evaluate(
    () =>
      new Promise(resolve => {
        requestAnimationFrame(() => requestAnimationFrame(resolve));
      })
  );
  await panelOf(page)
    .getByRole('radio', { name: 'SSE-C', exact: true })
    .check();
  await panelOf(page).getByLabel('Customer key').fill(CUSTOMER_KEY);
  await press(page, 'Apply');
  await expectStatus(page, /^Waiting for Spark/);
  const run = async (code: string): Promise<void> => {
    await prompt.locator('.cm-content').fill(code);
    // To the prompt itself: after an apply the notebook may have the focus.
    await prompt.locator('.cm-content').press('Shift+Enter');
  };
  await run(ran.cell.replace('\n    ', ' '));
  await expect.poll(ran.count).toBe(1);
  // An agent that cannot answer any more.
  await run(
    "import sys; [setattr(sys.modules[n], 'handle', None) for n in ('jupyterlab_s3_encryption.agent', '_jupyterlab_s3_encryption_agent') if n in sys.modules]"
  );
  await run(ran.cell.replace('\n    ', ' '));
  await expect(
    page.locator('.Toastify__toast').filter({ hasText: /were not run/ })
  ).toHaveCount(1);
  expect(ran.count()).toBe(1);
});
