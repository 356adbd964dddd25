/**
 * What is really stored, on real parts: a canary proves the choice, the
 * person's own writes are checked after each run, a path is audited.
 */

import { test } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

import {
  DATA_CELL,
  SESSION_CELL,
  choose,
  endpoint,
  expect,
  expectStatus,
  openNotebook,
  openPanel,
  press,
  runCell,
  stored
} from './support';

// Galata's mocks of kernels and sessions answer a restart wrongly.
test.use({ kernels: null, sessions: null });

function writeCell(path: string): string {
  return `data.coalesce(2).write.mode("overwrite").parquet("${path}")\nprint("written")`;
}

/** Run one of the extension's commands, as the palette does. */
async function command(
  page: IJupyterLabPageFixture,
  name: string,
  args: Record<string, string> = {}
): Promise<void> {
  await page.evaluate(
    async ([id, given]) => {
      await window.jupyterapp.commands.execute(id, given);
    },
    [`s3-encryption:${name}`, args] as const
  );
}

/** A PUT as any S3 client sends it; the endpoint of the tests checks no signature. */
async function put(path: string, headers = {}, body = ''): Promise<void> {
  const answer = await fetch(`${endpoint().url}/${path}`, {
    method: 'PUT',
    headers,
    body
  });
  expect(answer.status, path).toBe(200);
}

test.describe('Stored objects', () => {
  test('prove the choice by a canary that is removed again, and by the own writes after a run', async ({
    page,
    tmpPath
  }) => {
    const { bucket, keys } = endpoint();
    await openNotebook(page, `${tmpPath}/proven`, [
      SESSION_CELL,
      DATA_CELL,
      writeCell(`s3://${bucket}/proven/own`)
    ]);
    const panel = await openPanel(page);
    await runCell(page, 0);
    await choose(page, 'SSE-KMS', keys[0]);
    await press(page, 'Apply');
    await expectStatus(page, /^(Set|In effect)/);

    await command(page, 'write-canary', { location: `s3://${bucket}/proven` });
    await press(page, 'Write canary');
    // The first access to S3 in a kernel takes its time.
    await expect(panel.getByText(/objects as chosen, from/)).toBeVisible({
      timeout: 90_000
    });
    await expectStatus(page, new RegExp(`^Proven for s3://${bucket}: SSE-KMS`));
    await expect(panel.getByText(/has been removed/)).toBeVisible();
    expect(await stored('proven')).toEqual([]);

    await runCell(page, 1);
    await runCell(page, 2);
    await command(page, 'check-writes');
    const writes = panel.getByRole('list', { name: /^Your writes/ });
    await expect(writes).toContainText(`${bucket}/proven/own`, {
      timeout: 60_000
    });
    await expect(writes).toContainText(/[1-9]\d* as chosen, 0 differ/);
    await expectStatus(page, /^Proven/);
  });

  test('are checked after a run without a press, and what differs is a notification that leads to the audit', async ({
    page,
    tmpPath
  }) => {
    const { keys } = endpoint();
    const { bucket } = endpoint();
    await openNotebook(page, `${tmpPath}/mismatch`, [
      SESSION_CELL,
      DATA_CELL,
      // Another program, in the same cell, writes the same objects otherwise.
      [
        writeCell(`s3a://${bucket}/own`),
        'conf = spark._jvm.org.apache.hadoop.conf.Configuration(spark._jsc.hadoopConfiguration())',
        'conf.set("fs.s3a.encryption.algorithm", "AES256")',
        'conf.set("fs.s3a.encryption.key", "")',
        'other = spark._jvm.org.apache.hadoop.fs.s3a.S3AFileSystem()',
        `root = spark._jvm.org.apache.hadoop.fs.Path("s3a://${bucket}/own")`,
        'other.initialize(root.toUri(), conf)',
        'for item in other.listStatus(root):',
        '    other.create(item.getPath(), True).close()'
      ].join('\n')
    ]);
    const panel = await openPanel(page);
    await runCell(page, 0);
    await choose(page, 'SSE-KMS', keys[0]);
    await press(page, 'Apply');
    await expectStatus(page, /^(Set|In effect)/);
    await runCell(page, 1);
    await runCell(page, 2);
    const notification = page
      .locator('.Toastify__toast')
      .filter({ hasText: 'Not encrypted as chosen' });
    await expect(notification).toContainText(`${bucket}/own`, {
      timeout: 60_000
    });
    await notification.getByRole('button', { name: 'Audit…' }).click();
    await expect(
      panel.getByRole('textbox', { name: 'Path', exact: true })
    ).toHaveValue(new RegExp(`${bucket}/own`));
    await press(page, 'Audit');
    const chart = panel.getByRole('list', { name: /^Objects per algorithm/ });
    await expect(chart).toContainText('SSE-S3', { timeout: 60_000 });
    await expect(chart).toContainText('differs');
    await expect(panel.getByText(/everything below it/)).toBeVisible();
    await expect(panel.getByRole('table', { name: 'Objects' })).toContainText(
      'part-'
    );
  });

  test('are audited page by page, with a way to end it', async ({
    page,
    tmpPath
  }) => {
    const { bucket, keys } = endpoint();
    const total = 1500;
    const names = Array.from({ length: total }, (_, n) => `audited/${n}`);
    while (names.length > 0) {
      await Promise.all(
        names.splice(0, 50).map((name, n) =>
          put(
            `${bucket}/${name}`,
            n % 5 === 0
              ? { 'x-amz-server-side-encryption': 'AES256' }
              : {
                  'x-amz-server-side-encryption': 'aws:kms',
                  'x-amz-server-side-encryption-aws-kms-key-id': keys[0]
                },
            'x'
          )
        )
      );
    }
    await openNotebook(page, `${tmpPath}/audited`, [SESSION_CELL]);
    const panel = await openPanel(page);
    await runCell(page, 0);
    await choose(page, 'SSE-KMS', keys[0]);
    await press(page, 'Apply');
    await expectStatus(page, /^(Set|In effect)/);
    await command(page, 'audit-path', { path: `s3://${bucket}/audited` });
    await panel.getByRole('spinbutton', { name: 'At most' }).fill('2000');
    await press(page, 'Audit');
    const progress = panel.getByRole('progressbar', { name: 'Audit' });
    await expect(progress).toHaveAttribute('aria-valuenow', /^[1-9]/, {
      timeout: 60_000
    });
    await press(page, 'Cancel');
    await expect(panel.getByText(/ended before it was complete/)).toBeVisible();
    await expect(progress).toHaveCount(0);

    await press(page, 'Audit');
    await expect(panel.getByText(/everything below it/)).toBeVisible({
      timeout: 120_000
    });
    const chart = panel.getByRole('list', { name: /^Objects per algorithm/ });
    await expect(chart).toContainText('1,200 objects (80 %)');
    await expect(chart).toContainText('300 objects (20 %)');
    const table = panel.getByRole('table', { name: 'Objects' });
    await expect(table.getByRole('row').nth(1)).toContainText('differs');
    await expect(table.getByRole('row')).toHaveCount(201);
  });
});
