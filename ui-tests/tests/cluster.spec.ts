/**
 * From one notebook to the platform: the cluster-wide documents, what is behind
 * an error below a cell, and what is in force at a bucket.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Page } from '@playwright/test';

import { endpoint } from '../support/endpoint';
import { beginJob, expectEffort } from '../support/jobs/effort';
import { notebookFile } from '../support/notebook';
import { expect, plainTest, test } from '../support/test';

// Galata's mocks of kernels and sessions answer a restart wrongly.
test.use({
  permissions: ['clipboard-read', 'clipboard-write']
});

/** As Spark 4.3 printed it; `tests/examples/record_errors.py` says how it was made. */
const RECORDED = join(
  __dirname,
  '../../tests/examples/errors/spark-4.3-generate-denied.txt'
);
const DENIED_KEY =
  'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

/** What boto3 in the kernel needs to reach the endpoint; there is no Spark in these notebooks. */
function endpointCell(): string {
  const values = {
    AWS_ENDPOINT_URL_S3: endpoint().url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_DEFAULT_REGION: 'eu-west-1'
  };
  return `import os\nos.environ.update(${JSON.stringify(values)})\nprint("ready")`;
}

/** A PUT as any S3 client sends it; the endpoint of the tests checks no signature. */
async function put(path: string, body = ''): Promise<void> {
  const answer = await fetch(`${endpoint().url}/${path}`, {
    method: 'PUT',
    body
  });
  expect(answer.ok, `${path}: ${answer.status}`).toBe(true);
}

async function clipboard(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}

test('The documents follow the form; what was copied is what the bucket then says, and it is compared with the profile', async ({
  page,
  notebook
}) => {
  const [key] = endpoint().keys;
  const bucket = 'documents-of-a-platform';
  const panel = await notebook.open('platform', [endpointCell()]);
  await notebook.run(0);
  await notebook.apply('SSE-KMS', key, /^Waiting for Spark/);

  await beginJob(page);
  await panel.getByText('Cluster-wide', { exact: true }).click();
  await notebook.press('Cluster-wide documents…');
  const documents = page.locator('.jp-S3Encryption-cluster');
  const field = documents.getByRole('textbox', { name: 'Account' });
  await expect(
    documents.getByRole('textbox', { name: 'KMS key, by its ARN' })
  ).toHaveValue(key);
  // The panel stays with the notebook while the page is in front.
  await notebook.expectStatus(/^Waiting for Spark/);

  await field.fill('123');
  await expect(field).toHaveAccessibleDescription(/it must be 12 digits/);
  await expect(documents.getByText(/are as before: one field/)).toBeVisible();
  await expect(
    documents.getByRole('tabpanel').getByRole('button', { name: /^Copy / })
  ).toHaveCount(0);
  await field.fill(key.split(':')[4] ?? '');
  await expect(documents.getByText(/are as before/)).toHaveCount(0);
  await documents
    .getByRole('textbox', { name: 'Buckets and prefixes' })
    .fill(bucket);

  await documents.getByRole('tab', { name: 'S3', exact: true }).click();
  const title = `Policy of ${bucket}: the header is required`;
  const shown = documents
    .getByRole('region', { name: title, exact: true })
    .locator('pre');
  await documents
    .getByRole('button', { name: `Copy ${title}`, exact: true })
    .click();
  // From the notebook to a policy in the clipboard.
  await expectEffort(page, { clicks: 5 }, 'scrolled');
  const policy = await clipboard(page);
  expect(policy).toBe(await shown.textContent());
  expect(policy).toContain(`arn:aws:s3:::${bucket}/*`);
  await documents.getByRole('tab', { name: 'Terraform' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    documents
      .getByRole('button', { name: 'Download Terraform: all of it' })
      .click()
  ]);
  expect(download.suggestedFilename()).toBe('terraform.tf');
  expect(readFileSync(await download.path(), 'utf8')).toBe(
    await documents
      .getByRole('region', { name: 'Terraform: all of it', exact: true })
      .locator('pre')
      .textContent()
  );

  await put(bucket);
  await put(`${bucket}?policy`, policy);
  await page.activity.activateTab('platform.ipynb');
  await panel.getByText('Bucket settings').click();
  await panel.getByRole('textbox', { name: 'Bucket' }).fill(bucket);
  await notebook.press('Read');
  await expect(
    panel.getByText(
      'Writes without a header would be denied by statement RefuseWithoutHeader of the policy.'
    )
  ).toBeVisible();
  await expect(
    panel.getByText(
      'No statement about encryption denies the writes of this profile.'
    )
  ).toBeVisible();
  await notebook.choose('SSE-S3');
  await notebook.press('Apply');
  await expect(
    panel.getByText(
      'This profile would be denied by statement RefuseOtherAlgorithm.'
    )
  ).toBeVisible();
});

test('An error below a cell is explained, with the statement that fixes it; so is a kernel without boto3', async ({
  page,
  notebook
}) => {
  const panel = await notebook.open('denied', [
    `raise RuntimeError(open(${JSON.stringify(RECORDED)}).read())`,
    'import sys\nsys.modules["boto3"] = None\nprint("as if it were not there")'
  ]);
  await beginJob(page);
  await notebook.start(0);
  const wrong = panel.getByRole('region', { name: 'What went wrong' });
  await expect(
    wrong.getByText(
      /role\/EmrNotebooks is not allowed to use kms:GenerateDataKey/
    )
  ).toBeVisible();
  await expect(wrong.getByText('Whoever manages the role')).toBeVisible();
  await wrong.getByRole('button', { name: 'Copy the statement' }).click();
  await expectEffort(page, { clicks: 1 });
  expect(JSON.parse(await clipboard(page))).toEqual({
    Effect: 'Allow',
    Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
    Resource: DENIED_KEY
  });
  await notebook.run(1);
  await expect(wrong).toBeVisible();
  await wrong.getByRole('button', { name: 'Dismiss' }).click();
  await expect(wrong).toHaveCount(0);

  await panel.getByText('Bucket settings').click();
  await panel.getByRole('textbox', { name: 'Bucket' }).fill(endpoint().bucket);
  await notebook.press('Read');
  await expect(panel.getByRole('alert')).toHaveText(
    /^This kernel has no boto3/
  );
  await expect(panel.getByText(/^Run %pip install boto3/)).toBeVisible();
});

plainTest(
  'Notebook 7 shows the documents in a dialog @oldest',
  async ({ page, request }) => {
    const made = await request.put('/api/contents/documents.ipynb', {
      data: { type: 'notebook', content: notebookFile([]) }
    });
    expect(made.ok()).toBe(true);
    await page.goto('/notebooks/documents.ipynb');
    await expect(page.locator('.jp-Notebook')).toBeVisible({ timeout: 60_000 });
    const command = 's3-encryption:cluster-documents';
    await page.waitForFunction(
      id => window.jupyterapp?.commands.hasCommand(id),
      command
    );
    await page.evaluate(id => {
      // It ends with the dialog: not waited for here.
      void window.jupyterapp.commands.execute(id);
    }, command);
    const dialog = page.getByRole('dialog');
    await dialog
      .getByRole('combobox', { name: 'Method' })
      .selectOption('sse-s3');
    await dialog.getByRole('tab', { name: 'Glue' }).click();
    await expect(
      dialog.getByRole('heading', { name: 'Glue: attach it to job' })
    ).toBeVisible();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await expect(dialog).toHaveCount(0);
  }
);
