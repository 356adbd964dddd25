/**
 * Reads what people write for buckets, prefixes and roles. Pure.
 */

import {
  hasControl,
  validateBucketName
} from '../../../encryption/profile/keys';
import type { ITranslate } from '../../../contract/messages';
import { METHODS, type Method } from '../../../encryption/profile/profile';
import type {
  IBucketOption,
  IClusterOptions,
  IProblem,
  Purpose
} from '../model';

/** A bucket as it was named, before its rule is known. */
export interface INamedBucket {
  readonly name: string;
  readonly prefixes: string[];
  readonly method?: Method;
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

/** What a user may call a purpose, first match wins. */
const NAMES: readonly [(name: string) => boolean, Purpose][] = [
  [has(/admin/i), 'administrators'],
  [name => has(/emr/i)(name) && has(/service/i)(name), 'emrService'],
  [has(/serverless|eks|runtime|containers/i), 'emrRuntime'],
  [has(/emr|instance|ec2/i), 'emr'],
  [has(/crawler/i), 'glueCrawler'],
  [has(/glue/i), 'glueJob'],
  [has(/lake/i), 'lakeFormation'],
  [has(/athena/i), 'athena']
];

function has(word: RegExp): (name: string) => boolean {
  return name => word.test(name);
}

function purposeOf(name: string): Purpose {
  return (
    PURPOSES.find(purpose => purpose === name) ??
    NAMES.find(([isMeant]) => isMeant(name))?.[1] ??
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
  partition: string,
  trans: ITranslate
): { arn: string } | { error: string } {
  if (typeof role !== 'string') {
    return { error: trans.__('A role must be text: its name or its ARN.') };
  }
  if (!role.startsWith('arn:')) {
    return /^(?:[\w+=,.@/-]+\/)?[\w+=,.@-]{1,64}$/.test(role)
      ? { arn: `arn:${partition}:iam::${account}:role/${role}` }
      : {
          error: trans.__(
            '“%1” is not a role: expected a name of up to 64 letters, digits and +=,.@_-, or arn:%2:iam::ACCOUNT:role/NAME.',
            role,
            partition
          )
        };
  }
  const found =
    /^arn:(aws(?:-[a-z]+)*):iam::(\d{12}):role\/(?:[\x21-\x7e]+\/)?[\w+=,.@-]{1,64}$/.exec(
      role
    );
  if (found === null) {
    return {
      error: trans.__(
        '“%1” is not a role ARN: expected arn:%2:iam::ACCOUNT:role/NAME.',
        role,
        partition
      )
    };
  }
  if (!account.startsWith('<') && found[2] !== account) {
    return {
      error: trans.__(
        'The role belongs to account %1, but these documents are for account %2. A role of another account needs a policy in both accounts: create documents for each.',
        found[2] ?? '',
        account
      )
    };
  }
  if (!partition.startsWith('<') && found[1] !== partition) {
    return {
      error: trans.__(
        'The role is in the partition %1, but these documents are for %2.',
        found[1] ?? '',
        partition
      )
    };
  }
  return { arn: role };
}

/**
 * Why a name in the place of a bucket gets no documents; null for a general
 * purpose bucket.
 *
 * Source: Amazon S3 user guide (General purpose bucket naming rules: reserved
 * suffixes).
 */
export function specialBucket(name: string, trans: ITranslate): string | null {
  const kinds: readonly [string, (name: string) => string][] = [
    [
      '-s3alias',
      text =>
        trans.__(
          '“%1” is the alias of an access point, not a bucket. Enter the name of the bucket behind it: policy, default encryption and registration belong to the bucket.',
          text
        )
    ],
    [
      '--ol-s3',
      text =>
        trans.__(
          '“%1” is the alias of an Object Lambda Access Point, not a bucket. Enter the name of the bucket behind it.',
          text
        )
    ],
    [
      '--x-s3',
      text =>
        trans.__(
          '“%1” is a directory bucket. These documents are for general purpose buckets: a directory bucket has ARNs and actions of its own (s3express), and one KMS key for life.',
          text
        )
    ],
    [
      '--table-s3',
      text =>
        trans.__(
          '“%1” belongs to S3 Tables, which have their own encryption settings. These documents are for general purpose buckets.',
          text
        )
    ]
  ];
  const kind = kinds.find(([ending]) => name.endsWith(ending));
  return kind === undefined ? null : kind[1](name);
}

/** `NAME`, `NAME/PREFIX`, `s3://NAME/PREFIX` or an object, as name and prefixes. */
export function readBucket(
  value: unknown,
  field: string,
  trans: ITranslate
): { bucket: INamedBucket } | { problems: IProblem[] } {
  const entry: IBucketOption | null =
    typeof value === 'string'
      ? fromText(value)
      : typeof value === 'object' && value !== null
        ? // What is in it is checked below.
          (value as IBucketOption)
        : null;
  if (entry === null || typeof entry.name !== 'string') {
    return {
      problems: [
        {
          field,
          message: trans.__(
            'A bucket must be text, such as NAME or NAME/PREFIX.'
          )
        }
      ]
    };
  }
  const problems: IProblem[] = [];
  const wrong =
    validateBucketName(entry.name, trans) ?? specialBucket(entry.name, trans);
  if (wrong !== null) {
    problems.push({ field, message: wrong });
  }
  const method = METHODS.find(known => known === entry.method);
  if (entry.method !== undefined && method === undefined) {
    problems.push({
      field: `${field}.method`,
      message: trans.__('The method must be one of %1.', METHODS.join(', '))
    });
  }
  const prefixes: string[] = [];
  for (const prefix of [entry.prefix ?? '', ...(entry.prefixes ?? [])]) {
    const message = prefixProblem(prefix, trans);
    if (message !== null) {
      problems.push({ field, message });
    } else if (prefix !== '') {
      prefixes.push(prefix.endsWith('/') ? prefix : `${prefix}/`);
    }
  }
  const { name, kmsKeyId } = entry;
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

/** Why a prefix cannot stand in the ARN of a policy; null if it can. */
function prefixProblem(prefix: unknown, trans: ITranslate): string | null {
  if (typeof prefix !== 'string') {
    return trans.__('A prefix must be text.');
  }
  if (prefix.startsWith('/')) {
    return trans.__(
      'The prefix “%1” must not begin with “/”: S3 object keys do not.',
      prefix
    );
  }
  if (/[*?]|\$\{/.test(prefix) || hasControl(prefix)) {
    return trans.__(
      'The prefix “%1” must not contain “*”, “?”, “${” or control characters: a policy would read them as patterns.',
      prefix
    );
  }
  return prefix.length > 900
    ? trans.__('A prefix can have at most 900 characters.')
    : null;
}
