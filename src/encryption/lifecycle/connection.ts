/**
 * Parts of `transition`: what follows where a kernel comes, goes or turns out
 * to be another one. Pure.
 */

import type { IJob, ISnapshot } from './types';
import {
  provide,
  sendNew,
  sendNow,
  undo,
  type Of,
  type Step
} from './requests';
import { sameProfile } from '../profile/profile';
import { NOT_SET, drop, wishOf } from './snapshot';

export function recalled(s: ISnapshot, event: Of<'recalled'>): Step {
  if (s.wanted !== null || s.sent !== null || s.queued !== null) {
    return [s, []];
  }
  const wanted = { profile: event.profile, key: null };
  const rest =
    s.rest.kind === 'no-kernel' || s.rest.kind === 'not-python'
      ? { ...s.rest, profile: event.profile }
      : s.rest;
  return [{ ...s, wanted, rest }, []];
}

/** From now on the site's choice is wanted, or the person may choose again. */
export function required(s: ISnapshot, event: Of<'required'>): Step {
  const { profile } = event;
  const known = s.wanted?.profile ?? null;
  if (
    s.fixed === (profile !== null) &&
    (!s.fixed || sameProfile(known, profile))
  ) {
    return [s, []];
  }
  const wanted = profile === null ? s.wanted : { profile, key: null };
  const rest =
    s.rest.kind === 'no-kernel' || s.rest.kind === 'not-python'
      ? { ...s.rest, profile: wanted?.profile ?? null }
      : s.rest;
  const next = { ...s, fixed: profile !== null, wanted, rest };
  return profile === null || s.kernel !== 'python' || s.sent || s.queued
    ? [next, []]
    : sendNew(next, 'probe', 'reload', wanted, { follow: true });
}

/** Begin a new generation: nothing that was under way counts any more. */
function renewed(s: ISnapshot, keep: IJob | null): Step {
  const effects = [s.sent, s.queued]
    .filter(old => old !== null && old !== keep && !old.withdrawn)
    .map(old => drop(old as IJob));
  const next: ISnapshot = {
    ...s,
    generation: s.generation + 1,
    busy: false,
    wanted: wishOf(s),
    armed: null,
    stale: false,
    sent: null,
    queued: null
  };
  return [next, effects];
}

export function gone(s: ISnapshot, event: Of<'gone'>): Step {
  const [next, effects] = renewed(s, null);
  const rest = {
    kind: 'no-kernel' as const,
    profile: next.wanted?.profile ?? null,
    ...(event.starting ? { starting: true } : {})
  };
  return [{ ...next, kernel: 'absent', rest }, effects];
}

export function foreign(s: ISnapshot, language: string): Step {
  const [next, effects] = renewed(s, null);
  const profile = next.wanted?.profile ?? null;
  const rest = { kind: 'not-python' as const, profile, language };
  return [{ ...next, kernel: 'other', rest }, effects];
}

/** A Python kernel is there: a new process, or one that may hold our work. */
export function connected(s: ISnapshot, event: Of<'fresh' | 'found'>): Step {
  const found = event.type === 'found';
  const open = s.queued ?? s.sent;
  const asks =
    open?.request === 'apply' || (found && open?.request === 'clear');
  // Keeps its number, so that the person who asked gets the answer of the second try.
  const kept = open !== null && asks && !open.withdrawn ? open : null;
  const [base, effects] = renewed(s, kept);
  const next: ISnapshot = { ...base, kernel: 'python', rest: NOT_SET };
  const reason = found ? 'reload' : 'restart';
  const and = ([after, more]: Step): Step => [after, [...effects, ...more]];
  if (kept !== null) {
    return and(sendNow(next, { ...kept, reason, behindCell: false }));
  }
  // The same process may have run it by now, or run it later.
  if (found && s.queued === null && s.sent?.withdrawn) {
    return and(undo({ ...next, armed: s.armed }));
  }
  const wish = next.wanted;
  if (wish === null) {
    return [next, effects];
  }
  // What the kernel holds is the truth, also where another page put it there.
  if (found) {
    const follow = event.reapply;
    return and(sendNew(next, 'probe', reason, wish, { follow }));
  }
  return event.reapply
    ? and(provide(next, 'guard', reason, wish))
    : [next, effects];
}
