/** The part of `transition` that sends, queues and undoes requests. Pure. */

import type {
  Effect,
  IJob,
  ISnapshot,
  ITarget,
  LifecycleEvent,
  Reason
} from './types';
import { sameSettings } from '../profile/profile';
import { drop, lacksKey, reportOf, send } from './snapshot';

export type Transition = [ISnapshot, Effect[]];

export type EventOf<T extends LifecycleEvent['type']> = Extract<
  LifecycleEvent,
  { type: T }
>;

export function job(
  id: number,
  request: IJob['request'],
  reason: Reason,
  target: ITarget | null
): IJob {
  return {
    id,
    request,
    reason,
    target,
    behindCell: false,
    withdrawn: false,
    follow: false
  };
}

/** Send a request, usually of the user's, if the kernel is idle, otherwise queue it. */
export function enqueue(
  s: ISnapshot,
  request: IJob['request'],
  target: ITarget | null,
  reason: Reason = 'user'
): Transition {
  const effects = s.queued === null ? [] : [drop(s.queued)];
  const queued: IJob = {
    ...job(s.nextId, request, reason, target),
    behindCell: s.sent === null ? s.busy : s.sent.behindCell
  };
  const [next, sent] = flush({ ...s, queued, nextId: s.nextId + 1 });
  return [next, [...effects, ...sent]];
}

/** Send the queued request if the kernel is idle; `now`: also behind a running cell. */
export function flush(s: ISnapshot, now = false): Transition {
  if (s.sent !== null || (s.busy && !now)) {
    return [s, []];
  }
  if (s.queued === null) {
    return s.stale && !s.busy
      ? sendNew({ ...s, stale: false }, 'probe', 'elsewhere', null)
      : [s, []];
  }
  return sendNow({ ...s, queued: null }, s.queued);
}

export function sendNow(s: ISnapshot, what: IJob): Transition {
  const { snapshot, effect } = send(s, what);
  return [snapshot, [effect]];
}

export function sendNew(
  s: ISnapshot,
  request: IJob['request'],
  reason: Reason,
  target: ITarget | null,
  more: Partial<IJob> = {}
): Transition {
  const made = { ...job(s.nextId, request, reason, target), ...more };
  return sendNow({ ...s, nextId: s.nextId + 1 }, made);
}

/** Send the desired profile, or show that its key is missing. */
export function reapply(
  s: ISnapshot,
  request: 'apply' | 'guard',
  reason: Reason,
  target: ITarget
): Transition {
  if (!lacksKey(target)) {
    return sendNew(s, request, reason, target);
  }
  const { profile } = target;
  const rest = {
    kind: 'needs-key' as const,
    profile,
    report: reportOf(s.rest)
  };
  return [{ ...s, rest }, []];
}

/** Restore what was there before a request that was withdrawn too late, if it was chosen here. */
export function undo(s: ISnapshot): Transition {
  const chosen =
    s.armed !== null &&
    s.desired !== null &&
    sameSettings(s.armed.profile, s.desired.profile);
  return s.armed !== null && chosen && !lacksKey(s.armed)
    ? sendNew(s, 'apply', 'user', s.armed)
    : sendNew(s, 'clear', 'user', s.desired);
}
