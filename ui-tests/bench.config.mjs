/** The benchmarks that need a browser; `make bench` runs them. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import base from './playwright.config.mjs';

export default {
  ...base,
  testDir: join(dirname(fileURLToPath(import.meta.url)), 'bench')
};
