/** The part of `transition` about answers and lost requests. Pure. */

import type { IJob, ISnapshot, ITarget } from './types';
import type { IReport, IReportError } from '../../contract/report';
import {
  flush,
  reapply,
  sendNew,
  undo,
  type EventOf,
  type Transition
} from './requests';
import { applyReport, reportOf } from './snapshot';

export function answered(s: ISnapshot, event: EventOf<'answered'>): Transition {
  if (event.generation !== s.generation) {
    return [s, []];
  }
  const { report } = event;
  const done = s.sent;
  if (done === null || done.id !== event.id) {
    // The guard of a run. If another request is in the queue, its answer will be newer.
    return report === null || done !== null
      ? [s, []]
      : [
          applyReport(
            s,
            { request: 'guard', target: s.desired, reason: 'run' },
            report
          ),
          []
        ];
  }
  const free = { ...s, sent: null };
  if (report === null) {
    const target = done.target ?? s.desired;
    const unchanged = { ...free, armed: target, desired: target };
    return sendNew(unchanged, 'verify', done.reason, null);
  }
  if (done.withdrawn) {
    return withdrawn(free, done, report);
  }
  const next = applyReport(free, done, report);
  const { target } = done;
  if (
    done.request === 'probe' &&
    done.follow &&
    target !== null &&
    report.ok &&
    next.armed === null &&
    next.queued === null
  ) {
    // A guard, so that a profile which was cleared in this process stays cleared.
    return reapply(next, 'guard', done.reason, target);
  }
  return flush(next);
}

/** A request ran although it was withdrawn: undo it. */
function withdrawn(s: ISnapshot, done: IJob, report: IReport): Transition {
  const changes = done.request !== 'verify' && done.request !== 'probe';
  if (changes && s.queued !== null) {
    return flush(s, true);
  }
  const settings = report.error?.settings;
  if (changes && settings !== 'old' && settings !== 'unchanged') {
    return undo(s);
  }
  const quiet = changes ? { ...report, ok: true, error: null } : report;
  return flush(
    applyReport(
      s,
      { request: 'verify', target: null, reason: done.reason },
      quiet
    )
  );
}

export function requestFailed(
  s: ISnapshot,
  event: EventOf<'requestFailed'>
): Transition {
  if (event.generation !== s.generation) {
    return [s, []];
  }
  const done = s.sent;
  if (done === null || done.id !== event.id) {
    // The watcher reports a kernel that is gone.
    return done !== null || event.error.code === 'kernel-gone'
      ? [s, []]
      : [failed(s, s.desired, event.error), []];
  }
  const asks = done.request === 'apply' || done.request === 'guard';
  const desired = asks && !done.withdrawn ? done.target : s.desired;
  return flush(
    failed({ ...s, sent: null }, desired, event.error),
    done.withdrawn
  );
}

/** A report from a request outside the lifecycle. If that one failed, the settings did not. */
export function reportReceived(
  s: ISnapshot,
  event: EventOf<'reportReceived'>
): Transition {
  const { kind } = s.rest;
  return event.generation !== s.generation ||
    s.sent !== null ||
    kind === 'failed' ||
    kind === 'needs-key'
    ? [s, []]
    : [
        applyReport(
          s,
          { request: 'verify', target: null, reason: 'run' },
          { ...event.report, ok: true, error: null }
        ),
        []
      ];
}

function failed(
  s: ISnapshot,
  desired: ITarget | null,
  error: IReportError
): ISnapshot {
  const rest = {
    kind: 'failed' as const,
    profile: desired?.profile ?? null,
    error,
    report: reportOf(s.rest)
  };
  return { ...s, desired, rest };
}
