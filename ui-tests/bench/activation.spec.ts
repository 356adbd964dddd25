/**
 * What the extension adds to JupyterLab's start: each plugin's own activate(),
 * timed in the page, beside the time of the whole start, and what it loads by then.
 */

import { writeFileSync } from 'node:fs';

import { expect, test } from '@playwright/test';

const STARTS = 10;

interface ITimes {
  [plugin: string]: number;
}

declare global {
  interface Window {
    s3eTimes?: ITimes;
  }
}

test('activation of the plugins', async ({ browser }) => {
  const activations: number[] = [];
  const starts: number[] = [];
  const loaded = new Set<string>();
  for (let start = 0; start < STARTS; start++) {
    const page = await browser.newPage();
    await page.addInitScript(() => {
      const times: ITimes = {};
      window.s3eTimes = times;
      const containers: Record<string, unknown> = {};
      // JupyterLab looks a prebuilt extension up in this object, by its package name.
      Object.defineProperty(window, '_JUPYTERLAB', {
        configurable: true,
        get: () => containers,
        set: value => Object.assign(containers, value)
      });
      let loaded: unknown;
      Object.defineProperty(containers, 'jupyterlab-s3-encryption', {
        configurable: true,
        enumerable: true,
        get: () => loaded,
        set: (container: {
          get: (name: string) => Promise<() => { default: unknown }>;
          init: (...args: unknown[]) => unknown;
        }) => {
          loaded = {
            init: (...args: unknown[]) => container.init(...args),
            get: async (name: string) => {
              const factory = await container.get(name);
              return () => {
                const module = factory();
                const plugins = [module.default].flat() as {
                  id?: string;
                  activate?: (...args: unknown[]) => unknown;
                }[];
                for (const plugin of plugins) {
                  const activate = plugin.activate;
                  if (plugin.id === undefined || activate === undefined) {
                    continue;
                  }
                  const id = plugin.id;
                  plugin.activate = (...args) => {
                    const began = performance.now();
                    try {
                      return activate(...args);
                    } finally {
                      times[id] = performance.now() - began;
                    }
                  };
                }
                return module;
              };
            }
          };
        }
      });
    });
    const began = Date.now();
    await page.goto('/lab');
    await page.locator('#jp-main-dock-panel').waitFor();
    starts.push(Date.now() - began);
    await page.waitForFunction(
      () => Object.keys(window.s3eTimes ?? {}).length > 0
    );
    // eslint-disable-next-line no-restricted-syntax -- the page is measured at rest
    await page.waitForTimeout(1000);
    const times = await page.evaluate(() => window.s3eTimes ?? {});
    const scripts = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .map(({ name }) => new URL(name).pathname)
        .filter(path => /jupyterlab-s3-encryption\/.*\.js$/.test(path))
    );
    scripts.forEach(path => loaded.add(path.replace(/.*\//, '')));
    activations.push(Object.values(times).reduce((a, b) => a + b, 0));
    await page.close();
  }
  const median = (values: number[]): number =>
    values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
  expect(activations).toHaveLength(STARTS);
  const out = process.env.S3E_BENCH_OUT;
  if (out !== undefined) {
    writeFileSync(
      out,
      JSON.stringify({
        activation: median(activations),
        start: median(starts),
        loaded: [...loaded]
      })
    );
  }
});
