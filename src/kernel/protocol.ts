/**
 * The envelope of a request, and the strict reading of the answer.
 *
 * Reading never throws: an answer that is foreign, truncated or of another version
 * becomes an error that can be shown.
 */

import type {
  JSONObject,
  JSONValue,
  ReadonlyPartialJSONObject,
  ReadonlyPartialJSONValue
} from '@lumino/coreutils';
import { JSONExt, UUID } from '@lumino/coreutils';

import { parseProfile } from '../encryption/profile/profile';
import {
  ERROR,
  PROTOCOL,
  REPORT,
  type IReport,
  type IReportError
} from '../contract/report';
import { ENGLISH, type Say } from '../contract/messages';
import type { Asked, IArguments, RequestName } from '../contract/requests';
import type { Profile } from '../contract/profile';
import { noReason, withParts } from '../contract/sentences';
import { isObject } from '../contract/shape';

/** The type of the answer's data. */
export const MIME_TYPE = 'application/vnd.jupyterlab-s3-encryption+json';

/** A request as it travels: any, or one of these names. */
export type IRequest<K extends RequestName = RequestName> = {
  [N in K]: Readonly<{
    protocol: number;
    id: string;
    request: N;
    arguments: IArguments[N];
  }>;
}[K];

/** What an answer can be. */
export type Answer =
  | { kind: 'report'; report: IReport }
  /** Everything is in place already; nothing was done. */
  | { kind: 'unchanged' }
  /** No agent in the kernel: send the request again with its files. */
  | { kind: 'agent-missing' }
  | ({ kind: 'error' } & IFailure);

/** Why there is no report. */
interface IFailure {
  error: IReportError;
  /** The message in any language, if the page says it. */
  say?: Say;
}

/** Make a request with an id of its own. */
export function makeRequest<K extends RequestName>({
  request,
  args
}: Asked<K>): IRequest<K> {
  return { protocol: PROTOCOL, id: UUID.uuid4(), request, arguments: args };
}

/** A copy that belongs to the message it is put into. */
export function toJson(value: ReadonlyPartialJSONObject): JSONObject {
  const copy = (part: ReadonlyPartialJSONValue): JSONValue =>
    JSONExt.isPrimitive(part)
      ? part
      : JSONExt.isArray(part)
        ? part.map(copy)
        : toJson(part);
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, part]) =>
      part === undefined ? [] : [[name, copy(part)]]
    )
  );
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
    : { kind: 'error', ...parsed };
}

/**
 * Read a full report. Values of a newer agent that this page does not know are
 * left out, see `contract/shape.ts`, a profile as a whole; another has to be valid.
 *
 * @returns the report, or what is wrong with it; for an incomplete report of a
 *   failure, that failure
 */
export function parseReport(value: unknown): { report: IReport } | IFailure {
  if (!isObject(value)) {
    return bad('bad-answer', trans =>
      trans.__('The kernel did not answer with a report.')
    );
  }
  if (value.protocol !== PROTOCOL) {
    // A list may be as deep as it likes, and a text as long.
    const theirs =
      typeof value.protocol === 'number' ? String(value.protocol) : '?';
    return bad('other-protocol', trans =>
      trans.__(
        'The agent in the kernel uses version %1 of the protocol, this page uses version %2. Restart the kernel.',
        theirs,
        String(PROTOCOL)
      )
    );
  }
  const read = REPORT(value, '');
  let wrong: Say = 'wrong' in read ? read.wrong : () => '';
  if ('unknown' in read) {
    wrong = read.unknown;
  } else if ('value' in read) {
    const report = read.value;
    const { profile } = report;
    if (!isWhole(profile, value.profile)) {
      return { report: withoutProfile(report) };
    }
    const parsed = profile && parseProfile(profile);
    if (parsed === null || 'profile' in parsed) {
      return {
        report:
          report.ok || report.error !== null
            ? report
            : withParts(report, trans => ({ error: noReason(trans) }))
      };
    }
    const fields = parsed.errors.map(({ field }) => field).join(', ');
    wrong = trans => trans.__('profile is not valid (%1)', fields);
  }
  const failure = value.ok === false ? ERROR(value.error, '') : null;
  if (failure !== null && 'value' in failure) {
    return { error: failure.value };
  }
  return bad('bad-answer', trans =>
    trans.__("The kernel's report is not complete: %1.", wrong(trans))
  );
}

/** Was all of a profile read? Without a rule for a bucket it would be another one. */
function isWhole(read: Profile | null, given: unknown): boolean {
  if (read === null || !isObject(given)) {
    return given === null;
  }
  const rules = isObject(given.buckets) ? given.buckets : {};
  return Object.keys(rules).every(name =>
    Object.hasOwn(read.buckets ?? {}, name)
  );
}

/** A report whose profile this page does not know: nothing is claimed of it. */
function withoutProfile(report: IReport): IReport {
  return withParts(report, trans => ({
    profile: null,
    fingerprint: null,
    claim: 'none',
    proof: null,
    findings: [
      ...report.findings,
      {
        code: 'profile-unknown',
        severity: 'warning',
        message: trans.__(
          'A profile is set in this kernel whose method this page does not know: a newer version of the extension set it.'
        ),
        fix: {
          message: trans.__(
            'Update the extension in JupyterLab and reload the page, or apply a profile from here.'
          )
        }
      }
    ]
  }));
}

/** An error of the front end, in the shape of the agent's errors. */
export function reportError(code: string, message: string): IReportError {
  return { code, message, fields: [], settings: 'unknown' };
}

function bad(code: string, say: Say): IFailure {
  return { error: reportError(code, say(ENGLISH)), say };
}
