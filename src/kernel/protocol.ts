/**
 * The envelope of a request, and the strict reading of what comes back.
 *
 * Same shapes as `docs/protocol.md` and the agent's `report.py`. Reading never
 * throws: a foreign, truncated or other version's answer becomes an error that
 * can be shown. Must not know how a message travels.
 */

import type { JSONObject } from '@lumino/coreutils';
import { UUID } from '@lumino/coreutils';

import { parseProfile } from '../encryption/profile/profile';
import type { IReport, IReportError, RequestName } from '../contract/report';
import { PROTOCOL } from '../contract/report';
import {
  FLAG,
  NUMBER,
  TEXT,
  isObject,
  listOf,
  oneOf,
  optional,
  orNull,
  record,
  type Shape
} from '../contract/shape';
import { AUDIT, BUCKET, CANARY, PROOF, WRITES } from '../contract/storedShapes';

/** The type of the answer's data. */
export const MIME_TYPE = 'application/vnd.jupyterlab-s3-encryption+json';

export interface IRequest {
  readonly protocol: number;
  readonly id: string;
  readonly request: RequestName;
  readonly arguments: JSONObject;
}

/** What an answer can be. */
export type Answer =
  | { kind: 'report'; report: IReport }
  /** What was asked for is there already; nothing was done. */
  | { kind: 'unchanged' }
  /** No agent in the kernel: send the request again with its files. */
  | { kind: 'agent-missing' }
  | { kind: 'error'; error: IReportError };

/** Make a request with an id of its own. */
export function makeRequest(
  request: RequestName,
  args: JSONObject = {}
): IRequest {
  return { protocol: PROTOCOL, id: UUID.uuid4(), request, arguments: args };
}

/** Read any answer of the agent. */
export function parseAnswer(value: unknown): Answer {
  if (isObject(value) && value.protocol === PROTOCOL) {
    if (value.agentMissing === true) {
      return { kind: 'agent-missing' };
    }
    if (value.unchanged === true && value.ok === true) {
      return { kind: 'unchanged' };
    }
  }
  const parsed = parseReport(value);
  return 'report' in parsed
    ? { kind: 'report', report: parsed.report }
    : { kind: 'error', error: parsed.error };
}

/**
 * Read a full report.
 *
 * @returns the report as it came, or what is wrong with it; where a failure
 *   came in a report that is not complete, that failure
 */
export function parseReport(
  value: unknown
): { report: IReport } | { error: IReportError } {
  if (!isObject(value)) {
    return bad('The kernel did not answer with a report.');
  }
  if (value.protocol !== PROTOCOL) {
    const theirs = JSON.stringify(value.protocol ?? null);
    return bad(
      `The agent in the kernel speaks version ${theirs} of the protocol, this page speaks version ${PROTOCOL}. Restart the kernel.`,
      'other-protocol'
    );
  }
  const wrong = REPORT(value, '');
  if (wrong === null) {
    return { report: value as unknown as IReport };
  }
  const failure = value.error;
  if (value.ok === false && ERROR(failure, '') === null) {
    return { error: failure as IReportError };
  }
  return bad(`The report of the kernel is not complete: ${wrong}.`);
}

/** An error that the front end found, in the shape of the agent's errors. */
export function reportError(code: string, message: string): IReportError {
  return { code, message, fields: [], settings: 'unknown' };
}

function bad(message: string, code = 'bad-answer'): { error: IReportError } {
  return { error: reportError(code, message) };
}

const PROFILE: Shape = (value, path) => {
  const parsed = parseProfile(value);
  return 'errors' in parsed
    ? `${path} is no profile (${parsed.errors.map(({ field }) => field).join(', ')})`
    : null;
};

const ERROR = record({
  code: TEXT,
  message: TEXT,
  fields: listOf(record({ field: TEXT, message: TEXT })),
  settings: oneOf('old', 'new', 'mixed', 'unchanged', 'unknown')
});

const FINDING = record({
  code: TEXT,
  severity: oneOf('error', 'warning', 'info'),
  message: TEXT,
  fix: orNull(
    record({
      message: TEXT,
      action: optional(
        oneOf(
          'apply',
          'clear',
          'verify',
          'canary',
          'cancelRenewal',
          'renew',
          'audit'
        )
      )
    })
  )
});

const REPORT = record({
  protocol: NUMBER,
  request: oneOf(
    'probe',
    'apply',
    'clear',
    'verify',
    'guard',
    'release',
    'cancelRenewal',
    'renew',
    'canary',
    'writes',
    'audit',
    'cancelAudit',
    'bucket'
  ),
  ok: FLAG,
  error: orNull(ERROR),
  agent: record({
    version: TEXT,
    python: TEXT,
    source: oneOf('installed', 'shipped')
  }),
  profile: orNull(PROFILE),
  fingerprint: orNull(TEXT),
  waiting: FLAG,
  session: record({
    kind: oneOf('classic', 'connect', 'none'),
    applicationId: orNull(TEXT),
    sparkVersion: orNull(TEXT),
    hadoopVersion: orNull(TEXT),
    master: orNull(TEXT),
    sessions: NUMBER
  }),
  connectors: listOf(
    record({
      scheme: oneOf('s3', 's3a', 's3n'),
      connector: oneOf('s3a', 'emrfs', 'other', 'none'),
      className: orNull(TEXT),
      reason: orNull(TEXT)
    })
  ),
  dialect: orNull(oneOf('s3a', 'emrfs')),
  settings: listOf(
    record({
      key: TEXT,
      value: orNull(TEXT),
      wanted: orNull(TEXT),
      origin: oneOf('session', 'cluster', 'bucket', 'none'),
      ok: FLAG
    })
  ),
  removed: listOf(TEXT),
  fileSystems: listOf(
    record({
      uri: TEXT,
      algorithm: orNull(TEXT),
      keyId: orNull(TEXT),
      stale: orNull(FLAG)
    })
  ),
  executors: orNull(record({ total: NUMBER, covered: NUMBER })),
  activity: record({ jobs: orNull(NUMBER), streams: orNull(NUMBER) }),
  findings: listOf(FINDING),
  claim: oneOf('none', 'set', 'inEffect', 'proven'),
  changed: listOf(
    record({ key: TEXT, applied: orNull(TEXT), found: orNull(TEXT) })
  ),
  // Newer than the first agents of this protocol, and strict where they are there.
  proof: optional(orNull(PROOF)),
  canary: optional(orNull(CANARY)),
  writes: optional(orNull(WRITES)),
  audit: optional(orNull(AUDIT)),
  bucket: optional(orNull(BUCKET)),
  writers: optional(
    orNull(
      listOf(
        record({
          writer: TEXT,
          loaded: FLAG,
          covered: FLAG,
          reason: orNull(TEXT)
        })
      )
    )
  ),
  elapsed: NUMBER
});
