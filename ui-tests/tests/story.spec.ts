/**
 * The main story on real parts: a person chooses SSE-KMS, applies, writes a
 * real data set, restarts and runs all; the stored headers are read from S3.
 */

import { test } from '@jupyterlab/galata';

import {
  DATA_CELL,
  SESSION_CELL,
  cellAt,
  choose,
  endpoint,
  expect,
  expectRan,
  expectStatus,
  expectStored,
  openNotebook,
  openPanel,
  panelOf,
  press,
  printed,
  restartAndRunAll,
  runCell,
  stored
} from './support';

// Galata's mocks of kernels and sessions answer a restart wrongly.
test.use({ kernels: null, sessions: null, autoGoto: true });

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
    page,
    tmpPath
  }) => {
    const [key] = endpoint().keys;
    await openNotebook(page, `${tmpPath}/story`, [
      SESSION_CELL,
      READ_BACK,
      DATA_CELL,
      writeCell('story')
    ]);
    const panel = await openPanel(page);
    await expectStatus(page, /^Not set/);

    await runCell(page, 0);
    await choose(page, 'SSE-KMS', key);
    await press(page, 'Apply');
    await expectStatus(page, /^(Set|In effect)/);
    await panel.getByText(/^Settings in this kernel/).click();
    await expect(
      panel.getByRole('row', { name: /fs\.s3a\.encryption\.algorithm/ })
    ).toContainText('SSE-KMS');

    for (const index of [1, 2, 3]) {
      await runCell(page, index);
    }
    expect(await printed(page, 1)).toBe(`SSE-KMS ${key}`);
    const before = await printed(page, 3);
    await expectStored(`${before}/`, 'aws:kms', key);

    await restartAndRunAll(page);
    await expect(
      cellAt(page, 3).locator('.jp-OutputArea-output pre')
    ).not.toHaveText(before, { timeout: 120_000 });
    for (const index of [0, 1, 2, 3]) {
      await expectRan(page, index);
    }
    await expectStatus(page, /^(Set|In effect|Proven)/);
    expect(await printed(page, 1)).toBe(`SSE-KMS ${key}`);
    const after = await printed(page, 3);
    expect(after).not.toBe(before);
    await expectStored(`${after}/`, 'aws:kms', key);
    for (const index of [0, 1, 2, 3]) {
      await expect(
        cellAt(page, index).locator('.jp-InputPrompt').first()
      ).toHaveText(`[${index + 1}]:`);
    }
  });

  test('has the settings before its first line when they were applied before there was a Spark session', async ({
    page,
    tmpPath
  }) => {
    const [, key] = endpoint().keys;
    await openNotebook(page, `${tmpPath}/armed`, [
      `${SESSION_CELL}\n${READ_BACK}`,
      DATA_CELL,
      writeCell('armed')
    ]);
    await openPanel(page);
    await choose(page, 'SSE-KMS', key);
    await press(page, 'Apply');
    await expectStatus(page, /^Waiting for Spark/);
    await runCell(page, 0);
    expect(await printed(page, 0)).toContain(`SSE-KMS ${key}`);
    await runCell(page, 1);
    await runCell(page, 2);
    await expectStored(`${await printed(page, 2)}/`, 'aws:kms', key);
    await press(page, 'Verify');
    await expectStatus(page, /^(Set|In effect|Proven)/);
  });

  test('goes back to what the cluster says after Clear', async ({
    page,
    tmpPath
  }) => {
    const [key] = endpoint().keys;
    await openNotebook(page, `${tmpPath}/cleared`, [
      SESSION_CELL,
      READ_BACK,
      DATA_CELL,
      writeCell('cleared')
    ]);
    await openPanel(page);
    await runCell(page, 0);
    await choose(page, 'SSE-KMS', key);
    await press(page, 'Apply');
    await expectStatus(page, /^(Set|In effect)/);
    await press(page, 'Clear');
    await expectStatus(page, /^Not set/);
    await runCell(page, 1);
    expect(await printed(page, 1)).toBe('None None');
    await runCell(page, 2);
    await runCell(page, 3);
    await expectStored(`${await printed(page, 3)}/`, '', '');
  });

  test('keeps its settings over a page reload, without applying them again', async ({
    page,
    tmpPath
  }) => {
    const [key] = endpoint().keys;
    await openNotebook(page, `${tmpPath}/reloaded`, [SESSION_CELL, READ_BACK]);
    await openPanel(page);
    await runCell(page, 0);
    await choose(page, 'SSE-KMS', key);
    await press(page, 'Apply');
    await expectStatus(page, /^(Set|In effect)/);
    await page.evaluate(async () => {
      await window.jupyterapp.commands.execute('docmanager:save');
    });
    // Galata's own reload waits for tabs that a restored notebook has not.
    await page.evaluate(() => window.location.reload());
    await expect(cellAt(page, 1)).toBeVisible();
    await openPanel(page);
    await expectStatus(page, /^(Set|In effect)/);
    await expect(
      panelOf(page).getByRole('textbox', { name: 'KMS key', exact: true })
    ).toHaveValue(key);
    await runCell(page, 1);
    expect(await printed(page, 1)).toBe(`SSE-KMS ${key}`);
  });

  test('says what is wrong with a key at its field, and sends nothing', async ({
    page,
    tmpPath
  }) => {
    await openNotebook(page, `${tmpPath}/bad-key`, ['print(1)']);
    const panel = await openPanel(page);
    await choose(page, 'SSE-KMS', 'arn:aws:s3:::analytics');
    const field = panel.getByRole('textbox', { name: 'KMS key', exact: true });
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(panel.getByText(/names the service/)).toBeVisible();
    const apply = panel.getByRole('button', { name: 'Apply', exact: true });
    if (await apply.isEnabled()) {
      await apply.click();
    }
    await expectStatus(page, /^Not set/);
    expect(await stored('bad-key')).toEqual([]);
    await expect(panel.getByText('History (0)')).toBeVisible();
  });
});
