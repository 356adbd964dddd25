/**
 * Public tokens: how other extensions read the state of a notebook's
 * encryption, or ask for an apply. Must not hold any implementation.
 */

import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import type { LifecycleState } from './encryption/lifecycle';
import type { Profile } from './encryption/profile';
import type { IReport } from './encryption/report';

/** One request as it was run in a kernel: what the history shows. */
export interface IHistoryEntry {
  /** ISO 8601, UTC. */
  time: string;
  kernelId: string;
  request: string;
  /** Why it was sent: the person, a restart, a reload, the guard of a run. */
  reason: 'person' | 'restart' | 'reload' | 'run';
  /** The exact code that the kernel evaluated; arguments travel beside it. */
  code: string;
  /** The arguments as they travelled, without key material. */
  arguments: string;
  outcome: 'ok' | 'failed' | 'aborted' | 'cancelled';
  /** One sentence. */
  message: string;
  /** Milliseconds from sending to the answer. */
  elapsed: number;
}

/** The conversation about encryption with the kernel of one notebook or console. */
export interface IEncryptionSession extends IDisposable {
  /** Name of the notebook or console, and of its kernel, for people. */
  readonly label: { document: string; kernel: string };
  readonly state: LifecycleState;
  readonly stateChanged: ISignal<IEncryptionSession, LifecycleState>;
  readonly history: ReadonlyArray<IHistoryEntry>;
  /** The profile that this notebook wants, also while it is not applied. */
  readonly profile: Profile | null;
  /**
   * Apply a profile.
   *
   * @param profile - validated before anything is sent
   * @param customerKey - for SSE-C: base64 of 32 bytes; kept in memory only
   * @returns the agent's report; null where it was cancelled
   * @throws ProfileError where the profile is not valid
   */
  apply(profile: Profile, customerKey?: string): Promise<IReport | null>;
  verify(): Promise<IReport | null>;
  clear(): Promise<IReport | null>;
  /** Withdraw a request that has not run yet. */
  cancel(): void;
  /** To be called right before cells are sent to the kernel, once per batch. Sends nothing where nothing is armed. */
  guardRun(): void;
  /** True where the settings leave this kernel out: nothing is ever sent to it. */
  readonly leftOut?: boolean;
}

/** Knows the session of each notebook and console, and which one is current. */
export interface IEncryptionTracker {
  readonly current: IEncryptionSession | null;
  readonly currentChanged: ISignal<
    IEncryptionTracker,
    IEncryptionSession | null
  >;
  /** Emitted for each session as soon as it is there. */
  readonly sessionAdded: ISignal<IEncryptionTracker, IEncryptionSession>;
  /** The session of a notebook or console panel, null where it has none. */
  find(widget: Widget): IEncryptionSession | null;
}

export const IEncryptionTracker = new Token<IEncryptionTracker>(
  'jupyterlab-s3-encryption:IEncryptionTracker',
  'Reads how the S3 objects of a notebook are encrypted, and asks for changes.'
);
