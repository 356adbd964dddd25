/**
 * What the browser tests share: notebooks with given cells, the panel's parts by
 * role and name, and what S3 says of stored objects. Must not know how the
 * extension works inside.
 */

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, galata } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator, Page } from '@playwright/test';

const run = promisify(execFile);
/** The folder ui-tests. */
const here = join(__dirname, '..');

export interface IEndpoint {
  url: string;
  bucket: string;
  /** ARNs of two KMS keys. */
  keys: [string, string];
  /** The process of server.py. */
  server: number;
}

/** The S3 endpoint that server.py started. */
export function endpoint(): IEndpoint {
  const home = process.env.S3E_UI_HOME ?? '';
  return JSON.parse(
    readFileSync(join(home, 'endpoint.json'), 'utf8')
  ) as IEndpoint;
}

export interface IStored {
  key: string;
  /** Empty where S3 sends no such header. */
  algorithm: string;
  kms_key_id: string;
}

/** The objects under a prefix, each with its own HEAD answer's headers. */
export async function stored(prefix: string): Promise<IStored[]> {
  const { url, bucket } = endpoint();
  const { stdout } = await run(join(here, '..', '.venv', 'bin', 'python'), [
    join(here, 'stored.py'),
    url,
    bucket,
    prefix
  ]);
  return JSON.parse(stdout) as IStored[];
}

/** Expect at least one object under a prefix, and each of them with this algorithm and key. */
export async function expectStored(
  prefix: string,
  algorithm: string,
  kmsKeyId: string
): Promise<IStored[]> {
  const objects = await stored(prefix);
  expect(objects.length).toBeGreaterThan(0);
  for (const object of objects) {
    expect(object, object.key).toMatchObject({
      algorithm,
      kms_key_id: kmsKeyId
    });
  }
  return objects;
}

export const SESSION_CELL =
  'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\nprint("spark", spark.version)';

/** Reads the penguins of the PyPI package palmerpenguins into `data`; server.py says where they are. */
export const DATA_CELL = [
  'import os',
  'data = spark.read.csv(os.environ["PENGUINS"], header=True, inferSchema=True)',
  'print("rows", data.count())'
].join('\n');

/** Put a notebook with these code cells on the server, open it, and wait for its kernel. */
export async function openNotebook(
  page: IJupyterLabPageFixture,
  name: string,
  cells: readonly string[],
  kernel: { name: string; display: string; language: string } = {
    name: 'python3',
    display: 'Python 3 (ipykernel)',
    language: 'python'
  }
): Promise<Locator> {
  const path = `${name}.ipynb`;
  const content = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: {
        name: kernel.name,
        display_name: kernel.display,
        language: kernel.language
      }
    },
    cells: cells.map((source, index) => ({
      id: `cell-${index}`,
      cell_type: 'code',
      metadata: {},
      execution_count: null,
      outputs: [],
      source
    }))
  };
  await page.contents.uploadContent(JSON.stringify(content), 'text', path);
  await page.evaluate(async file => {
    await window.jupyterapp.commands.execute('docmanager:open', {
      path: file
    });
  }, path);
  const notebook = page.locator('.jp-NotebookPanel:visible');
  await expect(notebook.locator('.jp-Toolbar-kernelName')).toHaveText(
    kernel.display
  );
  await expect(
    notebook.locator('.jp-Notebook-ExecutionIndicator')
  ).toHaveAttribute('data-status', 'idle', { timeout: 60_000 });
  return notebook;
}

/** Run one cell and wait until it has an execution count. */
export async function runCell(
  page: IJupyterLabPageFixture,
  index: number
): Promise<void> {
  const cell = cellAt(page, index);
  await cell.locator('.cm-content').click();
  await page.keyboard.press('Control+Enter');
  await expectRan(page, index);
}

/** The cell at an index of the notebook in front. */
export function cellAt(page: Page, index: number): Locator {
  return page.locator('.jp-NotebookPanel:visible .jp-Notebook-cell').nth(index);
}

/** Wait until a cell has ended with output and without an error. */
export async function expectRan(page: Page, index: number): Promise<void> {
  const cell = cellAt(page, index);
  await expect(cell.locator('.jp-InputPrompt').first()).toHaveText(/\[\d+\]:/, {
    timeout: 120_000
  });
  await expect(
    cell
      .locator(
        '.jp-RenderedText[data-mime-type="application/vnd.jupyter.stderr"]'
      )
      .filter({ hasText: 'Error' })
  ).toHaveCount(0);
  await expect(
    cell.locator('[data-mime-type="application/vnd.jupyter.error"]')
  ).toHaveCount(0);
}

/** What a cell printed. */
export async function printed(page: Page, index: number): Promise<string> {
  const texts = await cellAt(page, index)
    .locator('.jp-OutputArea-output pre')
    .allInnerTexts();
  return texts.join('\n').trim();
}

/** Open the sidebar through the command palette's command, as a person may. */
export async function openPanel(
  page: IJupyterLabPageFixture
): Promise<Locator> {
  const panel = panelOf(page);
  if (!(await panel.isVisible())) {
    await page.evaluate(async () => {
      await window.jupyterapp.commands.execute('s3-encryption:open-panel');
    });
  }
  await expect(panel).toBeVisible();
  return panel;
}

/** The panel, as assistive technology finds it. */
export function panelOf(page: Page): Locator {
  return page.getByRole('region', { name: 'S3 Encryption', exact: true });
}

/** Wait for the state's word. */
export async function expectStatus(
  page: Page,
  words: RegExp,
  timeout = 60_000
): Promise<void> {
  await expect(panelOf(page).getByRole('status')).toHaveText(words, {
    timeout
  });
}

/** Choose a method, and enter a key where one is given. */
export async function choose(
  page: Page,
  method: string,
  key?: string
): Promise<void> {
  const panel = panelOf(page);
  await panel.getByRole('radio', { name: method, exact: true }).check();
  if (key !== undefined) {
    await panel
      .getByRole('combobox', { name: 'KMS key', exact: true })
      .or(panel.getByRole('textbox', { name: 'KMS key', exact: true }))
      .fill(key);
  }
}

/** Press one of the panel's buttons. */
export async function press(page: Page, name: string): Promise<void> {
  await panelOf(page).getByRole('button', { name, exact: true }).click();
}

/** Load the page again. Galata's own way waits for a launcher, which need not be there. */
export async function loadAgain(page: Page): Promise<void> {
  await Promise.all([
    page.waitForEvent('load'),
    page.evaluate(() => {
      setTimeout(() => {
        location.reload();
      }, 0);
    })
  ]);
  await page.waitForFunction(() => Boolean(window.jupyterapp));
  await page.evaluate(async () => {
    await window.jupyterapp.restored;
  });
}

/** Restart the kernel and run all cells, the dialog included. */
export async function restartAndRunAll(page: Page): Promise<void> {
  const done = page.evaluate(() => {
    void window.jupyterapp.commands.execute('notebook:restart-run-all');
  });
  await page.locator('.jp-Dialog .jp-mod-accept').click();
  await done;
}

export { expect, galata };
