import { endpoint } from '../../support/endpoint';
import { DATA_CELL, SESSION_CELL } from '../../support/cells';
import { expect, test } from '../../support/test';

const OUT = '/tmp/pages-pics';
test.use({ viewport: { width: 1366, height: 768 } });

test('start', async ({ page }) => {
  const files = await page.evaluate(() =>
    performance.getEntriesByType('resource').map(e => e.name).filter(n => n.includes('s3-encryption'))
  );
  console.log(files.join('\n'));
});

test('pictures without Spark', async ({ page, notebook }) => {
  const [key] = endpoint().keys;
  await page.screenshot({ path: `${OUT}/00-none.png` });
  await notebook.execute('s3-encryption:open-panel');
  await page.screenshot({ path: `${OUT}/01-no-notebook.png` });
  await notebook.execute('s3-encryption:documentation', { section: 'bucket-override' });
  await expect(page.locator('.jp-S3Encryption-docsPage h2').first()).toBeVisible();
  await page.screenshot({ path: `${OUT}/02-docs.png` });
  await page.locator('.jp-S3Encryption-docsContents button', { hasText: 'What a bucket does' }).click();
  await page.screenshot({ path: `${OUT}/03-docs2.png` });
  await notebook.execute('s3-encryption:open-settings');
  await page.waitForTimeout(4000);
  await page.screenshot({ path: `${OUT}/04-settings.png` });
  console.log(await page.evaluate(() => [...document.querySelectorAll('[id*="s3-encryption:plugin_site"]')].map(e => e.tagName + ' ' + e.id + ' ' + e.className + ' < ' + e.parentElement?.className + ' < ' + e.parentElement?.parentElement?.className).join('\n')));
  await notebook.open('a-rather-long-name-of-a-notebook-about-the-monthly-revenue-of-all-subsidiaries', []);
  await notebook.apply('SSE-KMS', key, /^Waiting for Spark/);
  await page.sidebar.setWidth(240, 'left');
  await page.screenshot({ path: `${OUT}/05-240.png` });
  await notebook.panel.getByRole('button', { name: 'Menu of S3 Encryption' }).click();
  await page.screenshot({ path: `${OUT}/06-menu.png` });
  await page.keyboard.press('Escape');
  await notebook.execute('s3-encryption:cluster-documents');
  const documents = page.locator('.jp-S3Encryption-cluster');
  await documents.getByRole('textbox', { name: 'Buckets and prefixes' }).fill('lake');
  await documents.getByRole('tab', { name: 'S3' }).click();
  await page.screenshot({ path: `${OUT}/07-cluster.png` });
  await documents.getByRole('textbox', { name: 'Account' }).fill('12');
  await page.screenshot({ path: `${OUT}/08-cluster-wrong.png` });
});

test('pictures with Spark', async ({ page, notebook }) => {
  const [key, other] = endpoint().keys;
  const bucket = endpoint().bucket;
  const panel = await notebook.open('penguins', [
    SESSION_CELL,
    DATA_CELL,
    `data.repartition(3).write.mode("overwrite").parquet("s3://${bucket}/penguins/2026/quarterly-and-monthly-figures")`
  ]);
  await notebook.run(0);
  await notebook.apply('SSE-KMS', other, /^(Set|In effect)/);
  await notebook.run(1);
  await notebook.run(2);
  await notebook.apply('SSE-KMS', key, /^(Set|In effect)/);
  await page.waitForTimeout(1500);
  await page.screenshot({ path: `${OUT}/10-effect.png` });
  await panel.getByText('Stored objects', { exact: true }).click();
  await panel.getByRole('textbox', { name: 'Path' }).fill(`s3://${bucket}/penguins`);
  await notebook.press('Audit');
  await expect(panel.getByText(/objects checked/)).toBeVisible();
  for (const width of [240, 340, 600]) {
    await page.sidebar.setWidth(width, 'left');
    await panel.getByText('Stored objects', { exact: true }).scrollIntoViewIfNeeded();
    await page.screenshot({ path: `${OUT}/11-audit-${width}.png` });
    await panel.evaluate(e => { e.scrollTop = 0; });
    await page.screenshot({ path: `${OUT}/12-top-${width}.png` });
    console.log(width, await panel.evaluate(e => [e.clientWidth, e.scrollWidth]));
  }
  await page.theme.setDarkTheme();
  await page.screenshot({ path: `${OUT}/13-dark.png` });
});
