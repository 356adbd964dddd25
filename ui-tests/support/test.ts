/**
 * Galata's test with a `notebook`: how a spec opens one, runs its cells and uses
 * the panel. Before every test the server answers; after it no kernel is left.
 */

import {
  JupyterLabPage,
  expect,
  galata,
  test as base
} from '@jupyterlab/galata';
import { test as plain } from '@playwright/test';
import type { Fixtures } from '@playwright/test';

import { LabNotebook } from './notebook';
import { endKernels, untilServerAnswers } from './server';

/** How long JupyterLab may take to start in the page, in milliseconds. */
const START = 60_000;

// Galata's own bound is 15 s. On a busy machine a page needs more, and then every
// test fails in its first seconds as if there were no server.
JupyterLabPage.prototype.waitForCondition = async (
  condition,
  timeout = START
) => {
  const message = 'JupyterLab starts in the page';
  await expect
    .poll(condition, { message, timeout, intervals: [50] })
    .toBe(true);
};

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
