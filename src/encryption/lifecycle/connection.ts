/** The part of `transition` about kernels that start, go away or turn out to be another kind. Pure. */

import type { IJob, ISnapshot } from './types';
import {
  reapply,
  sendNew,
  sendNow,
  undo,
  type EventOf,
  type Transition
} from './requests';
import { sameProfile } from '../profile/profile';
import { NOT_KNOWN, NOT_SET, drop, targetOf } from './snapshot';

export function restored(s: ISnapshot, event: EventOf<'restored'>): Transition {
  const taken = s.desired !== null && !s.inherited;
  if (taken || !isQuiet(s)) {
    return [s, []];
  }
  const desired = { profile: event.profile, key: null };
  const rest =
    s.rest.kind === 'no-kernel' || s.rest.kind === 'not-python'
      ? { ...s.rest, profile: event.profile }
      : s.rest;
  return [{ ...s, desired, rest, inherited: false }, []];
}

/** Without a choice of its own a notebook has that of its kernel, which is looked for there. */
export function inherited(
  s: ISnapshot,
  event: EventOf<'inherited'>
): Transition {
  const { profile } = event;
  const known = s.desired?.profile ?? null;
  const own = s.fixed || (s.desired !== null && !s.inherited);
  if (own || sameProfile(known, profile)) {
    return [s, []];
  }
  const desired = profile && { profile, key: null };
  const next = { ...s, desired, inherited: profile !== null };
  if (s.sent !== null || s.queued !== null) {
    // Cells may follow before the answer to a question that is about no profile.
    return known === null && isQuiet(s) ? [next, []] : [s, []];
  }
  if (s.rest.kind === 'no-kernel' || s.rest.kind === 'not-python') {
    return [{ ...next, rest: { ...s.rest, profile } }, []];
  }
  if (profile === null) {
    return [{ ...next, armed: null, rest: NOT_SET }, []];
  }
  return s.kernel === 'python'
    ? sendNew(next, 'probe', 'reload', desired)
    : [next, []];
}

/** Does no open request set anything? */
function isQuiet({ sent, queued }: ISnapshot): boolean {
  return [sent, queued].every(job => job === null || isPlain(job));
}

/** Does the request only ask, whatever is desired? */
function isPlain({ request, target, withdrawn }: IJob): boolean {
  const asks = request === 'probe' || request === 'verify';
  return asks && target === null && !withdrawn;
}

/** From now on the site's profile is desired, or the user may choose again. */
export function siteProfileChanged(
  s: ISnapshot,
  event: EventOf<'siteProfileChanged'>
): Transition {
  const { profile } = event;
  const known = s.desired?.profile ?? null;
  if (
    s.fixed === (profile !== null) &&
    (!s.fixed || sameProfile(known, profile))
  ) {
    return [s, []];
  }
  const desired = profile === null ? s.desired : { profile, key: null };
  const rest =
    s.rest.kind === 'no-kernel' || s.rest.kind === 'not-python'
      ? { ...s.rest, profile: desired?.profile ?? null }
      : s.rest;
  const fixed = profile !== null;
  const next = { ...s, fixed, inherited: s.inherited && !fixed, desired, rest };
  return profile === null || s.kernel !== 'python' || s.sent || s.queued
    ? [next, []]
    : sendNew(next, 'probe', 'reload', desired, { follow: true });
}

/** Begin a new generation: pending requests no longer count. */
function nextGeneration(s: ISnapshot, keep: IJob | null): Transition {
  const effects = [s.sent, s.queued]
    .filter(old => old !== null)
    .filter(old => old !== keep && !old.withdrawn)
    .map(drop);
  const next: ISnapshot = {
    ...s,
    generation: s.generation + 1,
    busy: false,
    desired: targetOf(s),
    armed: null,
    stale: false,
    sent: null,
    queued: null
  };
  return [next, effects];
}

export function kernelGone(
  s: ISnapshot,
  event: EventOf<'kernelGone'>
): Transition {
  const [next, effects] = nextGeneration(s, null);
  const rest = {
    kind: 'no-kernel' as const,
    profile: next.desired?.profile ?? null,
    ...(event.starting ? { starting: true } : {})
  };
  return [{ ...next, kernel: 'absent', rest }, effects];
}

export function kernelUnsupported(s: ISnapshot, language: string): Transition {
  const [next, effects] = nextGeneration(s, null);
  const profile = next.desired?.profile ?? null;
  const rest = { kind: 'not-python' as const, profile, language };
  return [{ ...next, kernel: 'other', rest }, effects];
}

/** A Python kernel is there: a new process, or one that may have our settings. */
export function connected(
  s: ISnapshot,
  event: EventOf<'kernelStarted' | 'kernelReconnected'>
): Transition {
  const reconnected = event.type === 'kernelReconnected';
  const open = s.queued ?? s.sent;
  const asks =
    open?.request === 'apply' || (reconnected && open?.request === 'clear');
  // Keeps its number, so that the caller gets the answer to the second try.
  const kept = open !== null && asks && !open.withdrawn ? open : null;
  const [base, effects] = nextGeneration(s, kept);
  const next: ISnapshot = { ...base, kernel: 'python', rest: NOT_SET };
  const reason = reconnected ? 'reload' : 'restart';
  const and = ([after, more]: Transition): Transition => [
    after,
    [...effects, ...more]
  ];
  if (kept !== null) {
    return and(sendNow(next, { ...kept, reason, behindCell: false }));
  }
  // The same process may have run it already, or may still run it.
  if (reconnected && s.queued === null && s.sent?.withdrawn) {
    return and(undo({ ...next, armed: s.armed }));
  }
  const target = next.desired;
  if (!reconnected && s.shared && (target === null || !event.reapply)) {
    return and(sendNew(next, 'probe', reason, target));
  }
  if (target === null) {
    return [reconnected ? { ...next, rest: NOT_KNOWN } : next, effects];
  }
  // What is in the kernel counts, even if another page put it there.
  if (reconnected) {
    const follow = event.reapply;
    return and(sendNew(next, 'probe', reason, target, { follow }));
  }
  return event.reapply
    ? and(reapply(next, 'guard', reason, target))
    : [next, effects];
}
