/**
 * What others say about a notebook's encryption: the notebook's own metadata,
 * and the site's administrators. Nothing runs that nobody agreed to.
 */

import { galata, test } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { WebSocket } from '@playwright/test';

import {
  choose,
  expect,
  expectStatus,
  loadAgain,
  openNotebook,
  openPanel,
  panelOf,
  press
} from './support';

const KEY =
  'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const OTHER = KEY.replace('111122223333', '444455556666');

test.use({
  // Galata's mocks of kernels and sessions answer a restart wrongly.
  kernels: null,
  sessions: null,
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

test('A profile in a notebook is a proposal: nothing is sent before the person agrees, and a changed key asks again', async ({
  page,
  tmpPath
}) => {
  let ours = 0;
  page.on('websocket', (socket: WebSocket) => {
    socket.on('framesent', ({ payload }) => {
      ours += payload.toString().includes('s3enc') ? 1 : 0;
    });
  });
  await openNotebook(page, `${tmpPath}/proposal`, ['1']);
  await openPanel(page);
  await metadata(page, { method: 'sse-kms', kmsKeyId: KEY });
  const proposal = panelOf(page).getByRole('region', {
    name: "The notebook's proposal"
  });
  await expect(proposal).toContainText('This notebook proposes SSE-KMS.');
  await expect(proposal).toContainText(
    'Account 111122223333, Region eu-west-1'
  );
  await page.evaluate(async () => {
    await window.jupyterapp.commands.execute('notebook:run-all-cells');
  });
  await expectStatus(page, /^Not set/);
  expect(ours).toBe(0);
  await proposal.getByRole('button', { name: 'Agree and apply' }).click();
  await expectStatus(page, /^Waiting for Spark: SSE-KMS/);
  await expect(proposal).toHaveCount(0);
  await metadata(page, { method: 'sse-kms', kmsKeyId: OTHER });
  await expect(proposal).toContainText('Account 444455556666');
  await proposal.getByRole('button', { name: 'Ignore' }).click();
  await expect(proposal).toHaveCount(0);
  await expectStatus(page, /^Waiting for Spark: SSE-KMS/);
});

test('What a person applies is written into the notebook where the settings say so', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/saved`, ['1']);
  await openPanel(page);
  await choose(page, 'SSE-KMS', KEY);
  await press(page, 'Apply');
  await expectStatus(page, /^Waiting for Spark/);
  expect(await metadata(page)).toEqual({ method: 'sse-kms', kmsKeyId: KEY });
  await press(page, 'Clear');
  await expectStatus(page, /^Not set/);
  expect(await metadata(page)).toBeUndefined();
});

test('The history can be saved as a file', async ({ page, tmpPath }) => {
  await openNotebook(page, `${tmpPath}/history`, ['1']);
  await openPanel(page);
  await choose(page, 'SSE-S3');
  await press(page, 'Apply');
  await expectStatus(page, /^Waiting for Spark/);
  await panelOf(page)
    .getByText(/^History/)
    .click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    press(page, 'Save as file')
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
  tmpPath
}) => {
  // What the server makes of overrides.json; tests/test_overrides.py has that half.
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
        // A person's own word does not count.
        plugin.raw = '{"site": {"locked": false, "requireBlock": false}}';
      }
    }
    await route.fulfill({ response, json });
  });
  await loadAgain(page);
  await openNotebook(page, `${tmpPath}/locked`, ['1']);
  await openPanel(page);
  await expectStatus(page, /^Waiting for Spark: SSE-KMS/);
  const panel = panelOf(page);
  await expect(panel).toContainText(
    'Your site sets the encryption: you cannot change it here.'
  );
  await expect(
    panel.getByRole('radio', { name: 'SSE-KMS', exact: true })
  ).toBeDisabled();
  const clear = panel.getByRole('button', { name: 'Clear', exact: true });
  await expect(clear).toHaveAttribute('aria-disabled', 'true');
  await expect(clear).toHaveAttribute('title', /Your site has chosen/);
  const enabled = await page.evaluate(() =>
    ['s3-encryption:clear', 's3-encryption:apply-profile'].map(command =>
      window.jupyterapp.commands.isEnabled(command)
    )
  );
  expect(enabled).toEqual([false, false]);
});
