/** Galata's test with a `notebook`: how a spec opens one, runs its cells and uses the panel. */

import { expect, galata, test as base } from '@jupyterlab/galata';

import { LabNotebook } from './notebook';

export const test = base.extend<{ notebook: LabNotebook }>({
  // Galata's mocks of kernels and sessions answer a restart wrongly.
  kernels: null,
  sessions: null,
  notebook: async ({ page, tmpPath }, use) => {
    await use(new LabNotebook(page, tmpPath));
  }
});

export { expect, galata };
