/**
 * Compares the settings of a bucket with a profile: how a write without a header
 * would be encrypted, and which statements of the policy would deny the writes of
 * the profile, over TLS and to any object of the bucket. Pure.
 *
 * A statement is only reported to deny if everything in it is understood; if it
 * depends on something else (the caller, the network), it is reported to depend.
 *
 * Sources: IAM user guide (policy elements; the conditions are in
 * `policyConditions.ts`); the same rules as the evaluator in
 * `demo/rules/access/policies.py`.
 */

import {
  kmsKeyOf,
  METHOD,
  type Choice,
  type Method,
  type Profile
} from '../contract/profile';
import type {
  IBucketEncryption,
  IPolicyStatement
} from '../contract/storedObjects';
import { coversAll, like, mayCover } from './glob';
import {
  conditionHolds,
  CUSTOMER_ALGORITHM,
  KEY_ID,
  SERVER_SIDE,
  type Request
} from './policyConditions';

/** What a statement does to the writes of a profile. */
export type Effect = 'refuses' | 'depends' | 'passes';

export interface IComparison {
  /** Method of the profile for this bucket; null without a profile. */
  readonly method: Method | null;
  /** The statements that refuse, or may refuse, a write of the profile over TLS. */
  readonly statements: readonly IRefusal[];
  /** The bucket blocks SSE-C and the profile writes with it. */
  readonly blocked: boolean;
  /** A write without a header: the statements that refuse it, or may. */
  readonly withoutHeader: readonly IRefusal[];
  /** Names of the statements that are about something other than encryption. */
  readonly unrelated: readonly string[];
}

/** A statement, by its Sid or else its place among those that were read. */
export interface IRefusal {
  readonly sid: string;
  readonly effect: 'refuses' | 'depends';
}

/** The write of a choice, over TLS. */
export function writeOf(choice: Choice | null): Request {
  const key = choice === null ? undefined : kmsKeyOf(choice);
  const server = choice ? METHOD[choice.method].header : null;
  return {
    'aws:securetransport': 'true',
    [SERVER_SIDE]: server,
    [KEY_ID]: server === null ? null : (key ?? null),
    [CUSTOMER_ALGORITHM]:
      choice && METHOD[choice.method].customerKey ? 'AES256' : null
  };
}

/** The rule of a bucket, which may be called `constructor`; else that of all others. */
export function choiceFor(profile: Profile, bucket: string): Choice {
  const rules = profile.buckets ?? {};
  return (Object.hasOwn(rules, bucket) ? rules[bucket] : undefined) ?? profile;
}

/** Compare the settings of a bucket with a profile; null for no profile. */
export function evaluateWrites(
  found: IBucketEncryption,
  profile: Profile | null
): IComparison {
  const choice = profile && choiceFor(profile, found.bucket);
  return {
    method: choice?.method ?? null,
    statements: choice ? refusals(found, writeOf(choice)) : [],
    blocked:
      choice !== null &&
      METHOD[choice.method].customerKey &&
      found.default?.blocked.includes('SSE-C') === true,
    withoutHeader: refusals(found, writeOf(null)),
    unrelated: (found.policy?.statements ?? []).flatMap((statement, index) =>
      isAboutEncryption(statement) ? [] : [nameOf(statement, index)]
    )
  };
}

function refusals(found: IBucketEncryption, request: Request): IRefusal[] {
  const list: IRefusal[] = [];
  (found.policy?.statements ?? []).forEach((statement, index) => {
    const effect = effectOf(statement, found.bucket, request);
    if (effect !== 'passes') {
      list.push({ sid: nameOf(statement, index), effect });
    }
  });
  return list;
}

function nameOf(statement: IPolicyStatement, index: number): string {
  return statement.sid || `#${index + 1}`;
}

/** Does a statement ask for TLS or for a header of encryption? */
export function isAboutEncryption({ conditions }: IPolicyStatement): boolean {
  return conditions.some(({ key }) =>
    /x-amz-server-side-encryption|aws:securetransport/i.test(key)
  );
}

/** What one statement does to a write of any object of the bucket. */
export function effectOf(
  statement: IPolicyStatement,
  bucket: string,
  request: Request
): Effect {
  const applies = appliesTo(
    statement,
    's3:PutObject',
    anyObject(bucket),
    request
  );
  if (statement.effect !== 'Deny' || applies === 'no') {
    return 'passes';
  }
  return applies === 'yes' && statement.everybody ? 'refuses' : 'depends';
}

/** Does a pattern stand for what the action is about: all of it, some of it, or nothing? */
export type Covers = (resource: string) => 'all' | 'some' | 'none';

/** Does a statement apply to an action; `maybe` if something in it is not known here? */
export function appliesTo(
  statement: IPolicyStatement,
  action: string,
  covers: Covers,
  request: Request
): 'yes' | 'maybe' | 'no' {
  const { actions, resources, conditions, plain } = statement;
  if (
    actions.length > 0 &&
    !actions.some(pattern => like(pattern.toLowerCase(), action.toLowerCase()))
  ) {
    return 'no';
  }
  const reach = resources.map(covers);
  if (resources.length > 0 && reach.every(one => one === 'none')) {
    return 'no';
  }
  const holds = conditions.map(({ operator, key, values }) =>
    conditionHolds(operator, key.toLowerCase(), values, request)
  );
  if (holds.includes(false)) {
    return 'no';
  }
  return plain && reach.includes('all') && !holds.includes(null)
    ? 'yes'
    : 'maybe';
}

/** Any object of a bucket. */
export function anyObject(bucket: string): Covers {
  return resource => {
    const beginning = objects(resource, bucket);
    return coversAll(resource, beginning)
      ? 'all'
      : mayCover(resource, beginning)
        ? 'some'
        : 'none';
  };
}

/** How the ARNs of all objects of a bucket begin, in the partition that a resource names. */
function objects(resource: string, bucket: string): string {
  const named = resource.split(':', 2)[1] ?? '';
  const partition = /^aws(?:-[a-z]+)*$/.test(named) ? named : 'aws';
  return `arn:${partition}:s3:::${bucket}/`;
}
