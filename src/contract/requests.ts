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
type Nothing = Readonly<Record<string, never>>;

type Apply = Readonly<{
  profile: Profile;
  connector?: ConnectorChoice;
  /** May our class go to Spark Connect servers and executors? Without it: yes. */
  connectClass?: boolean;
  /** Base64, for SSE-C; travels, and is kept nowhere. */
  customerKey?: string;
}>;

/** The arguments of each request. */
export interface IArguments extends IObjectArguments {
  probe: Nothing;
  apply: Apply;
  clear: Nothing;
  verify: Nothing;
  /**
   * Without a profile: whatever is armed. `fingerprint`: of the last report, if it is of this
   * profile. `mode`: cells run in any case, whoever sends them.
   */
  guard:
    | (Apply & { readonly fingerprint?: string; readonly mode?: 'warn' })
    | Nothing;
  release: Nothing;
  cancelRenewal: Nothing;
  renew: Nothing;
}

/** A request with its arguments: any, or one of these names. */
export type Asked<K extends RequestName = RequestName> = {
  [N in K]: { readonly request: N; readonly args: IArguments[N] };
}[K];

/** The profile that a request brings along, with what belongs to it; nothing for most requests. */
export function broughtBy(args: IArguments[RequestName]): Partial<Apply> {
  return 'profile' in args ? args : {};
}

interface ITraits {
  readonly part: 'objects' | 'reencryption' | null;
  readonly armed: boolean;
  readonly beforeStart: boolean;
}

/** What is special about a request. TypeScript reads any text of the data as `string`. */
export const REQUESTS = contract.requests as Readonly<
  Record<RequestName, ITraits>
>;
