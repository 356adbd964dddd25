/**
 * The words of the lifecycle: states, snapshots, events, effects.
 */

import type { Profile } from '../profile/profile';
import type { IReport, IReportError } from '../../contract/report';

/** What a person can ask for. */
export type Action = 'apply' | 'clear' | 'verify' | 'cancel';

/** A request on its way. */
export interface IPending {
  request: 'apply' | 'clear' | 'verify';
  /** `queued`: waits in the page for the kernel to be free; `sent`: in the kernel's queue. */
  stage: 'queued' | 'sent';
  /** True where the person's own code is running ahead of it. */
  behindCell: boolean;
  /** True where the person withdrew it after it was sent: it is undone as soon as it has run. */
  withdrawn: boolean;
}

/**
 * The state of one notebook. `profile` is what the notebook wants; `report` is
 * the agent's last answer, null where there was none.
 */
export type LifecycleState =
  /** `starting`: a kernel is on its way, or it is not known yet what it speaks. */
  | { kind: 'no-kernel'; profile: Profile | null; starting?: boolean }
  | { kind: 'not-python'; profile: Profile | null; language: string }
  | { kind: 'not-set'; profile: null; report: IReport | null }
  | { kind: 'needs-key'; profile: Profile; report: IReport | null }
  | {
      kind: 'applying';
      profile: Profile | null;
      pending: IPending;
      before: Resting;
      report: IReport | null;
    }
  | { kind: 'waiting'; profile: Profile; report: IReport }
  | { kind: 'set'; profile: Profile; report: IReport }
  | { kind: 'in-effect'; profile: Profile; report: IReport }
  | { kind: 'proven'; profile: Profile; report: IReport }
  | { kind: 'changed'; profile: Profile; report: IReport }
  | {
      kind: 'failed';
      profile: Profile | null;
      error: IReportError;
      report: IReport | null;
    };

/** A state in which nothing is under way. */
export type Resting = Exclude<LifecycleState, { kind: 'applying' }>;

/** Why a request is sent; `elsewhere`: another page or front end changed something. */
export type Reason = 'user' | 'restart' | 'reload' | 'run' | 'elsewhere';

/**
 * A guard that keeps the cells behind it from running where it fails. `strict`:
 * also where somebody cleared in the kernel; `off`: not this once.
 */
export type Block = 'lenient' | 'strict' | 'off';

/**
 * A profile that is desired, with a handle of its SSE-C key. The key itself is
 * kept by whoever runs the effects: no snapshot and no effect holds one.
 */
export interface ITarget {
  readonly profile: Profile;
  readonly key: number | null;
}

/** One request, from the moment it is asked for until it is answered or dropped. */
export interface IJob {
  readonly id: number;
  readonly request: 'probe' | 'apply' | 'guard' | 'clear' | 'verify';
  readonly reason: Reason;
  /** For apply and guard: what is applied; for probe: what is looked for. */
  readonly target: ITarget | null;
  readonly behindCell: boolean;
  readonly withdrawn: boolean;
  /** For probe: whether the target is applied where the kernel holds nothing. */
  readonly follow: boolean;
}

/** All that the lifecycle knows. Only `transition` makes new ones. */
export interface ISnapshot {
  readonly state: LifecycleState;
  /** Grows with every kernel process and every reconnect: answers of older ones do not count. */
  readonly generation: number;
  readonly nextId: number;
  readonly kernel: 'absent' | 'python' | 'other';
  /** The kernel is running something. */
  readonly busy: boolean;
  /** The last state in which nothing was under way. */
  readonly rest: Resting;
  /** What the notebook wants once nothing is under way; this is what is remembered. */
  readonly desired: ITarget | null;
  /** What the agent of this generation is known to hold. */
  readonly armed: ITarget | null;
  /** `desired` is the site's: nothing that the kernel says changes it. */
  readonly fixed: boolean;
  /** Something else is armed in the kernel than was, and nobody here has looked yet. */
  readonly stale: boolean;
  /** The request in the kernel's queue. */
  readonly sent: IJob | null;
  /** The request that waits in the page. */
  readonly queued: IJob | null;
}

export type LifecycleEvent =
  /** The remembered choice of this notebook was read. */
  | { type: 'restored'; profile: Profile }
  /** No kernel, a dead one, or one of which nothing is known yet. */
  | { type: 'kernelGone'; starting: boolean }
  /** A new process: nothing of ours is in it. Comes again where it speaks something else than was thought. */
  | { type: 'kernelStarted'; language: string; reapply: boolean }
  /** A process that may hold what we applied earlier: ask it. */
  | { type: 'kernelReconnected'; language: string; reapply: boolean }
  | { type: 'busy'; busy: boolean }
  /** The site's choice for every notebook; null where the person chooses. */
  | { type: 'siteProfileChanged'; profile: Profile | null }
  /** Another page or front end armed something else in this process, or nothing. */
  | { type: 'changedElsewhere' }
  /** Cells are about to be sent to the kernel. Without `block` they run in any case. */
  | { type: 'run'; block?: Block }
  | { type: 'apply'; profile: Profile; key: number | null }
  | { type: 'clear' }
  | { type: 'verify' }
  | { type: 'cancel' }
  /** `report` is null where the agent says that it holds what it was asked for. */
  | {
      type: 'answered';
      generation: number;
      id: number;
      report: IReport | null;
    }
  | {
      type: 'requestFailed';
      generation: number;
      id: number;
      error: IReportError;
    }
  /** A report that came with a request of another kind, which changes nothing. */
  | { type: 'reportReceived'; generation: number; report: IReport };

export type Effect =
  | {
      type: 'send';
      id: number;
      generation: number;
      request: IJob['request'];
      reason: Reason;
      target: ITarget | null;
      block?: Block;
    }
  /** The request will never be answered to the person: it was cancelled, replaced, or its kernel is gone. */
  | { type: 'drop'; id: number; request: IJob['request']; reason: Reason }
  | { type: 'remember'; profile: Profile | null };
