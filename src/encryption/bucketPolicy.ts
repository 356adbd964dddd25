/**
 * Compares the settings of a bucket with a profile: how a write without a header
 * would be encrypted, and which statements of the policy would deny the writes of
 * the profile. Pure.
 *
 * A statement is only reported to deny if everything in it is understood; if it
 * depends on something else (the caller, the network), it is reported to depend.
 *
 * Source: IAM user guide, condition operators; the same rules as the evaluator
 * in `tests/documents/policy_evaluator.py`.
 */

import {
  METHOD,
  type Choice,
  type Method,
  type Profile
} from '../contract/profile';
import type {
  IBucketEncryption,
  IPolicyStatement
} from '../contract/storedObjects';

/** What a statement does to the writes of a profile. */
export type Effect = 'refuses' | 'depends' | 'passes';

export interface IComparison {
  /** Method of the profile for this bucket; null without a profile. */
  readonly method: Method | null;
  /** The statements that refuse, or may refuse, a write of the profile over TLS. */
  readonly statements: readonly {
    sid: string;
    effect: 'refuses' | 'depends';
  }[];
  /** The bucket blocks SSE-C and the profile writes with it. */
  readonly blocked: boolean;
  /** A write without a header: the statements that refuse it, or may. */
  readonly withoutHeader: readonly {
    sid: string;
    effect: 'refuses' | 'depends';
  }[];
}

const SSE = 's3:x-amz-server-side-encryption';
const KEY = 's3:x-amz-server-side-encryption-aws-kms-key-id';
const CUSTOMER = 's3:x-amz-server-side-encryption-customer-algorithm';

/** Condition keys of a write; null: absent. Any other key is not known. */
type Request = Readonly<Record<string, string | null>>;

/** The write of a choice, over TLS. */
function writeOf(choice: Choice | null): Request {
  const key = choice && 'kmsKeyId' in choice ? choice.kmsKeyId : undefined;
  const server = choice ? METHOD[choice.method].header : null;
  return {
    'aws:securetransport': 'true',
    [SSE]: server,
    [KEY]: server === null ? null : (key ?? null),
    [CUSTOMER]: choice && METHOD[choice.method].customerKey ? 'AES256' : null
  };
}

/** Compare the settings of a bucket with a profile; null for no profile. */
export function evaluateWrites(
  found: IBucketEncryption,
  profile: Profile | null
): IComparison {
  const choice = profile
    ? ((profile.buckets?.[found.bucket] as Choice | undefined) ?? profile)
    : null;
  return {
    method: choice?.method ?? null,
    statements: choice ? refusals(found, writeOf(choice)) : [],
    blocked:
      choice !== null &&
      METHOD[choice.method].customerKey &&
      found.default?.blocked.includes('SSE-C') === true,
    withoutHeader: refusals(found, writeOf(null))
  };
}

function refusals(
  found: IBucketEncryption,
  request: Request
): { sid: string; effect: 'refuses' | 'depends' }[] {
  const list: { sid: string; effect: 'refuses' | 'depends' }[] = [];
  (found.policy?.statements ?? []).forEach((statement, index) => {
    const effect = effectOf(statement, found.bucket, request);
    if (effect !== 'passes') {
      list.push({ sid: statement.sid || `#${index + 1}`, effect });
    }
  });
  return list;
}

/** What one statement does to a write of any object of the bucket. */
export function effectOf(
  statement: IPolicyStatement,
  bucket: string,
  request: Request
): Effect {
  if (statement.effect !== 'Deny') {
    return 'passes';
  }
  if (!statement.plain) {
    return 'depends';
  }
  if (
    !statement.actions.some(action =>
      like(action.toLowerCase(), 's3:putobject')
    )
  ) {
    return 'passes';
  }
  const whole = statement.resources.some(
    resource => resource === '*' || resource.endsWith(`:::${bucket}/*`)
  );
  const some = statement.resources.some(resource =>
    resource.includes(`:::${bucket}/`)
  );
  if (!whole && !some && !statement.resources.some(r => /[*?]/.test(r))) {
    return 'passes';
  }
  let effect: Effect = statement.everybody && whole ? 'refuses' : 'depends';
  for (const { operator, key, values } of statement.conditions) {
    const holds = conditionHolds(operator, key.toLowerCase(), values, request);
    if (holds === false) {
      return 'passes';
    }
    if (holds === null) {
      effect = 'depends';
    }
  }
  return effect;
}

/** Does a pattern with `*` and `?` match? */
function like(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${expression}$`).test(text);
}

const MATCHES: Readonly<
  Record<string, (expected: string, value: string) => boolean>
> = {
  StringEquals: (expected, value) => expected === value,
  StringEqualsIgnoreCase: (expected, value) =>
    expected.toLowerCase() === value.toLowerCase(),
  StringLike: like,
  ArnEquals: like,
  ArnLike: like,
  Bool: (expected, value) => expected.toLowerCase() === value.toLowerCase()
};

/** Null if it cannot be judged: another key, or an unknown operator. */
function conditionHolds(
  operator: string,
  key: string,
  values: readonly string[],
  request: Request
): boolean | null {
  const value = request[key];
  if (value === undefined) {
    return null;
  }
  if (operator === 'Null') {
    return (value === null) === (values[0]?.toLowerCase() === 'true');
  }
  const ifExists = operator.endsWith('IfExists');
  const name = operator.replace(/IfExists$/, '');
  const negated = name.includes('Not');
  const match = MATCHES[name.replace('Not', '')];
  if (match === undefined) {
    return null;
  }
  if (value === null) {
    return negated || ifExists;
  }
  return values.some(expected => match(expected, value)) !== negated;
}
