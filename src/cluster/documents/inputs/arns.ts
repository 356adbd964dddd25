/**
 * ARNs of keys, roles, buckets and objects, and the domains of partitions; what is
 * unknown stays a placeholder. Pure.
 */

import type { IBucket, IContext } from '../model';

export const UNKNOWN = {
  account: '<ACCOUNT_ID>',
  region: '<REGION>',
  partition: '<PARTITION>',
  bucket: '<BUCKET>'
} as const;

/** Domain of the services of a partition. */
export function dnsSuffixOf(partition: string): string {
  const known: Readonly<Record<string, string>> = {
    'aws-cn': 'amazonaws.com.cn',
    'aws-iso': 'c2s.ic.gov',
    'aws-iso-b': 'sc2s.sgov.gov',
    'aws-iso-e': 'cloud.adc-e.uk',
    'aws-iso-f': 'csp.hci.ic.gov',
    'aws-eusc': 'amazonaws.eu'
  };
  return known[partition] ?? 'amazonaws.com';
}

export function bucketArn(context: IContext, bucket: IBucket): string {
  return `arn:${context.partition}:s3:::${bucket.name}`;
}

/** The objects that a rule is about: those below the prefixes, or all. */
export function objectArns(context: IContext, bucket: IBucket): string[] {
  const base = bucketArn(context, bucket);
  return bucket.prefixes.length === 0
    ? [`${base}/*`]
    : bucket.prefixes.map(prefix => `${base}/${prefix}*`);
}

/** One element stands alone, as people write policies. */
export function oneOrMore<T>(items: readonly T[]): T | readonly T[] {
  const [first] = items;
  return first !== undefined && items.length === 1 ? first : items;
}

/** Every customer managed key of the profile, each once. */
export function keysOf(context: IContext): string[] {
  const keys = [context.base, ...context.overrides, ...context.buckets].flatMap(
    ({ key }) => (key === null ? [] : [key])
  );
  return [...new Set(keys)];
}

/** The account a key ARN names. */
export function keyAccount(arn: string): string {
  return arn.split(':')[4] ?? UNKNOWN.account;
}

/**
 * The values of `kms:ViaService` for S3 in the key's Region.
 *
 * In China AWS writes service names with both endings: both are allowed.
 */
export function viaS3(context: IContext): string | readonly string[] {
  const name = `s3.${context.region}`;
  return context.partition === 'aws-cn'
    ? [`${name}.amazonaws.com`, `${name}.amazonaws.com.cn`]
    : `${name}.${context.dnsSuffix}`;
}
