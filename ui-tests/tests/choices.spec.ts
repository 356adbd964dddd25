/**
 * The choice of a notebook is the same in every tab and workspace, follows its file, is
 * offered to a duplicate, and is not taken for none if it cannot be read.
 */

import type { Page } from '@playwright/test';

import { endpoint } from '../support/endpoint';
import { beginJob, expectEffort } from '../support/jobs/effort';
import { NotebookPage, notebookFile } from '../support/notebook';
import { endKernels } from '../support/server';
import { expect, galata, test } from '../support/test';

/** Prints what is armed in the kernel. */
const ARMED = [
  'import sys',
  "_state = sys.modules['_jupyterlab_s3_encryption_state'].state",
  "print((_state.profile or {}).get('kmsKeyId'))"
].join('\n');

/** The notebook in another tab of the same browser, which has the panel open. */
async function tabAt(
  page: Page,
  address: string,
  path: string
): Promise<NotebookPage> {
  const tab = await page.context().newPage();
  await tab.goto(new URL(address, page.url()).href);
  // JupyterLab loads a second tab of one workspace again, with one of its own.
  await tab.waitForURL(/\/lab\/workspaces\//);
  await tab.waitForFunction(() => Boolean(window.jupyterapp));
  const other = new NotebookPage(tab);
  await tab.evaluate(async () => {
    await window.jupyterapp.restored;
  });
  await other.execute('docmanager:open', { path });
  await other.openPanel();
  return other;
}

/** The choice is there, with its key. */
async function expectChoice(
  notebook: NotebookPage,
  key: string
): Promise<void> {
  await notebook.expectStatus(/^Waiting for Spark/);
  await notebook.openForm();
  await expect(notebook.keyField).toHaveValue(key);
}

/** What a file browser, or any other client of the contents, does with files. */
async function contents(
  page: Page,
  action: 'rename' | 'copy' | 'delete' | 'save',
  ...args: unknown[]
): Promise<string> {
  return page.evaluate(
    async ([name, given]) => {
      const { contents: manager } = window.jupyterapp.serviceManager;
      const methods = manager as unknown as Record<
        typeof name,
        (...all: unknown[]) => Promise<{ path: string } | undefined>
      >;
      return (await methods[name].apply(manager, given))?.path ?? '';
    },
    [action, args] as const
  );
}

const folder = { type: 'directory' };

test('A choice holds in a second tab, in another workspace and after a reload, also for a kernel that starts there', async ({
  page,
  notebook
}) => {
  const [key, another] = endpoint().keys;
  const path = notebook.path('kept');
  await notebook.open('kept', [ARMED]);
  await notebook.apply('SSE-KMS', key, /^Waiting for Spark/);

  const tab = await tabAt(page, '/lab', path);
  await expectChoice(tab, key);
  const workspace = await tabAt(page, '/lab/workspaces/elsewhere', path);
  await expectChoice(workspace, key);
  // Three pages with three workspaces.
  const addresses = [page, tab.page, workspace.page].map(
    one => new URL(one.url()).pathname
  );
  expect(new Set(addresses).size).toBe(3);

  await workspace.restartAndRunAll();
  await workspace.expectRan(0);
  expect(await workspace.printed(0)).toBe(key);
  await workspace.page.close();

  await notebook.reload();
  await notebook.execute('docmanager:open', { path });
  await notebook.openPanel();
  await expectChoice(notebook, key);

  // What is chosen in one tab is not changed under another that is open.
  await notebook.choose('SSE-KMS', another);
  await notebook.press('Apply');
  await expectChoice(notebook, another);
  await tab.expectStatus(/^This kernel holds SSE-KMS/);
  const late = await tabAt(page, '/lab/workspaces/late', path);
  await expectChoice(late, another);
  await late.page.close();
  await tab.page.close();
});

test('A choice follows its file, and a new file under an old name has none', async ({
  page,
  notebook,
  tmpPath
}) => {
  const [key] = endpoint().keys;
  const first = notebook.path('first');
  await notebook.open('first', [ARMED]);
  await notebook.apply('SSE-KMS', key, /^Waiting for Spark/);

  const renamed = notebook.path('renamed');
  await contents(page, 'rename', first, renamed);
  let tab = await tabAt(page, '/lab/workspaces/renamed', renamed);
  await expectChoice(tab, key);
  await tab.page.close();

  await contents(page, 'save', `${tmpPath}/one`, folder);
  await contents(page, 'rename', renamed, `${tmpPath}/one/moved.ipynb`);
  await contents(page, 'rename', `${tmpPath}/one`, `${tmpPath}/two`);
  const moved = `${tmpPath}/two/moved.ipynb`;
  tab = await tabAt(page, '/lab/workspaces/moved', moved);
  await expectChoice(tab, key);
  await tab.page.close();

  // The document is still open in the first page: a new one is not to get its kernel.
  await endKernels();
  await contents(page, 'delete', moved);
  const again = { type: 'notebook', content: notebookFile([ARMED]) };
  for (const path of [first, renamed, moved]) {
    await contents(page, 'save', path, again);
  }
  for (const [index, path] of [first, renamed, moved].entries()) {
    tab = await tabAt(page, `/lab/workspaces/new-${index}`, path);
    await tab.expectStatus(/^Not set/);
    await expect(tab.panel.getByText('Agree and apply')).toHaveCount(0);
    await tab.page.close();
  }
});

test('“Save Notebook As” leaves the choice with the old file, and the new one has none', async ({
  page,
  notebook
}) => {
  const [key] = endpoint().keys;
  const old = notebook.path('old');
  const path = notebook.path('saved-as');
  await notebook.open('old', [ARMED]);
  await notebook.apply('SSE-KMS', key, /^Waiting for Spark/);
  await notebook.execute('docmanager:save');
  const saved = notebook.execute('docmanager:save-as');
  await page.getByRole('dialog').getByRole('textbox').fill(path);
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await saved;
  // JupyterLab opens the new file in place of the old one.
  await notebook.expectStatus(/^Not set/);
  const kept = async (at: string) =>
    (await page.request.get(`/s3-encryption/choices/${at}`)).json();
  expect(await kept(path)).toEqual({});
  expect(await kept(old)).toMatchObject({ profile: { kmsKeyId: key } });
});

test('A duplicate is offered the choice of its original, and given nothing before the user agrees', async ({
  page,
  notebook,
  tmpPath
}) => {
  const [key] = endpoint().keys;
  const original = notebook.path('original');
  await notebook.open('original', [ARMED]);
  await notebook.apply('SSE-KMS', key, /^Waiting for Spark/);
  const copy = await contents(page, 'copy', original, tmpPath);
  await beginJob(page);
  await notebook.execute('docmanager:open', { path: copy });
  await notebook.expectStatus(/^Not set/);
  await expect(
    notebook.panel.getByText(
      `This notebook is a copy of ${original}, which had SSE-KMS.`
    )
  ).toBeVisible();
  await notebook.press('Agree and apply');
  await notebook.expectStatus(/SSE-KMS/);
  await expectEffort(page, { clicks: 1 });
  await expectChoice(notebook, key);
  await expect(notebook.panel.getByText(/is a copy of/)).toHaveCount(0);
  const tab = await tabAt(page, '/lab/workspaces/duplicate', copy);
  await expectChoice(tab, key);
  await tab.page.close();
});

test.describe('in mode block', () => {
  test.use({
    mockSettings: {
      ...galata.DEFAULT_SETTINGS,
      'jupyterlab-s3-encryption:plugin': { mode: 'block' }
    }
  });

  test('A choice that cannot be read is said, and no cell runs until it was read', async ({
    page,
    notebook
  }) => {
    const choices = '**/s3-encryption/choices/**';
    await page.route(choices, async route => {
      await route.fulfill({ status: 500, json: { message: 'Disk error' } });
    });
    await notebook.open('unread', ['6 * 7']);
    const alert = notebook.panel.getByRole('alert');
    await expect(alert).toContainText(
      'Your kept choice could not be read: Disk error.'
    );
    await notebook.start(0);
    await expect(
      page.locator('.Toastify__toast').filter({
        hasText: /Cells of unread\.ipynb were not run\..*Disk error\./
      })
    ).toHaveCount(1);
    await expect(notebook.prompt(0)).toHaveText('[ ]:');
    await page.unroute(choices);
    await notebook.press('Read it again');
    await expect(alert).toHaveCount(0);
    await notebook.run(0);
    expect(await notebook.printed(0)).toBe('42');
  });
});
