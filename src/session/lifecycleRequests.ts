/**
 * Between the effects of the lifecycle and the requests of the client: what a
 * request takes with it, and which event its end is. Pure.
 */

import type { IReport } from '../contract/report';
import type { ConnectorChoice, IArguments } from '../contract/requests';
import type { Effect, LifecycleEvent } from '../encryption/lifecycle/types';
import { sameProfile } from '../encryption/profile/profile';
import type { IExchange } from './agentClient';

export type SendEffect = Extract<Effect, { type: 'send' }>;

/**
 * @param customerKey - base64, for SSE-C
 * @param last - the last report; its fingerprint goes with a guard of the same profile
 */
export function argumentsOf(
  { request, target }: SendEffect,
  connector: ConnectorChoice,
  customerKey: string | null,
  last: IReport | null
): IArguments['guard'] {
  if (target === null || (request !== 'apply' && request !== 'guard')) {
    return {};
  }
  const { profile } = target;
  const known =
    request === 'guard' && last !== null && sameProfile(last.profile, profile)
      ? last.fingerprint
      : null;
  return {
    profile,
    connector,
    ...(customerKey === null ? {} : { customerKey }),
    ...(known === null ? {} : { fingerprint: known })
  };
}

/** A report counts, also of a guard that held cells back. */
export function eventOf(
  { id, generation }: SendEffect,
  { report, error }: IExchange
): Extract<LifecycleEvent, { type: 'answered' | 'requestFailed' }> {
  return error !== null && report === null
    ? { type: 'requestFailed', generation, id, error: error.error }
    : { type: 'answered', generation, id, report };
}
