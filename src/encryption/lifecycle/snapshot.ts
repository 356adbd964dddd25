/** From a snapshot to the state on display, and from a report to the next snapshot. Pure. */

import type {
  Effect,
  IJob,
  IPending,
  ISnapshot,
  ITarget,
  LifecycleState,
  Resting
} from './types';
import { METHOD } from '../../contract/profile';
import { sameSettings } from '../profile/profile';
import { ENGLISH } from '../../contract/messages';
import type { IReport } from '../../contract/report';
import { noReason } from '../../contract/sentences';

export const NOT_SET: Resting = {
  kind: 'not-set',
  profile: null,
  report: null
};

export const NOT_KNOWN: Resting = { kind: 'not-known', profile: null };

/** The target of the notebook once all pending requests have run. */
export function targetOf(snapshot: ISnapshot): ITarget | null {
  if (snapshot.fixed) {
    return snapshot.desired;
  }
  const changing = [snapshot.queued, snapshot.sent].find(
    job =>
      job !== null &&
      !job.withdrawn &&
      job.request !== 'verify' &&
      job.request !== 'probe'
  );
  return changing ? changing.target : snapshot.desired;
}

/** The state to show. */
export function view(snapshot: ISnapshot): LifecycleState {
  const { queued, sent, rest } = snapshot;
  const job = queued ?? sent;
  if (job === null) {
    return rest;
  }
  const stage = queued === null ? 'sent' : 'queued';
  return {
    kind: 'applying',
    profile: targetOf(snapshot)?.profile ?? null,
    pending: pendingOf(job, stage),
    before: rest,
    report: reportOf(rest)
  };
}

function pendingOf(job: IJob, stage: IPending['stage']): IPending {
  const request =
    job.request === 'guard'
      ? 'apply'
      : job.request === 'probe'
        ? 'verify'
        : job.request;
  const { behindCell, withdrawn } = job;
  return { request, stage, behindCell, withdrawn };
}

/** The state that a request which is under way, if there is one, began with. */
export function atRest(state: LifecycleState): Resting {
  return state.kind === 'applying' ? state.before : state;
}

/** The last report behind a state. */
export function reportOf(state: LifecycleState): IReport | null {
  return 'report' in state ? state.report : null;
}

/** The claims of the last report, after one more cell has run. */
export function older(snapshot: ISnapshot): ISnapshot {
  const { rest } = snapshot;
  switch (rest.kind) {
    case 'set':
    case 'in-effect':
    case 'proven': {
      const cellsSince = cellsSinceReport(rest) + 1;
      return { ...snapshot, rest: { ...rest, cellsSince } };
    }
    default:
      return snapshot;
  }
}

/** How many cells have run since the report behind a state; 0 also if it claims nothing. */
export function cellsSinceReport(state: LifecycleState): number {
  return ('cellsSince' in state ? state.cellsSince : undefined) ?? 0;
}

/** An SSE-C profile whose key nobody here has. */
export function lacksKey({ profile, key }: ITarget): boolean {
  return METHOD[profile.method].customerKey && key === null;
}

/** Make `job` the request in the kernel's queue. */
export function send(
  snapshot: ISnapshot,
  job: IJob
): { snapshot: ISnapshot; effect: Effect } {
  const { id, request, reason, target } = job;
  return {
    snapshot: { ...snapshot, sent: job },
    effect: {
      type: 'send',
      id,
      generation: snapshot.generation,
      request,
      reason,
      target
    }
  };
}

export function drop(job: IJob): Effect {
  const { id, request, reason } = job;
  return { type: 'drop', id, request, reason };
}

/**
 * Take over a report: what is armed, and the state to show. What is desired follows
 * from requests only: what the kernel holds may come from any code that ran there.
 *
 * @param job - the request that it answers
 */
export function applyReport(
  snapshot: ISnapshot,
  job: Pick<IJob, 'request' | 'target' | 'reason'>,
  report: IReport
): ISnapshot {
  const armed = armedBy(snapshot, job, report);
  const foreign = isForeign(snapshot, job, armed, report);
  const desired =
    snapshot.fixed || foreign
      ? snapshot.desired
      : (armed ?? desiredWithout(snapshot, job, report));
  const rest = restingOf(job, armed, desired, report);
  if (!foreign || rest.kind === 'failed' || rest.kind === 'needs-key') {
    return { ...snapshot, armed, desired, rest };
  }
  const inKernel = armed?.profile ?? null;
  const profile = desired?.profile ?? null;
  return {
    ...snapshot,
    armed,
    desired,
    // The site's profile is not to be kept or put back: it is to be set again.
    rest:
      snapshot.fixed && profile !== null
        ? armed === null
          ? rest
          : { kind: 'changed', profile, report }
        : { kind: 'foreign', profile, inKernel, report }
  };
}

/** Is what the kernel holds neither desired nor what was just asked for? */
function isForeign(
  { desired, armed: before }: ISnapshot,
  { request, reason, target }: Pick<IJob, 'request' | 'target' | 'reason'>,
  armed: ITarget | null,
  report: IReport
): boolean {
  if (armed === null) {
    const news =
      request === 'guard' || reason === 'elsewhere' || before !== null;
    return report.ok && desired !== null && request !== 'clear' && news;
  }
  return ![target, desired].some(
    own => own !== null && sameSettings(own.profile, armed.profile)
  );
}

function armedBy(
  snapshot: ISnapshot,
  job: Pick<IJob, 'target'>,
  report: IReport
): ITarget | null {
  if (report.profile === null) {
    return null;
  }
  // After a failure the older one is armed, even if only the SSE-C key differs.
  const known = report.ok
    ? [job.target, snapshot.armed, snapshot.desired]
    : [snapshot.armed, snapshot.desired, job.target];
  return (
    known.find(
      target => target !== null && sameSettings(target.profile, report.profile)
    ) ?? { profile: report.profile, key: null }
  );
}

/** What is desired if nothing is armed, as it was asked for. */
function desiredWithout(
  snapshot: ISnapshot,
  job: Pick<IJob, 'request' | 'target'>,
  report: IReport
): ITarget | null {
  switch (job.request) {
    case 'apply':
      return job.target;
    case 'clear':
      return report.ok ? job.target : snapshot.desired;
    default:
      return snapshot.desired;
  }
}

function restingOf(
  job: Pick<IJob, 'request' | 'target'>,
  armed: ITarget | null,
  desired: ITarget | null,
  report: IReport
): Resting {
  if (!report.ok || report.error !== null) {
    if (armed === null && job.target !== null && lacksKey(job.target)) {
      return { kind: 'needs-key', profile: job.target.profile, report };
    }
    return {
      kind: 'failed',
      profile: desired?.profile ?? null,
      error: report.error ?? noReason(ENGLISH),
      report
    };
  }
  if (armed === null) {
    const { request, target } = job;
    // Cleared only because the previous profile cannot be restored without its key.
    return request === 'clear' && target !== null && lacksKey(target)
      ? { kind: 'needs-key', profile: target.profile, report }
      : { kind: 'not-set', profile: null, report };
  }
  const { profile } = armed;
  if (report.waiting) {
    return { kind: 'waiting', profile, report };
  }
  if (report.changed.length > 0) {
    return { kind: 'changed', profile, report };
  }
  switch (report.claim) {
    case 'proven':
      return { kind: 'proven', profile, report };
    case 'inEffect':
      return { kind: 'in-effect', profile, report };
    case 'set':
      return { kind: 'set', profile, report };
    default:
      // Armed, but the kernel's settings are different.
      return { kind: 'changed', profile, report };
  }
}
