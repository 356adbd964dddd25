/**
 * Cells that reach a kernel of the server without our page, each by a real
 * client of it. Must not know of pages or notebooks.
 */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** The folder ui-tests. */
const here = join(__dirname, '..');

export const CLIENTS = ['zmq', 'kernel_client', 'console'] as const;
export type Client = (typeof CLIENTS)[number];

/** Send a cell and wait for its end; what the client was told of an error. */
export async function send(
  client: Client,
  kernel: string,
  code: string
): Promise<string> {
  const python = join(here, '..', '.venv', 'bin', 'python');
  const script = join(here, 'send.py');
  const { stdout } = await run(python, [script, client, kernel, code]);
  return stdout.trim();
}

async function ask(path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`${process.env.TARGET_URL ?? ''}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  });
  if (!answer.ok) {
    throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }
  return answer.json();
}

interface ISession {
  path: string;
  kernel: { id: string };
}

/** The id of the kernel of the notebook at a path. */
export async function kernelOf(path: string): Promise<string> {
  const sessions = (await ask('/api/sessions')) as ISession[];
  const found = sessions.find(session => session.path === path);
  if (found === undefined) {
    throw new Error(`No session at ${path}`);
  }
  return found.kernel.id;
}

/** Start a kernel for a notebook, as a client of the sessions does; its id. */
export async function startKernel(path: string): Promise<string> {
  const name = path.split('/').at(-1);
  const kernel = { name: 'python3' };
  const wanted = { path, name, type: 'notebook', kernel };
  return ((await ask('/api/sessions', wanted)) as ISession).kernel.id;
}

/** Restart a kernel through the server. */
export async function restartKernel(kernel: string): Promise<void> {
  await ask(`/api/kernels/${kernel}/restart`, {});
}
