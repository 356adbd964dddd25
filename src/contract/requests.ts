/**
 * What the agent can be asked for, and what each request takes. Names and parts
 * come from `requests.json`, which the agent reads too.
 */

import type connectors from './data/connectors.json';
import type { Profile } from './profile';
import contract from './data/requests.json';
import type { IObjectArguments } from './storedObjects';

export type RequestName = keyof typeof contract.requests;

/** The connector whose names are written; `auto`: the agent finds it. */
export type ConnectorChoice = 'auto' | keyof typeof connectors.dialects;

/** What a request does not take. */
export type Nothing = Readonly<Record<string, never>>;

interface IApply {
  readonly profile: Profile;
  readonly connector?: ConnectorChoice;
  /** Base64, for SSE-C; travels, and is kept nowhere. */
  readonly customerKey?: string;
}

/** The arguments of each request. */
export interface IArguments extends IObjectArguments {
  probe: Nothing;
  apply: IApply;
  clear: Nothing;
  verify: Nothing;
  /** Without a profile: whatever is armed. `fingerprint`: of the last report, if it is of this profile. */
  guard: (IApply & { readonly fingerprint?: string }) | Nothing;
  release: Nothing;
  cancelRenewal: Nothing;
  renew: Nothing;
}

/** Any request with its arguments. */
export type Asked = {
  [K in RequestName]: { readonly request: K; readonly args: IArguments[K] };
}[RequestName];

interface ITraits {
  readonly part: 'objects' | null;
  readonly armed: boolean;
  readonly beforeStart: boolean;
}

/** What is special about a request. */
export const REQUESTS = contract.requests as Readonly<
  Record<RequestName, ITraits>
>;
