/**
 * The lifecycle's one function: snapshot and event in, snapshot and effects out.
 *
 * Pure. At most one request is in the kernel's queue, and at most one more waits in
 * the page (a later one replaces it). The guard of a run is the exception, because
 * it has to be ahead of the user's cells.
 */

import { LEFT_TO_THE_BUCKET } from '../../contract/profile';
import { answered, reportReceived, requestFailed } from './answers';
import {
  connected,
  inherited,
  kernelGone,
  kernelUnsupported,
  restored,
  siteProfileChanged
} from './connection';
import type {
  Action,
  Block,
  Effect,
  IJob,
  ISnapshot,
  ITarget,
  LifecycleEvent,
  LifecycleState
} from './types';
import { sameProfile, type Profile } from '../profile/profile';
import {
  enqueue,
  flush,
  job,
  reapply,
  type EventOf,
  type Transition
} from './requests';
import {
  atRest,
  drop,
  lacksKey,
  older,
  send,
  view,
  targetOf
} from './snapshot';

/** The snapshot before anything is known. */
export function initialSnapshot(): ISnapshot {
  const rest = { kind: 'no-kernel', profile: null } as const;
  return {
    state: rest,
    generation: 0,
    nextId: 1,
    kernel: 'absent',
    busy: false,
    rest,
    desired: null,
    armed: null,
    inherited: false,
    fixed: false,
    stale: false,
    shared: false,
    sent: null,
    queued: null
  };
}

/**
 * Apply an event. One that does not apply returns the identical snapshot and no
 * effects.
 */
export function transition(
  snapshot: ISnapshot,
  event: LifecycleEvent
): [ISnapshot, readonly Effect[]] {
  const [stepped, effects] = step(snapshot, event);
  if (stepped === snapshot) {
    return [snapshot, effects];
  }
  const next = isStillInherited(snapshot, stepped, event)
    ? stepped
    : { ...stepped, inherited: false };
  const moved =
    next.rest !== snapshot.rest ||
    next.sent !== snapshot.sent ||
    next.queued !== snapshot.queued ||
    next.desired !== snapshot.desired;
  const before = chosenIn(snapshot);
  const after = chosenIn(next);
  const ours =
    event.type !== 'restored' &&
    event.type !== 'inherited' &&
    event.type !== 'siteProfileChanged';
  if (ours && !next.fixed && !sameProfile(before, after)) {
    effects.push({ type: 'remember', profile: after });
  }
  return [moved ? { ...next, state: view(next) } : next, effects];
}

/** The choice of this notebook itself. */
export function chosenIn({
  desired,
  inherited: not
}: ISnapshot): Profile | null {
  return not ? null : (desired?.profile ?? null);
}

/** An inherited choice becomes one's own when it is applied, and ends with any other. */
function isStillInherited(
  before: ISnapshot,
  after: ISnapshot,
  event: LifecycleEvent
): boolean {
  if (!after.inherited || event.type === 'inherited') {
    return after.inherited;
  }
  const { sent, desired } = before;
  const now = after.desired?.profile ?? null;
  const applied =
    event.type === 'answered' &&
    sent?.id === event.id &&
    sent.request === 'apply' &&
    !sent.withdrawn &&
    sameProfile(sent.target?.profile ?? null, now);
  return !applied && sameProfile(desired?.profile ?? null, now);
}

/** Would the action do anything now? */
export function can(from: LifecycleState | ISnapshot, action: Action): boolean {
  const snapshot = 'state' in from ? from : snapshotOf(from);
  const event: LifecycleEvent =
    action === 'apply'
      ? { type: 'apply', profile: LEFT_TO_THE_BUCKET, key: null }
      : { type: action };
  return transition(snapshot, event)[0] !== snapshot;
}

/** A snapshot that shows `state`, for a dry run. */
function snapshotOf(state: LifecycleState): ISnapshot {
  const desired =
    state.profile === null ? null : { profile: state.profile, key: null };
  const pending = state.kind === 'applying' ? state.pending : null;
  const pendingJob: IJob | null = pending && {
    ...job(0, pending.request, 'user', desired),
    withdrawn: pending.withdrawn
  };
  return {
    ...initialSnapshot(),
    state,
    kernel:
      state.kind === 'no-kernel'
        ? 'absent'
        : state.kind === 'not-python'
          ? 'other'
          : 'python',
    rest: atRest(state),
    desired,
    sent: pending?.stage === 'sent' ? pendingJob : null,
    queued: pending?.stage === 'queued' ? pendingJob : null
  };
}

function step(s: ISnapshot, event: LifecycleEvent): Transition {
  switch (event.type) {
    case 'restored':
      return restored(s, event);
    case 'siteProfileChanged':
      return siteProfileChanged(s, event);
    case 'inherited':
      return inherited(s, event);
    case 'kernelGone':
      return kernelGone(s, event);
    case 'kernelStarted':
    case 'kernelReconnected':
      return event.language === 'python'
        ? connected(s, event)
        : kernelUnsupported(s, event.language);
    case 'answered':
      return answered(s, event);
    case 'requestFailed':
      return requestFailed(s, event);
    case 'reportReceived':
      return reportReceived(s, event);
    case 'ran':
      return [older(s), []];
    case 'busy':
      return s.busy === event.busy
        ? [s, []]
        : flush({ ...s, busy: event.busy });
    default:
      return s.kernel === 'python' ? asked(s, event) : [s, []];
  }
}

/** Actions of the user, and changes by another page, in a Python kernel. */
function asked(
  s: ISnapshot,
  event: EventOf<
    'run' | 'changedElsewhere' | 'apply' | 'clear' | 'verify' | 'cancel'
  >
): Transition {
  // Nobody can undo the site's choice.
  if (s.fixed && (event.type === 'clear' || event.type === 'cancel')) {
    return [s, []];
  }
  switch (event.type) {
    case 'apply': {
      const target = { profile: event.profile, key: event.key };
      if (!lacksKey(target)) {
        return enqueue(s, 'apply', target, event.reason);
      }
      return event.reason === 'elsewhere'
        ? reapply({ ...s, desired: target }, 'apply', event.reason, target)
        : [s, []];
    }
    case 'clear':
      if (s.rest.kind !== 'not-set' || s.sent !== null || s.queued !== null) {
        return enqueue(s, 'clear', null);
      }
      return s.desired === null ? [s, []] : [{ ...s, desired: null }, []];
    case 'verify':
      return s.sent === null && s.queued === null
        ? enqueue(s, 'verify', null)
        : [s, []];
    case 'cancel':
      if (s.queued !== null) {
        return [{ ...s, queued: null }, [drop(s.queued)]];
      }
      return s.sent !== null && !s.sent.withdrawn
        ? [{ ...s, sent: { ...s.sent, withdrawn: true } }, [drop(s.sent)]]
        : [s, []];
    case 'changedElsewhere':
      return s.stale ? [s, []] : flush({ ...s, stale: true, shared: true });
    case 'run':
      return run(s, event.block);
  }
}

/** Cells are about to be queued: the desired profile has to be ahead of them. */
function run(s: ISnapshot, block?: Block): Transition {
  const waits = s.sent === null && s.queued !== null;
  const [now, effects] = waits ? flush(s, true) : [s, []];
  // Only a guard can block cells; an apply ahead of them does not if it fails.
  const target =
    block !== undefined ? targetOf(now) : waits ? null : guarded(now);
  if (target === null) {
    return [now, effects];
  }
  const guard = job(now.nextId, 'guard', 'run', target);
  const { effect } = send(now, guard);
  const made = block === undefined ? effect : { ...effect, block };
  return [{ ...now, nextId: now.nextId + 1 }, [...effects, made]];
}

/**
 * The target of a guard; null if nothing is armed or about to be. A pending request
 * does not replace the guard: its process may be gone by now, and the cells would
 * be the first in the next one.
 */
function guarded(s: ISnapshot): ITarget | null {
  const { sent, armed } = s;
  const arms =
    sent !== null &&
    sent.target !== null &&
    sent.request !== 'clear' &&
    (sent.request !== 'probe' || sent.follow);
  const target = armed !== null || arms ? targetOf(s) : null;
  return target !== null && lacksKey(target) && target !== armed
    ? null
    : target;
}
