/**
 * The extension of docs/examples, built as its author would build it, beside
 * this one (@example): both have the same token.
 */

import { SESSION_CELL } from '../support/cells';
import { endpoint } from '../support/endpoint';
import { expect, test } from '../support/test';

const KEY = 'fs.s3a.encryption.key';

test('An extension that requires the tracker applies again what a cell has changed @example', async ({
  page,
  notebook
}) => {
  const [mine, other] = endpoint().keys;
  await notebook.open('example', [
    SESSION_CELL,
    `spark.conf.set("${KEY}", ${JSON.stringify(other)})`,
    `print(spark.conf.get("${KEY}"))`
  ]);
  expect(
    await page.evaluate(() => window.jupyterapp.hasPlugin('apply-again:plugin'))
  ).toBe(true);
  await notebook.run(0);
  await notebook.apply('SSE-KMS', mine, /^(Set|In effect): SSE-KMS/);
  await notebook.run(1);
  await expect
    .poll(async () => {
      await notebook.run(2);
      return (await notebook.printed(2)).trim();
    })
    .toBe(mine);
  await notebook.expectStatus(/^(Set|In effect): SSE-KMS/);
});
