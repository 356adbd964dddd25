/**
 * What is really stored, on real parts: a canary proves the choice, the
 * user's own writes are checked after each run, a path is audited.
 */

import { DATA_CELL, SESSION_CELL } from '../support/cells';
import { endpoint, expectStored, stored } from '../support/endpoint';
import { beginJob, expectEffort } from '../support/jobs/effort';
import { expect, test } from '../support/test';

function writeCell(path: string): string {
  return `data.coalesce(2).write.mode("overwrite").parquet("${path}")\nprint("written")`;
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
    notebook
  }) => {
    const { bucket, keys } = endpoint();
    const panel = await notebook.open('proven', [
      SESSION_CELL,
      DATA_CELL,
      writeCell(`s3://${bucket}/proven/own`)
    ]);
    await notebook.run(0);
    await notebook.apply('SSE-KMS', keys[0], /^(Set|In effect)/);

    await notebook.execute('s3-encryption:write-canary', {
      location: `s3://${bucket}/proven`
    });
    await notebook.press('Write canary');
    // The first access to S3 in a kernel takes its time.
    await expect(panel.getByText(/objects as chosen, from/)).toBeVisible({
      timeout: 90_000
    });
    await notebook.expectStatus(
      new RegExp(`^Proven for s3://${bucket}: SSE-KMS`)
    );
    await expect(panel.getByText(/has been removed/)).toBeVisible();
    expect(await stored('proven')).toEqual([]);

    await notebook.run(1);
    await notebook.run(2);
    await notebook.execute('s3-encryption:check-writes');
    const writes = panel.getByRole('list', { name: /^Your writes/ });
    await expect(writes).toContainText(`${bucket}/proven/own`, {
      timeout: 60_000
    });
    await expect(writes).toContainText(/[1-9]\d* as chosen, 0 differ/);
    await notebook.expectStatus(/^Proven/);
  });

  test('are checked after a run without a press, and what differs is a notification that leads to the audit, a plan and the re-encryption', async ({
    page,
    notebook
  }) => {
    const { keys } = endpoint();
    const { bucket } = endpoint();
    const panel = await notebook.open('mismatch', [
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
        '    other.create(item.getPath(), True).close()',
        // boto3 does not know the certificate that Java trusts.
        `spark.conf.set("fs.s3a.bucket.${bucket}.endpoint", "${endpoint().url}")`
      ].join('\n')
    ]);
    await notebook.run(0);
    await notebook.apply('SSE-KMS', keys[0], /^(Set|In effect)/);
    await notebook.run(1);
    await notebook.run(2);
    const notification = page
      .locator('.Toastify__toast')
      .filter({ hasText: 'Not encrypted as chosen' });
    await expect(notification).toContainText(`${bucket}/own`, {
      timeout: 60_000
    });
    await beginJob(page);
    await notification.getByRole('button', { name: 'Audit…' }).click();
    await expect(
      panel.getByRole('textbox', { name: 'Path', exact: true })
    ).toHaveValue(new RegExp(`${bucket}/own`));
    await notebook.press('Audit');
    const chart = panel.getByRole('list', { name: /^Objects per algorithm/ });
    await expect(chart).toContainText('SSE-S3', { timeout: 60_000 });
    await expect(chart).toContainText('differs');
    await expectEffort(page, { clicks: 2 });
    await expect(panel.getByText(/everything below it/)).toBeVisible();
    await expect(panel.getByRole('table', { name: 'Objects' })).toContainText(
      'part-'
    );

    await notebook.press('Plan re-encryption…');
    const plan = panel.getByRole('region', {
      name: 'Plan of the re-encryption'
    });
    await expect(plan).toContainText('Nothing has been changed so far.', {
      timeout: 60_000
    });
    await expectStored('own', 'AES256', '');
    await plan
      .getByRole('button', { name: /^Re-encrypt \d+ objects?$/ })
      .click();
    const result = panel.getByRole('region', {
      name: 'Result of the re-encryption'
    });
    await expect(result).toContainText(/re-encrypted and read back/, {
      timeout: 60_000
    });
    await expect(result).toContainText('The run is over.');
    await expectStored('own', 'aws:kms', keys[0]);
  });

  test('are audited page by page, with a way to end it @soak', async ({
    notebook
  }) => {
    const { bucket, keys } = endpoint();
    const total = 1500;
    const names = Array.from(
      { length: total },
      (_, n) => `audited/d=${n % 10}/${n}`
    );
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
    const panel = await notebook.open('audited', [SESSION_CELL]);
    await notebook.run(0);
    await notebook.apply('SSE-KMS', keys[0], /^(Set|In effect)/);
    await notebook.execute('s3-encryption:audit-path', {
      path: `s3://${bucket}/audited`
    });
    await panel.getByRole('spinbutton', { name: 'At most' }).fill('2000');
    await notebook.press('Audit');
    const progress = panel.getByRole('progressbar', { name: 'Audit' });
    await expect(progress).toHaveAttribute('aria-valuenow', /^[1-9]/, {
      timeout: 60_000
    });
    await notebook.press('Cancel');
    await expect(panel.getByText(/ended before it was complete/)).toBeVisible();
    await expect(progress).toHaveCount(0);

    await notebook.press('Audit');
    await expect(panel.getByText(/everything below it/)).toBeVisible({
      timeout: 120_000
    });
    const chart = panel.getByRole('list', { name: /^Objects per algorithm/ });
    await expect(chart).toContainText('1,200 objects (80 %)');
    await expect(chart).toContainText('300 objects (20 %)');
    const folders = panel.getByRole('list', { name: /^Folders below/ });
    const rows = folders.getByRole('listitem');
    await expect(rows).toHaveCount(10);
    await expect(rows.nth(0)).toHaveText(/^d=0\/\s*150 differ$/);
    await expect(rows.nth(1)).toHaveText(/^d=5\/\s*150 differ$/);
    await expect(rows.nth(2)).toHaveText(/^d=1\/\s*150 as chosen$/);
    const table = panel.getByRole('table', { name: 'Objects' });
    await expect(table.getByRole('row').nth(1)).toContainText('differs');
    await expect(table.getByRole('row')).toHaveCount(201);
  });
});
