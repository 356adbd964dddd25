/**
 * The agent as text, which is loaded apart from the rest of the extension: it
 * is needed only where there is a notebook. Must not know how it travels.
 */

import type { JSONObject } from '@lumino/coreutils';

import { REQUESTS } from '../contract/requests';
import type { IRequest } from './protocol';

/** A folder of the agent that not every request needs. */
export type Part = 'objects' | 'writers';

/** What a request needs beside what every request may need; null for nothing. */
export function partFor({
  request,
  arguments: { profile }
}: IRequest): Part | null {
  const { part } = REQUESTS[request];
  const writers = (profile as JSONObject | undefined)?.writers !== undefined;
  return part ?? (writers ? 'writers' : null);
}

type Files = Readonly<Record<string, string>>;

let core: Files | null = null;
let writers: Files | null = null;

/** What every request may need; null until it was loaded. */
export function agentText(): Files | null {
  return core;
}

/** What a profile that asks for Python libraries needs too; it comes with the other. */
export function writersText(): Files | null {
  return writers;
}

/**
 * Load it; later calls do nothing.
 *
 * @throws what the browser says where the server does not give it
 */
export async function loadAgent(): Promise<Files> {
  if (core === null) {
    const [files, more] = await Promise.all([
      import(/* webpackChunkName: "agent" */ './agentFiles.json'),
      import(/* webpackChunkName: "agent" */ './agentWriters.json')
    ]);
    writers = more.default;
    core = files.default;
  }
  return core;
}

/** Load what only requests about stored objects need. */
export async function loadTools(): Promise<Files> {
  return (await import('./agentTools.json')).default;
}
