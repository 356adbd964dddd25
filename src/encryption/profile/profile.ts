/** Reads and compares profiles: the named choices of how objects must be encrypted. */

import {
  hasControl,
  isBlank,
  keyOfMethodProblem,
  validateBucketName,
  validateContextText,
  validateKmsKey
} from './keys';
import { ENGLISH, type ITranslate } from '../../contract/messages';
import {
  METHOD,
  METHODS,
  MOST,
  type BucketRule,
  type Method,
  type Profile
} from '../../contract/profile';
import { isList, isObject, textsOf } from '../../contract/shape';
import { readWriters } from './writers';

export { METHODS } from '../../contract/profile';
export type {
  BucketRule,
  Choice,
  EncryptionContext,
  Method,
  Profile
} from '../../contract/profile';

/** Which field is wrong, and a sentence that says what and what would be right. */
export interface IFieldError {
  /** `method`, `kmsKeyId`, `customerKey`, `encryptionContext`, `buckets.NAME.kmsKeyId`, …; `profile` for all of it. */
  field: string;
  message: string;
}

/** A profile, or a customer key beside it, is not valid. Nothing was sent. */
export class ProfileError extends Error {
  constructor(readonly fields: readonly IFieldError[]) {
    super(fields.map(field => field.message).join(' '));
    this.name = 'ProfileError';
  }
}

/** Does the method take a KMS key? */
export function takesKmsKey(method: Method): boolean {
  return METHOD[method].kmsKey !== 'none';
}

/** Can the method not do without a KMS key? */
export function needsKmsKey(method: Method): boolean {
  return METHOD[method].kmsKey === 'required';
}

/** Does the method take an encryption context? */
export function takesContext(method: Method): boolean {
  return METHOD[method].context;
}

/** Does S3 itself ask KMS, with a key of its own if the profile names none? */
export function asksKmsThroughS3(method: Method): boolean {
  return METHOD[method].by === 's3' && takesKmsKey(method);
}

/** Does the bucket's default decide? */
export function isLeftToBucket(method: Method): boolean {
  return METHOD[method].by === 'bucket';
}

/** Are objects encrypted before they are sent? */
export function encryptsInClient(method: Method): boolean {
  return METHOD[method].by === 'client';
}

/** Does the method need the user's own key, which is never part of a profile? */
export function needsCustomerKey(method: Method): boolean {
  return METHOD[method].customerKey;
}

/**
 * Read a profile from untrusted JSON.
 *
 * @returns the profile with known fields only, or every field that is wrong
 */
export function parseProfile(
  value: unknown,
  trans: ITranslate = ENGLISH
): { profile: Profile } | { errors: IFieldError[] } {
  const errors: IFieldError[] = [];
  if (!isObject(value)) {
    return {
      errors: [
        {
          field: 'profile',
          message: trans.__('A profile must be a JSON object.')
        }
      ]
    };
  }
  const profile: Record<string, unknown> = {};
  if (value.name !== undefined) {
    const wrong = nameProblem(value.name, trans);
    if (wrong !== null) {
      errors.push({ field: 'name', message: wrong });
    }
    profile.name = value.name;
  }
  Object.assign(profile, readChoice(value, METHODS, '', errors, trans));
  if (value.buckets !== undefined) {
    profile.buckets = readBuckets(value.buckets, errors, trans);
  }
  const writers = readWriters(value.writers, trans);
  if ('error' in writers) {
    errors.push({ field: 'writers', message: writers.error });
  } else {
    Object.assign(profile, writers);
  }
  refuseUnknown(value, PROFILE_FIELDS, '', errors, trans);
  return errors.length === 0
    ? // Every field of it was checked.
      { profile: profile as unknown as Profile }
    : { errors };
}

/** The methods that can be the rule of one bucket, in the order in which they are offered. */
export const BUCKET_METHODS = METHODS.filter(
  (method): method is BucketRule['method'] => METHOD[method].perBucket
);
const RULE_FIELDS = ['method', 'kmsKeyId', 'encryptionContext'];
const PROFILE_FIELDS = [...RULE_FIELDS, 'name', 'buckets', 'writers'];

function nameProblem(name: unknown, trans: ITranslate): string | null {
  if (typeof name === 'string' && Array.from(name).length > MOST.name) {
    return trans.__(
      'A profile name has at most %1 characters.',
      String(MOST.name)
    );
  }
  return typeof name === 'string' && !isBlank(name) && !hasControl(name)
    ? null
    : trans.__('A profile name must be text without control characters.');
}

/** A field that is ignored would look as if it did something, and a key would be stored. */
function refuseUnknown(
  value: Record<string, unknown>,
  known: readonly string[],
  prefix: string,
  errors: IFieldError[],
  trans: ITranslate
): void {
  for (const field of Object.keys(value)) {
    if (!known.includes(field)) {
      errors.push({
        field: prefix + field,
        message: /^key$|customer|secret/i.test(field)
          ? trans.__('A profile never holds key material: remove “%1”.', field)
          : trans.__('There is no field “%1”.', field)
      });
    }
  }
}

/** Method, key and context; `prefix` is `buckets.NAME.` for the rule of a bucket. */
function readChoice(
  value: Record<string, unknown>,
  methods: readonly Method[],
  prefix: string,
  errors: IFieldError[],
  trans: ITranslate
): Record<string, unknown> {
  const report = (field: string, message: string): void => {
    errors.push({ field: prefix + field, message });
  };
  const choice: Record<string, unknown> = {};
  const method = methods.find(known => known === value.method);
  if (method === undefined) {
    report(
      'method',
      trans.__('The method must be one of %1.', methods.join(', '))
    );
    return choice;
  }
  choice.method = method;
  const key = value.kmsKeyId;
  if (key !== undefined) {
    if (!takesKmsKey(method)) {
      report('kmsKeyId', trans.__('%1 takes no KMS key.', method));
    } else if (typeof key !== 'string') {
      report('kmsKeyId', trans.__('The KMS key must be text.'));
    } else {
      const parsed = validateKmsKey(key, trans);
      const wrong =
        'error' in parsed
          ? parsed.error
          : keyOfMethodProblem(parsed.key, method, trans);
      if (wrong !== null) {
        report('kmsKeyId', wrong);
      }
      choice.kmsKeyId = key;
    }
  } else if (needsKmsKey(method)) {
    report('kmsKeyId', trans.__('%1 needs a KMS key.', method));
  }
  if (value.encryptionContext !== undefined) {
    if (prefix !== '') {
      report(
        'encryptionContext',
        trans.__('A bucket rule cannot have an encryption context.')
      );
      return choice;
    }
    choice.encryptionContext = readContext(
      value.encryptionContext,
      method,
      message => {
        report('encryptionContext', message);
      },
      trans
    );
  }
  return choice;
}

function readContext(
  value: unknown,
  method: Method,
  report: (message: string) => void,
  trans: ITranslate
): unknown {
  if (!takesContext(method)) {
    report(trans.__('%1 takes no encryption context.', method));
    return value;
  }
  const entries = isObject(value) ? Object.entries(value) : [];
  if (
    !isObject(value) ||
    entries.length === 0 ||
    entries.some(([, text]) => typeof text !== 'string')
  ) {
    report(trans.__('An encryption context must consist of name-value pairs.'));
    return value;
  }
  const wrong = entries
    .flatMap(([name, text]) => [name, ...textsOf([text])])
    .map(text => validateContextText(text, trans))
    .find(message => message !== null);
  if (wrong) {
    report(wrong);
  }
  return { ...value };
}

function readBuckets(
  value: unknown,
  errors: IFieldError[],
  trans: ITranslate
): unknown {
  if (!isObject(value)) {
    errors.push({
      field: 'buckets',
      message: trans.__('Rules per bucket must be a JSON object.')
    });
    return value;
  }
  const given = Object.entries(value);
  if (given.length > MOST.rules) {
    errors.push({
      field: 'buckets',
      message: trans.__(
        'A profile has at most %1 rules per bucket.',
        String(MOST.rules)
      )
    });
    return value;
  }
  const rules: [string, unknown][] = [];
  for (const [bucket, rule] of given) {
    const field = `buckets.${bucket}`;
    const wrongName = validateBucketName(bucket, trans);
    if (wrongName !== null) {
      errors.push({ field, message: wrongName });
    } else if (!isObject(rule)) {
      errors.push({
        field,
        message: trans.__('A bucket rule must be a JSON object.')
      });
    } else {
      const prefix = `${field}.`;
      rules.push([
        bucket,
        readChoice(rule, BUCKET_METHODS, prefix, errors, trans)
      ]);
      refuseUnknown(rule, RULE_FIELDS, prefix, errors, trans);
    }
  }
  return Object.fromEntries(rules);
}

/** Are two profiles the same choice? The order of their fields does not matter. */
export function sameProfile(a: Profile | null, b: Profile | null): boolean {
  return canonical(a) === canonical(b);
}

/**
 * A profile that somebody else wrote, as it is applied: with its name only if one of
 * the user's own profiles is the same, name and all. A name can choose a mode.
 */
export function withOwnName(
  profile: Profile,
  own: readonly Profile[]
): Profile {
  if (own.some(one => sameProfile(one, profile))) {
    return profile;
  }
  const { name: _, ...nameless } = profile;
  return nameless;
}

/** Do two profiles set the same? Their names do not matter. */
export function sameSettings(a: Profile | null, b: Profile | null): boolean {
  return identityOf(a) === identityOf(b);
}

/** All that a profile sets, as one text; the same for the same settings. */
export function identityOf(profile: Profile | null): string {
  return canonical(profile && { ...profile, name: undefined });
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    isObject(part)
      ? Object.fromEntries(
          Object.entries(part).sort(([x], [y]) => (x < y ? -1 : 1))
        )
      : isList(part)
        ? [...part].sort()
        : part
  );
}
