/**
 * Mode “block”: cells that do not run, why, and the way out; in a notebook and
 * in a console. What ran is counted in a file.
 */

import type { Locator } from '@playwright/test';

import { SESSION_CELL } from '../support/cells';
import { endpoint } from '../support/endpoint';
import { CUSTOMER_KEY, counter, loseTheKey } from '../support/lostKey';
import { notebookFile, type LabNotebook } from '../support/notebook';
import { expect, galata, test } from '../support/test';

test.use({
  mockSettings: {
    ...galata.DEFAULT_SETTINGS,
    'jupyterlab-s3-encryption:plugin': { mode: 'block' }
  }
});

/** The prompt of a new console of the notebook, with the focus in it. */
async function openConsole(notebook: LabNotebook): Promise<Locator> {
  await notebook.execute('notebook:create-console');
  const prompt = notebook.page.locator(
    '.jp-ConsolePanel:visible .jp-CodeConsole-promptCell'
  );
  await expect(prompt).toBeVisible();
  await prompt.locator('.cm-content').click();
  await expect(prompt.locator('.cm-content')).toBeFocused();
  return prompt;
}

test('Cells do not run if the settings cannot be applied, and run once if the user wants it @oldest', async ({
  page,
  notebook
}) => {
  const ran = counter('block');
  await loseTheKey(notebook, 'block', [
    ran.cell,
    `${ran.cell}\n6 * 7`,
    ran.cell
  ]);
  await notebook.execute('notebook:run-all-cells');
  const notification = page.locator('.Toastify__toast').filter({
    hasText: /Cells of block\.ipynb were not run\./
  });
  await expect(notification).toHaveCount(1);
  await notebook.expectStatus(/^Not set: SSE-C needs its key/);
  expect(ran.count()).toBe(0);
  for (const index of [0, 1, 2]) {
    await expect(notebook.prompt(index)).toHaveText('[ ]:');
    expect(await notebook.printed(index)).toBe('');
    await expect(
      notebook.cell(index).locator('.jp-OutputArea-child')
    ).toHaveCount(0);
  }
  await notification
    .getByRole('button', { name: 'Run anyway this time' })
    .click();
  await expect.poll(ran.count).toBe(3);
  await expect(notebook.prompt(1)).toHaveText('[2]:');
  expect(await notebook.printed(1)).toBe('42');
  // Once: the next run is held back again.
  await notebook.execute('notebook:run-all-cells');
  await expect(notification).toHaveCount(1);
  expect(ran.count()).toBe(3);
  // With the key all is well.
  await notebook.panel.getByLabel('Customer key').fill(CUSTOMER_KEY);
  await notebook.press('Apply');
  await notebook.expectStatus(/^Waiting for Spark/);
  await notebook.execute('notebook:run-all-cells');
  await expect.poll(ran.count).toBe(6);
  await notebook.panel.getByText(/^History/).click();
  await expect(
    notebook.panel.getByText(/the cells were not run/).first()
  ).toBeVisible();
});

test('A long run is held back to its last cell @soak', async ({
  page,
  notebook
}) => {
  const ran = counter('long');
  await loseTheKey(
    notebook,
    'long',
    Array.from({ length: 60 }, () => ran.cell)
  );
  await notebook.execute('notebook:run-all-cells');
  await expect(
    page.locator('.Toastify__toast').filter({ hasText: /were not run/ })
  ).toHaveCount(1);
  await notebook.kernelAnswers();
  expect(ran.count()).toBe(0);
});

test('A console holds its cells back too @soak', async ({ page, notebook }) => {
  const ran = counter('console');
  await loseTheKey(notebook, 'with-console', ['1']);
  const prompt = await openConsole(notebook);
  // The form is the console's own from the drawing on that follows the focus.
  await page.evaluate(
    () =>
      new Promise(resolve => {
        requestAnimationFrame(() => requestAnimationFrame(resolve));
      })
  );
  await notebook.choose('SSE-C');
  await notebook.panel.getByLabel('Customer key').fill(CUSTOMER_KEY);
  await notebook.press('Apply');
  await notebook.expectStatus(/^Waiting for Spark/);
  const run = async (code: string): Promise<void> => {
    await prompt.locator('.cm-content').fill(code);
    // To the prompt itself: after an apply the notebook may have the focus.
    await prompt.locator('.cm-content').press('Shift+Enter');
  };
  await run(ran.cell.replace('\n    ', ' '));
  await expect.poll(ran.count).toBe(1);
  // An agent that cannot answer any more.
  await run(
    "import sys; [setattr(sys.modules[n], 'handle', None) for n in ('jupyterlab_s3_encryption.agent', '_jupyterlab_s3_encryption_agent') if n in sys.modules]"
  );
  // The gate in the kernel refuses the next cell, and the page's guard is ahead again then.
  await run(ran.cell.replace('\n    ', ' '));
  await expect(
    page.getByText(/S3 Encryption: the cell was not run/).first()
  ).toBeVisible();
  await notebook.expectStatus(/^(?!Waiting|Verifying)/);
  await run(ran.cell.replace('\n    ', ' '));
  await expect(
    page.locator('.Toastify__toast').filter({ hasText: /were not run/ })
  ).toHaveCount(1);
  expect(ran.count()).toBe(1);
});

test('A console of the notebook holds back what its notebook would @soak', async ({
  page,
  notebook
}) => {
  const ran = counter('shared');
  await loseTheKey(notebook, 'shared', [ran.cell.replace('\n    ', ' ')]);
  const prompt = await openConsole(notebook);
  // It has the notebook's choice, which nobody made in the console.
  await expect(
    notebook.panel.getByRole('radio', { name: 'SSE-C', exact: true })
  ).toBeChecked();
  await prompt.locator('.cm-content').fill(ran.cell.replace('\n    ', ' '));
  await prompt.locator('.cm-content').press('Shift+Enter');
  await expect(
    page.locator('.Toastify__toast').filter({ hasText: /were not run/ })
  ).toHaveCount(1);
  await notebook.kernelAnswers();
  expect(ran.count()).toBe(0);
});

test('“Run Selected Text in Console” is held back, from the first moment of the console on', async ({
  page,
  notebook
}) => {
  const ran = counter('selected');
  const code = ran.cell.replace('\n    ', ' ');
  await loseTheKey(notebook, 'selected', [code]);
  // What the command does, again and again while the console comes into being.
  await page.evaluate(
    async args => {
      const { commands } = window.jupyterapp;
      const opened = commands.execute('notebook:create-console', {
        activate: false
      });
      const sent = '.jp-CodeConsole-content .jp-CodeCell';
      while (document.querySelectorAll(sent).length < 3) {
        await commands.execute('console:inject', args);
        await new Promise(resolve => setTimeout(resolve));
      }
      await opened;
    },
    { path: notebook.path('selected'), code, activate: false }
  );
  const notification = page
    .locator('.Toastify__toast')
    .filter({ hasText: /were not run/ });
  // Each of the runs says so, one after the other.
  await expect(notification.first()).toBeVisible();
  // The command itself, of a console that is there.
  const sent = page.locator('.jp-CodeConsole-content .jp-CodeCell');
  await notebook.cell(0).locator('.cm-content').click();
  await page.keyboard.press('ControlOrMeta+a');
  await notebook.execute('notebook:run-in-console');
  await expect(sent).toHaveCount(4);
  await expect(notification.first()).toBeVisible();
  await notebook.kernelAnswers();
  expect(ran.count()).toBe(0);
});

test('A second notebook of the kernel holds back what the first would @soak', async ({
  page,
  notebook
}) => {
  const ran = counter('second');
  await loseTheKey(notebook, 'first', [ran.cell]);
  const path = notebook.path('second');
  await page.contents.uploadContent(
    JSON.stringify(notebookFile([ran.cell])),
    'text',
    path
  );
  await page.evaluate(async file => {
    interface IPanel {
      sessionContext: {
        ready: Promise<void>;
        session: { kernel: { id: string } };
        changeKernel: (model: { id: string }) => Promise<unknown>;
      };
    }
    const { commands, shell } = window.jupyterapp;
    const first = shell.currentWidget as unknown as IPanel;
    const second = (await commands.execute('docmanager:open', {
      path: file
    })) as IPanel;
    await second.sessionContext.ready;
    // As “Use Kernel from Other Session” does.
    const { id } = first.sessionContext.session.kernel;
    await second.sessionContext.changeKernel({ id });
  }, path);
  await notebook.expectStatus(/^Not set: SSE-C needs its key/);
  await notebook.execute('notebook:run-all-cells');
  await expect(
    page
      .locator('.Toastify__toast')
      .filter({ hasText: /Cells of second\.ipynb were not run\./ })
  ).toHaveCount(1);
  await notebook.kernelAnswers();
  expect(ran.count()).toBe(0);
});

test('The cell after one that changed the settings does not run, until they are applied again', async ({
  page,
  notebook
}) => {
  const ran = counter('changed');
  const [mine, other] = endpoint().keys;
  await notebook.open('changed', [
    SESSION_CELL,
    `spark.conf.set("fs.s3a.encryption.key", ${JSON.stringify(other)})`,
    ran.cell
  ]);
  await notebook.apply('SSE-KMS', mine, /^Waiting for Spark/);
  await notebook.run(0);
  await notebook.expectStatus(/^(Set|In effect): SSE-KMS/);
  await notebook.run(1);
  await notebook.start(2);
  const notification = page
    .locator('.Toastify__toast')
    .filter({ hasText: /Cells of changed\.ipynb were not run\./ });
  await expect(notification).toHaveCount(1);
  await expect(notification).toContainText(
    'The settings in the kernel are not those that were applied.'
  );
  await notebook.expectStatus(/^Changed/);
  expect(ran.count()).toBe(0);
  await notebook.press('Apply');
  await notebook.expectStatus(/^(Set|In effect): SSE-KMS/);
  await notebook.run(2);
  expect(ran.count()).toBe(1);
});
