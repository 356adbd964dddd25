/** Shows the end of the server's log if tests failed, and keeps the whole beside their results. */

import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import type {
  FullConfig,
  FullResult,
  Reporter
} from '@playwright/test/reporter';

import { endOfServerLog, serverLog } from './server';

const LINES = 60;

export default class ServerReporter implements Reporter {
  onBegin(config: FullConfig): void {
    this._folder = config.projects[0]?.outputDir ?? '';
  }

  onEnd(result: FullResult): void {
    if (result.status === 'passed') {
      return;
    }
    console.log(`\nThe last ${LINES} lines of server.log:`);
    console.log(endOfServerLog(LINES));
    if (this._folder !== '' && existsSync(serverLog())) {
      mkdirSync(this._folder, { recursive: true });
      copyFileSync(serverLog(), join(this._folder, 'server.log'));
    }
  }

  private _folder = '';
}
