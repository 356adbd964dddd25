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
import { sameProfile, sameSettings } from '../profile/profile';
import type { IReport, IReportError } from '../../contract/report';

export const NOT_SET: Resting = {
  kind: 'not-set',
  profile: null,
  report: null
};

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

/** The last report behind a state. */
export function reportOf(state: LifecycleState): IReport | null {
  return 'report' in state ? state.report : null;
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
 * Take over a report: what is armed, what is desired from now on, and the state
 * to show.
 *
 * @param job - the request that it answers
 */
export function applyReport(
  snapshot: ISnapshot,
  job: Pick<IJob, 'request' | 'target' | 'reason'>,
  report: IReport
): ISnapshot {
  const armed = armedBy(snapshot, job, report);
  const desired = snapshot.fixed
    ? snapshot.desired
    : (armed ?? desiredWithout(snapshot, job, report));
  const rest = restingOf(job, armed, desired, report);
  const other =
    armed !== null &&
    desired !== null &&
    !sameSettings(armed.profile, desired.profile);
  return {
    ...snapshot,
    armed,
    desired,
    // Not the site's profile: whatever the report claims is about another one.
    rest:
      other && 'profile' in rest && rest.kind !== 'failed'
        ? { kind: 'changed', profile: desired.profile, report }
        : rest
  };
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
      target => target !== null && sameProfile(target.profile, report.profile)
    ) ?? { profile: report.profile, key: null }
  );
}

/** What is desired if nothing is armed. */
function desiredWithout(
  snapshot: ISnapshot,
  job: Pick<IJob, 'request' | 'target' | 'reason'>,
  report: IReport
): ITarget | null {
  // Another page cleared, for this notebook too.
  if (job.reason === 'elsewhere' && report.ok) {
    return null;
  }
  switch (job.request) {
    case 'apply':
      return job.target;
    case 'clear':
      return report.ok ? job.target : snapshot.desired;
    case 'guard':
      // Nothing is armed, without an error: the notebook's own code cleared it.
      return report.ok ? null : snapshot.desired;
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
      error: report.error ?? NO_REASON,
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

const NO_REASON: IReportError = {
  code: 'internal',
  message: 'The kernel reported a failure without a reason.',
  fields: [],
  settings: 'unknown'
};
