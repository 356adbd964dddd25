/** The README's picture, made by a test so that it stays true. */

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';

import { test } from '@jupyterlab/galata';

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
  runCell
} from './support';

// Galata's mocks of kernels and sessions answer a restart wrongly.
test.use({
  kernels: null,
  sessions: null,
  viewport: { width: 1280, height: 860 }
});

test('the picture of the README shows the panel beside a notebook', async ({
  page,
  tmpPath
}, info) => {
  const [key] = endpoint().keys;
  await openNotebook(page, `${tmpPath}/penguins`, [
    SESSION_CELL,
    DATA_CELL,
    `data.write.mode("overwrite").parquet("s3://${endpoint().bucket}/penguins")`
  ]);
  const panel = await openPanel(page);
  await page.sidebar.setWidth(340, 'left');
  await runCell(page, 0);
  await choose(page, 'SSE-KMS', key);
  await press(page, 'Apply');
  await expectStatus(page, /^(Set|In effect)/);
  await runCell(page, 1);
  await runCell(page, 2);
  await press(page, 'Verify');
  await expect(panel.getByText(/^Open file systems/)).toBeVisible();
  const picture = info.outputPath('panel.png');
  await page.screenshot({ path: picture });
  if (process.env.S3E_PICTURES !== undefined) {
    copyFileSync(picture, join(process.env.S3E_PICTURES, 'panel.png'));
  }
});
