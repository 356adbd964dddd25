/**
 * What the ARNs of a refusal name, and whether they can be written into a
 * policy. Any line of an output may be crafted, so only what fits the grammar
 * of AWS to the letter can: no wildcard, no policy variable, no root.
 *
 * Sources: IAM user guide, IAM identifiers; service authorization reference of
 * Amazon S3, S3 Express, S3 Tables and AWS KMS.
 */

const PARTITION = 'aws(?:-[a-z]{1,10}){0,3}';
const REGION = '[a-z]{2,4}(?:-[a-z]{1,12}){1,3}-\\d{1,2}';
const BUCKET = '[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]';

export interface IPrincipal {
  /** As it goes into a policy. */
  readonly arn: string;
  readonly account: string;
  /** An assumed role: its path is not part of what AWS prints. */
  readonly pathUnsaid: boolean;
}

const ASSUMED = new RegExp(
  `^arn:(${PARTITION}):sts::(\\d{12}):assumed-role/([\\w+=,.@-]{1,64})/[\\w+=,.@-]{1,64}$`
);
const IDENTITY = new RegExp(
  `^arn:${PARTITION}:iam::(\\d{12}):(?:user|role)/(?:[\\w+=,.@-]{1,128}/){0,8}[\\w+=,.@-]{1,64}$`
);

/**
 * Roles whose path is always the same. Sources: IAM Identity Center user guide,
 * Referencing permission sets in resource policies; IAM user guide,
 * service-linked roles.
 */
const PATHS: readonly (readonly [RegExp, string])[] = [
  [/^AWSReservedSSO_/, 'aws-reserved/sso.amazonaws.com/']
];

/** The principal of a statement; null if it cannot be one. */
export function principalOf(arn: string, text = ''): IPrincipal | null {
  const identity = IDENTITY.exec(arn);
  if (identity !== null) {
    return { arn, account: identity[1] ?? '', pathUnsaid: false };
  }
  const assumed = ASSUMED.exec(arn);
  if (assumed === null) {
    return null;
  }
  const [, partition = '', account = '', name = ''] = assumed;
  const start = `arn:${partition}:iam::${account}:role/`;
  const full = namedInFull(text, start, name);
  const path = PATHS.find(([which]) => which.test(name))?.[1] ?? '';
  return {
    arn: full ?? `${start}${path}${name}`,
    account,
    pathUnsaid: full === null
  };
}

/** The ARN with a path under which the text itself names a role elsewhere. */
function namedInFull(text: string, start: string, name: string): string | null {
  // No colon, so that what is read at one place is not read again at the next.
  const rest = /[\w+=,.@/-]{1,600}(?![\w+=,.@:/-])/y;
  for (let at = text.indexOf(start); at >= 0;) {
    at += start.length;
    rest.lastIndex = at;
    const arn = start + (rest.exec(text)?.[0] ?? '');
    if (arn.endsWith(`/${name}`) && IDENTITY.test(arn)) {
      return arn;
    }
    at = text.indexOf(start, at);
  }
  return null;
}

/** `assumed-role/NAME/SESSION` is the role NAME; anything else stays as it is. */
export function roleOf(principal: string): string {
  const role = principalOf(principal);
  return role === null ? principal : role.arn;
}

export type ResourceKind =
  | 'key'
  | 'bucket'
  | 'object'
  | 'access-point'
  | 'access-point-object'
  | 'directory-bucket'
  | 'access-grants'
  | 'table';

export interface IResource {
  readonly kind: ResourceKind;
  /** Empty for a bucket: its ARN has none. */
  readonly account: string;
  /** The bucket or the access point; the ARN of anything else. */
  readonly name: string;
  /** As it goes into a policy; an object stands for all of its bucket. */
  readonly inPolicy: string;
}

/** The kinds of resource: grammar with account, name and what goes into a policy. */
const RESOURCES: readonly (readonly [ResourceKind, RegExp])[] = [
  [
    'key',
    new RegExp(
      `^(arn:${PARTITION}:kms:${REGION}:(?<account>\\d{12}):key/(?:mrk-[0-9a-zA-Z]{32}|[0-9a-zA-Z]{8}(?:-[0-9a-zA-Z]{4}){3}-[0-9a-zA-Z]{12}))$`
    )
  ],
  ['bucket', new RegExp(`^(arn:${PARTITION}:s3:::(?<name>${BUCKET}))$`)],
  ['object', new RegExp(`^(arn:${PARTITION}:s3:::(?<name>${BUCKET})/)[^]+$`)],
  [
    'access-point',
    new RegExp(
      `^(arn:${PARTITION}:s3:${REGION}:(?<account>\\d{12}):accesspoint/(?<name>[a-z0-9][a-z0-9-]{1,60}[a-z0-9]|[a-z0-9]{1,3}))$`
    )
  ],
  [
    'access-point-object',
    new RegExp(
      `^(arn:${PARTITION}:s3:${REGION}:(?<account>\\d{12}):accesspoint/(?<name>[a-z0-9-]{1,63})/object/)[^]+$`
    )
  ],
  [
    'directory-bucket',
    new RegExp(
      `^(arn:${PARTITION}:s3express:${REGION}:(?<account>\\d{12}):bucket/(?<name>[a-z0-9-]{3,63}--x-s3))$`
    )
  ],
  [
    'access-grants',
    new RegExp(
      `^(arn:${PARTITION}:s3:${REGION}:(?<account>\\d{12}):access-grants/default)(?:/[^]*)?$`
    )
  ],
  [
    'table',
    new RegExp(
      `^(arn:${PARTITION}:s3tables:${REGION}:(?<account>\\d{12}):bucket/[a-z0-9-]{3,63}(?:/table/[0-9a-fA-F-]{36})?)$`
    )
  ]
];

/** What a resource is; null if it is none that data on S3 needs. */
export function resourceOf(arn: string): IResource | null {
  for (const [kind, grammar] of RESOURCES) {
    const found = grammar.exec(arn);
    if (found !== null) {
      const { account = '', name } = found.groups ?? {};
      const start = found[1] ?? '';
      return {
        kind,
        account,
        name: name ?? start,
        inPolicy: start.endsWith('/') ? `${start}*` : start
      };
    }
  }
  return null;
}

/** The account of an ARN of a key; null for any other name. */
export function accountOfKey(key: string): string | null {
  return (
    /^arn:[a-z-]{1,20}:kms:[a-z0-9-]{1,30}:(\d{12}):/.exec(key)?.[1] ?? null
  );
}
