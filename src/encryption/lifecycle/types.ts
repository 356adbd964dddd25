/** The types of the lifecycle: states, snapshots, events, effects. */

import type { Profile } from '../profile/profile';
import type { IReport, IReportError } from '../../contract/report';

/** What a user can ask for. */
export type Action = 'apply' | 'clear' | 'verify' | 'cancel';

/** A pending request. */
export interface IPending {
  request: 'apply' | 'clear' | 'verify';
  /** `queued`: waits in the page until the kernel is idle; `sent`: in the kernel's queue. */
  stage: 'queued' | 'sent';
  /** The user's own code runs ahead of it. */
  behindCell: boolean;
  /** It was withdrawn after it was sent: it is undone as soon as it has run. */
  withdrawn: boolean;
}

/**
 * The state of one notebook. `profile` is the one that the user chose; `report` is
 * the agent's last answer, null for none. `cellsSince`: how many cells the kernel has
 * run since that answer; none if it is absent.
 */
export type LifecycleState =
  /** `starting`: a kernel is about to start, or its language is not known yet. */
  | { kind: 'no-kernel'; profile: Profile | null; starting?: boolean }
  | { kind: 'not-python'; profile: Profile | null; language: string }
  /** Nothing is chosen here, and the kernel ran before this page: it may hold anything. */
  | { kind: 'not-known'; profile: null }
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
  | { kind: 'set'; profile: Profile; report: IReport; cellsSince?: number }
  | {
      kind: 'in-effect';
      profile: Profile;
      report: IReport;
      cellsSince?: number;
    }
  | { kind: 'proven'; profile: Profile; report: IReport; cellsSince?: number }
  | { kind: 'changed'; profile: Profile; report: IReport }
  /** The kernel holds a profile, or none (null), that nobody chose here. */
  | {
      kind: 'foreign';
      profile: Profile | null;
      inKernel: Profile | null;
      report: IReport;
    }
  | {
      kind: 'failed';
      profile: Profile | null;
      error: IReportError;
      report: IReport | null;
    };

/** A state without a pending request. */
export type Resting = Exclude<LifecycleState, { kind: 'applying' }>;

/** Why a request was sent; `elsewhere`: another page or front end changed something. */
export type Reason = 'user' | 'restart' | 'reload' | 'run' | 'elsewhere';

/**
 * A guard that blocks the cells behind it if it fails. `strict`: also if the profile
 * was cleared in the kernel; `off`: not this once.
 */
export type Block = 'lenient' | 'strict' | 'off';

/**
 * A desired profile, with a handle of its SSE-C key. The session keeps the key
 * itself: no snapshot and no effect contains it.
 */
export interface ITarget {
  readonly profile: Profile;
  readonly key: number | null;
}

/** One request, from the user's action until it is answered or dropped. */
export interface IJob {
  readonly id: number;
  readonly request: 'probe' | 'apply' | 'guard' | 'clear' | 'verify';
  readonly reason: Reason;
  /** For apply and guard: what is applied; for probe: what is expected. */
  readonly target: ITarget | null;
  readonly behindCell: boolean;
  readonly withdrawn: boolean;
  /** For probe: is the target applied if nothing is armed in the kernel? */
  readonly follow: boolean;
}

/** Everything that the lifecycle knows. Only `transition` makes new ones. */
export interface ISnapshot {
  readonly state: LifecycleState;
  /** Grows with every kernel process and every reconnect: answers of older ones do not count. */
  readonly generation: number;
  readonly nextId: number;
  readonly kernel: 'absent' | 'python' | 'other';
  /** The kernel is running something. */
  readonly busy: boolean;
  /** The last state without a pending request. */
  readonly rest: Resting;
  /** The target once no request is pending; this is what is remembered. */
  readonly desired: ITarget | null;
  /** What is known to be armed in this generation. */
  readonly armed: ITarget | null;
  /** `desired` comes from another notebook or console of this kernel: it is not remembered. */
  readonly inherited: boolean;
  /** `desired` comes from the site: no report changes it. */
  readonly fixed: boolean;
  /** Another profile was armed in the kernel, and this page has not checked yet. */
  readonly stale: boolean;
  /** Another page has been heard of here: in the next process it may be the first to arm something, and unheard. */
  readonly shared: boolean;
  /** The request in the kernel's queue. */
  readonly sent: IJob | null;
  /** The request that waits in the page. */
  readonly queued: IJob | null;
}

export type LifecycleEvent =
  /** The remembered choice of this notebook was read. */
  | { type: 'restored'; profile: Profile }
  /** No kernel, a dead one, or one whose language is not known yet. */
  | { type: 'kernelGone'; starting: boolean }
  /** A new process, with nothing of ours in it. Sent again if it turns out to be of another kind. */
  | { type: 'kernelStarted'; language: string; reapply: boolean }
  /** A process that may still have our settings: ask it. */
  | { type: 'kernelReconnected'; language: string; reapply: boolean }
  | { type: 'busy'; busy: boolean }
  /** The site's profile for every notebook; null if the user chooses. */
  | { type: 'siteProfileChanged'; profile: Profile | null }
  /** The choice of another notebook or console of this page in the same kernel; null: there is none any more. */
  | { type: 'inherited'; profile: Profile | null }
  /** Another page or front end changed the profile of this process. */
  | { type: 'changedElsewhere' }
  /** A cell has ended: what is known is older than that. */
  | { type: 'ran' }
  /** Cells are about to be sent to the kernel. Without `block` they run in any case. */
  | { type: 'run'; block?: Block }
  /** `elsewhere`: another page has chosen it for this notebook. */
  | {
      type: 'apply';
      profile: Profile;
      key: number | null;
      reason?: 'user' | 'elsewhere';
    }
  | { type: 'clear' }
  | { type: 'verify' }
  | { type: 'cancel' }
  /** `report` is null if the agent had nothing to do. */
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
  /** A report from a request outside the lifecycle, which changes no settings. */
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
  /** The caller gets no answer: the request was cancelled or replaced, or its kernel is gone. */
  | { type: 'drop'; id: number; request: IJob['request']; reason: Reason }
  | { type: 'remember'; profile: Profile | null };
