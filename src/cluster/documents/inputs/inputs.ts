/**
 * Checks profile and options, and makes of them the one context from which all
 * documents are written. Everything wrong is found before anything is written.
 * Pure.
 */

import { ENGLISH } from '../../../contract/messages';
import type { ITranslate } from '../../../contract/messages';
import { LEFT_TO_THE_BUCKET } from '../../../contract/profile';
import { tableOf } from '../../../contract/records';
import {
  needsCustomerKey,
  parseProfile,
  takesKmsKey
} from '../../../encryption/profile/profile';
import type { Method } from '../../../encryption/profile/profile';
import {
  fitsPartition,
  partitionOf
} from '../../../encryption/profile/regions';
import { dnsSuffixOf, UNKNOWN } from './arns';
import { checkPlain, checkTexts, PLACEHOLDER, release } from './fields';
import { diskKey, keyArn } from './keyInputs';
import { ExportError } from '../model';
import type {
  IBucket,
  IClusterOptions,
  IContext,
  IProblem,
  IRule
} from '../model';
import {
  namedRoles,
  PURPOSES,
  readBucket,
  roleArn,
  specialBucket
} from './places';
import type { INamedBucket } from './places';

/** A value that is given; a placeholder counts as missing. */
function known(value: string | null | undefined): string | null {
  return typeof value === 'string' && value !== '' && !PLACEHOLDER.test(value)
    ? value
    : null;
}

type Choice = { readonly method: Method; readonly kmsKeyId?: string };

/**
 * Read everything, or say everything that is wrong with it.
 *
 * @throws ExportError with every field that is wrong
 */
export function readInputs(input: unknown, options: IClusterOptions): IContext {
  const trans = options.trans ?? ENGLISH;
  const { trans: _, ...texts } = options;
  const problems: IProblem[] = [
    ...checkPlain(options, trans),
    ...checkTexts(input, trans),
    ...checkTexts(texts, trans)
  ];
  const parsed = parseProfile(input, trans);
  if ('errors' in parsed) {
    throw new ExportError([...parsed.errors, ...problems]);
  }
  const { profile } = parsed;
  if (needsCustomerKey(profile.method)) {
    problems.push({
      field: 'method',
      message: trans.__(
        'SSE-C cannot be set cluster-wide: EMR, Glue and Athena do not support it, a bucket cannot have it as its default, and its key must not appear in any document.'
      )
    });
  }
  const named = readBuckets(options, problems, trans);
  const firstArn = [
    profile,
    ...Object.values(profile.buckets ?? {}),
    ...named.values()
  ]
    .map(choice => ('kmsKeyId' in choice ? (choice.kmsKeyId ?? '') : ''))
    .find(key => key.startsWith('arn:'));
  const region = known(options.region) ?? firstArn?.split(':')[3] ?? null;
  const partition =
    known(options.partition) ??
    (region === null ? null : partitionOf(region)) ??
    firstArn?.split(':')[1] ??
    null;
  const account = known(options.account) ?? accountOfRoles(options);
  const place = {
    account: account ?? UNKNOWN.account,
    region: region ?? UNKNOWN.region,
    partition: partition ?? UNKNOWN.partition
  };
  if (region !== null && partition !== null && problems.length === 0) {
    if (!fitsPartition(region, partition)) {
      const right = partitionOf(region);
      problems.push({
        field: 'partition',
        message:
          right === null
            ? trans.__(
                'The partition %1 has no Region “%2”.',
                partition,
                region
              )
            : trans.__(
                'The Region %1 is in the partition %2, not in %3.',
                region,
                right,
                partition
              )
      });
    }
  }
  const resolve = (choice: Choice, prefix: string): IRule => {
    const key = takesKmsKey(choice.method)
      ? keyArn(choice.kmsKeyId, `${prefix}kmsKeyId`, place, problems, trans)
      : null;
    return { method: choice.method, key };
  };
  const base = resolve(profile, '');
  for (const name of Object.keys(profile.buckets ?? {})) {
    const wrong = specialBucket(name, trans);
    if (wrong !== null) {
      problems.push({ field: `buckets.${name}`, message: wrong });
    }
  }
  const overrides: IBucket[] = Object.entries(profile.buckets ?? {}).map(
    ([name, rule]) => ({
      name,
      prefixes: named.get(name)?.prefixes ?? [],
      ...resolve(rule, `buckets.${name}.`)
    })
  );
  const buckets: IBucket[] = [];
  for (const bucket of named.values()) {
    const rule = overrides.find(({ name }) => name === bucket.name);
    const own = ownRule(bucket, rule, base, resolve, problems, trans);
    buckets.push(own);
    if (rule === undefined && bucket.method !== undefined) {
      overrides.push(own);
    }
  }
  for (const rule of overrides) {
    if (!named.has(rule.name)) {
      buckets.push(rule);
    }
  }
  if (options.customProvider && overrides.length > 0) {
    problems.push({
      field: 'customProvider',
      message: trans.__(
        'Your own key provider (CSE-Custom) cannot be combined with rules per bucket: EMRFS uses either client-side or server-side encryption.'
      )
    });
  }
  const roles = readRoles(options, place, problems, trans);
  const localDisk = options.localDisk
    ? {
        key: diskKey(options.localDisk.kmsKeyId, base, place, problems, trans),
        ebs: options.localDisk.ebs === true
      }
    : null;
  if (problems.length > 0) {
    throw new ExportError(problems);
  }
  return {
    ...place,
    dnsSuffix: partition === null ? '<DNS_SUFFIX>' : dnsSuffixOf(partition),
    base,
    encryptionContext:
      'encryptionContext' in profile ? profile.encryptionContext : undefined,
    overrides,
    buckets:
      buckets.length > 0
        ? buckets
        : [{ ...base, name: UNKNOWN.bucket, prefixes: [] }],
    roles,
    release: release(options.releaseLabel),
    options,
    name: known(options.name) ?? 's3-encryption',
    localDisk,
    trans
  };
}

function accountOfRoles(options: IClusterOptions): string | null {
  const arns = namedRoles(options.roles)
    .map(({ role }) => (typeof role === 'string' ? role.split(':')[4] : null))
    .filter(account => /^\d{12}$/.test(account ?? ''));
  return arns[0] ?? null;
}

function readRoles(
  options: IClusterOptions,
  { account, partition }: { account: string; partition: string },
  problems: IProblem[],
  trans: ITranslate
): IContext['roles'] {
  const roles = tableOf(PURPOSES, (): string[] => []);
  for (const { purpose, role, field } of namedRoles(options.roles)) {
    const read = roleArn(role, account, partition, trans);
    if ('error' in read) {
      problems.push({ field, message: read.error });
    } else if (!roles[purpose].includes(read.arn)) {
      roles[purpose].push(read.arn);
    }
  }
  return roles;
}

/** The named buckets, each once; entries of one bucket must not contradict each other. */
function readBuckets(
  options: IClusterOptions,
  problems: IProblem[],
  trans: ITranslate
): Map<string, INamedBucket> {
  const found = new Map<string, INamedBucket>();
  const list: readonly unknown[] = Array.isArray(options.buckets)
    ? options.buckets
    : [];
  list.forEach((value, index) => {
    const read = readBucket(value, `buckets.${index}`, trans);
    if ('problems' in read) {
      problems.push(...read.problems);
      return;
    }
    const { bucket } = read;
    const before = found.get(bucket.name);
    if (before === undefined) {
      found.set(bucket.name, bucket);
      return;
    }
    const bothHave = before.method !== undefined && bucket.method !== undefined;
    if (
      bothHave &&
      (before.method !== bucket.method || before.kmsKeyId !== bucket.kmsKeyId)
    ) {
      problems.push(contradiction(bucket, trans));
      return;
    }
    const whole = before.prefixes.length === 0 || bucket.prefixes.length === 0;
    found.set(bucket.name, {
      ...before,
      method: before.method ?? bucket.method,
      kmsKeyId: before.kmsKeyId ?? bucket.kmsKeyId,
      prefixes: whole ? [] : [...before.prefixes, ...bucket.prefixes]
    });
  });
  return found;
}

function contradiction(bucket: INamedBucket, trans: ITranslate): IProblem {
  return {
    field: bucket.field,
    message: trans.__(
      'There are two conflicting rules for the bucket “%1”: a bucket can have only one.',
      bucket.name
    )
  };
}

/** The rule of a named bucket: its own, that of the profile, or the base. */
function ownRule(
  bucket: INamedBucket,
  rule: IRule | undefined,
  base: IRule,
  resolve: (choice: Choice, prefix: string) => IRule,
  problems: IProblem[],
  trans: ITranslate
): IBucket {
  const { name, prefixes, method, kmsKeyId } = bucket;
  if (method === undefined) {
    return { ...(rule ?? base), name, prefixes };
  }
  const asked = { method, ...(kmsKeyId === undefined ? {} : { kmsKeyId }) };
  const parsed = parseProfile(
    { ...LEFT_TO_THE_BUCKET, buckets: { [name]: asked } },
    trans
  );
  if ('errors' in parsed) {
    problems.push(
      ...parsed.errors.map(({ message }) => ({ field: bucket.field, message }))
    );
    return { ...base, name, prefixes };
  }
  const own = resolve({ method, kmsKeyId }, `${bucket.field}.`);
  if (rule && (rule.method !== own.method || rule.key !== own.key)) {
    problems.push(contradiction(bucket, trans));
  }
  return { ...own, name, prefixes };
}
