/**
 * The main story on real parts: a user chooses SSE-KMS, applies, writes a
 * real data set, restarts and runs all; the stored headers are read from S3.
 */

import { DATA_CELL, SESSION_CELL } from '../support/cells';
import { endpoint, expectStored, stored } from '../support/endpoint';
import { expect, test } from '../support/test';

const READ_BACK =
  'print(spark.conf.get("fs.s3a.encryption.algorithm", None), spark.conf.get("fs.s3a.encryption.key", None))';

/** Writes `data` to a folder of its own for each kernel process. */
function writeCell(prefix: string): string {
  return [
    'import os',
    `folder = f"${prefix}/{os.getpid()}"`,
    `data.write.parquet(f"s3://${endpoint().bucket}/{folder}")`,
    'print(folder)'
  ].join('\n');
}

test.describe('A PySpark notebook', () => {
  test('writes every object with the key that was chosen, also after Restart and Run All @oldest', async ({
    notebook
  }) => {
    const [key] = endpoint().keys;
    const panel = await notebook.open('story', [
      SESSION_CELL,
      READ_BACK,
      DATA_CELL,
      writeCell('story')
    ]);
    await notebook.expectStatus(/^Not set/);

    await notebook.run(0);
    await notebook.apply('SSE-KMS', key, /^(Set|In effect)/);
    await panel.getByText(/^Settings in this kernel/).click();
    await expect(
      panel.getByRole('row', { name: /fs\.s3a\.encryption\.algorithm/ })
    ).toContainText('SSE-KMS');

    for (const index of [1, 2, 3]) {
      await notebook.run(index);
    }
    expect(await notebook.printed(1)).toBe(`SSE-KMS ${key}`);
    const before = await notebook.printed(3);
    await expectStored(`${before}/`, 'aws:kms', key);

    await notebook.restartAndRunAll();
    await expect(
      notebook.cell(3).locator('.jp-OutputArea-output pre')
    ).not.toHaveText(before, { timeout: 120_000 });
    for (const index of [0, 1, 2, 3]) {
      await notebook.expectRan(index);
    }
    await notebook.expectStatus(/^(Set|In effect|Proven)/);
    expect(await notebook.printed(1)).toBe(`SSE-KMS ${key}`);
    const after = await notebook.printed(3);
    expect(after).not.toBe(before);
    await expectStored(`${after}/`, 'aws:kms', key);
    for (const index of [0, 1, 2, 3]) {
      await expect(notebook.prompt(index)).toHaveText(`[${index + 1}]:`);
    }
  });

  test('has the settings before its first line when they were applied before there was a Spark session', async ({
    notebook
  }) => {
    const [, key] = endpoint().keys;
    await notebook.open('armed', [
      `${SESSION_CELL}\n${READ_BACK}`,
      DATA_CELL,
      writeCell('armed')
    ]);
    await notebook.apply('SSE-KMS', key, /^Waiting for Spark/);
    await notebook.run(0);
    expect(await notebook.printed(0)).toContain(`SSE-KMS ${key}`);
    await notebook.run(1);
    await notebook.run(2);
    await expectStored(`${await notebook.printed(2)}/`, 'aws:kms', key);
    await notebook.press('Verify');
    await notebook.expectStatus(/^(Set|In effect|Proven)/);
  });

  test('goes back to what the cluster says after Clear @soak', async ({
    notebook
  }) => {
    const [key] = endpoint().keys;
    await notebook.open('cleared', [
      SESSION_CELL,
      READ_BACK,
      DATA_CELL,
      writeCell('cleared')
    ]);
    await notebook.run(0);
    await notebook.apply('SSE-KMS', key, /^(Set|In effect)/);
    await notebook.press('Clear');
    await notebook.expectStatus(/^Not set/);
    await notebook.run(1);
    expect(await notebook.printed(1)).toBe('None None');
    await notebook.run(2);
    await notebook.run(3);
    await expectStored(`${await notebook.printed(3)}/`, '', '');
  });

  test('keeps its settings over a page reload, without applying them again', async ({
    page,
    notebook
  }) => {
    const [key] = endpoint().keys;
    await notebook.open('reloaded', [SESSION_CELL, READ_BACK]);
    await notebook.run(0);
    await notebook.apply('SSE-KMS', key, /^(Set|In effect)/);
    await notebook.execute('docmanager:save');
    // Galata's own reload waits for tabs that a restored notebook has not.
    await page.evaluate(() => window.location.reload());
    await expect(notebook.cell(1)).toBeVisible();
    await notebook.openPanel();
    await notebook.expectStatus(/^(Set|In effect)/);
    await notebook.openForm();
    await expect(
      notebook.panel.getByRole('textbox', { name: 'KMS key', exact: true })
    ).toHaveValue(key);
    await notebook.run(1);
    expect(await notebook.printed(1)).toBe(`SSE-KMS ${key}`);
  });

  test('says what is wrong with a key at its field, and sends nothing @soak', async ({
    notebook
  }) => {
    const panel = await notebook.open('bad-key', ['print(1)']);
    await notebook.choose('SSE-KMS', 'arn:aws:s3:::analytics');
    const field = panel.getByRole('textbox', { name: 'KMS key', exact: true });
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(panel.getByText(/names the service/)).toBeVisible();
    const apply = panel.getByRole('button', { name: 'Apply', exact: true });
    if (await apply.isEnabled()) {
      await apply.click();
    }
    await notebook.expectStatus(/^Not set/);
    expect(await stored('bad-key')).toEqual([]);
    await expect(panel.getByText('History (0)')).toBeVisible();
  });
});
