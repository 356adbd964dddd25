/**
 * The content of the form, and how it becomes a profile. Pure. The SSE-C key is
 * not part of it: that stays in its field.
 */

import type { TranslationBundle } from '@jupyterlab/translation';

import { kmsKeyOf } from '../../contract/profile';
import {
  parseProfile,
  sameProfile,
  takesContext,
  takesKmsKey
} from '../../encryption/profile/profile';
import type {
  BucketRule,
  IFieldError,
  Method,
  Profile
} from '../../encryption/profile/profile';
import type { Writer } from '../../encryption/profile/writers';

/** One line of the encryption context. */
export interface IPair {
  readonly name: string;
  readonly value: string;
}

/** One line of the rules per bucket. */
export interface IRule {
  readonly bucket: string;
  readonly method: BucketRule['method'];
  readonly kmsKeyId: string;
}

export interface IDraft {
  /** The named profile that filled the form, until something is edited. */
  readonly name: string | null;
  /** null: nothing chosen yet. */
  readonly method: Method | null;
  readonly kmsKeyId: string;
  readonly context: readonly IPair[];
  readonly rules: readonly IRule[];
  /** What the profile covers besides Spark. */
  readonly writers: readonly Writer[];
}

export const EMPTY_DRAFT: IDraft = {
  name: null,
  method: null,
  kmsKeyId: '',
  context: [],
  rules: [],
  writers: []
};

/** The draft of a profile; an empty one for null. */
export function draftOf(profile: Profile | null): IDraft {
  if (profile === null) {
    return EMPTY_DRAFT;
  }
  return {
    name: profile.name ?? null,
    method: profile.method,
    kmsKeyId: kmsKeyOf(profile) ?? '',
    context: Object.entries(
      ('encryptionContext' in profile && profile.encryptionContext) || {}
    ).map(([name, value]) => ({ name, value })),
    rules: Object.entries(profile.buckets ?? {}).map(([bucket, rule]) => ({
      bucket,
      method: rule.method,
      kmsKeyId: kmsKeyOf(rule) ?? ''
    })),
    writers: profile.writers ?? []
  };
}

/** A draft as a profile, or what is wrong with it. */
export type ReadDraft = { profile: Profile } | { errors: IFieldError[] };

/** A field that is to be focused; a new object each time. */
export interface IWantedField {
  readonly field: string | undefined;
}

/** The name under which an error of one rule is reported. */
export function ruleField(index: number, part: 'bucket' | 'kmsKeyId'): string {
  return `rules.${index}.${part}`;
}

/** The number of a rule, and its part, in such a name. */
export const RULE_FIELD = /^rules\.(\d+)\.(bucket|kmsKeyId)$/;

/** The message of a field; undefined if it is right. */
export function messageOf(
  errors: readonly IFieldError[],
  field: string
): string | undefined {
  return errors.find(error => error.field === field)?.message;
}

/**
 * Read the form.
 *
 * @returns the profile, or a message per field (`method`, `kmsKeyId`,
 *   `encryptionContext`, `rules.N.bucket`, `rules.N.kmsKeyId`)
 */
export function profileOf(draft: IDraft, trans: TranslationBundle): ReadDraft {
  if (draft.method === null) {
    return {
      errors: [{ field: 'method', message: trans.__('Choose a method.') }]
    };
  }
  const errors: IFieldError[] = [];
  const value: Record<string, unknown> = { method: draft.method };
  if (draft.name !== null) {
    value.name = draft.name;
  }
  const key = draft.kmsKeyId.trim();
  if (takesKmsKey(draft.method) && key !== '') {
    value.kmsKeyId = key;
  }
  const pairs = draft.context.filter(pair => pair.name + pair.value !== '');
  if (takesContext(draft.method) && pairs.length > 0) {
    value.encryptionContext = Object.fromEntries(
      pairs.map(pair => [pair.name, pair.value])
    );
    if (new Set(pairs.map(pair => pair.name)).size < pairs.length) {
      errors.push({
        field: 'encryptionContext',
        message: trans.__('Each name can be used only once.')
      });
    }
  }
  const buckets = readRules(draft.rules, errors, trans);
  if (draft.rules.length > 0) {
    value.buckets = buckets;
  }
  if (draft.writers.length > 0) {
    value.writers = draft.writers;
  }
  const parsed = parseProfile(value, trans);
  if ('errors' in parsed) {
    errors.push(...parsed.errors.map(error => atRow(error, draft.rules)));
  }
  return 'profile' in parsed && errors.length === 0 ? parsed : { errors };
}

/** Is the field filled in? An empty one is not an error yet. */
export function isFilled(draft: IDraft, field: string): boolean {
  if (field === 'kmsKeyId') {
    return draft.kmsKeyId.trim() !== '';
  }
  if (field === 'encryptionContext') {
    return draft.context.every(pair => pair.name !== '' && pair.value !== '');
  }
  const [, index, part] = RULE_FIELD.exec(field) ?? [];
  const rule = draft.rules[Number(index)];
  return (
    rule !== undefined &&
    rule[part === 'bucket' ? 'bucket' : 'kmsKeyId'].trim() !== ''
  );
}

/**
 * Does the form differ from the notebook's profile?
 *
 * @param read - the result of `profileOf` for this draft
 * @param profile - of the notebook; null for none
 */
export function isEdited(
  draft: IDraft,
  read: ReadDraft,
  profile: Profile | null
): boolean {
  return profile === null
    ? draft.method !== null
    : !('profile' in read && sameProfile(read.profile, profile));
}

function readRules(
  rules: readonly IRule[],
  errors: IFieldError[],
  trans: TranslationBundle
): Record<string, unknown> {
  const buckets = new Map<string, unknown>();
  rules.forEach((rule, index) => {
    const bucket = rule.bucket.trim();
    if (bucket === '' || buckets.has(bucket)) {
      errors.push({
        field: ruleField(index, 'bucket'),
        message:
          bucket === ''
            ? trans.__('Enter the name of a bucket.')
            : trans.__('This bucket already has a rule.')
      });
      return;
    }
    const key = rule.kmsKeyId.trim();
    buckets.set(bucket, {
      method: rule.method,
      ...(takesKmsKey(rule.method) && key !== '' ? { kmsKeyId: key } : {})
    });
  });
  return Object.fromEntries(buckets);
}

/** An error of `buckets.NAME…` belongs to the line with that name. */
function atRow(error: IFieldError, rules: readonly IRule[]): IFieldError {
  const index = rules.findIndex(
    ({ bucket }) =>
      error.field === `buckets.${bucket.trim()}` ||
      error.field.startsWith(`buckets.${bucket.trim()}.`)
  );
  return index < 0
    ? error
    : {
        field: ruleField(
          index,
          error.field.endsWith('.kmsKeyId') ? 'kmsKeyId' : 'bucket'
        ),
        message: error.message
      };
}
