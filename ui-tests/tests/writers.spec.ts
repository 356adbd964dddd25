/**
 * What boto3 writes from a notebook whose choice covers Python writers too, by
 * the headers of the stored objects: from the first cell on after a restart,
 * and no longer once it is cleared.
 */

import { endpoint, expectStored } from '../support/endpoint';
import type { NotebookPage } from '../support/notebook';
import { expect, test } from '../support/test';

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
  notebook: NotebookPage,
  before: string
): Promise<string> {
  await expect
    .poll(() => notebook.printed(0), { timeout: 60_000 })
    .not.toMatch(new RegExp(`^(${before})?$`));
  await notebook.expectRan(0);
  return notebook.printed(0);
}

test.describe('A notebook that writes with boto3', () => {
  test('writes as chosen if the box is ticked, also after a restart, and as before once cleared', async ({
    notebook
  }) => {
    const [key] = endpoint().keys;
    const panel = await notebook.open('writers', [putCell('writers')]);
    await notebook.choose('SSE-KMS', key);
    await notebook.openMore();
    await panel
      .getByRole('checkbox', { name: /Python writers in this kernel/ })
      .check();
    await notebook.press('Apply');
    const rows = panel.getByRole('list', { name: 'Python writers' });
    await expect(rows).toContainText('boto3: covered');
    await expect(rows).toContainText('pyarrow: not covered');

    await notebook.run(0);
    const first = await folderAfter(notebook, '');
    await expectStored(`${first}/`, 'aws:kms', key);

    await notebook.restartAndRunAll();
    const second = await folderAfter(notebook, first);
    await expectStored(`${second}/`, 'aws:kms', key);

    await notebook.press('Clear');
    await notebook.expectStatus(/^Not set/);
    await expect(rows).toHaveCount(0);
    await notebook.run(0);
    await expectStored(`${await folderAfter(notebook, second)}/`, '', '');
  });
});
