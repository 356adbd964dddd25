/**
 * The public interface: how other extensions read the state of a notebook's
 * encryption, or apply a profile. Types, the token, and the error of a profile.
 */

import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import type { IFolderTree } from './encryption/auditFolders';
import type {
  Block,
  LifecycleState,
  Reason
} from './encryption/lifecycle/types';
import type { Profile } from './encryption/profile/profile';
import type { IReencryptionResult } from './encryption/reencryptionRows';
import type { IReport, IReportError } from './contract/report';
import type {
  IAudit,
  IReencryptionPlan,
  IBucketEncryption,
  ICanary,
  IKeys,
  IWrites,
  IWrittenPath,
  QUESTIONS,
  Question
} from './contract/storedObjects';

export { ProfileError } from './encryption/profile/profile';
export type { LifecycleState, Profile, IReport, IReportError };

/** One request as it was run in a kernel: what the history shows. */
export interface IHistoryEntry {
  /** ISO 8601, UTC. */
  time: string;
  kernelId: string;
  request: string;
  /** Why it was sent. */
  reason: Reason;
  /** The exact code that the kernel evaluated; arguments travel beside it. */
  code: string;
  /** The arguments as they travelled, without key material. */
  arguments: string;
  outcome: 'ok' | 'failed' | 'aborted' | 'cancelled' | 'blocked';
  /** One sentence. */
  message: string;
  /** Milliseconds from sending to the answer. */
  elapsed: number;
}

/** The requests about stored objects. */
export type ObjectRequest = (typeof QUESTIONS)[Question];

/** What is known about the stored objects of one notebook; a new object after every change. */
export interface IObjectChecksState {
  /** The user's request that has no answer yet. */
  readonly underWay: ObjectRequest | null;
  /** The request waits in the page until nothing else runs in the kernel. */
  readonly queued: boolean;
  /** When it was sent to the kernel, in milliseconds since 1970; null if none was. */
  readonly since?: number | null;
  /** With the time of its answer, ISO 8601. */
  readonly canary: (ICanary & { readonly time: string }) | null;
  readonly writes: IWrites | null;
  /** How many cells have run since `writes` was answered. */
  readonly cellsSinceWrites?: number;
  /** While `underWay` is `audit`: the counts so far. `objects`: the first of each of them. */
  readonly audit: IAudit | null;
  /** All objects of an audit that is over, tab-separated with a header line. */
  readonly auditRows: Blob | null;
  /** An audit that is over, counted per folder; null if all is in one folder. */
  readonly auditFolders: IFolderTree | null;
  /** While `underWay` is `reencryptionPlan`: how far it is. Nothing is changed by it. */
  readonly reencryptionPlan: IReencryptionPlan | null;
  /** While `underWay` is `reencryption`: how far it is. It is kept when the kernel goes away. */
  readonly reencryption: IReencryptionResult | null;
  /** All objects of a run that is over. */
  readonly reencryptionFiles: {
    readonly csv: Blob;
    readonly json: Blob;
  } | null;
  /** A run was told to end, and has not yet. */
  readonly stopping?: boolean;
  /** The encryption settings of the bucket that was read last. */
  readonly bucket: IBucketEncryption | null;
  /** The KMS keys of the kernel's account and Region, if they were asked for. */
  readonly keys: IKeys | null;
  /** Why there is no answer. */
  readonly failed: {
    readonly request: ObjectRequest;
    readonly error: IReportError;
  } | null;
}

export interface IAuditOptions {
  readonly path: string;
  /** How many objects are checked at most. */
  readonly limit: number;
  /** Which ones, if there are more. */
  readonly sample: 'first' | 'newest';
}

export interface IReencryptionOptions {
  readonly path: string;
  /** Plan for old versions, too. */
  readonly versions: boolean;
}

/** What a user can ask. Promises never reject; the state says what failed. */
export interface IObjectQuestions extends Readonly<
  Record<Question, (...args: never[]) => Promise<void>>
> {
  writeCanary(location: string): Promise<void>;
  checkWrites(): Promise<void>;
  audit(options: IAuditOptions): Promise<void>;
  /** Plan to encrypt what is stored below a path as it is chosen; changes nothing. */
  planReencryption(options: IReencryptionOptions): Promise<void>;
  /** Carry out the plan that is shown, by its name in the kernel. */
  reencrypt(plan: string): Promise<void>;
  cancelRenewal(): Promise<void>;
  /** Let the executors of a Spark Connect server close their open file systems. */
  renew(): Promise<void>;
  /** Read the settings of a bucket: its default encryption and its policy. */
  readBucket(bucket: string): Promise<void>;
  /** List the KMS keys of the account and Region that the kernel works in. */
  listKeys(): Promise<void>;
}

/**
 * Asks how objects are really stored. Nothing is sent while a cell runs: requests
 * wait until the kernel is idle.
 */
export interface IObjectChecks extends IObjectQuestions {
  readonly state: IObjectChecksState;
  readonly changed: ISignal<IObjectChecks, IObjectChecksState>;
  /** Paths with objects that do not match the profile; each write is reported once. */
  readonly mismatched: ISignal<IObjectChecks, readonly IWrittenPath[]>;
  /** When the user's own writes are checked. */
  readonly checks: CheckWrites;
  /** Is a profile applied that objects can be compared with? */
  readonly armed: boolean;
  /**
   * Withdraw the current request: an audit or a plan at its next page, a re-encryption after
   * the objects that it is at, any other only while it is queued. Else drop the plan.
   */
  cancel(): void;
  /** A cell of the user has run. */
  ran(): void;
}

/** When the user's own writes are checked. */
export type CheckWrites = 'afterRun' | 'onDemand' | 'off';

/** The S3 encryption of one notebook or console, and of its kernel. */
export interface IEncryptionSession extends IDisposable {
  /** Display names of the notebook or console and of its kernel. */
  readonly label: { document: string; kernel: string };
  readonly state: LifecycleState;
  readonly stateChanged: ISignal<IEncryptionSession, LifecycleState>;
  readonly history: ReadonlyArray<IHistoryEntry>;
  /** The profile of this notebook, also while it is not applied. */
  readonly profile: Profile | null;
  /**
   * Apply a profile.
   *
   * @param profile - validated before anything is sent
   * @param customerKey - for SSE-C: base64 of 32 bytes; kept in memory only
   * @returns the agent's report; null if it was cancelled
   * @throws ProfileError if the profile is not valid, or not allowed by the site
   */
  apply(profile: Profile, customerKey?: string): Promise<IReport | null>;
  verify(): Promise<IReport | null>;
  clear(): Promise<IReport | null>;
  /** Withdraw a request that has not run yet. */
  cancel(): void;
  /**
   * Call this right before cells are sent to the kernel, once per batch. Sends
   * nothing if no profile is set, or if the kernel looks before each cell by itself.
   *
   * @param mode - stops these cells if the settings cannot be applied; with `warn`, or
   *   without it, they run anyway, and the state says so. `warn` is what a gate in the
   *   kernel does from now on, too; without `mode` it stays as it is
   */
  guardRun(mode?: Block | 'warn'): void;
  /** A profile was applied at the user's request, or cleared (null). */
  readonly applied: ISignal<IEncryptionSession, Profile | null>;
  /** Cells were not run: the reason, in one sentence. */
  readonly blocked: ISignal<IEncryptionSession, string>;
  /** Checks of how objects are really stored; they do nothing in an excluded kernel. */
  readonly objectChecks: IObjectChecks;
  /**
   * Why the choice that is kept for this notebook could not be read; null if it was, or
   * is not needed. A choice that nobody knows is not taken for none.
   */
  readonly unread: string | null;
  /** Read the kept choice again. */
  readAgain(): Promise<void>;
  /** Is this kernel excluded by the settings? Then nothing is ever sent to it. */
  readonly excluded: boolean;
}

/** Knows the session of each notebook and console, and which one is current. */
export interface IEncryptionTracker {
  readonly current: IEncryptionSession | null;
  readonly currentChanged: ISignal<
    IEncryptionTracker,
    IEncryptionSession | null
  >;
  /** Emitted for each new session. */
  readonly sessionAdded: ISignal<IEncryptionTracker, IEncryptionSession>;
  /** The session of a notebook or console panel, null if it has none. */
  find(widget: Widget): IEncryptionSession | null;
}

export const IEncryptionTracker = new Token<IEncryptionTracker>(
  'jupyterlab-s3-encryption:IEncryptionTracker',
  'Reads how the S3 objects of a notebook are encrypted, and asks for changes.'
);
