/** Notebook 7: the panel is reachable there, and the promise holds over a restart. */

import { KEY_CELL, SESSION_CELL } from '../../support/cells';
import { endpoint } from '../../support/endpoint';
import { NotebookPage, notebookFile } from '../../support/notebook';
import { expect, plainTest as test } from '../../support/test';

test('Notebook 7 shows the panel, applies, and sets a restarted kernel before its first cell @oldest', async ({
  page,
  request
}) => {
  const [key] = endpoint().keys;
  const made = await request.put('/api/contents/notebook7.ipynb', {
    data: {
      type: 'notebook',
      content: notebookFile([
        `${SESSION_CELL}\n${KEY_CELL}`,
        'import os\nprint(os.getpid())'
      ])
    }
  });
  expect(made.ok()).toBe(true);
  await page.goto('/notebooks/notebook7.ipynb');
  const notebook = new NotebookPage(page);
  await expect(notebook.cell(0)).toBeVisible({ timeout: 60_000 });
  await page.waitForFunction(() => Boolean(window.jupyterapp));
  await notebook.openPanel();
  await notebook.expectStatus(/^Not set/);
  await notebook.apply('SSE-KMS', key, /^Waiting for Spark/);
  for (const index of [0, 1]) {
    await notebook.run(index);
  }
  expect(await notebook.printed(0)).toContain(key);
  await notebook.expectStatus(/^(Set|In effect)/);
  const before = await notebook.printed(1);
  await notebook.restartAndRunAll();
  await expect(
    notebook.cell(1).locator('.jp-OutputArea-output pre')
  ).not.toHaveText(before, { timeout: 120_000 });
  await notebook.expectRan(0);
  expect(await notebook.printed(0)).toContain(key);
  await notebook.expectStatus(/^(Set|In effect)/);
});
