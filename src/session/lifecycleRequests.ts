/**
 * The requests of the lifecycle: from an effect to arguments, from an answer to
 * an event, and the promises of the callers.
 */

import { PromiseDelegate } from '@lumino/coreutils';

import type { IReport } from '../contract/report';
import type { Asked, IArguments } from '../contract/requests';
import type { Effect, LifecycleEvent } from '../encryption/lifecycle/types';
import { sameProfile } from '../encryption/profile/profile';
import type { IExchange } from './agentClient';
import type { ISessionOptions } from './options';

export type SendEffect = Extract<Effect, { type: 'send' }>;

/** What the settings add to a profile. */
type Manner = Pick<IArguments['apply'], 'connector' | 'connectClass'>;

/** In which manner the settings, as they are now, want a profile applied. */
export function mannerOf({
  connector,
  connectClass
}: Pick<ISessionOptions, 'connector' | 'connectClass'>): Manner {
  const off = connectClass?.() === false;
  return { connector: connector(), ...(off ? { connectClass: false } : {}) };
}

/**
 * What an effect asks the agent for.
 *
 * @param customerKey - base64, for SSE-C
 * @param last - the last report; a guard of the same profile carries its fingerprint
 * @param warns - the cells behind a guard run in any case; a gate in the kernel hears of it
 */
export function askedBy(
  { request, target, reason, block }: SendEffect,
  manner: Manner,
  customerKey: string | null,
  last: IReport | null,
  warns = false
): Asked<SendEffect['request']> {
  if (request !== 'apply' && request !== 'guard') {
    return { request, args: {} };
  }
  if (target === null) {
    // Whatever is armed. There is nothing that could be applied.
    return { request: 'guard', args: {} };
  }
  const { profile } = target;
  const key = customerKey === null ? {} : { customerKey };
  const args = { profile, ...manner, ...key };
  if (request === 'apply') {
    return { request, args };
  }
  const isRun = reason === 'run' && block === undefined;
  const mode =
    warns && isRun && last !== null && last.gate !== null
      ? ({ mode: 'warn' } as const)
      : {};
  const fingerprint =
    last !== null && sameProfile(last.profile, profile)
      ? last.fingerprint
      : null;
  return {
    request,
    args: {
      ...args,
      ...mode,
      ...(fingerprint === null ? {} : { fingerprint })
    }
  };
}

/** If there is a report it counts, even if the guard that it belongs to blocked cells. */
export function eventOf(
  { id, generation }: SendEffect,
  { report, error }: IExchange
): Extract<LifecycleEvent, { type: 'answered' | 'requestFailed' }> {
  return error !== null && report === null
    ? { type: 'requestFailed', generation, id, error: error.error }
    : { type: 'answered', generation, id, report };
}

type Pending = PromiseDelegate<IReport | null>;

/** The promises of the callers, by the number of their request. */
export class PendingRequests {
  open(id: number): Promise<IReport | null> {
    const pending: Pending = new PromiseDelegate();
    this._pending.set(id, pending);
    return pending.promise;
  }

  /** The promise of a request that somebody already waits for. */
  find(id: number): Promise<IReport | null> | null {
    return this._pending.get(id)?.promise ?? null;
  }

  /** Remove a promise, for the caller to settle. */
  take(id: number): Pending | null {
    const pending = this._pending.get(id) ?? null;
    this._pending.delete(id);
    return pending;
  }

  /** Resolve all with null: no answer will come. */
  dismiss(): void {
    for (const pending of this._pending.values()) {
      pending.resolve(null);
    }
    this._pending.clear();
  }

  private readonly _pending = new Map<number, Pending>();
}
