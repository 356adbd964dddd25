/**
 * What would be silent with the panel closed: a key that is lost, settings that a
 * cell changed, another notebook that clears a shared kernel.
 */

import type { Locator } from '@playwright/test';

import { SESSION_CELL } from '../support/cells';
import { endpoint } from '../support/endpoint';
import { counter, loseTheKey } from '../support/lostKey';
import type { LabNotebook } from '../support/notebook';
import { expect, test } from '../support/test';

function notification({ page }: LabNotebook, text: RegExp): Locator {
  return page.locator('.Toastify__toast').filter({ hasText: text });
}

test('Cells do not run without the key of SSE-C before the user was asked once', async ({
  notebook
}) => {
  const ran = counter('keyless');
  await loseTheKey(notebook, 'keyless', [ran.cell]);
  await notebook.start(0);
  const asked = notification(notebook, /Cells of keyless\.ipynb were not run/);
  await expect(asked).toHaveCount(1);
  await expect(
    asked.getByRole('button', { name: 'Enter the key' })
  ).toBeVisible();
  await notebook.kernelAnswers();
  expect(ran.count()).toBe(0);
  await asked.getByRole('button', { name: 'Run anyway' }).click();
  await expect.poll(ran.count).toBe(1);
  await notebook.run(0);
  expect(ran.count()).toBe(2);
  await expect(asked).toHaveCount(0);
});

test('Settings that a cell changed are reported with the panel closed, and set again by one click', async ({
  notebook
}) => {
  const [mine, other] = endpoint().keys;
  const panel = await notebook.open('silent', [
    SESSION_CELL,
    `spark.conf.set("fs.s3a.encryption.key", ${JSON.stringify(other)})`,
    'print(spark.conf.get("fs.s3a.encryption.key"))'
  ]);
  await notebook.run(0);
  await notebook.apply('SSE-KMS', mine, /^(Set|In effect): SSE-KMS/);
  await notebook.execute('application:toggle-left-area');
  await expect(panel).toBeHidden();
  await notebook.run(1);
  await notebook.run(2);
  const changed = notification(
    notebook,
    /Code that ran in the kernel of silent\.ipynb changed fs\.s3a\.encryption\.key/
  );
  await expect(changed).toHaveCount(1);
  await changed.getByRole('button', { name: 'Set again' }).click();
  await expect(changed).toHaveCount(0);
  await expect
    .poll(async () => {
      await notebook.run(2);
      return (await notebook.printed(2)).trim();
    })
    .toBe(mine);
});
