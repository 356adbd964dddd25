/**
 * A picture of every state of the panel, of the diagnosis and of the cluster-wide page, light,
 * dark, narrow, wide and enlarged; axe finds nothing in any of them. The pictures are in
 * test-results, one folder a look.
 */

import { join } from 'node:path';

import type { Locator, Page } from '@playwright/test';

import { STATES } from '../../../src/panel/__tests__/fixtures';
import { expectAccessible, showState } from '../../support/jobs/states';
import type { LabNotebook } from '../../support/notebook';
import { expect, test } from '../../support/test';

interface ILook {
  theme: 'JupyterLab Light' | 'JupyterLab Dark';
  /** Width of the sidebar. */
  width: number;
  /** 2: as at 200 % in the browser, the page has half as much room. */
  zoom: 1 | 2;
}

const LOOKS: Readonly<Record<string, ILook>> = {
  light: { theme: 'JupyterLab Light', width: 340, zoom: 1 },
  dark: { theme: 'JupyterLab Dark', width: 340, zoom: 1 },
  '240 px': { theme: 'JupyterLab Light', width: 240, zoom: 1 },
  '600 px': { theme: 'JupyterLab Light', width: 600, zoom: 1 },
  '200 %': { theme: 'JupyterLab Light', width: 300, zoom: 2 }
};

/** An error below a cell, as Spark printed it. */
const DENIED = [
  'from pathlib import Path',
  `raise RuntimeError(Path(${JSON.stringify(require.resolve('../../../tests/examples/errors/spark-4.3-generate-denied.txt'))}).read_text())`
].join('\n');

async function take(look: ILook, notebook: LabNotebook): Promise<void> {
  const { page } = notebook;
  await page.setViewportSize({
    width: 1366 / look.zoom,
    height: 768 / look.zoom
  });
  await page.evaluate(async theme => {
    await window.jupyterapp.commands.execute('apputils:change-theme', {
      theme
    });
  }, look.theme);
  // As it was before the first look.
  await notebook.execute('docmanager:open', { path: notebook.path('states') });
}

test('Every state is pictured in every look, and axe finds nothing', async ({
  page,
  notebook
}, info) => {
  const panel = await notebook.open('states', [DENIED]);
  await notebook.start(0);
  const wrong = panel.getByRole('region', { name: 'What went wrong' });
  await expect(wrong).toBeVisible();
  test.setTimeout(400_000);
  for (const [name, look] of Object.entries(LOOKS)) {
    await take(look, notebook);
    await page.sidebar.setWidth(look.width, 'left');
    const picture = async (shown: Locator, of: string): Promise<void> => {
      await expectAccessible(shown, `${name}: ${of}`);
      await shown.screenshot({
        path: info.outputPath(name, `${of.replace(/\W+/g, '-')}.png`),
        animations: 'disabled'
      });
    };
    await showState(page, STATES['not set, nothing asked']);
    await picture(wrong, 'diagnosis');
    if (name === 'light') {
      await copyForReadme(page, 'diagnosis');
    }
    for (const [state, value] of Object.entries(STATES)) {
      await showState(page, value);
      await expect(panel.getByRole('status').first()).toBeVisible();
      await picture(panel, state);
    }
    await showState(page, STATES['in effect']);
    await unfold(panel, true);
    await picture(panel, 'all unfolded');
    await unfold(panel, false);

    await notebook.execute('s3-encryption:cluster-documents');
    const documents = page.locator('.jp-S3Encryption-cluster');
    await expect(documents.getByRole('tabpanel')).toBeVisible();
    await picture(documents, 'cluster-wide');
    if (name === 'light') {
      await copyForReadme(page, 'cluster');
    }
  }
});

async function unfold(panel: Locator, open: boolean): Promise<void> {
  await panel.evaluate((element, isOpen) => {
    element.querySelectorAll('details').forEach(fold => {
      fold.open = isOpen;
    });
  }, open);
}

/** Pictures that the README shows are written where S3E_PICTURES says, if it is set. */
async function copyForReadme(page: Page, name: string): Promise<void> {
  const folder = process.env.S3E_PICTURES;
  if (folder !== undefined) {
    await page.screenshot({ path: join(folder, `${name}.png`) });
  }
}
