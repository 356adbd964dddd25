/**
 * Many notebooks, many profiles, long and non-Latin names: nothing of it costs more clicks.
 * Without Spark: what is chosen waits for it.
 */

import type { Locator } from '@playwright/test';

import { endpoint } from '../../support/endpoint';
import { beginJob, expectEffort } from '../../support/jobs/effort';
import { editAgain } from '../../support/jobs/panel';
import { notebookFile } from '../../support/notebook';
import type { LabNotebook } from '../../support/notebook';
import { expect, galata, test } from '../../support/test';

const NOTEBOOKS = 30;
const PROFILES = 2000;
/** The most that one profile may have; five of the profiles have so many. */
const RULES = 100;

test.use({ viewport: { width: 1366, height: 768 } });

/** Open another notebook on the kernel of the one in front, as another session of it. */
async function openOnSameKernel(
  notebook: LabNotebook,
  path: string
): Promise<void> {
  await notebook.page.evaluate(async file => {
    interface IPanel {
      sessionContext: {
        ready: Promise<void>;
        session: { kernel: { id: string } };
        changeKernel: (model: { id: string }) => Promise<unknown>;
      };
    }
    const { commands, shell } = window.jupyterapp;
    const { id } = (shell.currentWidget as unknown as IPanel).sessionContext
      .session.kernel;
    // No kernel of its own is started for it.
    const opened = (await commands.execute('docmanager:open', {
      path: file,
      kernel: { id }
    })) as IPanel;
    await opened.sessionContext.ready;
  }, path);
}

function notifications(notebook: LabNotebook): Locator {
  return notebook.page.locator('.Toastify__toast');
}

test('30 notebooks on one kernel need one choice; each shows it, and each is told once that another has changed it @soak', async ({
  page,
  notebook
}) => {
  const [mine, other] = endpoint().keys;
  const names = Array.from(
    { length: NOTEBOOKS },
    (_, index) => `team-${index}`
  );
  await Promise.all(
    names
      .slice(1)
      .map(name =>
        page.contents.uploadContent(
          JSON.stringify(notebookFile(['1'])),
          'text',
          notebook.path(name)
        )
      )
  );
  const panel = await notebook.open('team-0', ['1']);
  await beginJob(page);
  await notebook.apply('SSE-KMS', mine, /^Waiting for Spark/);
  await expectEffort(page, { clicks: 2 });
  for (const name of names.slice(1)) {
    await openOnSameKernel(notebook, notebook.path(name));
  }
  await expect(panel.getByText('team-29.ipynb')).toBeVisible();
  await notebook.expectStatus(/^Waiting for Spark/);
  await expect(notifications(notebook)).toHaveCount(0);

  // Two of them: the last changes the key, the first says so.
  await editAgain(notebook);
  await notebook.keyField.fill(other);
  await notebook.press('Apply');
  await notebook.expectStatus(/^Waiting for Spark/);
  await notebook.execute('docmanager:open', { path: notebook.path('team-0') });
  await expect(panel.getByText('team-0.ipynb')).toBeVisible();
  await notebook.expectStatus(/^This kernel holds SSE-KMS/);
  await expect(panel).toContainText(other.slice(-12));
});

test.describe('With 2,000 profiles, five of them with 100 rules', () => {
  const profiles = Array.from({ length: PROFILES }, (_, index) => ({
    name: `Team ${index}`,
    method: 'sse-s3',
    ...(index < 5
      ? {
          buckets: Object.fromEntries(
            Array.from({ length: RULES }, (_rule, bucket) => [
              `bucket-${index}-${bucket}`,
              { method: 'bucket-default' }
            ])
          )
        }
      : {})
  }));
  test.use({
    mockSettings: {
      ...galata.DEFAULT_SETTINGS,
      'jupyterlab-s3-encryption:plugin': { profiles }
    }
  });

  test('the palette has at most 20, and one of the others is applied by typing its name', async ({
    page,
    notebook
  }) => {
    const panel = await notebook.open('profiles', ['1']);
    await beginJob(page);
    // It closes again if a notebook that was just opened takes the focus.
    await expect(async () => {
      await notebook.execute('apputils:activate-command-palette');
      const input = page.locator('.lm-CommandPalette-input');
      await expect(input).toBeFocused({ timeout: 2000 });
    }).toPass();
    await page.keyboard.type('S3 Encryption Profile');
    const items = page.locator('.lm-CommandPalette-item:visible');
    await expect(items.first()).toContainText('Apply S3 Encryption Profile…');
    const profileItems = page.locator(
      '.lm-CommandPalette-item[data-command="s3-encryption:apply-profile"]'
    );
    await expect(profileItems).toHaveCount(21);
    await page.keyboard.press('Enter');
    const name = page.getByRole('dialog').getByRole('textbox');
    await expect(page.locator('.jp-Dialog').locator('input')).toBeFocused();
    await page.keyboard.type('Team 1999');
    await page.keyboard.press('Enter');
    await expect(name).toHaveCount(0);
    await notebook.expectStatus(/^Waiting for Spark/);
    await expectEffort(page, { clicks: 0, presses: 3 });

    await editAgain(notebook);
    await panel
      .getByRole('combobox', { name: 'Profile', exact: true })
      .selectOption('Team 0');
    await panel.getByText(`Rules per bucket (${RULES})`).click();
    const bucket = panel.getByRole('textbox', {
      name: 'Bucket of rule 1',
      exact: true
    });
    await bucket.fill('raw');
    await bucket.pressSequentially('-zone');
    await expect(bucket).toHaveValue('raw-zone');
  });
});

test.describe('With long and non-Latin names', () => {
  const NAMES = [
    'Отчётность за четвёртый квартал и прогноз на следующий год',
    'تشفير بيانات المبيعات',
    '売上データの暗号化とレポートのための非常に長い名前のプロファイル'
  ];
  const ALIAS = `alias/${'finance-and-reporting-'.repeat(9)}key`;
  test.use({
    mockSettings: {
      ...galata.DEFAULT_SETTINGS,
      'jupyterlab-s3-encryption:plugin': {
        profiles: NAMES.map(name => ({
          name,
          method: 'sse-kms',
          kmsKeyId: ALIAS
        }))
      }
    }
  });

  test('a profile is applied in two clicks, nothing is wider than the panel, and the choice is there after a reload', async ({
    page,
    notebook
  }) => {
    const name = `${NAMES[2] ?? ''} – שלום ${'x'.repeat(40)}`;
    const panel = await notebook.open(name, ['1']);
    await beginJob(page);
    await panel
      .getByRole('combobox', { name: 'Profile', exact: true })
      .selectOption(NAMES[1] ?? '');
    await notebook.press('Apply');
    await notebook.expectStatus(/^Waiting for Spark/);
    await expectEffort(page, { clicks: 2 });
    await expect(panel.getByText(`${name}.ipynb`)).toBeVisible();
    const wider = await panel.evaluate(
      element => element.scrollWidth - element.clientWidth
    );
    expect(wider).toBeLessThanOrEqual(0);

    await notebook.reload();
    await notebook.execute('docmanager:open', { path: notebook.path(name) });
    await notebook.openPanel();
    await notebook.expectStatus(/^Waiting for Spark/);
    await editAgain(notebook);
    await expect(notebook.keyField).toHaveValue(ALIAS);
  });
});
