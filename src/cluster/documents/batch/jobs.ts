/**
 * The jobs of S3 Batch Operations that give objects which exist the encryption of the
 * profile, as requests of CreateJob. Pure.
 *
 * A filter takes one kind of encryption and one prefix, and a copy needs to know the
 * storage class: so there are several jobs for a bucket.
 *
 * Sources: Amazon S3 API reference (CreateJob, S3JobManifestGenerator,
 * ObjectEncryptionFilter, KeyNameConstraint, S3CopyObjectOperation,
 * UpdateObjectEncryption), Amazon S3 user guide (Copy objects; Update object encryption;
 * Specifying a manifest).
 */

import { METHOD, METHODS } from '../../../contract/profile';
import type { Method } from '../../../contract/profile';
import { bucketArn, keyAccount } from '../inputs/arns';
import { IN_SERVICES } from '../inputs/methods';
import type { IBucket, IContext } from '../model';
import { hasBucketKey } from '../services/s3';
import { roleArn } from './roleArn';

/** Change the encryption where the object is, or copy the object onto itself. */
export type Way = 'update' | 'copy';

/** Objects that have a method, objects without encryption, or those of a list. */
export type Objects = Method | 'unencrypted' | 'list';

export const REPORTS = '<REPORT_BUCKET>';
export const MANIFESTS = '<MANIFEST_BUCKET>';

/** S3 copies objects of up to 5 GB in one request. */
const COPIED_AT_MOST = 5 * 1024 ** 3;
/** A copy gets the class that the request names: so a job is for objects of one class. */
const STORAGE_CLASS = 'STANDARD';

/** S3 changes objects in place only to SSE-KMS, with a named key of the bucket's owner. */
export function canUpdate(context: IContext, bucket: IBucket): boolean {
  return (
    IN_SERVICES[bucket.method].inPlace &&
    bucket.key !== null &&
    !isForeign(context, bucket.key)
  );
}

/** Is a key known to belong to another account? */
export function isForeign(context: IContext, key: string): boolean {
  const owner = keyAccount(key);
  return (
    !owner.startsWith('<') &&
    !context.account.startsWith('<') &&
    owner !== context.account
  );
}

export function canCopy(bucket: IBucket): boolean {
  return IN_SERVICES[bucket.method].batchTarget !== null;
}

/** Which objects each way is for: those that the cheaper way cannot change are copied. */
export function objectsOf(
  context: IContext,
  bucket: IBucket,
  way: Way
): Objects[] {
  const known = METHODS.filter(
    method => IN_SERVICES[method].batchFilter !== null
  );
  const updated = canUpdate(context, bucket)
    ? known.filter(method => IN_SERVICES[method].fromInPlace)
    : [];
  if (way === 'update') {
    return updated.length > 0 ? [...updated, 'list'] : [];
  }
  const hasOneKeyOnly = !METHOD[bucket.method].bucketKey;
  return canCopy(bucket)
    ? [
        'unencrypted',
        ...known.filter(
          method =>
            !updated.includes(method) &&
            !(method === bucket.method && hasOneKeyOnly)
        ),
        'list'
      ]
    : [];
}

/** What a filter calls these objects. */
function filterOf(objects: Objects): string | null {
  return objects === 'list'
    ? null
    : objects === 'unencrypted'
      ? 'NOTSSE'
      : IN_SERVICES[objects].batchFilter;
}

function operation(context: IContext, bucket: IBucket, way: Way): unknown {
  const bucketKey = hasBucketKey(context, bucket);
  if (way === 'update') {
    return {
      S3UpdateObjectEncryption: {
        ObjectEncryption: {
          SSEKMS: { KMSKeyArn: bucket.key, BucketKeyEnabled: bucketKey }
        }
      }
    };
  }
  return {
    S3PutObjectCopy: {
      TargetResource: bucketArn(context, bucket),
      MetadataDirective: 'COPY',
      NewObjectMetadata: {
        SSEAlgorithm: IN_SERVICES[bucket.method].batchTarget
      },
      ...(bucket.key !== null && { SSEAwsKmsKeyId: bucket.key }),
      ...(METHOD[bucket.method].bucketKey && { BucketKeyEnabled: bucketKey }),
      StorageClass: STORAGE_CLASS
    }
  };
}

/** The objects of a list: its address and ETag are known once it is uploaded. */
function manifest(context: IContext): unknown {
  return {
    Manifest: {
      Spec: {
        Format: 'S3BatchOperations_CSV_20180820',
        Fields: ['Bucket', 'Key']
      },
      Location: {
        ObjectArn: `arn:${context.partition}:s3:::${MANIFESTS}/<MANIFEST_KEY>`,
        ETag: '<MANIFEST_ETAG>'
      }
    }
  };
}

function generator(
  context: IContext,
  bucket: IBucket,
  way: Way,
  filter: string,
  prefix: string | null
): unknown {
  return {
    ManifestGenerator: {
      S3JobManifestGenerator: {
        ExpectedBucketOwner: context.account,
        SourceBucket: bucketArn(context, bucket),
        EnableManifestOutput: false,
        Filter: {
          ...(prefix !== null && {
            KeyNameConstraint: { MatchAnyPrefix: [prefix] }
          }),
          ...(way === 'copy' && {
            ObjectSizeLessThanBytes: COPIED_AT_MOST + 1,
            MatchAnyStorageClass: [STORAGE_CLASS]
          }),
          MatchAnyObjectEncryption: [{ [filter]: {} }]
        }
      }
    }
  };
}

/**
 * A text that is the same for the same request, and different for another one (FNV-1a,
 * twice). S3 makes one job of two requests with the same token.
 */
function tokenOf(request: unknown): string {
  const text = JSON.stringify(request);
  const half = (start: number): string => {
    let hash = start;
    for (let index = 0; index < text.length; index++) {
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    }
    return (hash >>> 0).toString(16).padStart(8, '0');
  };
  return `s3-encryption-${half(0x811c9dc5)}${half(0x1000193)}`;
}

/** The requests for a bucket: one for each prefix, as a filter takes one. */
export function jobs(
  context: IContext,
  bucket: IBucket,
  way: Way,
  objects: Objects
): unknown[] {
  const { account, partition } = context;
  const filter = filterOf(objects);
  const places =
    filter === null || bucket.prefixes.length === 0 ? [null] : bucket.prefixes;
  return places.map(prefix => {
    const request = {
      AccountId: account,
      ConfirmationRequired: true,
      Description: `S3 encryption: ${way}, ${objects}, ${bucket.name}`,
      Priority: 10,
      RoleArn: roleArn(context),
      Operation: operation(context, bucket, way),
      ...(filter === null
        ? (manifest(context) as object)
        : (generator(context, bucket, way, filter, prefix) as object)),
      Report: {
        Enabled: true,
        Bucket: `arn:${partition}:s3:::${REPORTS}`,
        ExpectedBucketOwner: account,
        Format: 'Report_CSV_20180820',
        Prefix: 'encryption',
        ReportScope: 'FailedTasksOnly'
      }
    };
    // Another list is another job.
    const token = filter === null ? `${way}-<MANIFEST_ETAG>` : tokenOf(request);
    return { ...request, ClientRequestToken: token };
  });
}
