/**
 * The panel in a notebook of sparkmagic's PySpark kernel: what it says before
 * there is a Livy session, and that nothing of it shows in the notebook. What a
 * real Livy does is in tests/livy/test_livy.py.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { endpoint } from '../../support/endpoint';
import { expect, test } from '../../support/test';

const PYTHON = join(__dirname, '../../../.venv-livy/bin/python');
const SHOWN =
  '%%local\nimport sparkmagic.utils.configuration as c\nprint(c.get_session_properties("python"))';

test('A sparkmagic notebook waits for its session, which nothing of ours starts', async ({
  page,
  notebook
}) => {
  test.skip(!existsSync(PYTHON), 'no .venv-livy: scripts/setup.py livy');
  const [key] = endpoint().keys;
  await notebook.open('livy', [SHOWN, SHOWN, 'print(1)'], {
    name: 'pysparkkernel',
    display: 'PySpark',
    language: 'python'
  });
  await notebook.expectStatus(/^Not set/);
  await notebook.apply(
    'SSE-KMS',
    key,
    /^Waiting for Spark.*Livy starts the next session/
  );
  const panel = page.locator('.jp-S3Encryption');
  await expect(panel).toContainText(
    `spark.hadoop.fs.s3a.encryption.key=${key}`
  );
  await notebook.run(0);
  expect(await notebook.printed(0)).toContain(key);
  await expect(notebook.cell(0).locator('.jp-InputPrompt')).toHaveText('[1]:');

  // The user's own cell tries to start a session, which fails: only sparkmagic says so.
  await notebook.start(2);
  await expect(notebook.cell(2)).toContainText('http', { timeout: 60_000 });
  await notebook.expectStatus(/^Waiting for Spark/);
  await expect(page.locator('.jp-NotebookPanel:visible')).not.toContainText(
    'S3 Encryption'
  );

  await notebook.press('Clear');
  await notebook.expectStatus(/^Not set/);
  await notebook.run(1);
  expect(await notebook.printed(1)).not.toContain(key);
});
