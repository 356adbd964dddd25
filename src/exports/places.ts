/**
 * Reads what people write for buckets, prefixes and roles. Pure.
 */

import { hasControl, validateBucketName } from '../encryption/keys';
import { METHODS } from '../encryption/profile';
import type {
  IBucketOption,
  IClusterOptions,
  IProblem,
  Purpose
} from './model';

/** A bucket as it was named, before its rule is known. */
export interface INamedBucket {
  readonly name: string;
  readonly prefixes: string[];
  readonly method?: string;
  readonly kmsKeyId?: string;
  /** The field it came from. */
  readonly field: string;
}

/** What roles are for, in the order in which a form asks for them. */
export const PURPOSES: readonly Purpose[] = [
  'administrators',
  'emr',
  'emrService',
  'emrRuntime',
  'glueJob',
  'glueCrawler',
  'lakeFormation',
  'athena',
  'users'
];

/** What a person may call a purpose, first match wins. */
const NAMES: readonly [RegExp, Purpose][] = [
  [/admin/i, 'administrators'],
  [/emr.*service|service.*emr/i, 'emrService'],
  [/serverless|eks|runtime|containers/i, 'emrRuntime'],
  [/emr|instance|ec2/i, 'emr'],
  [/crawler/i, 'glueCrawler'],
  [/glue/i, 'glueJob'],
  [/lake/i, 'lakeFormation'],
  [/athena/i, 'athena']
];

function purposeOf(name: string): Purpose {
  return (
    PURPOSES.find(purpose => purpose === name) ??
    NAMES.find(([pattern]) => pattern.test(name))?.[1] ??
    'users'
  );
}

/** The roles by purpose, each with the field it came from. */
export function namedRoles(
  roles: IClusterOptions['roles']
): { purpose: Purpose; role: unknown; field: string }[] {
  if (roles === undefined || roles === null) {
    return [];
  }
  const groups: [string, unknown][] = Array.isArray(roles)
    ? [['users', roles]]
    : Object.entries(roles);
  return groups.flatMap(([name, value]) => {
    const list: unknown[] = Array.isArray(value) ? value : [value];
    return list
      .filter(role => role !== undefined && role !== null && role !== '')
      .map((role, index) => ({
        purpose: purposeOf(name),
        role,
        field: list.length === 1 ? `roles.${name}` : `roles.${name}.${index}`
      }));
  });
}

/**
 * A role as its ARN.
 *
 * @param account - the account of the cluster; a role of another one is refused
 */
export function roleArn(
  role: unknown,
  account: string,
  partition: string
): { arn: string } | { error: string } {
  if (typeof role !== 'string') {
    return { error: 'A role must be a text: its name or its ARN.' };
  }
  if (!role.startsWith('arn:')) {
    return /^(?:[\w+=,.@/-]+\/)?[\w+=,.@-]{1,64}$/.test(role)
      ? { arn: `arn:${partition}:iam::${account}:role/${role}` }
      : {
          error: `“${role}” is no role: expected a name of up to 64 letters, digits and +=,.@_-, or arn:${partition}:iam::ACCOUNT:role/NAME.`
        };
  }
  const found =
    /^arn:(aws[a-z-]*):iam::(\d{12}):role\/(?:[\x21-\x7e]+\/)?[\w+=,.@-]{1,64}$/.exec(
      role
    );
  if (found === null) {
    return {
      error: `“${role}” is no ARN of a role: expected arn:${partition}:iam::ACCOUNT:role/NAME.`
    };
  }
  if (!account.startsWith('<') && found[2] !== account) {
    return {
      error: `The role belongs to account ${found[2] ?? ''}, these documents are for account ${account}. A role of another account needs a policy in both accounts: write documents for each.`
    };
  }
  if (!partition.startsWith('<') && found[1] !== partition) {
    return {
      error: `The role is in the partition ${found[1] ?? ''}, these documents are for ${partition}.`
    };
  }
  return { arn: role };
}

/** `NAME`, `NAME/PREFIX`, `s3://NAME/PREFIX` or an object, as name and prefixes. */
export function readBucket(
  value: unknown,
  field: string
): { bucket: INamedBucket } | { problems: IProblem[] } {
  const entry: IBucketOption | null =
    typeof value === 'string'
      ? fromText(value)
      : typeof value === 'object' && value !== null
        ? (value as IBucketOption)
        : null;
  if (entry === null || typeof entry.name !== 'string') {
    return {
      problems: [
        {
          field,
          message: 'A bucket must be a text such as NAME or NAME/PREFIX.'
        }
      ]
    };
  }
  const problems: IProblem[] = [];
  const wrong = validateBucketName(entry.name);
  if (wrong !== null) {
    problems.push({ field, message: wrong });
  }
  if (
    entry.method !== undefined &&
    !METHODS.some(method => method === entry.method)
  ) {
    problems.push({
      field: `${field}.method`,
      message: `The method must be one of ${METHODS.join(', ')}.`
    });
  }
  const prefixes: string[] = [];
  for (const prefix of [entry.prefix ?? '', ...(entry.prefixes ?? [])]) {
    const message = prefixProblem(prefix);
    if (message !== null) {
      problems.push({ field, message });
    } else if (prefix !== '') {
      prefixes.push(prefix.endsWith('/') ? prefix : `${prefix}/`);
    }
  }
  const { name, method, kmsKeyId } = entry;
  return problems.length > 0
    ? { problems }
    : { bucket: { name, prefixes, method, kmsKeyId, field } };
}

function fromText(text: string): IBucketOption {
  const plain = text.replace(/^s3[an]?:\/\//, '');
  const slash = plain.indexOf('/');
  return slash < 0
    ? { name: plain }
    : { name: plain.slice(0, slash), prefix: plain.slice(slash + 1) };
}

/** Why a prefix cannot stand in the ARN of a policy; null where it can. */
function prefixProblem(prefix: unknown): string | null {
  if (typeof prefix !== 'string') {
    return 'A prefix must be a text.';
  }
  if (prefix.startsWith('/')) {
    return `The prefix “${prefix}” must not begin with “/”: keys of S3 do not.`;
  }
  if (/[*?]|\$\{/.test(prefix) || hasControl(prefix)) {
    return `The prefix “${prefix}” must not hold “*”, “?”, “\${” or control characters: a policy would read them as patterns.`;
  }
  return prefix.length > 900 ? 'A prefix has at most 900 characters.' : null;
}
