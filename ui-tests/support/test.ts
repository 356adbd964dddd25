/**
 * Galata's test with a `notebook`: how a spec opens one, runs its cells and uses
 * the panel. Before every test the server answers; after it no kernel is left.
 */

import { expect, galata, test as base } from '@jupyterlab/galata';
import { test as plain } from '@playwright/test';
import type { Fixtures } from '@playwright/test';

import { LabNotebook } from './notebook';
import { endKernels, untilServerAnswers } from './server';

/** Set up before the page and ended after it. */
interface IServer {
  server: undefined;
}

type ServerFixture = Fixtures<IServer>['server'];

const server: ServerFixture = [
  // Playwright reads from the braces which fixtures this one needs.
  // eslint-disable-next-line no-empty-pattern
  async ({}, use) => {
    await untilServerAnswers();
    await use(undefined);
    await endKernels();
  },
  { auto: true, timeout: 120_000 }
];

export const test = base.extend<IServer & { notebook: LabNotebook }>({
  server,
  // Galata's mocks of kernels and sessions answer a restart wrongly.
  kernels: null,
  sessions: null,
  notebook: async ({ page, tmpPath }, use) => {
    await use(new LabNotebook(page, tmpPath));
  }
});

/** Playwright's own test, for pages that are not JupyterLab. */
export const plainTest = plain.extend<IServer>({ server });

export { expect, galata };
