/**
 * A picture of every state of the panel, of the diagnosis and of the cluster-wide page, light,
 * dark, narrow, wide and enlarged; axe finds nothing in any of them. The pictures are in
 * test-results, one folder a look.
 */

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Locator } from '@playwright/test';

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

/** `make test` has two that differ most, `make soak` all of them. */
const SHORT = ['dark', '240 px'];

/** Pictures that the README shows: written where S3E_PICTURES says, if it is set. */
const IN_README: Readonly<Partial<Record<string, string>>> = {
  diagnosis: 'diagnosis.png',
  'cluster-wide': 'cluster.png'
};

/** A DataFrame whose writes end as Spark's did when the role was not allowed to use the key. */
const DENIED = `
from pathlib import Path
ERROR = Path(${JSON.stringify(require.resolve('../../../tests/examples/errors/spark-4.3-generate-denied.txt'))})

class Write:
    def parquet(self, path):
        lines = ERROR.read_text().splitlines()
        raise RuntimeError("\\n".join(line for line in lines if line[:1] != "#").strip())

class Data:
    write = Write()

data = Data()
`;

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
  notebook,
  tmpPath
}, info) => {
  test.setTimeout(400_000);
  await page.contents.uploadContent(DENIED, 'text', `${tmpPath}/penguins.py`);
  const panel = await notebook.open('states', [
    '%xmode Minimal\nfrom penguins import data',
    'data.write.parquet("s3://analytics/penguins")'
  ]);
  await notebook.run(0);
  const wrong = panel.getByRole('region', { name: 'What went wrong' });
  const looks = Object.entries(LOOKS).filter(
    ([name]) => process.env.S3E_SHORT === undefined || SHORT.includes(name)
  );
  for (const [name, look] of looks) {
    await take(look, notebook);
    await page.sidebar.setWidth(look.width, 'left');
    const picture = async (shown: Locator, of: string): Promise<void> => {
      await expectAccessible(shown, `${name}: ${of}`);
      const path = info.outputPath(name, `${of.replace(/\W+/g, '-')}.png`);
      await shown.screenshot({ path, animations: 'disabled' });
      const folder = process.env.S3E_PICTURES;
      const inReadme = IN_README[of];
      if (name === 'light' && folder !== undefined && inReadme !== undefined) {
        copyFileSync(path, join(folder, inReadme));
      }
    };
    for (const [state, value] of Object.entries(STATES)) {
      await showState(page, value);
      await expect(panel.getByRole('status').first()).toBeVisible();
      await picture(panel, state);
    }
    await showState(page, STATES['in effect']);
    await unfold(panel, true);
    await picture(panel, 'all unfolded');
    await unfold(panel, false);

    await notebook.start(1);
    await expect(wrong).toBeVisible();
    await picture(wrong, 'diagnosis');
    await notebook.press('Dismiss');
    await expect(wrong).toHaveCount(0);

    await notebook.execute('s3-encryption:cluster-documents');
    const documents = page.locator('.jp-S3Encryption-cluster');
    await expect(documents.getByRole('tabpanel')).toBeVisible();
    await picture(documents, 'cluster-wide');
  }
});

async function unfold(panel: Locator, open: boolean): Promise<void> {
  await panel.evaluate((element, isOpen) => {
    element.querySelectorAll('details').forEach(fold => {
      fold.open = isOpen;
    });
  }, open);
}
