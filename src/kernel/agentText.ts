/**
 * The agent's source text, loaded separately from the rest of the extension: it
 * is needed only if there is a notebook.
 */

import { broughtBy, REQUESTS } from '../contract/requests';
import type { IRequest } from './protocol';

/** A folder of the agent that not every request needs. */
export type Part = 'objects' | 'writers' | 'reencryption';

/** The part of the agent that a request needs beyond the core; null for none. */
export function partFor({ request, arguments: args }: IRequest): Part | null {
  const { part } = REQUESTS[request];
  const writers = broughtBy(args).profile?.writers !== undefined;
  return part ?? (writers ? 'writers' : null);
}

/** Texts by their path. */
export type Files = Readonly<Record<string, string>>;

/** What goes with every request, or with a guard that holds cells back. */
export type Bundle = Readonly<
  Record<
    'version' | 'fingerprint' | 'bootstrap' | 'blocking' | 'installed',
    string
  >
>;

let bundle: Bundle | null = null;
let core: Files | null = null;
let packed: string | null = null;
let writers: Files | null = null;

/** The core of the agent; null until it is loaded. */
export function agentText(): Files | null {
  return core;
}

/** The texts that run ahead of the agent; null until the core is loaded. */
export function agentBundle(): Bundle | null {
  return bundle;
}

/** The same as base64 of zlib of JSON; null until it is loaded. */
export function packedAgent(): string | null {
  return packed;
}

/** The part for profiles that cover other writers; it is loaded with the core. */
export function writersText(): Files | null {
  return writers;
}

/**
 * Load the core of the agent; later calls do nothing.
 *
 * @throws the browser's error if the server does not deliver it
 */
export async function loadAgent(): Promise<Files> {
  if (core === null) {
    const [texts, files, small, more] = await Promise.all([
      import(/* webpackChunkName: "agent" */ './agentBundle.json'),
      import(/* webpackChunkName: "agent" */ './agentFiles.json'),
      import(/* webpackChunkName: "agent" */ './agentPacked.json'),
      import(/* webpackChunkName: "agent" */ './agentWriters.json')
    ]);
    bundle = texts.default;
    writers = more.default;
    packed = small.default.core;
    core = files.default;
  }
  return core;
}

/** Whether a part is of requests about stored objects, and so is loaded by `loadTools`. */
export function isAboutObjects(
  part: Part | null
): part is Exclude<Part, 'writers'> {
  return part !== null && part !== 'writers';
}

/** Load what a request about stored objects needs beside the core. */
export async function loadTools(
  part: Exclude<Part, 'writers'>
): Promise<Files> {
  const tools = (await import('./agentTools.json')).default;
  if (part === 'objects') {
    return tools;
  }
  const [more] = await Promise.all([
    import('./agentReencryption.json'),
    loadAgent()
  ]);
  // It needs the two others, and passes for one that is there with all of it.
  return { ...tools, ...writers, ...more.default };
}
