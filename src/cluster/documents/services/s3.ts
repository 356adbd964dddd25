/**
 * S3: default encryption of a bucket, with bucket key and blocked SSE-C. Pure.
 *
 * Sources: Amazon S3 API reference (PutBucketEncryption), Amazon S3 user guide
 * (Setting default server-side encryption behavior; Reducing the cost of SSE-KMS
 * with S3 Bucket Keys; Updating server-side encryption of existing data; Blocking
 * or unblocking SSE-C).
 */

import type { ITranslate } from '../../../contract/messages';
import { METHOD, type Method } from '../../../contract/profile';
import {
  asksKmsThroughS3,
  encryptsInClient
} from '../../../encryption/profile/profile';
import { IN_SERVICES } from '../inputs/methods';
import { json } from '../model';
import type {
  IBucket,
  IClusterDocument,
  IContext,
  IOmitted,
  IPart
} from '../model';

/** The value of the header, which is also the name in the default encryption; null if there is none. */
export function algorithmOf(method: Method): string | null {
  return METHOD[method].header;
}

/** Is the S3 Bucket Key switched on? */
export function hasBucketKey(context: IContext, bucket: IBucket): boolean {
  return METHOD[bucket.method].bucketKey && context.options.bucketKey !== false;
}

/** ServerSideEncryptionConfiguration of a bucket; null if the profile has none for it. */
export function serverSideEncryption(
  context: IContext,
  bucket: IBucket
): {
  readonly Rules: readonly {
    readonly ApplyServerSideEncryptionByDefault: {
      readonly SSEAlgorithm: string;
      readonly KMSMasterKeyID?: string;
    };
    readonly BucketKeyEnabled: boolean;
    readonly BlockedEncryptionTypes: {
      readonly EncryptionType: readonly string[];
    };
  }[];
} | null {
  const algorithm = algorithmOf(bucket.method);
  if (algorithm === null) {
    return null;
  }
  return {
    Rules: [
      {
        ApplyServerSideEncryptionByDefault: {
          SSEAlgorithm: algorithm,
          ...(bucket.key === null ? {} : { KMSMasterKeyID: bucket.key })
        },
        BucketKeyEnabled: hasBucketKey(context, bucket),
        BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] }
      }
    ]
  };
}

/** Why there is no default encryption to write for a bucket. */
export function noDefault(bucket: IBucket, trans: ITranslate): string {
  return encryptsInClient(bucket.method)
    ? trans.__(
        "With %1 objects are encrypted before they are sent: the bucket's default is not what protects them.",
        METHOD[bucket.method].title
      )
    : trans.__(
        'The profile leaves the choice to the bucket: choose SSE-S3, SSE-KMS or DSSE-KMS to create a document for that default.'
      );
}

/** Default encryption of each bucket. */
export function s3Encryption(context: IContext): IPart {
  const { trans } = context;
  const documents: IClusterDocument[] = [];
  const left: IOmitted[] = [];
  for (const bucket of context.buckets) {
    const id = `s3-default-encryption:${bucket.name}`;
    const configuration = serverSideEncryption(context, bucket);
    if (configuration === null) {
      left.push({
        id,
        service: 's3',
        field: 'method',
        reason: noDefault(bucket, trans)
      });
      continue;
    }
    documents.push({
      id,
      title: trans.__('Default encryption of %1', bucket.name),
      service: 's3',
      format: 'json',
      text: json(configuration),
      notes: [
        trans.__(
          'For `aws s3api put-bucket-encryption --bucket %1 --server-side-encryption-configuration file://…`.',
          bucket.name
        ),
        trans.__(
          'It applies only to requests without a header, it never denies one, and it does not change existing objects. Only a bucket policy denies requests.'
        ),
        ...(bucket.prefixes.length > 0
          ? [
              trans.__(
                'It always applies to the whole bucket, not to a prefix.'
              )
            ]
          : []),
        ...(asksKmsThroughS3(bucket.method) && bucket.key === null
          ? [
              trans.__(
                'Without a key S3 uses the AWS managed key aws/s3: other accounts cannot read such objects, and its key policy cannot be changed.'
              )
            ]
          : []),
        ...(hasBucketKey(context, bucket)
          ? [
              trans.__(
                'The S3 Bucket Key reduces calls to KMS. The encryption context is then the bucket instead of each object, in CloudTrail as in a condition on kms:EncryptionContext:aws:s3:arn. It holds for new objects only.'
              )
            ]
          : []),
        ...(IN_SERVICES[bucket.method].inPlace && bucket.key !== null
          ? [
              trans.__(
                'For objects that exist: a job of S3 Batch Operations (S3UpdateObjectEncryption) changes key and bucket key in place, without a copy. The jobs and their role are in the tab S3 Batch.'
              )
            ]
          : []),
        ...(asksKmsThroughS3(bucket.method) && !METHOD[bucket.method].bucketKey
          ? [
              trans.__(
                'S3 has no Bucket Key for %1: each object needs its own calls to KMS.',
                METHOD[bucket.method].title
              )
            ]
          : []),
        trans.__(
          'SSE-C is blocked here. Buckets created since April 2026 block it by default.'
        )
      ]
    });
  }
  return { documents, omitted: left };
}
