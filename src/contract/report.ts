/**
 * The shape of the agent's answers: written once, as what reads them, and the
 * same as in `docs/protocol.md`. `emptyReport.json` is a report that says
 * nothing; the agent fills the same one.
 */

import connectors from './data/connectors.json';
import empty from './data/emptyReport.json';
import contract from './data/findings.json';
import { PROFILE } from './profile';
import { namesOf } from './records';
import type { RequestName } from './requests';
import {
  FLAG,
  NUMBER,
  TEXT,
  listOf,
  mapOf,
  oneOf,
  optional,
  orNull,
  otherwise,
  record,
  type Read
} from './shape';
import { ANSWERS, PROOF } from './storedObjects';

/** The version of the shapes below; it grows when a reader of the old ones would be misled. */
export const PROTOCOL = empty.protocol;

export type Dialect = keyof typeof connectors.dialects;
export const DIALECTS: readonly Dialect[] = namesOf(connectors.dialects);

/** How far a protection is known to hold; a lower claim is never shown as a higher one. */
const CLAIM = oneOf(['none', 'set', 'inEffect', 'proven'], 'none');
export type Claim = Read<typeof CLAIM>;

/** Where a value comes from. */
const ORIGIN = oneOf(['session', 'cluster', 'bucket', 'none']);
export type Origin = Read<typeof ORIGIN>;

/** A fix that the product can carry out; anything else is only a sentence. */
export type FixAction = keyof typeof contract.actions;
const ACTIONS = namesOf(contract.actions);

export type Severity = keyof typeof contract.severities;
const SEVERITIES = namesOf(contract.severities);

const FINDING = record({
  /** Stable code, for example `stale-file-system`; each has a section in the documentation. */
  code: TEXT,
  severity: oneOf(SEVERITIES, 'warning'),
  /** One sentence for the user. */
  message: TEXT,
  /** What to do, as a sentence; with `action` if a button can do it. */
  fix: orNull(record({ message: TEXT, action: optional(oneOf(ACTIONS)) }))
});
export type IFinding = Read<typeof FINDING>;

const SESSION = record({
  /** Of a kind that is not known nothing can be said: like Spark Connect. */
  kind: oneOf(['classic', 'connect', 'none'], 'connect'),
  applicationId: orNull(TEXT),
  sparkVersion: orNull(TEXT),
  hadoopVersion: orNull(TEXT),
  master: orNull(TEXT),
  /** How many Spark sessions of this kernel were looked at. */
  sessions: NUMBER
});
export type ISessionInfo = Read<typeof SESSION>;

const CONNECTOR = record({
  scheme: oneOf(connectors.schemes),
  connector: oneOf([...DIALECTS, 'other', 'none'], 'other'),
  className: orNull(TEXT),
  /** Why there is none, if that is known. */
  reason: orNull(TEXT)
});
export type IConnectorInfo = Read<typeof CONNECTOR>;

const SETTING = record({
  key: TEXT,
  /** What `spark.conf.get` (or the cluster) returns; null if it is not set; masked if it is secret. */
  value: orNull(TEXT),
  /** The expected value; null if it has to be absent or off; masked if it is secret. */
  wanted: orNull(TEXT),
  origin: ORIGIN,
  /** Is the value as expected? True for everything if no profile is armed. */
  ok: FLAG
});
export type ISetting = Read<typeof SETTING>;

const FILE_SYSTEM = record({
  uri: TEXT,
  /** Algorithm and key of the live instance, null if they cannot be read. */
  algorithm: orNull(TEXT),
  keyId: orNull(TEXT),
  /** True if it differs from the current settings, null if that is unknown. */
  stale: orNull(FLAG)
});
export type IFileSystemInfo = Read<typeof FILE_SYSTEM>;

/** A Python library of the kernel that writes to S3 by itself. */
const WRITER = record({
  writer: TEXT,
  loaded: FLAG,
  /** Whether what it writes from now on is as the profile says. */
  covered: FLAG,
  /** Why it is not covered; null if it is. */
  reason: orNull(TEXT)
});
export type IWriter = Read<typeof WRITER>;

/** `mode`: as that of a guard, or `warn`; `passed`: it lets the cells of one page run. */
const GATE = record({
  mode: oneOf(['warn', 'lenient', 'strict'], 'warn'),
  profile: orNull(otherwise(PROFILE, null)),
  passed: FLAG
});

export const ERROR = record({
  /** `invalid-profile`, `unsupported-method`, `no-connector`, `spark-refused`, `internal`, … */
  code: TEXT,
  message: TEXT,
  /** For a bad profile: which field, what is wrong, what would be right. */
  fields: listOf(record({ field: TEXT, message: TEXT })),
  /** Which settings are in the kernel after the failure; `unknown` only if no answer came. */
  settings: oneOf(['old', 'new', 'mixed', 'unchanged', 'unknown'], 'unknown')
});
export type IReportError = Read<typeof ERROR>;

/** What sentences are made of, by their text; see `sentences.ts`. */
export const SENTENCES = mapOf(record({ text: TEXT, values: listOf(TEXT) }));

export const REPORT = record({
  protocol: NUMBER,
  request: TEXT,
  ok: FLAG,
  error: orNull(ERROR),
  agent: record({
    version: TEXT,
    python: TEXT,
    source: oneOf(['installed', 'shipped'], 'shipped')
  }),
  /** The armed profile, never with key material; null if there is none, or one of a newer agent. */
  profile: orNull(otherwise(PROFILE, null)),
  /** Opaque identity of the armed profile; changes with any part of it, SSE-C key included. */
  fingerprint: orNull(TEXT),
  /** True if a profile is armed and there is no Spark session yet. */
  waiting: FLAG,
  session: SESSION,
  connectors: listOf(CONNECTOR),
  /** The dialect that was written, null if none. */
  dialect: orNull(otherwise(oneOf(DIALECTS), null)),
  settings: listOf(SETTING),
  /** Keys that were in the way and were removed or turned off by this request. */
  removed: listOf(TEXT),
  fileSystems: listOf(FILE_SYSTEM),
  /** Executors whose file systems were renewed since the settings changed; null if unknown. */
  executors: orNull(record({ total: NUMBER, covered: NUMBER })),
  activity: record({ jobs: orNull(NUMBER), streams: orNull(NUMBER) }),
  findings: listOf(FINDING),
  claim: CLAIM,
  /**
   * The addresses (`s3a://BUCKET`) that In effect and Proven are limited to, because others may open
   * more on the same server; null if they are not limited.
   */
  limitedTo: orNull(listOf(TEXT)),
  /** What differs from what was applied; empty if nothing drifted. */
  changed: listOf(
    record({ key: TEXT, applied: orNull(TEXT), found: orNull(TEXT) })
  ),
  /** Buckets whose objects were encrypted as chosen since the last change; null for none. */
  proof: orNull(PROOF),
  /** What looks before each cell, whoever sends it, since the kernel started; null if nothing does. */
  gate: orNull(GATE),
  ...ANSWERS,
  /** Null if the profile does not ask for Python libraries. */
  writers: orNull(listOf(WRITER)),
  /** What the sentences above are made of, by their text; see `sentences.ts`. */
  sentences: SENTENCES,
  /** Time in the agent, milliseconds. */
  elapsed: NUMBER
});
export type IReport = Read<typeof REPORT>;

/** A report that says nothing but what is given. */
export function emptyReport(
  request: RequestName,
  parts: Partial<IReport> = {}
): IReport {
  const read = REPORT(empty, '');
  if (!('value' in read)) {
    // eslint-disable-next-line no-restricted-syntax -- a broken build, which no user meets
    throw new Error('The contract has an empty report of another shape.');
  }
  return { ...read.value, request, ...parts };
}
