/**
 * Whether a condition of a policy holds for a write, as far as that can be known
 * from the headers. Pure.
 *
 * Sources: IAM user guide (Condition operators; Multivalued context keys), Amazon
 * S3 user guide (Condition keys; TLS 1.2 is the oldest version that S3 takes).
 */

import { like, VARIABLE } from './glob';

export const SERVER_SIDE = 's3:x-amz-server-side-encryption';
export const KEY_ID = 's3:x-amz-server-side-encryption-aws-kms-key-id';
export const CUSTOMER_ALGORITHM =
  's3:x-amz-server-side-encryption-customer-algorithm';
const TLS_VERSION = 's3:tlsversion';
const OLDEST_TLS = 1.2;

/** Condition keys of a write, in lower case; null: absent. Any other key is not known. */
export type Request = Readonly<Record<string, string | null>>;

/** One value of a condition and that of the request; null: cannot be judged. */
type Match = (expected: string, value: string) => boolean | null;

const MATCHES: ReadonlyMap<string, Match> = new Map<string, Match>([
  ['StringEquals', (expected, value) => expected === value],
  ['StringEqualsIgnoreCase', ignoringCase],
  ['StringLike', like],
  ['ArnEquals', arnLike],
  ['ArnLike', arnLike],
  ['Bool', ignoringCase]
]);

function ignoringCase(expected: string, value: string): boolean {
  return expected.toLowerCase() === value.toLowerCase();
}

/** The parts of an ARN are compared one by one, so that no `*` reaches over a colon. */
function arnLike(expected: string, value: string): boolean {
  const one = arnParts(expected);
  const other = arnParts(value);
  return one.length === 6 && other.length === 6
    ? one.every((part, index) => like(part, other[index] ?? ''))
    : like(expected, value);
}

function arnParts(text: string): string[] {
  const parts = text.split(':');
  return parts.length < 6
    ? parts
    : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/**
 * Does a condition hold for a request?
 *
 * @param key - in lower case
 * @returns null if that cannot be known from here
 */
export function conditionHolds(
  operator: string,
  key: string,
  values: readonly string[],
  request: Request
): boolean | null {
  if (key === TLS_VERSION) {
    return tlsHolds(operator, values);
  }
  const value = Object.hasOwn(request, key) ? request[key] : undefined;
  if (value === undefined) {
    return null;
  }
  if (operator === 'Null') {
    return values.some(
      expected => (value === null) === (expected.toLowerCase() === 'true')
    );
  }
  const set = /^ForA(?:ll|ny)Values?:/.exec(operator)?.[0] ?? '';
  const bare = operator.slice(set.length);
  const ifExists = bare.endsWith('IfExists');
  const name = ifExists ? bare.slice(0, -'IfExists'.length) : bare;
  const negated = name.includes('Not');
  const match = MATCHES.get(name.replace('Not', ''));
  if (match === undefined) {
    return null;
  }
  if (value === null) {
    return set === '' ? negated || ifExists : set.includes('All') || ifExists;
  }
  // Nothing documents whether S3 compares an id or an alias as sent, or as resolved.
  if (key === KEY_ID && !/^arn:[^:]*:kms:[^:]*:[^:]*:key\//.test(value)) {
    return null;
  }
  const found = values.map(expected =>
    expected.includes(VARIABLE) ? null : match(expected, value)
  );
  if (found.includes(true)) {
    return !negated;
  }
  return found.includes(null) ? null : negated;
}

/** S3 takes no older TLS, so a condition about older versions never holds. */
function tlsHolds(operator: string, values: readonly string[]): boolean | null {
  const older =
    operator.startsWith('NumericLessThan') && !operator.includes('Equals');
  return older &&
    values.length > 0 &&
    values.every(value => Number(value) <= OLDEST_TLS)
    ? false
    : null;
}
