/** A notebook whose SSE-C key nobody has any more, and a count of the cells that ran. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { LabNotebook } from './notebook';

export const CUSTOMER_KEY = 'c2VjcmV0LWtleS1vZi0zMi1ieXRlcy1mb3ItdGVzdHM=';

/** A file to which cells add a line. */
export function counter(name: string): { cell: string; count: () => number } {
  const folder = join(process.env.S3E_UI_HOME ?? '', 'journals');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, '');
  return {
    cell: `with open(${JSON.stringify(path)}, 'a') as _file:\n    _file.write('x')`,
    count: () => readFileSync(path, 'utf8').length
  };
}

/** SSE-C is chosen here, and nobody has its key: the page lost it, the kernel is another one. */
export async function loseTheKey(
  notebook: LabNotebook,
  name: string,
  cells: string[]
): Promise<void> {
  await notebook.open(name, cells);
  await notebook.choose('SSE-C');
  await notebook.panel.getByLabel('Customer key').fill(CUSTOMER_KEY);
  await notebook.press('Apply');
  await notebook.expectStatus(/^Waiting for Spark/);
  // Until the choice has reached the state database.
  // eslint-disable-next-line no-restricted-syntax -- the state database reports no write
  await notebook.page.waitForTimeout(1500);
  await notebook.reload();
  await notebook.execute('docmanager:open', { path: notebook.path(name) });
  await notebook.openPanel();
  await notebook.expectStatus(/^Waiting for Spark/);
  // At its end the command gives the focus back to the notebook.
  await Promise.all([
    notebook.execute('notebook:restart-kernel'),
    notebook.page.locator('.jp-Dialog .jp-mod-accept').click()
  ]);
  await notebook.expectStatus(/^Not set: SSE-C needs its key/);
}
