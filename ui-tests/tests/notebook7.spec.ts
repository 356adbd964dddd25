/** Notebook 7: the panel is reachable there, and the promise holds over a restart. */

import { expect, test } from '@playwright/test';

import {
  SESSION_CELL,
  cellAt,
  choose,
  endpoint,
  expectRan,
  expectStatus,
  panelOf,
  press,
  printed,
  restartAndRunAll
} from './support';

const READ_BACK = 'print(spark.conf.get("fs.s3a.encryption.key", None))';

test('Notebook 7 shows the panel, applies, and sets a restarted kernel before its first cell @oldest', async ({
  page,
  request
}) => {
  const [key] = endpoint().keys;
  const cell = (source: string, id: string): object => ({
    id,
    cell_type: 'code',
    metadata: {},
    execution_count: null,
    outputs: [],
    source
  });
  const made = await request.put('/api/contents/notebook7.ipynb', {
    data: {
      type: 'notebook',
      content: {
        nbformat: 4,
        nbformat_minor: 5,
        metadata: {
          kernelspec: {
            name: 'python3',
            display_name: 'Python 3 (ipykernel)',
            language: 'python'
          }
        },
        cells: [
          cell(`${SESSION_CELL}\n${READ_BACK}`, 'one'),
          cell('import os\nprint(os.getpid())', 'two')
        ]
      }
    }
  });
  expect(made.ok()).toBe(true);
  await page.goto('/notebooks/notebook7.ipynb');
  await expect(cellAt(page, 0)).toBeVisible({ timeout: 60_000 });
  await page.waitForFunction(() => Boolean(window.jupyterapp));
  await page.evaluate(async () => {
    await window.jupyterapp.commands.execute('s3-encryption:open-panel');
  });
  await expect(panelOf(page)).toBeVisible();
  await expectStatus(page, /^Not set/);
  await choose(page, 'SSE-KMS', key);
  await press(page, 'Apply');
  await expectStatus(page, /^Waiting for Spark/);
  for (const index of [0, 1]) {
    await cellAt(page, index).locator('.cm-content').click();
    await page.keyboard.press('Control+Enter');
    await expectRan(page, index);
  }
  expect(await printed(page, 0)).toContain(key);
  await expectStatus(page, /^(Set|In effect)/);
  const before = await printed(page, 1);
  await restartAndRunAll(page);
  await expect(
    cellAt(page, 1).locator('.jp-OutputArea-output pre')
  ).not.toHaveText(before, { timeout: 120_000 });
  await expectRan(page, 0);
  expect(await printed(page, 0)).toContain(key);
  await expectStatus(page, /^(Set|In effect)/);
});
