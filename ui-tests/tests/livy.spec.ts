/**
 * The panel in a notebook of sparkmagic's PySpark kernel: what it says before
 * there is a Livy session, and that nothing of it shows in the notebook. What a
 * real Livy does is in tests/test_livy.py.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { test } from '@jupyterlab/galata';

import {
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

test.use({ kernels: null, sessions: null });

const PYTHON = join(__dirname, '../../.venv-livy/bin/python');
const SHOWN =
  '%%local\nimport sparkmagic.utils.configuration as c\nprint(c.get_session_properties("python"))';

test('A sparkmagic notebook waits for its session, which is started by nobody', async ({
  page,
  tmpPath
}) => {
  test.skip(!existsSync(PYTHON), 'no .venv-livy: scripts/setup.py livy');
  const [key] = endpoint().keys;
  await openNotebook(page, `${tmpPath}/livy`, [SHOWN, SHOWN, 'print(1)'], {
    name: 'pysparkkernel',
    display: 'PySpark',
    language: 'python'
  });
  await openPanel(page);
  await expectStatus(page, /^Not set/);
  await choose(page, 'SSE-KMS', key);
  await press(page, 'Apply');
  await expectStatus(page, /^Waiting for Spark.*Livy starts the next session/);
  const panel = page.locator('.jp-S3Encryption');
  await expect(panel).toContainText(
    `spark.hadoop.fs.s3a.encryption.key=${key}`
  );
  await runCell(page, 0);
  expect(await printed(page, 0)).toContain(key);
  await expect(cellAt(page, 0).locator('.jp-InputPrompt')).toHaveText('[1]:');

  // The person's own cell tries to start a session, which fails: that is told by sparkmagic alone.
  await cellAt(page, 2).locator('.cm-content').click();
  await page.keyboard.press('Control+Enter');
  await expect(cellAt(page, 2)).toContainText('http', { timeout: 60_000 });
  await expectStatus(page, /^Waiting for Spark/);
  await expect(page.locator('.jp-NotebookPanel:visible')).not.toContainText(
    'S3 Encryption'
  );

  await press(page, 'Clear');
  await expectStatus(page, /^Not set/);
  await runCell(page, 1);
  expect(await printed(page, 1)).not.toContain(key);
});
