/**
 * Parts of `transition`: what follows from an answer, or from its loss. Pure.
 */

import type { IJob, ISnapshot, IWanted } from './types';
import type { IReport, IReportError } from '../../contract/report';
import { flush, provide, sendNew, undo, type Of, type Step } from './requests';
import { adopt, reportOf } from './snapshot';

export function answered(s: ISnapshot, event: Of<'answered'>): Step {
  if (event.generation !== s.generation) {
    return [s, []];
  }
  const { report } = event;
  const done = s.sent;
  if (done === null || done.id !== event.id) {
    // The guard of a run. Where something else is in the queue, its answer is newer.
    return report === null || done !== null
      ? [s, []]
      : [
          adopt(
            s,
            { request: 'guard', target: s.armed ?? s.wanted, reason: 'run' },
            report
          ),
          []
        ];
  }
  const free = { ...s, sent: null };
  if (report === null) {
    const target = done.target ?? s.wanted;
    const held = { ...free, armed: target, wanted: target };
    return sendNew(held, 'verify', done.reason, null);
  }
  if (done.withdrawn) {
    return withdrawn(free, done, report);
  }
  const next = adopt(free, done, report);
  const { target } = done;
  if (
    done.request === 'probe' &&
    done.follow &&
    target !== null &&
    report.ok &&
    next.armed === null &&
    next.queued === null
  ) {
    // A guard: what somebody cleared in this process stays cleared.
    return provide(next, 'guard', done.reason, target);
  }
  return flush(next);
}

/** A request that nobody wants any more has run. */
function withdrawn(s: ISnapshot, done: IJob, report: IReport): Step {
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
    adopt(s, { request: 'verify', target: null, reason: done.reason }, quiet)
  );
}

export function lost(s: ISnapshot, event: Of<'lost'>): Step {
  if (event.generation !== s.generation) {
    return [s, []];
  }
  const done = s.sent;
  if (done === null || done.id !== event.id) {
    // A kernel that is gone says so itself.
    return done !== null || event.error.code === 'kernel-gone'
      ? [s, []]
      : [failed(s, s.wanted, event.error), []];
  }
  const asks = done.request === 'apply' || done.request === 'guard';
  const wanted = asks && !done.withdrawn ? done.target : s.wanted;
  return flush(
    failed({ ...s, sent: null }, wanted, event.error),
    done.withdrawn
  );
}

/** News of the kernel. A failure that came with it is none of the settings. */
export function told(s: ISnapshot, event: Of<'told'>): Step {
  const { kind } = s.rest;
  return event.generation !== s.generation ||
    s.sent !== null ||
    kind === 'failed' ||
    kind === 'needs-key'
    ? [s, []]
    : [
        adopt(
          s,
          { request: 'verify', target: null, reason: 'run' },
          { ...event.report, ok: true, error: null }
        ),
        []
      ];
}

function failed(
  s: ISnapshot,
  wanted: IWanted | null,
  error: IReportError
): ISnapshot {
  const rest = {
    kind: 'failed' as const,
    profile: wanted?.profile ?? null,
    error,
    report: reportOf(s.rest)
  };
  return { ...s, wanted, rest };
}
