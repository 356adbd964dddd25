/**
 * What the panel opens outside of itself, and how it fits: the menu, the documentation,
 * the settings, a narrow sidebar, a notebook that is renamed.
 */

import { readFileSync } from 'node:fs';

import { endpoint } from '../../support/endpoint';
import { expect, test } from '../../support/test';

test.use({ viewport: { width: 1366, height: 768 } });

test('Without a notebook the panel leads to the documentation, which needs no network, and to the cluster-wide documents', async ({
  page,
  notebook,
  baseURL
}) => {
  const outside: string[] = [];
  page.on('request', request => {
    if (
      /^https?:/.test(request.url()) &&
      !request.url().startsWith(baseURL ?? '')
    ) {
      outside.push(request.url());
    }
  });
  const panel = await notebook.openPanel();
  await notebook.press('Menu of S3 Encryption');
  await page.getByRole('menuitem', { name: 'Documentation' }).click();
  const shown = page.getByRole('region', { name: 'Findings' });
  await expect(
    shown.getByRole('heading', { name: 'Findings', exact: true })
  ).toBeVisible();
  await notebook.execute('s3-encryption:documentation', {
    page: 'findings.md',
    section: 'objects-differ'
  });
  await expect(
    shown.getByRole('heading', { name: 'objects-differ' })
  ).toBeInViewport();
  await notebook.execute('s3-encryption:documentation', { page: 'kernels.md' });
  await page
    .getByRole('region', { name: /^Kernels/ })
    .getByRole('link', { name: 'connect-unknown' })
    .first()
    .click();
  await expect(
    shown.getByRole('heading', { name: 'connect-unknown' })
  ).toBeInViewport();
  expect(outside).toEqual([]);

  await panel.getByText('Cluster-wide', { exact: true }).click();
  await notebook.press('Cluster-wide documents…');
  const documents = page.locator('.jp-S3Encryption-cluster');
  const [key] = endpoint().keys;
  await documents
    .getByRole('textbox', { name: 'KMS key, by its ARN' })
    .fill(key);
  await expect(documents.getByRole('textbox', { name: 'Account' })).toHaveValue(
    key.split(':')[4] ?? ''
  );
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    documents.getByRole('button', { name: /^Download all/ }).click()
  ]);
  const archive = readFileSync(await download.path()).toString('latin1');
  expect(archive).toContain('emr/emr-configurations.json');
});

test('A choice is saved as a profile and a report as a file; the settings show nothing that only an administrator sets', async ({
  page,
  notebook
}) => {
  const [key] = endpoint().keys;
  const panel = await notebook.open('choice', []);
  await notebook.apply('SSE-KMS', key, /^Waiting for Spark/);
  await notebook.press('Menu of S3 Encryption');
  await page.getByRole('menuitem', { name: 'Save as Profile…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('Lake');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await notebook.openForm();
  await expect(
    panel.getByRole('combobox', { name: 'Profile' }).locator('option')
  ).toContainText(['Lake']);
  await notebook.press('Menu of S3 Encryption');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Save Report as File' }).click()
  ]);
  expect(JSON.parse(readFileSync(await download.path(), 'utf8'))).toMatchObject(
    { document: 'choice.ipynb', state: { kind: 'waiting' } }
  );
  await notebook.press('Insert as cell');
  await expect(notebook.cell(1).locator('.cm-content')).toContainText(
    /^# Applies this encryption.*s3enc\.apply\(/s
  );

  const isVerifyOn = (): Promise<boolean> =>
    page.evaluate(() =>
      window.jupyterapp.commands.isEnabled('s3-encryption:verify')
    );
  expect(await isVerifyOn()).toBe(true);
  await notebook.press('Menu of S3 Encryption');
  await page
    .getByRole('menu')
    .getByRole('menuitem', { name: 'Settings' })
    .click();
  const settings = page.locator('.jp-SettingsPanel');
  await expect(settings.getByText('Show in the status bar')).toBeVisible();
  await expect(settings.getByText('For administrators')).toBeHidden();
  expect(await isVerifyOn()).toBe(false);
});

test('The panel fits into a sidebar of 240 px, and has the new name of a notebook that is renamed @soak', async ({
  page,
  notebook
}) => {
  const [key] = endpoint().keys;
  const panel = await notebook.open(
    'a-rather-long-name-of-a-notebook-about-the-monthly-revenue',
    []
  );
  await notebook.apply('SSE-KMS', key, /^Waiting for Spark/);
  await page.sidebar.setWidth(240, 'left');
  const size = await panel.evaluate(({ clientWidth, scrollWidth }) => ({
    clientWidth,
    scrollWidth
  }));
  expect(size.clientWidth).toBeLessThanOrEqual(260);
  expect(size.scrollWidth).toBe(size.clientWidth);

  const from = notebook.path(
    'a-rather-long-name-of-a-notebook-about-the-monthly-revenue'
  );
  await page.evaluate(
    async ([old, renamed]) => {
      await window.jupyterapp.serviceManager.contents.rename(old, renamed);
    },
    [from, notebook.path('renamed')] as const
  );
  await expect(panel.getByText('renamed.ipynb')).toBeVisible();
});
