/** A KMS key chosen from those of the account: listed on demand only, and never needed. */

import { DATA_CELL } from '../support/cells';
import { endpoint, expectStored } from '../support/endpoint';
import { disableKey, makeKey, WatchedEndpoint } from '../support/kms';
import { expect, test } from '../support/test';

const LIST = 'List keys for: KMS key';
/** In a name of its own: after a failure the keys are made once more. */
const TEAM = `finance-${process.pid}`;
const watched = new WatchedEndpoint();
/** The key that can be used. */
let key = '';

test.beforeAll(async () => {
  await watched.start();
  key = await makeKey(`alias/${TEAM}`, { Description: 'Reports of finance' });
  await disableKey(await makeKey(`alias/${TEAM}-old`));
  await makeKey(`alias/${TEAM}-signing`, {
    KeySpec: 'RSA_2048',
    KeyUsage: 'SIGN_VERIFY'
  });
});
test.afterAll(async () => {
  await watched.stop();
});
test.beforeEach(() => {
  watched.asked.length = 0;
  watched.refuses = false;
});

/** Starts Spark with the endpoint at the address that is watched. */
function sessionCell(): string {
  return [
    'from pyspark.sql import SparkSession',
    'spark = (SparkSession.builder',
    `    .config("spark.hadoop.fs.s3a.endpoint", "${watched.url}")`,
    '    .config("spark.hadoop.fs.s3a.connection.ssl.enabled", "false")',
    '    .getOrCreate())',
    'print("spark", spark.version)'
  ].join('\n');
}

function writeCell(folder: string): string {
  return `data.write.parquet("s3://${endpoint().bucket}/${folder}")\nprint("written")`;
}

test('A key is chosen by its alias, by keyboard, and only the button asks KMS', async ({
  page,
  notebook
}) => {
  const panel = await notebook.open('keys', [
    sessionCell(),
    DATA_CELL,
    writeCell('by-alias')
  ]);
  await notebook.run(0);
  await notebook.choose('SSE-KMS');
  await notebook.press('Verify');
  await notebook.expectStatus(/^Not set/);
  expect(watched.asked).toEqual([]);

  await panel.getByRole('button', { name: LIST }).focus();
  await page.keyboard.press('Enter');
  const search = panel.getByRole('combobox', {
    name: 'Find a key for: KMS key'
  });
  await expect(search).toBeFocused({ timeout: 60_000 });
  const options = panel
    .getByRole('listbox', { name: 'Keys for: KMS key' })
    .getByRole('option');
  await expect(options.first()).toContainText(`alias/${TEAM}`);
  const asked = [...watched.asked];
  expect(new Set(asked)).toEqual(
    new Set(['ListAliases', 'ListKeys', 'DescribeKey'])
  );

  await page.keyboard.type(TEAM);
  await expect(options).toHaveCount(3);
  const disabled = options.filter({ hasText: `alias/${TEAM}-old` });
  await expect(disabled).toBeDisabled();
  await expect(disabled).toContainText(
    'S3 needs an enabled key; this one is Disabled.'
  );
  await expect(
    options.filter({ hasText: `alias/${TEAM}-signing` })
  ).toContainText('this one is for SIGN_VERIFY');
  await page.keyboard.type('-old');
  await expect(options).toHaveCount(1);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(notebook.keyField).toHaveValue('');
  await expect(search).toBeFocused();

  await search.fill(`reports ${TEAM}`);
  await expect(options).toHaveCount(1);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(notebook.keyField).toHaveValue(key);
  await expect(
    panel.getByRole('button', { name: 'Choose a key for: KMS key' })
  ).toBeFocused();
  await expect(search).toHaveCount(0);
  await notebook.expectStatus(/^Not set/);

  await notebook.press('Apply');
  await notebook.expectStatus(/^In effect: SSE-KMS/);
  await notebook.run(1);
  await notebook.run(2);
  await expectStored('by-alias/', 'aws:kms', key);
  expect(watched.asked).toEqual(asked);
});

test('If KMS refuses, the reason is at the field, and a typed key is as good @soak', async ({
  notebook
}) => {
  watched.refuses = true;
  const panel = await notebook.open('no-keys', [
    sessionCell(),
    DATA_CELL,
    writeCell('typed')
  ]);
  await notebook.run(0);
  await notebook.choose('SSE-KMS');
  await panel.getByRole('button', { name: LIST }).click();
  await expect(
    panel.getByText('Not allowed to list aliases: this needs kms:ListAliases.')
  ).toBeVisible({ timeout: 60_000 });
  await expect(
    panel.getByText('Not allowed to list keys: this needs kms:ListKeys.')
  ).toBeVisible();
  await expect(panel.getByText('You can still type a key.')).toBeVisible();
  await expect(panel.getByRole('listbox')).toHaveCount(0);
  expect(watched.asked).toEqual(['ListAliases', 'ListKeys']);

  await notebook.apply('SSE-KMS', key, /^In effect: SSE-KMS/);
  await notebook.run(1);
  await notebook.run(2);
  await expectStored('typed/', 'aws:kms', key);
  expect(watched.asked).toEqual(['ListAliases', 'ListKeys']);
});
