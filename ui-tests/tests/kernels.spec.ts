/**
 * What a kernel may do to the promise: be busy, die, be another language, stop
 * its Spark, stand beside another kernel.
 */

import { test } from '@jupyterlab/galata';

import {
  SESSION_CELL,
  cellAt,
  choose,
  endpoint,
  expect,
  expectStatus,
  openNotebook,
  openPanel,
  press,
  printed,
  runCell
} from './support';

// Galata's mocks of kernels and sessions answer a restart wrongly.
test.use({ kernels: null, sessions: null });

const READ_BACK = 'print(spark.conf.get("fs.s3a.encryption.key", None))';

test.describe('The panel', () => {
  test('waits behind a running cell, and takes the request back on Cancel', async ({
    page,
    tmpPath
  }) => {
    const [key] = endpoint().keys;
    await openNotebook(page, `${tmpPath}/busy`, [
      SESSION_CELL,
      'import time\ntime.sleep(8)\nprint("done")',
      READ_BACK
    ]);
    await openPanel(page);
    await runCell(page, 0);
    await cellAt(page, 1).locator('.cm-content').click();
    await page.keyboard.press('Control+Enter');
    await choose(page, 'SSE-KMS', key);
    await press(page, 'Apply');
    await expectStatus(page, /^Applying.*(cell|queue)/i);
    await press(page, 'Cancel');
    await expectStatus(page, /^Not set/);
    await expect(cellAt(page, 1)).toContainText('done', { timeout: 30_000 });
    await runCell(page, 2);
    expect(await printed(page, 2)).toBe('None');
  });

  test('applies what waited behind a running cell, and never interrupts the cell', async ({
    page,
    tmpPath
  }) => {
    const [key] = endpoint().keys;
    await openNotebook(page, `${tmpPath}/queued`, [
      SESSION_CELL,
      'import time\ntime.sleep(5)\nprint("done")',
      READ_BACK
    ]);
    await openPanel(page);
    await runCell(page, 0);
    await cellAt(page, 1).locator('.cm-content').click();
    await page.keyboard.press('Control+Enter');
    await choose(page, 'SSE-KMS', key);
    await press(page, 'Apply');
    await expectStatus(page, /^Applying/);
    await expectStatus(page, /^(Set|In effect)/);
    await expect(cellAt(page, 1)).toContainText('done');
    await runCell(page, 2);
    expect(await printed(page, 2)).toBe(key);
  });

  test('sets a kernel again that died and was started again by the server', async ({
    page,
    tmpPath
  }) => {
    const [key] = endpoint().keys;
    await openNotebook(page, `${tmpPath}/killed`, [
      `${SESSION_CELL}\n${READ_BACK}`,
      'import os, signal\nos.kill(os.getpid(), signal.SIGKILL)'
    ]);
    await openPanel(page);
    await runCell(page, 0);
    await choose(page, 'SSE-KMS', key);
    await press(page, 'Apply');
    await expectStatus(page, /^(Set|In effect)/);
    await cellAt(page, 1).locator('.cm-content').click();
    await page.keyboard.press('Control+Enter');
    await expectStatus(page, /^Waiting for Spark/);
    const dialog = page.locator('.jp-Dialog');
    if (await dialog.isVisible()) {
      await dialog.locator('.jp-mod-accept').click();
    }
    await runCell(page, 0);
    expect(await printed(page, 0)).toContain(key);
  });

  test('waits for Spark again after the person stopped it, and sets the next session', async ({
    page,
    tmpPath
  }) => {
    const [key] = endpoint().keys;
    await openNotebook(page, `${tmpPath}/stopped`, [
      `${SESSION_CELL}\n${READ_BACK}`,
      'spark.stop()'
    ]);
    await openPanel(page);
    await runCell(page, 0);
    await choose(page, 'SSE-KMS', key);
    await press(page, 'Apply');
    await expectStatus(page, /^(Set|In effect)/);
    await runCell(page, 1);
    await press(page, 'Verify');
    await expectStatus(page, /^Waiting for Spark/);
    await runCell(page, 0);
    expect(await printed(page, 0)).toContain(key);
  });

  test('never mixes up two notebooks', async ({ page, tmpPath }) => {
    const [one, two] = endpoint().keys;
    const cells = [`${SESSION_CELL}\n${READ_BACK}`];
    await openNotebook(page, `${tmpPath}/one`, cells);
    await openPanel(page);
    await choose(page, 'SSE-KMS', one);
    await press(page, 'Apply');
    await expectStatus(page, /^Waiting for Spark/);
    await openNotebook(page, `${tmpPath}/two`, cells);
    await expectStatus(page, /^Not set/);
    await choose(page, 'SSE-KMS', two);
    await press(page, 'Apply');
    await expectStatus(page, /^Waiting for Spark/);
    await runCell(page, 0);
    expect(await printed(page, 0)).toContain(two);
    await page.getByRole('tab', { name: /^one\.ipynb/ }).click();
    await expectStatus(page, /^Waiting for Spark/);
    await runCell(page, 0);
    expect(await printed(page, 0)).toContain(one);
  });

  test('says that a kernel is not a Python kernel, and sends it nothing', async ({
    page,
    tmpPath
  }) => {
    await openNotebook(page, `${tmpPath}/echo`, ['anything'], {
      name: 'echo-r',
      display: 'Echo (R)',
      language: 'R'
    });
    await openPanel(page);
    await expectStatus(page, /^Not a Python kernel/);
  });

  test('says so when no notebook is open', async ({ page }) => {
    await openPanel(page);
    await expectStatus(page, /^No notebook/);
  });
});
