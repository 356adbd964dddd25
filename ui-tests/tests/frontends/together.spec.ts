/**
 * One notebook and its kernel in two pages: two tabs of one user, and, with
 * JupyterLab's real-time collaboration (@together), two users. Counted in the
 * kernel itself: how often something was armed in its process.
 */

import type { Page } from '@playwright/test';

import { endpoint } from '../../support/endpoint';
import { NotebookPage } from '../../support/notebook';
import { expect, test } from '../../support/test';

test.use({ terminals: null });

const COUNT = [
  'import os, sys',
  "_state = sys.modules['_jupyterlab_s3_encryption_state'].state",
  "print(os.getpid(), len(_state.timeline), (_state.profile or {}).get('method'))"
].join('\n');

/** The same notebook in a page of another browser session. */
async function secondPage(page: Page, path: string): Promise<NotebookPage> {
  const browser = page.context().browser();
  const context = await browser?.newContext({ baseURL: page.url() });
  const second = await context?.newPage();
  if (!second) {
    throw new Error('no second page');
  }
  await second.goto(new URL('/lab', page.url()).href);
  await second.waitForFunction(() => Boolean(window.jupyterapp));
  await second.evaluate(async file => {
    const { commands, restored } = window.jupyterapp;
    await restored;
    const panel = (await commands.execute('docmanager:open', {
      path: file
    })) as { sessionContext: { ready: Promise<void> } };
    await panel.sessionContext.ready;
    await commands.execute('s3-encryption:open-panel');
  }, path);
  const other = new NotebookPage(second);
  await expect(other.panel).toBeVisible();
  return other;
}

/** The process, how often something was armed in it, and what: printed by the first cell. */
async function counted(notebook: NotebookPage): Promise<string[]> {
  return (await notebook.printed(0)).split(' ');
}

test('A page shows what the other one applied, takes it over if asked, and they never undo each other @together', async ({
  page,
  notebook
}) => {
  const [first, second] = endpoint().keys;
  await notebook.open('together', [COUNT]);
  const collaborative = await page.evaluate(() => {
    const { currentWidget } = window.jupyterapp.shell;
    const panel = currentWidget as unknown as {
      context: { model: { collaborative: boolean } };
    };
    return panel.context.model.collaborative;
  });
  expect(collaborative).toBe(process.env.S3E_LAB === 'together');
  const other = await secondPage(page, notebook.path('together'));
  // The other page has not asked this kernel.
  await other.expectStatus(/^Not known/);
  await other.press('Look');
  await other.expectStatus(/^Not set/);

  await notebook.apply('SSE-KMS', first, /^Waiting for Spark/);
  await other.expectStatus(/^This kernel holds SSE-KMS/);
  await other.press('Keep');
  await other.expectStatus(/^Waiting for Spark/);
  await other.openForm();
  await expect(
    other.panel.getByRole('radio', { name: 'SSE-KMS', exact: true })
  ).toBeChecked();
  await notebook.run(0);
  const [before, , method] = await counted(notebook);
  expect(method).toBe('sse-kms');

  await notebook.restartAndRunAll();
  await expect
    .poll(async () => {
      const [pid, ...now] = await counted(notebook);
      return pid === before ? [] : now;
    })
    .toEqual(['1', 'sse-kms']);

  await other.choose('SSE-KMS', second);
  await other.press('Apply');
  await other.expectStatus(/^Waiting for Spark/);
  await notebook.expectStatus(/^This kernel holds SSE-KMS/);
  await notebook.press('Keep');
  for (const each of [notebook, other]) {
    await each.expectStatus(/^Waiting for Spark/);
    await each.openForm();
    await expect(each.keyField).toHaveValue(second);
  }
  // Each run sends a guard: were the pages of two minds, they would take turns.
  await notebook.run(0);
  const steady = await counted(notebook);
  for (let run = 0; run < 3; run++) {
    await notebook.run(0);
  }
  expect(await counted(notebook)).toEqual(steady);

  await other.press('Clear');
  await other.expectStatus(/^Not set/);
  await notebook.expectStatus(/^This kernel holds no profile/);
  await notebook.run(0);
  expect((await counted(notebook)).at(-1)).toBe('None');
  await other.page.context().close();
});
