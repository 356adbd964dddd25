/**
 * The main job, with bounds on what it costs: encrypt and prove, and another key midday; once
 * with the mouse, once with the keyboard alone.
 */

import type { Page } from '@playwright/test';

import { DATA_CELL, SESSION_CELL } from '../../support/cells';
import { endpoint, expectStored } from '../../support/endpoint';
import { beginJob, expectEffort } from '../../support/jobs/effort';
import { editAgain, openByClick } from '../../support/jobs/panel';
import type { LabNotebook } from '../../support/notebook';
import { expect, test } from '../../support/test';

test.use({ viewport: { width: 1366, height: 768 } });

/**
 * Run the cell that writes until the panel says that it is proven. A check takes little of the
 * kernel's time: on a busy machine the first one may not get as far as S3's answer.
 */
async function writeUntilProven(notebook: LabNotebook): Promise<void> {
  await expect(async () => {
    await notebook.run(2);
    await notebook.expectStatus(/^Proven/, 20_000);
  }).toPass({ timeout: 120_000 });
}

function writeCell(folder: string): string {
  return `data.write.mode("overwrite").parquet("s3://${endpoint().bucket}/${folder}")`;
}

test('Four clicks encrypt what is written and prove it, three change the key midday, and nothing is scrolled for them', async ({
  page,
  notebook
}) => {
  const [morning, afternoon] = endpoint().keys;
  await notebook.open('everyday', [
    SESSION_CELL,
    DATA_CELL,
    writeCell('everyday')
  ]);
  await notebook.execute('application:toggle-left-area');
  await notebook.run(0);

  await beginJob(page);
  await openByClick(notebook);
  await notebook.apply('SSE-KMS', morning, /^In effect: SSE-KMS/);
  await notebook.run(1);
  await writeUntilProven(notebook);
  await expectEffort(page, { clicks: 4 });
  await expectStored('everyday/', 'aws:kms', morning);

  await beginJob(page);
  await editAgain(notebook);
  await notebook.keyField.fill(afternoon);
  await notebook.press('Apply');
  await notebook.expectStatus(/^In effect: SSE-KMS/);
  await writeUntilProven(notebook);
  await expectEffort(page, { clicks: 3 });
  await expectStored('everyday/', 'aws:kms', afternoon);
});

/** Press a key until something is so; fails if it is not after so many presses. */
async function pressUntil(
  page: Page,
  key: string,
  is: () => Promise<boolean>,
  most = 8
): Promise<void> {
  for (let presses = 0; !(await is()); presses++) {
    expect(presses, `${key} pressed in vain`).toBeLessThan(most);
    await page.keyboard.press(key);
  }
}

/** Run one of JupyterLab's commands from the command palette. */
async function fromPalette(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Control+Shift+C');
  await expect(page.locator('.lm-CommandPalette-input')).toBeFocused();
  await page.keyboard.type(text);
  await expect(
    page.locator('.lm-CommandPalette-item.lm-mod-active')
  ).toContainText(text);
  await page.keyboard.press('Enter');
}

test('The main job needs no mouse, and at most 20 presses besides text', async ({
  page,
  notebook
}) => {
  const [key] = endpoint().keys;
  await notebook.open('keyboard', [
    SESSION_CELL,
    DATA_CELL,
    writeCell('keyboard')
  ]);
  await notebook.execute('application:toggle-left-area');
  await notebook.run(0);

  await beginJob(page);
  await fromPalette(page, 'Open the S3 Encryption Panel');
  const method = notebook.panel.getByRole('radio', {
    name: 'SSE-KMS',
    exact: true
  });
  await expect(notebook.panel.locator(':focus')).toHaveCount(1);
  await pressUntil(page, 'ArrowDown', () => method.isChecked());
  await expect(method).toBeFocused();
  await pressUntil(page, 'Tab', () =>
    notebook.keyField.evaluate(field => field === document.activeElement)
  );
  await page.keyboard.type(key);
  await page.keyboard.press('Enter');
  await notebook.expectStatus(/^In effect: SSE-KMS/);
  // Whoever goes on from here is still there.
  await expect(notebook.panel.locator(':focus')).toHaveCount(1);
  await fromPalette(page, 'Run All Cells');
  await notebook.expectRan(2);
  await expectEffort(page, { clicks: 0, presses: 20 });
  await expectStored('keyboard/', 'aws:kms', key);
});
