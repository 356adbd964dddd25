/**
 * JupyterLab's start with the extension beside its start without, in turn: from the navigation
 * until the page is restored and has nothing to do. There are 2,000 profiles: the site's, in the
 * file of saved profiles, or in the user's own settings.
 */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { expect, test } from '@playwright/test';
import type { Browser } from '@playwright/test';

const PROFILES = 2000;
const NAME = 'jupyterlab-s3-encryption';

declare global {
  interface Window {
    s3eReady?: number;
  }
}

const PLUGIN = `${NAME}:plugin`;

/** Where the profiles are. With the extension they are there, without it they are not. */
type Whose = 'site' | 'saved' | 'user';

const FILES: Readonly<Record<Whose, string>> = {
  site: join('config', 'labconfig', 'default_setting_overrides.json'),
  saved: join('config', 's3-encryption', 'profiles.json'),
  user: join('settings', NAME, 'plugin.jupyterlab-settings')
};

function writeSettings(whose: Whose, isWith: boolean): void {
  const file = join(process.env.S3E_UI_HOME ?? '', FILES[whose]);
  rmSync(file, { force: true });
  if (!isWith) {
    return;
  }
  const profiles = Array.from({ length: PROFILES }, (_, index) => ({
    name: `Team ${index}`,
    method: 'sse-kms',
    kmsKeyId: `arn:aws:kms:eu-west-1:111122223333:key/${crypto.randomUUID()}`
  }));
  const settings = { profiles };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    JSON.stringify(whose === 'site' ? { [PLUGIN]: settings } : settings)
  );
}

/** The page's data without the extension, as if it were not installed. */
function without(html: string): string {
  return html.replace(
    /(<script id="jupyter-config-data"[^>]*>)([\s\S]*?)(<\/script>)/,
    (_all, before: string, text: string, after: string) => {
      const data = JSON.parse(text) as {
        federated_extensions: { name: string }[];
      };
      data.federated_extensions = data.federated_extensions.filter(
        ({ name }) => name !== NAME
      );
      return before + JSON.stringify(data) + after;
    }
  );
}

/** Milliseconds of one start in a new browser session. */
async function start(
  browser: Browser,
  whose: Whose,
  isWith: boolean
): Promise<number> {
  writeSettings(whose, isWith);
  const page = await browser.newPage();
  // Both pages take this way, so that it costs both the same.
  await page.route(/\/lab$/, async route => {
    const answer = await route.fetch();
    const html = await answer.text();
    await route.fulfill({
      response: answer,
      body: isWith ? html : without(html)
    });
  });
  await page.addInitScript(() => {
    let app: { restored: Promise<void> } | undefined;
    Object.defineProperty(window, 'jupyterapp', {
      configurable: true,
      get: () => app,
      set: (made: NonNullable<typeof app>) => {
        app = made;
        void made.restored.then(() =>
          requestIdleCallback(() => {
            window.s3eReady = performance.now();
          })
        );
      }
    });
  });
  await page.goto('/lab');
  await page.waitForFunction(() => window.s3eReady !== undefined);
  const { ready, has } = await page.evaluate(
    id => ({
      ready: window.s3eReady ?? NaN,
      has: window.jupyterapp.hasPlugin(id)
    }),
    PLUGIN
  );
  expect(has).toBe(isWith);
  await page.close();
  return ready;
}

function median(values: readonly number[]): number {
  return (
    [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
  );
}

/** Starts with and without, in turn; what is first changes each time. */
async function measure(
  browser: Browser,
  whose: Whose,
  turns: number
): Promise<object> {
  // The server reads and compiles what it needs once.
  await start(browser, whose, true);
  const pairs: [number, number][] = [];
  for (let turn = 0; turn < turns; turn++) {
    const first = turn % 2 === 0;
    const one = await start(browser, whose, first);
    const two = await start(browser, whose, !first);
    pairs.push(first ? [one, two] : [two, one]);
  }
  writeSettings(whose, false);
  return {
    with: median(pairs.map(([one]) => one)),
    without: median(pairs.map(([, two]) => two)),
    ratio: median(pairs.map(([one, two]) => one / two)),
    pairs
  };
}

test('the start with the extension and without it', async ({ browser }) => {
  test.setTimeout(1_200_000);
  const site = await measure(browser, 'site', 15);
  const saved = await measure(browser, 'saved', 15);
  const user = await measure(browser, 'user', 3);
  const out = process.env.S3E_BENCH_OUT;
  if (out !== undefined) {
    writeFileSync(out, JSON.stringify({ site, saved, user }));
  }
});
