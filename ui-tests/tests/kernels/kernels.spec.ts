/**
 * What a kernel may do to the promise: be busy, die, be another language, stop
 * its Spark, run beside another kernel.
 */

import { KEY_CELL, SESSION_CELL } from '../../support/cells';
import { endpoint } from '../../support/endpoint';
import { expect, test } from '../../support/test';

test.describe('The panel', () => {
  test('waits behind a running cell, and takes the request back on Cancel', async ({
    notebook
  }) => {
    const [key] = endpoint().keys;
    await notebook.open('busy', [
      SESSION_CELL,
      'import time\ntime.sleep(8)\nprint("done")',
      KEY_CELL
    ]);
    await notebook.run(0);
    await notebook.start(1);
    await notebook.choose('SSE-KMS', key);
    await notebook.press('Apply');
    await notebook.expectStatus(/^Applying.*(cell|queue)/i);
    await notebook.press('Cancel');
    await notebook.expectStatus(/^Not set/);
    await expect(notebook.cell(1)).toContainText('done', { timeout: 30_000 });
    await notebook.run(2);
    expect(await notebook.printed(2)).toBe('None');
  });

  test('applies what waited behind a running cell, and never interrupts the cell @soak', async ({
    notebook
  }) => {
    const [key] = endpoint().keys;
    await notebook.open('queued', [
      SESSION_CELL,
      'import time\ntime.sleep(5)\nprint("done")',
      KEY_CELL
    ]);
    await notebook.run(0);
    await notebook.start(1);
    await notebook.apply('SSE-KMS', key, /^Applying/);
    await notebook.expectStatus(/^(Set|In effect)/);
    await expect(notebook.cell(1)).toContainText('done');
    await notebook.run(2);
    expect(await notebook.printed(2)).toBe(key);
  });

  test('sets a kernel again that died and was started again by the server @soak', async ({
    page,
    notebook
  }) => {
    const [key] = endpoint().keys;
    await notebook.open('killed', [
      `${SESSION_CELL}\n${KEY_CELL}`,
      'import os, signal\nos.kill(os.getpid(), signal.SIGKILL)'
    ]);
    await notebook.run(0);
    await notebook.apply('SSE-KMS', key, /^(Set|In effect)/);
    await notebook.start(1);
    await notebook.expectStatus(/^Waiting for Spark/);
    const dialog = page.locator('.jp-Dialog');
    if (await dialog.isVisible()) {
      await dialog.locator('.jp-mod-accept').click();
    }
    await notebook.run(0);
    expect(await notebook.printed(0)).toContain(key);
  });

  test('waits for Spark again after the user stopped it, and sets the next session @soak', async ({
    notebook
  }) => {
    const [key] = endpoint().keys;
    await notebook.open('stopped', [
      `${SESSION_CELL}\n${KEY_CELL}`,
      'spark.stop()'
    ]);
    await notebook.run(0);
    await notebook.apply('SSE-KMS', key, /^(Set|In effect)/);
    await notebook.run(1);
    await notebook.press('Verify');
    await notebook.expectStatus(/^Waiting for Spark/);
    await notebook.run(0);
    expect(await notebook.printed(0)).toContain(key);
  });

  test('never mixes up two notebooks @soak', async ({ page, notebook }) => {
    const [one, two] = endpoint().keys;
    const cells = [`${SESSION_CELL}\n${KEY_CELL}`];
    await notebook.open('one', cells);
    await notebook.apply('SSE-KMS', one, /^Waiting for Spark/);
    await notebook.open('two', cells);
    await notebook.expectStatus(/^Not set/);
    await notebook.apply('SSE-KMS', two, /^Waiting for Spark/);
    await notebook.run(0);
    expect(await notebook.printed(0)).toContain(two);
    await page.getByRole('tab', { name: /^one\.ipynb/ }).click();
    await notebook.expectStatus(/^Waiting for Spark/);
    await notebook.run(0);
    expect(await notebook.printed(0)).toContain(one);
  });

  test('says that a kernel is not a Python kernel, and sends it nothing', async ({
    notebook
  }) => {
    await notebook.open('echo', ['anything'], {
      name: 'echo-r',
      display: 'Echo (R)',
      language: 'R'
    });
    await notebook.expectStatus(/^Not a Python kernel/);
  });

  test('says so when no notebook is open @soak', async ({ notebook }) => {
    await notebook.openPanel();
    await notebook.expectStatus(/^No notebook/);
  });
});
