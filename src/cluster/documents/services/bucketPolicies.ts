/**
 * S3: bucket policies, in four variants and a base that all of them contain.
 * Pure.
 *
 * S3 decides by the headers of the request, before it fills in the default of
 * the bucket. A condition that negates (StringNotEquals, ArnNotEquals) also matches if
 * its key is absent: if an absent header is to pass, `Null` says so.
 *
 * Sources: IAM user guide (Condition operators: Null, …IfExists, negated
 * matching), Amazon S3 user guide (Examples of bucket policies: requiring
 * encryption; Condition keys of Amazon S3).
 */

import type { ITranslate } from '../../../contract/messages';
import { METHOD } from '../../../contract/profile';
import {
  encryptsInClient,
  takesKmsKey
} from '../../../encryption/profile/profile';
import { bucketArn, objectArns, oneOrMore } from '../inputs/arns';
import { policyText } from '../inputs/limits';
import type {
  IBucket,
  IClusterDocument,
  IContext,
  IOmitted,
  IPart
} from '../model';
import { algorithmOf } from './s3';

export type Variant =
  'base' | 'wrong-header' | 'strict' | 'key-pinned' | 'strict-key';

const SSE = 's3:x-amz-server-side-encryption';
const KEY = 's3:x-amz-server-side-encryption-aws-kms-key-id';
const SSE_C = 's3:x-amz-server-side-encryption-customer-algorithm';

type Statement = Readonly<Record<string, unknown>>;

function deny(
  sid: string,
  action: string,
  resource: unknown,
  condition: unknown
): Statement {
  return {
    Sid: sid,
    Effect: 'Deny',
    Principal: '*',
    Action: action,
    Resource: resource,
    Condition: condition
  };
}

/**
 * The bucket policy of a variant; null if the profile has no header that it
 * could ask for.
 */
export function bucketPolicy(
  context: IContext,
  bucket: IBucket,
  variant: Variant
): { Version: string; Statement: Statement[] } | null {
  const algorithm = algorithmOf(bucket.method);
  const objects = oneOrMore(objectArns(context, bucket));
  const statements: Statement[] = [
    deny(
      'RefuseWithoutTls',
      's3:*',
      [bucketArn(context, bucket), `${bucketArn(context, bucket)}/*`],
      { Bool: { 'aws:SecureTransport': 'false' } }
    ),
    deny('RefuseCustomerKeys', 's3:PutObject', objects, {
      Null: { [SSE_C]: 'false' }
    })
  ];
  if (variant === 'base') {
    return policy(statements);
  }
  if (algorithm === null) {
    return null;
  }
  if (variant === 'strict' || variant === 'strict-key') {
    statements.push(
      deny('RefuseWithoutHeader', 's3:PutObject', objects, {
        Null: { [SSE]: 'true' }
      })
    );
  }
  statements.push(
    deny('RefuseOtherAlgorithm', 's3:PutObject', objects, {
      StringNotEquals: { [SSE]: algorithm },
      Null: { [SSE]: 'false' }
    })
  );
  if (variant === 'key-pinned' || variant === 'strict-key') {
    if (bucket.key === null) {
      return null;
    }
    statements.push(
      deny('RefuseOtherKey', 's3:PutObject', objects, {
        ArnNotEquals: { [KEY]: bucket.key },
        Null: { [SSE]: 'false' }
      }),
      // It re-encrypts objects in place, and always names a key.
      deny(
        'RefuseReencryptionWithOtherKey',
        's3:UpdateObjectEncryption',
        objects,
        {
          ArnNotEquals: { [KEY]: bucket.key }
        }
      )
    );
  }
  return policy(statements);
}

function policy(statements: Statement[]): {
  Version: string;
  Statement: Statement[];
} {
  return { Version: '2012-10-17', Statement: statements };
}

function title(name: string, variant: Variant, trans: ITranslate): string {
  switch (variant) {
    case 'base':
      return trans.__('Policy of %1: TLS only, SSE-C denied', name);
    case 'wrong-header':
      return trans.__(
        'Policy of %1: a wrong header is denied, the default fills in',
        name
      );
    case 'strict':
      return trans.__('Policy of %1: the header is required', name);
    case 'key-pinned':
      return trans.__('Policy of %1: only this key', name);
    case 'strict-key':
      return trans.__(
        'Policy of %1: the header is required, with only this key',
        name
      );
  }
}

/** What each variant does to requests, above all to one without a header. */
function variantNotes(
  bucket: IBucket,
  variant: Variant,
  trans: ITranslate
): string[] {
  const header = algorithmOf(bucket.method) ?? '';
  switch (variant) {
    case 'base':
      return [
        trans.__(
          "A request without an encryption header is allowed and gets the bucket's default. So is one that asks for any algorithm or key but SSE-C."
        )
      ];
    case 'wrong-header':
      return [
        trans.__(
          "A request without an encryption header is allowed and gets the bucket's default. One that asks for anything but %1 is denied.",
          header
        ),
        ...(takesKmsKey(bucket.method)
          ? [
              trans.__(
                'Any KMS key is allowed: the variants “only this key” also check the key.'
              )
            ]
          : [])
      ];
    case 'strict':
      return [
        trans.__(
          "A request without an encryption header is denied, even if the bucket's default would encrypt it the same way: S3 checks the policy first. One that asks for anything but %1 is denied too.",
          header
        ),
        trans.__(
          'Programs that send no header stop working: boto3 and pandas without extra settings, log delivery, uploads in the console. Spark sends it once the profile is set.'
        ),
        ...(takesKmsKey(bucket.method) ? [trans.__('Any KMS key passes.')] : [])
      ];
    case 'strict-key':
      return [
        trans.__(
          'A request is denied if it has no encryption header, another algorithm than %1, another key, or no key (which means aws/s3).',
          header
        ),
        trans.__(
          'Programs that send no header stop working: boto3 and pandas without extra settings, log delivery, uploads in the console. Spark sends it once the profile is set.'
        ),
        fullArn(trans)
      ];
    case 'key-pinned':
      return [
        trans.__(
          "A request without an encryption header is allowed and gets the bucket's default: set that default to the same key. One that names another algorithm, another key, or KMS without a key (which means aws/s3) is denied."
        ),
        fullArn(trans)
      ];
  }
}

function fullArn(trans: ITranslate): string {
  return trans.__(
    'The request should name the key by its full ARN: AWS does not say whether S3 compares a key ID or an alias as it was sent or as it was resolved. Re-encryption in place (s3:UpdateObjectEncryption) with another key is denied too.'
  );
}

/** Why a bucket has no such variant. */
function whyNot(bucket: IBucket, variant: Variant, trans: ITranslate): string {
  if (algorithmOf(bucket.method) === null) {
    return encryptsInClient(bucket.method)
      ? trans.__(
          '%1 sends no header that a bucket policy could check.',
          METHOD[bucket.method].title
        )
      : trans.__(
          'The profile sends no header: a policy that requires one would deny it.'
        );
  }
  return variant === 'key-pinned' || variant === 'strict-key'
    ? takesKmsKey(bucket.method)
      ? trans.__(
          'The profile names no key, and the ARN of aws/s3 is not known here.'
        )
      : trans.__(
          '%1 has no key that a policy could require.',
          METHOD[bucket.method].title
        )
    : '';
}

/** The variants for each bucket. A bucket has one policy: they are alternatives. */
export function bucketPolicies(context: IContext): IPart {
  const { trans } = context;
  const documents: IClusterDocument[] = [];
  const left: IOmitted[] = [];
  const variants: Variant[] = [
    'wrong-header',
    'strict',
    'key-pinned',
    'strict-key',
    'base'
  ];
  for (const bucket of context.buckets) {
    for (const variant of variants) {
      const id = `s3-policy-${variant}:${bucket.name}`;
      const value = bucketPolicy(context, bucket, variant);
      if (value === null) {
        const reason = whyNot(bucket, variant, trans);
        const field =
          variant === 'key-pinned' || variant === 'strict-key'
            ? 'kmsKeyId'
            : 'method';
        left.push({ id, service: 's3', field, reason });
        continue;
      }
      documents.push({
        id,
        title: title(bucket.name, variant, trans),
        service: 's3',
        oneOf: `s3-policy:${bucket.name}`,
        format: 'json',
        text: policyText(value, 'bucket policy', 'buckets', trans),
        notes: [
          ...variantNotes(bucket, variant, trans),
          trans.__(
            'Plain HTTP is denied. Requests with a customer key (SSE-C) are denied.'
          ),
          trans.__(
            'It also holds for requests through an access point of the bucket: the policy of an access point cannot allow what this one denies.'
          ),
          trans.__(
            'For `aws s3api put-bucket-policy --bucket %1 --policy file://…`. A bucket has one policy, and this call replaces it: merge these statements with the existing ones. Nothing here allows anything.',
            bucket.name
          )
        ]
      });
    }
  }
  return { documents, omitted: left };
}
