/**
 * One notebook and its kernel in two pages: two tabs of one person, and, with
 * JupyterLab's real-time collaboration (@together), two people. Counted in the
 * kernel itself: how often something was armed in its process.
 */

import { test } from '@jupyterlab/galata';
import type { Page } from '@playwright/test';

import {
  choose,
  endpoint,
  expect,
  expectStatus,
  openNotebook,
  openPanel,
  panelOf,
  press,
  printed,
  restartAndRunAll,
  runCell
} from './support';

test.use({ kernels: null, sessions: null, terminals: null });

const COUNT = [
  'import os, sys',
  "_state = sys.modules['_jupyterlab_s3_encryption_state'].state",
  "print(os.getpid(), len(_state.timeline), (_state.profile or {}).get('method'))"
].join('\n');

/** The same notebook in a page of another browser session. */
async function secondPage(page: Page, path: string): Promise<Page> {
  const browser = page.context().browser();
  const context = await browser?.newContext({ baseURL: page.url() });
  const other = await context?.newPage();
  if (!other) {
    throw new Error('no second page');
  }
  await other.goto(new URL('/lab', page.url()).href);
  await other.waitForFunction(() => Boolean(window.jupyterapp));
  await other.evaluate(async file => {
    const { commands, restored } = window.jupyterapp;
    await restored;
    const panel = (await commands.execute('docmanager:open', {
      path: file
    })) as { sessionContext: { ready: Promise<void> } };
    await panel.sessionContext.ready;
    await commands.execute('s3-encryption:open-panel');
  }, path);
  await expect(panelOf(other)).toBeVisible();
  return other;
}

/** The process, how often something was armed in it, and what: printed by the first cell. */
async function counted(page: Page): Promise<string[]> {
  return (await printed(page, 0)).split(' ');
}

test('One choice holds in two pages of a kernel, is applied once, and they never undo each other @together', async ({
  page,
  tmpPath
}) => {
  const [first, second] = endpoint().keys;
  const path = `${tmpPath}/together`;
  await openNotebook(page, path, [COUNT]);
  await openPanel(page);
  const collaborative = await page.evaluate(() => {
    const { currentWidget } = window.jupyterapp.shell;
    const panel = currentWidget as unknown as {
      context: { model: { collaborative: boolean } };
    };
    return panel.context.model.collaborative;
  });
  expect(collaborative).toBe(process.env.S3E_LAB === 'together');
  const other = await secondPage(page, `${path}.ipynb`);
  await expectStatus(other, /^Not set|^Waiting for Spark/);

  await choose(page, 'SSE-KMS', first);
  await press(page, 'Apply');
  await expectStatus(page, /^Waiting for Spark/);
  await expectStatus(other, /^Waiting for Spark/);
  await expect(
    panelOf(other).getByRole('radio', { name: 'SSE-KMS', exact: true })
  ).toBeChecked();
  await runCell(page, 0);
  const [before, ...told] = await counted(page);
  expect(told).toEqual(['1', 'sse-kms']);

  await restartAndRunAll(page);
  await expect
    .poll(async () => {
      const [pid, ...rest] = await counted(page);
      return pid === before ? [] : rest;
    })
    .toEqual(['1', 'sse-kms']);

  await choose(other, 'SSE-KMS', second);
  await press(other, 'Apply');
  for (const one of [page, other]) {
    await expectStatus(one, /^Waiting for Spark/);
    await expect(
      panelOf(one)
        .getByRole('combobox', { name: 'KMS key', exact: true })
        .or(panelOf(one).getByRole('textbox', { name: 'KMS key', exact: true }))
    ).toHaveValue(second);
  }
  // Each run sends a guard: were the pages of two minds, they would take turns.
  for (let run = 0; run < 3; run++) {
    await runCell(page, 0);
  }
  expect((await counted(page)).slice(1)).toEqual(['2', 'sse-kms']);

  await press(other, 'Clear');
  await expectStatus(other, /^Not set/);
  await expectStatus(page, /^Not set/);
  await runCell(page, 0);
  expect((await counted(page)).at(-1)).toBe('None');
  await other.context().close();
});
