/**
 * The Jupyter server between two tests: it answers before one begins, and no
 * kernel is left when it has ended. Must not know of pages or notebooks.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { endpoint } from './endpoint';

/** How long a server may be away that is started again, in milliseconds. */
const AWAY = 90_000;
/** How long one answer may take: ending a kernel takes some seconds. */
const ANSWER = 30_000;

/** The file that has what JupyterLab printed, and what server.py did with it. */
export function serverLog(): string {
  return join(process.env.S3E_UI_HOME ?? '', 'server.log');
}

/** The last lines of that file. */
export function endOfServerLog(lines: number): string {
  try {
    const text = readFileSync(serverLog(), 'utf8').trimEnd();
    return text.split('\n').slice(-lines).join('\n');
  } catch (reason) {
    return `There is no log of the server: ${String(reason)}`;
  }
}

/** What server.py said last of JupyterLab's process, and whether it is there itself. */
export function story(): string {
  const said = endOfServerLog(2000)
    .split('\n')
    .filter(line => line.includes(' server.py] '))
    .slice(-3)
    .join(' | ');
  let alive = 'runs';
  try {
    process.kill(endpoint().server, 0);
  } catch (reason) {
    alive = `is not there (${String(reason)})`;
  }
  return `server.py ${alive}; it said last: ${said || 'nothing'}`;
}

/** Whether a request failed because no server was there to answer it. */
export function isAway(reason: unknown): boolean {
  const cause = reason instanceof Error ? reason.cause : undefined;
  const code = (cause as { code?: string } | undefined)?.code ?? '';
  return ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(
    code
  );
}

async function ask(path: string, method = 'GET'): Promise<Response> {
  return fetch(`${process.env.TARGET_URL ?? ''}${path}`, {
    method,
    signal: AbortSignal.timeout(ANSWER)
  });
}

/** Wait until the server answers; if it does not, the error says what its process did. */
export async function untilServerAnswers(bound = AWAY): Promise<void> {
  const end = Date.now() + bound;
  for (;;) {
    try {
      const answer = await ask('/api/status');
      if (answer.ok) {
        return;
      }
      throw new Error(`the server answers ${answer.status}`);
    } catch (reason) {
      if (!isAway(reason) || Date.now() > end) {
        throw new Error(
          `No Jupyter server for ${bound / 1000} s: ${String(reason)}. ${story()}`,
          { cause: reason }
        );
      }
    }
    await new Promise(resolve => setTimeout(resolve, 200));
  }
}

/** End every session and kernel of the server; none is left if there is no server. */
export async function endKernels(): Promise<void> {
  try {
    // A session takes its kernel along, so the kernels that are left are strays.
    for (const kind of ['sessions', 'kernels']) {
      const answer = await ask(`/api/${kind}`);
      const found = (await answer.json()) as { id: string }[];
      await Promise.all(
        found.map(async ({ id }) => {
          const ended = await ask(`/api/${kind}/${id}`, 'DELETE');
          // 404 and 410: it ended meanwhile, by itself or with another session.
          if (!ended.ok && ended.status !== 404 && ended.status !== 410) {
            throw new Error(
              `${kind}/${id} was not ended: ${ended.status} ${await ended.text()}`
            );
          }
        })
      );
    }
  } catch (reason) {
    if (!isAway(reason)) {
      throw reason;
    }
  }
}
