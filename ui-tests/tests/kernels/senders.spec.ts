/**
 * Cells that other clients send to the kernel of a notebook: what is chosen in the
 * page is there before they run, and the page hears of it. What ran is counted in a file.
 */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { endpoint } from '../../support/endpoint';
import { countOurs } from '../../support/messages';
import { counter, CUSTOMER_KEY, loseTheKey } from '../../support/lostKey';
import { notebookFile } from '../../support/notebook';
import {
  CLIENTS,
  kernelOf,
  restartKernel,
  send,
  startKernel
} from '../../support/senders';
import { endKernels } from '../../support/server';
import { expect, galata, test } from '../../support/test';

/** Fails if the kernel is not armed with a key, or if any module of ours is loaded and none is given. */
function check(key: string | null): string {
  return [
    'import sys as _sys',
    "_state = getattr(_sys.modules.get('_jupyterlab_s3_encryption_state'), 'state', None)",
    "_key = ((_state and _state.profile) or {}).get('kmsKeyId')",
    `assert _key == ${key === null ? 'None' : JSON.stringify(key)}, _key`,
    ...(key === null
      ? ["assert not [n for n in _sys.modules if 's3_encryption' in n]"]
      : [])
  ].join('\n');
}

test('Cells of other clients find what was chosen in the page, in every process of the kernel, and the page sends no guard', async ({
  page,
  notebook
}) => {
  const [key] = endpoint().keys;
  const armed = check(key);
  const path = notebook.path('senders');
  const count = countOurs(page);
  await notebook.open('senders', [`${armed}\nprint('found')`]);
  await notebook.apply('SSE-KMS', key, /^Waiting for Spark/);
  const kernel = await kernelOf(path);
  for (const client of CLIENTS) {
    await restartKernel(kernel);
    expect(await send(client, kernel, armed)).toBe('');
  }
  // The process ends, and the server starts another one.
  const file = join(process.env.S3E_UI_HOME ?? '', 'senders.pid');
  const write = `import os; open(${JSON.stringify(file)}, 'w').write(str(os.getpid()))`;
  expect(await send('zmq', kernel, write)).toBe('');
  process.kill(Number(readFileSync(file, 'utf8')), 'SIGKILL');
  expect(await send('zmq', kernel, armed)).toBe('');
  // JupyterLab says that the kernel has died.
  await page.locator('.jp-Dialog .jp-mod-accept').click();

  await notebook.expectStatus(/^Waiting for Spark/);
  await notebook.kernelAnswers();
  const before = count.ours;
  await notebook.run(0);
  expect(await notebook.printed(0)).toBe('found');
  expect(count.ours).toBe(before);

  // No page has the notebook.
  await notebook.execute('docmanager:save');
  await page.evaluate(() => {
    window.jupyterapp.shell.currentWidget?.close();
  });
  await endKernels();
  const another = await startKernel(path);
  expect(await send('zmq', another, armed)).toBe('');
});

test('In a kernel of a notebook without a choice nothing of ours is loaded', async ({
  page,
  notebook
}) => {
  const path = notebook.path('plain');
  const content = JSON.stringify(notebookFile([]));
  await page.contents.uploadContent(content, 'text', path);
  const kernel = await startKernel(path);
  expect(await send('zmq', kernel, check(null))).toBe('');
  // Nor by the page.
  await notebook.open('opened', [check(null)]);
  await notebook.run(0);
});

test.describe('in mode block', () => {
  test.use({
    mockSettings: {
      ...galata.DEFAULT_SETTINGS,
      'jupyterlab-s3-encryption:plugin': { mode: 'block' }
    }
  });

  /** The settings of the page are mocked; this is the same for the server. */
  const settings = join(
    process.env.S3E_UI_HOME ?? '',
    'settings/jupyterlab-s3-encryption/plugin.jupyterlab-settings'
  );

  test.beforeAll(() => {
    mkdirSync(dirname(settings), { recursive: true });
    writeFileSync(settings, '{"mode": "block"}');
  });

  test.afterAll(() => {
    rmSync(settings);
  });

  test('Cells of other clients do not run without the key that only the page has, and their error says why', async ({
    page,
    notebook
  }) => {
    const ran = counter('held');
    await loseTheKey(notebook, 'held', [ran.cell]);
    const kernel = await kernelOf(notebook.path('held'));
    for (const client of CLIENTS) {
      await restartKernel(kernel);
      expect(await send(client, kernel, ran.cell)).toContain(
        'S3 Encryption: the cell was not run. SSE-C needs a key'
      );
    }
    expect(ran.count()).toBe(0);
    await notebook.expectStatus(/^Not set: SSE-C needs its key/);

    // "Run anyway" is for the cells of this page.
    await notebook.start(0);
    const notification = page
      .locator('.Toastify__toast')
      .filter({ hasText: /Cells of held\.ipynb were not run\./ });
    await notification
      .getByRole('button', { name: 'Run anyway this time' })
      .click();
    await expect.poll(ran.count).toBe(1);
    expect(await send('zmq', kernel, ran.cell)).toContain('was not run');
    expect(ran.count()).toBe(1);

    await notebook.panel.getByLabel('Customer key').fill(CUSTOMER_KEY);
    await notebook.press('Apply');
    await notebook.expectStatus(/^Waiting for Spark/);
    expect(await send('zmq', kernel, ran.cell)).toBe('');
    await expect.poll(ran.count).toBe(2);
  });
});
