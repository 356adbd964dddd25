/**
 * Checks profile and options, and makes of them the one context from which all
 * documents are written. Everything wrong is found before anything is written.
 * Pure.
 */

import { validateKmsKey } from '../encryption/keys';
import { parseProfile, takesKmsKey } from '../encryption/profile';
import type { Method } from '../encryption/profile';
import { dnsSuffixOf, partitionOf, UNKNOWN } from './arns';
import { checkPlain, release } from './fields';
import { ExportError } from './model';
import type {
  IBucket,
  IClusterOptions,
  IContext,
  IProblem,
  IRule,
  Purpose
} from './model';
import { namedRoles, PURPOSES, readBucket, roleArn } from './places';
import type { INamedBucket } from './places';

/** A value that is there; a placeholder counts as missing. */
function known(value: string | null | undefined): string | null {
  return typeof value === 'string' && value !== '' && !/^<.*>$/.test(value)
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
  const problems: IProblem[] = checkPlain(options);
  const parsed = parseProfile(input);
  if ('errors' in parsed) {
    throw new ExportError([...parsed.errors, ...problems]);
  }
  const { profile } = parsed;
  if (profile.method === 'sse-c') {
    problems.push({
      field: 'method',
      message:
        'SSE-C cannot be made cluster-wide: EMR, Glue and Athena do not support it, a bucket cannot have it as its default, and its key must not stand in any document.'
    });
  }
  const named = readBuckets(options, problems);
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
    (region === null ? (firstArn?.split(':')[1] ?? null) : partitionOf(region));
  const account = known(options.account) ?? accountOfRoles(options);
  const place = {
    account: account ?? UNKNOWN.account,
    region: region ?? UNKNOWN.region,
    partition: partition ?? UNKNOWN.partition
  };
  if (region !== null && partition !== null && problems.length === 0) {
    const right = partitionOf(region);
    if (right !== partition) {
      problems.push({
        field: 'partition',
        message: `The Region ${region} is in the partition ${right}, not in ${partition}.`
      });
    }
  }
  const resolve = (choice: Choice, prefix: string): IRule => {
    const key = takesKmsKey(choice.method)
      ? keyArn(choice.kmsKeyId, `${prefix}kmsKeyId`, place, problems)
      : null;
    return { method: choice.method, key };
  };
  const base = resolve(profile, '');
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
    const own = ownRule(bucket, rule, base, resolve, problems);
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
      message:
        'A provider of your own (CSE-Custom) cannot be mixed with rules per bucket: EMRFS takes either client-side or server-side encryption.'
    });
  }
  const roles = readRoles(options, place.account, place.partition, problems);
  const localDisk = options.localDisk
    ? {
        key:
          options.localDisk.kmsKeyId === undefined
            ? (base.key ?? '<KMS_KEY_ARN>')
            : (keyArn(
                options.localDisk.kmsKeyId,
                'localDisk.kmsKeyId',
                place,
                problems
              ) ?? ''),
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
    localDisk
  };
}

/** The key as an ARN; null for the AWS managed key aws/s3. */
function keyArn(
  text: string | undefined,
  field: string,
  place: { account: string; region: string; partition: string },
  problems: IProblem[]
): string | null {
  if (text === undefined || text === 'alias/aws/s3') {
    return null;
  }
  const refuse = (message: string): null => {
    problems.push({ field, message });
    return null;
  };
  const parsed = validateKmsKey(text);
  if ('error' in parsed) {
    return refuse(parsed.error);
  }
  const { key } = parsed;
  if (key.kind === 'alias' || key.kind === 'alias-arn') {
    return refuse(
      `“${text}” is an alias. Policies and security configurations need the full ARN of the key (arn:PARTITION:kms:REGION:ACCOUNT:key/ID): an alias in a policy matches nothing, and may point to another key tomorrow.`
    );
  }
  if (key.kind === 'key-id') {
    return `arn:${place.partition}:kms:${place.region}:${place.account}:key/${key.id}`;
  }
  if (!place.region.startsWith('<') && key.region !== place.region) {
    return refuse(
      `The key is in ${key.region ?? ''}, the buckets are in ${place.region}. S3 can only use a key of the bucket's own Region.`
    );
  }
  if (!place.partition.startsWith('<') && key.partition !== place.partition) {
    return refuse(
      `The key is in the partition ${key.partition ?? ''}, these documents are for ${place.partition}.`
    );
  }
  return text;
}

function accountOfRoles(options: IClusterOptions): string | null {
  const arns = namedRoles(options.roles)
    .map(({ role }) => (typeof role === 'string' ? role.split(':')[4] : null))
    .filter(account => /^\d{12}$/.test(account ?? ''));
  return arns[0] ?? null;
}

function readRoles(
  options: IClusterOptions,
  account: string,
  partition: string,
  problems: IProblem[]
): IContext['roles'] {
  const roles = Object.fromEntries(
    PURPOSES.map(purpose => [purpose, [] as string[]])
  ) as Record<Purpose, string[]>;
  for (const { purpose, role, field } of namedRoles(options.roles)) {
    const read = roleArn(role, account, partition);
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
  problems: IProblem[]
): Map<string, INamedBucket> {
  const found = new Map<string, INamedBucket>();
  const list: readonly unknown[] = Array.isArray(options.buckets)
    ? options.buckets
    : [];
  list.forEach((value, index) => {
    const read = readBucket(value, `buckets.${index}`);
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
      problems.push(contradiction(bucket));
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

function contradiction(bucket: INamedBucket): IProblem {
  return {
    field: bucket.field,
    message: `There are two rules for the bucket “${bucket.name}”, and they contradict each other: a bucket can have only one.`
  };
}

/** The rule of a named bucket: its own, that of the profile, or the base. */
function ownRule(
  bucket: INamedBucket,
  rule: IRule | undefined,
  base: IRule,
  resolve: (choice: Choice, prefix: string) => IRule,
  problems: IProblem[]
): IBucket {
  const { name, prefixes, method, kmsKeyId } = bucket;
  if (method === undefined) {
    return { ...(rule ?? base), name, prefixes };
  }
  const parsed = parseProfile({
    method: 'bucket-default',
    buckets: {
      [name]: { method, ...(kmsKeyId === undefined ? {} : { kmsKeyId }) }
    }
  });
  if ('errors' in parsed) {
    problems.push(
      ...parsed.errors.map(({ message }) => ({ field: bucket.field, message }))
    );
    return { ...base, name, prefixes };
  }
  const own = resolve(
    { method: method as Method, kmsKeyId },
    `${bucket.field}.`
  );
  if (rule && (rule.method !== own.method || rule.key !== own.key)) {
    problems.push(contradiction(bucket));
  }
  return { ...own, name, prefixes };
}
