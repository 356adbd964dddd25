/** The README's picture, made by a test so that it stays true. */

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';

import { DATA_CELL, SESSION_CELL } from '../support/cells';
import { endpoint } from '../support/endpoint';
import { expect, test } from '../support/test';

// Galata's mocks of kernels and sessions answer a restart wrongly.
test.use({
  viewport: { width: 1280, height: 860 }
});

test('the picture of the README shows the panel beside a notebook @soak', async ({
  page,
  notebook
}, info) => {
  const [key] = endpoint().keys;
  const panel = await notebook.open('penguins', [
    SESSION_CELL,
    DATA_CELL,
    `data.write.mode("overwrite").parquet("s3://${endpoint().bucket}/penguins")`
  ]);
  await page.sidebar.setWidth(340, 'left');
  await notebook.run(0);
  await notebook.apply('SSE-KMS', key, /^(Set|In effect)/);
  await notebook.run(1);
  await notebook.run(2);
  await notebook.press('Verify');
  await expect(panel.getByText(/^Open file systems/)).toBeVisible();
  const picture = info.outputPath('panel.png');
  await page.screenshot({ path: picture });
  if (process.env.S3E_PICTURES !== undefined) {
    copyFileSync(picture, join(process.env.S3E_PICTURES, 'panel.png'));
  }
});
