/**
 * What boto3 writes from a notebook whose choice covers Python writers too, by
 * the headers of the stored objects: from the first cell on after a restart,
 * and no longer once it is cleared.
 */

import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { test } from '@jupyterlab/galata';

import {
  choose,
  endpoint,
  expect,
  expectRan,
  expectStatus,
  expectStored,
  openNotebook,
  openPanel,
  press,
  printed,
  restartAndRunAll,
  runCell
} from './support';

// Galata's mocks of kernels and sessions answer a restart wrongly.
test.use({ kernels: null, sessions: null, autoGoto: true });

/** Writes one object with boto3, to a folder of its own for each run. */
function putCell(prefix: string): string {
  const { url, bucket } = endpoint();
  return [
    'import boto3, os, time',
    'from botocore.config import Config',
    `s3 = boto3.client("s3", endpoint_url="${url}", region_name="eu-west-1",`,
    '    aws_access_key_id="a", aws_secret_access_key="b",',
    '    config=Config(s3={"addressing_style": "path"}))',
    `folder = f"${prefix}/{time.time_ns()}"`,
    `_ = s3.put_object(Bucket="${bucket}", Key=folder + "/one", Body=b"1")`,
    'print(folder)'
  ].join('\n');
}

/** The folder that the cell printed, once it is another one. */
async function folderAfter(
  page: IJupyterLabPageFixture,
  before: string
): Promise<string> {
  await expect
    .poll(() => printed(page, 0), { timeout: 60_000 })
    .not.toMatch(new RegExp(`^(${before})?$`));
  await expectRan(page, 0);
  return printed(page, 0);
}

test.describe('A notebook that writes with boto3', () => {
  test('writes as the choice says where the box is ticked, after a restart too, and as before once cleared', async ({
    page,
    tmpPath
  }) => {
    const [key] = endpoint().keys;
    await openNotebook(page, `${tmpPath}/writers`, [putCell('writers')]);
    const panel = await openPanel(page);
    await choose(page, 'SSE-KMS', key);
    await panel
      .getByRole('checkbox', { name: /Python writers in this kernel/ })
      .check();
    await press(page, 'Apply');
    const rows = panel.getByRole('list', { name: 'Python writers' });
    await expect(rows).toContainText('boto3: covered');
    await expect(rows).toContainText('pyarrow: not covered');

    await runCell(page, 0);
    const first = await folderAfter(page, '');
    await expectStored(`${first}/`, 'aws:kms', key);

    await restartAndRunAll(page);
    const second = await folderAfter(page, first);
    await expectStored(`${second}/`, 'aws:kms', key);

    await press(page, 'Clear');
    await expectStatus(page, /^Not set/);
    await expect(rows).toHaveCount(0);
    await runCell(page, 0);
    await expectStored(`${await folderAfter(page, second)}/`, '', '');
  });
});
