/**
 * What others say about a notebook's encryption: the notebook's own metadata,
 * and the site's administrators. Nothing runs that nobody agreed to.
 */

import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { WebSocket } from '@playwright/test';

import { expect, galata, test } from '../support/test';

const KEY =
  'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const OTHER = KEY.replace('111122223333', '444455556666');

test.use({
  mockSettings: {
    ...galata.DEFAULT_SETTINGS,
    'jupyterlab-s3-encryption:plugin': { saveInNotebook: true }
  }
});

interface INotebook {
  model: {
    getMetadata: (name: string) => unknown;
    setMetadata: (name: string, value: unknown) => void;
  };
}

async function metadata(
  page: IJupyterLabPageFixture,
  value?: object
): Promise<unknown> {
  return page.evaluate(given => {
    const panel = window.jupyterapp.shell.currentWidget as unknown as INotebook;
    if (given) {
      panel.model.setMetadata('s3_encryption', given);
    }
    return panel.model.getMetadata('s3_encryption');
  }, value);
}

test('A profile in a notebook is a proposal: nothing is sent before the user agrees, and a changed key asks again', async ({
  page,
  notebook
}) => {
  let ours = 0;
  page.on('websocket', (socket: WebSocket) => {
    socket.on('framesent', ({ payload }) => {
      ours += payload.toString().includes('s3enc') ? 1 : 0;
    });
  });
  await notebook.open('proposal', ['1']);
  await metadata(page, { method: 'sse-kms', kmsKeyId: KEY });
  const proposal = notebook.panel.getByRole('region', {
    name: "The notebook's proposal"
  });
  await expect(proposal).toContainText('This notebook proposes SSE-KMS.');
  await expect(proposal).toContainText(
    'Account 111122223333, Region eu-west-1'
  );
  await notebook.execute('notebook:run-all-cells');
  await notebook.expectStatus(/^Not set/);
  expect(ours).toBe(0);
  await proposal.getByRole('button', { name: 'Agree and apply' }).click();
  await notebook.expectStatus(/^Waiting for Spark: SSE-KMS/);
  await expect(proposal).toHaveCount(0);
  await metadata(page, { method: 'sse-kms', kmsKeyId: OTHER });
  await expect(proposal).toContainText('Account 444455556666');
  await proposal.getByRole('button', { name: 'Ignore' }).click();
  await expect(proposal).toHaveCount(0);
  await notebook.expectStatus(/^Waiting for Spark: SSE-KMS/);
});

test('What the user applies is written into the notebook if the settings say so', async ({
  page,
  notebook
}) => {
  await notebook.open('saved', ['1']);
  await notebook.apply('SSE-KMS', KEY, /^Waiting for Spark/);
  expect(await metadata(page)).toEqual({ method: 'sse-kms', kmsKeyId: KEY });
  await notebook.press('Clear');
  await notebook.expectStatus(/^Not set/);
  expect(await metadata(page)).toBeUndefined();
});

test('The history can be saved as a file @soak', async ({ page, notebook }) => {
  await notebook.open('history', ['1']);
  await notebook.apply('SSE-S3', undefined, /^Waiting for Spark/);
  await notebook.panel.getByText(/^History/).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    notebook.press('Save as file')
  ]);
  expect(download.suggestedFilename()).toBe('history.ipynb-s3-encryption.json');
  const stream = await download.createReadStream();
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
  }
  expect(JSON.parse(text)).toMatchObject({
    document: 'history.ipynb',
    requests: [{ request: 'apply', reason: 'user', outcome: 'ok' }]
  });
});

test('A site can choose and lock the profile: it is applied without a question, and nobody can clear it', async ({
  page,
  notebook
}) => {
  // What the server makes of overrides.json; tests/project/test_overrides.py has that half.
  const site = {
    profile: { name: 'Finance', method: 'sse-kms', kmsKeyId: KEY },
    locked: true,
    requireBlock: true
  };
  const id = 'jupyterlab-s3-encryption:plugin';
  await page.route(/\/api\/settings/, async route => {
    const url = route.request().url();
    if (route.request().method() !== 'GET' || url.includes('ids_only')) {
      await route.fallback();
      return;
    }
    interface IPlugin {
      id: string;
      raw: string;
      schema: { properties: Record<string, { default?: unknown }> };
    }
    const response = await route.fetch();
    const json = (await response.json()) as IPlugin & { settings?: IPlugin[] };
    const listed: unknown = json.settings;
    for (const plugin of Array.isArray(listed)
      ? (listed as IPlugin[])
      : [json]) {
      const property = plugin.schema?.properties?.site;
      if (plugin.id === id && property) {
        property.default = site;
        // The user's own settings do not count.
        plugin.raw = JSON.stringify({
          site: { locked: false, requireBlock: false },
          reapplyOnRestart: false,
          runGuard: false,
          kernels: ['no-kernel-of-this-name'],
          connector: 'emrfs'
        });
      }
    }
    await route.fulfill({ response, json });
  });
  await notebook.reload();
  await notebook.open('locked', [
    "import sys\nprint(sys.modules['_jupyterlab_s3_encryption_state'].state.profile['kmsKeyId'])"
  ]);
  await notebook.expectStatus(/^Waiting for Spark: SSE-KMS/);
  const panel = notebook.panel;
  await expect(panel).toContainText(
    'Your site sets the encryption: you cannot change it here.'
  );
  await panel.getByRole('button', { name: 'Show', exact: true }).click();
  await expect(
    panel.getByRole('radio', { name: 'SSE-KMS', exact: true })
  ).toBeDisabled();
  const clear = panel.getByRole('button', { name: 'Clear', exact: true });
  await expect(clear).toHaveAttribute('aria-disabled', 'true');
  await expect(clear).toHaveAttribute('title', /Your site sets the encryption/);
  const enabled = await page.evaluate(() =>
    ['s3-encryption:clear', 's3-encryption:apply-profile'].map(command =>
      window.jupyterapp.commands.isEnabled(command)
    )
  );
  expect(enabled).toEqual([false, false]);
  await notebook.restartAndRunAll();
  await notebook.expectRan(0);
  expect(await notebook.printed(0)).toBe(KEY);
});
