/**
 * The shapes of the agent's answers, as the rest of the product reads them.
 *
 * Part of the domain: pure types, the same as in `docs/protocol.md` and in the
 * agent. Must not know of Jupyter, of messages or of how a report travels.
 */

import type { Profile } from './profile';
import type {
  IAudit,
  IBucketEncryption,
  ICanary,
  IProof,
  IWrites
} from './storedObjects';

/** The version of the shapes below; it grows when a reader of the old ones would be misled. */
export const PROTOCOL = 1;

/** What the agent can be asked to do. */
export type RequestName =
  | 'probe'
  | 'apply'
  | 'clear'
  | 'verify'
  | 'guard'
  | 'release'
  | 'cancelRenewal'
  | 'renew'
  | 'canary'
  | 'writes'
  | 'audit'
  | 'cancelAudit'
  | 'bucket';

/** How far a protection is known to hold; a lower claim is never shown as a higher one. */
export type Claim = 'none' | 'set' | 'inEffect' | 'proven';

/** Where a value comes from. */
export type Origin = 'session' | 'cluster' | 'bucket' | 'none';

/** A fix that the product can carry out; anything else is only a sentence. */
export type FixAction =
  'apply' | 'clear' | 'verify' | 'canary' | 'cancelRenewal' | 'renew' | 'audit';

export interface IFinding {
  /** Stable code, for example `stale-file-system`; each has a section in the documentation. */
  code: string;
  severity: 'error' | 'warning' | 'info';
  /** One sentence for a person. */
  message: string;
  /** What to do, as a sentence; with `action` where a button can do it. */
  fix: { message: string; action?: FixAction } | null;
}

export interface ISessionInfo {
  kind: 'classic' | 'connect' | 'none';
  applicationId: string | null;
  sparkVersion: string | null;
  hadoopVersion: string | null;
  master: string | null;
  /** How many Spark sessions of this kernel were looked at. */
  sessions: number;
}

export interface IConnectorInfo {
  scheme: 's3' | 's3a' | 's3n';
  connector: 's3a' | 'emrfs' | 'other' | 'none';
  className: string | null;
  /** Why there is none, where that is known. */
  reason: string | null;
}

export interface ISetting {
  key: string;
  /** What `spark.conf.get` (or the cluster) returns; null where it is not set; masked where it is secret. */
  value: string | null;
  /** What it has to be; null where it has to be absent or off; masked where it is secret. */
  wanted: string | null;
  origin: Origin;
  /** Whether value and wanted agree; true for everything where no profile is armed. */
  ok: boolean;
}

export interface IFileSystemInfo {
  uri: string;
  /** Algorithm and key of the live instance, null where they cannot be read. */
  algorithm: string | null;
  keyId: string | null;
  /** True where it differs from what is wanted now, null where that is unknown. */
  stale: boolean | null;
}

/** A Python library of the kernel that writes to S3 by itself. */
export interface IWriter {
  writer: string;
  loaded: boolean;
  /** Whether what it writes from now on is as the profile says. */
  covered: boolean;
  /** Why it is not covered; null where it is. */
  reason: string | null;
}

export interface IReportError {
  /** `invalid-profile`, `unsupported-method`, `no-connector`, `spark-refused`, `internal`, … */
  code: string;
  message: string;
  /** For a bad profile: which field, what is wrong, what would be right. */
  fields: { field: string; message: string }[];
  /** Which settings are in the kernel after the failure; `unknown` only where no answer came. */
  settings: 'old' | 'new' | 'mixed' | 'unchanged' | 'unknown';
}

export interface IReport {
  protocol: number;
  request: RequestName;
  ok: boolean;
  error: IReportError | null;
  agent: { version: string; python: string; source: 'installed' | 'shipped' };
  /** The profile that the agent holds, never with key material; null where none is armed. */
  profile: Profile | null;
  /** Opaque identity of the armed profile; changes with any part of it, SSE-C key included. */
  fingerprint: string | null;
  /** True where a profile is held and there is no Spark session yet. */
  waiting: boolean;
  session: ISessionInfo;
  connectors: IConnectorInfo[];
  /** The dialect that was written, null where none. */
  dialect: 's3a' | 'emrfs' | null;
  settings: ISetting[];
  /** Keys that were in the way and were removed or turned off by this request. */
  removed: string[];
  fileSystems: IFileSystemInfo[];
  /** Executors whose file systems were renewed since the settings changed; null where unknown. */
  executors: { total: number; covered: number } | null;
  activity: { jobs: number | null; streams: number | null };
  findings: IFinding[];
  claim: Claim;
  /** What differs from what was applied; empty where nothing drifted. */
  changed: { key: string; applied: string | null; found: string | null }[];
  /** Buckets whose objects came back as wanted since the last change; null where none did. */
  proof?: IProof | null;
  /** On the answer of the request of that name, null or absent otherwise. */
  canary?: ICanary | null;
  writes?: IWrites | null;
  audit?: IAudit | null;
  bucket?: IBucketEncryption | null;
  /** Where the profile asks for Python libraries; null or absent otherwise. */
  writers?: IWriter[] | null;
  /** Time in the agent, milliseconds. */
  elapsed: number;
}
