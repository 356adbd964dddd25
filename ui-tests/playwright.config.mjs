/**
 * Browser tests: the chromium of the machine, one worker, a JupyterLab of our
 * own on a free loopback port with empty settings folders.
 * S3E_LAB=oldest runs the tests tagged @oldest in the oldest supported
 * JupyterLab (.venv-oldest), S3E_LAB=together those tagged @together with
 * real-time collaboration, S3E_LAB=example those tagged @example beside the
 * extension of docs/examples; otherwise all others run in the newest (.venv).
 * With S3E_SHORT, as in `make test`, those tagged @soak are left out.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..');
const oldest = process.env.S3E_LAB === 'oldest';
const together = process.env.S3E_LAB === 'together';
const example = process.env.S3E_LAB === 'example';
/** What is not run, whatever else is chosen. */
const left = [
  ...(example ? [] : ['@example']),
  ...(process.env.S3E_SHORT ? ['@soak'] : []),
  // A stage of its own.
  ...(process.env.S3E_SHORT && !together ? ['@together'] : [])
];
/** Packages beside those of the newest JupyterLab. */
const collaboration = join(root, '.venv', 'opt', 'together');
const venv = join(root, oldest ? '.venv-oldest' : '.venv');
/** Has another ipykernel: a notebook may use it as a kernel of its own. */
const other = join(root, oldest ? '.venv' : '.venv-oldest', 'bin', 'python');

/**
 * A port that was free a moment ago; workers inherit the choice. Below those
 * that Linux gives to whoever asks for any (32768 and up): the tests start the
 * server again on it, and a kernel of other tests could have got it meanwhile.
 */
async function freePort() {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer();
    const free = await new Promise(resolve => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (free) {
      await new Promise(resolve => server.close(resolve));
      return String(port);
    }
  }
}

/** Debian's browser; the one that Playwright would download is not used. */
function chromium() {
  return execFileSync('sh', ['-c', 'command -v chromium'], {
    encoding: 'utf8'
  }).trim();
}

process.env.S3E_UI_PORT ??= await freePort();
process.env.S3E_UI_HOME ??= mkdtempSync(join(tmpdir(), 's3e-ui-'));
const url = `http://127.0.0.1:${process.env.S3E_UI_PORT}`;
const home = process.env.S3E_UI_HOME;
// Galata reads the address from here.
process.env.TARGET_URL = url;

export default defineConfig({
  testDir: join(here, 'tests'),
  outputDir: join(here, 'test-results', process.env.S3E_LAB ?? 'newest'),
  ...(oldest ? { grep: /@oldest/ } : {}),
  ...(together ? { grep: /@together/ } : {}),
  ...(example ? { grep: /@example/ } : {}),
  ...(left.length > 0 ? { grepInvert: new RegExp(left.join('|')) } : {}),
  forbidOnly: Boolean(process.env.CI),
  fullyParallel: false,
  workers: 1,
  retries: 0,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: [
    ['list'],
    [join(here, 'support', 'serverReporter.ts')],
    ...(process.env.S3E_UI_JSON
      ? [['json', { outputFile: process.env.S3E_UI_JSON }]]
      : [])
  ],
  use: {
    baseURL: url,
    viewport: { width: 1280, height: 900 },
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    video: 'off',
    launchOptions: {
      executablePath: chromium(),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-dev-shm-usage'
      ]
    }
  },
  webServer: {
    command: `"${join(root, '.venv', 'bin', 'python')}" server.py "${join(venv, 'bin', 'python')}" ${existsSync(other) ? `"${other}"` : ''}`,
    cwd: here,
    url: `${url}/api`,
    timeout: 120_000,
    reuseExistingServer: false,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 15_000 },
    // What JupyterLab prints is in server.log; what server.py itself says is an error.
    stdout: process.env.S3E_UI_LOG ? 'pipe' : 'ignore',
    stderr: 'pipe',
    env: {
      ...process.env,
      PATH: join(venv, 'bin') + delimiter + process.env.PATH,
      // The oldest environment has no Spark of its own.
      ...(oldest
        ? { PYTHONPATH: join(root, '.venv', 'opt', 'spark-3.5') }
        : {}),
      ...(together
        ? {
            PYTHONPATH: collaboration,
            JUPYTER_PATH: join(collaboration, 'share', 'jupyter'),
            JUPYTER_CONFIG_PATH: join(collaboration, 'etc', 'jupyter')
          }
        : {}),
      ...(example
        ? { JUPYTER_PATH: join(root, '.venv', 'opt', 'example') }
        : {}),
      IPYTHONDIR: join(home, 'ipython'),
      JUPYTER_CONFIG_DIR: join(home, 'config'),
      JUPYTER_DATA_DIR: join(home, 'data'),
      JUPYTER_RUNTIME_DIR: join(home, 'runtime'),
      JUPYTERLAB_GALATA_ROOT_DIR: join(home, 'files'),
      JUPYTERLAB_SETTINGS_DIR: join(home, 'settings'),
      JUPYTERLAB_WORKSPACES_DIR: join(home, 'workspaces')
    }
  }
});
