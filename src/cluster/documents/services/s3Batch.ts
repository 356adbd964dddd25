/**
 * S3 Batch Operations: a job that gives objects that exist the key of the profile,
 * in place, and the role that it runs with. Pure.
 *
 * Sources: Amazon S3 API reference (CreateJob; UpdateObjectEncryption), Amazon S3
 * user guide (Update object encryption; Granting permissions for Batch Operations).
 */

import { bucketArn, keysOf, objectArns, oneOrMore } from '../inputs/arns';
import { isAccepted } from '../inputs/limits';
import { IN_SERVICES } from '../inputs/methods';
import { json } from '../model';
import type {
  IBucket,
  IClusterDocument,
  IContext,
  IOmitted,
  IPart
} from '../model';
import { hasBucketKey } from './s3';

const REPORTS = '<REPORT_BUCKET>';
const ROLE = '<BATCH_ROLE>';

/** S3 changes the method of an object only to SSE-KMS, and asks for the key. */
function canChange(bucket: IBucket): boolean {
  return IN_SERVICES[bucket.method].inPlace && bucket.key !== null;
}

/** The job for one bucket. */
function job(context: IContext, bucket: IBucket): unknown {
  const { account, partition } = context;
  return {
    AccountId: account,
    ConfirmationRequired: true,
    Description: `Objects of ${bucket.name} get the key of their bucket`,
    Priority: 10,
    RoleArn: `arn:${partition}:iam::${account}:role/${ROLE}`,
    Operation: {
      S3UpdateObjectEncryption: {
        ObjectEncryption: {
          SSEKMS: {
            KMSKeyArn: bucket.key,
            BucketKeyEnabled: hasBucketKey(context, bucket)
          }
        }
      }
    },
    ManifestGenerator: {
      S3JobManifestGenerator: {
        ExpectedBucketOwner: account,
        SourceBucket: bucketArn(context, bucket),
        EnableManifestOutput: false,
        Filter: {
          ...(bucket.prefixes.length > 0 && {
            KeyNameConstraint: { MatchAnyPrefix: bucket.prefixes }
          }),
          // Of any other object S3 does not change the encryption.
          MatchAnyObjectEncryption: [{ SSES3: {} }, { SSEKMS: {} }]
        }
      }
    },
    Report: {
      Enabled: true,
      Bucket: `arn:${partition}:s3:::${REPORTS}`,
      Format: 'Report_CSV_20180820',
      Prefix: 'encryption',
      ReportScope: 'FailedTasksOnly'
    }
  };
}

/** What the role of the jobs may do. */
function rolePolicy(context: IContext, buckets: readonly IBucket[]): unknown {
  const keys = keysOf(context).filter(key =>
    buckets.some(bucket => bucket.key === key)
  );
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'ListObjects',
        Effect: 'Allow',
        Action: 's3:PutInventoryConfiguration',
        Resource: oneOrMore(buckets.map(bucket => bucketArn(context, bucket)))
      },
      {
        Sid: 'ChangeTheKey',
        Effect: 'Allow',
        Action: ['s3:PutObject', 's3:UpdateObjectEncryption'],
        Resource: oneOrMore(
          buckets.flatMap(bucket => objectArns(context, bucket))
        )
      },
      {
        Sid: 'UseTheKeys',
        Effect: 'Allow',
        Action: [
          'kms:Decrypt',
          'kms:Encrypt',
          'kms:GenerateDataKey',
          'kms:ReEncrypt*'
        ],
        Resource: oneOrMore(keys)
      },
      {
        Sid: 'WriteReports',
        Effect: 'Allow',
        Action: 's3:PutObject',
        Resource: `arn:${context.partition}:s3:::${REPORTS}/*`
      }
    ]
  };
}

/** The jobs, and policy and trust of their role. */
export function s3Batch(context: IContext): IPart {
  const { trans } = context;
  const omitted: IOmitted[] = [];
  const jobs: IClusterDocument[] = [];
  for (const bucket of context.buckets) {
    const id = `s3-batch-job:${bucket.name}`;
    if (!canChange(bucket)) {
      omitted.push({
        id,
        service: 's3',
        field: bucket.key === null ? 'kmsKeyId' : 'method',
        reason: trans.__(
          'S3 changes the encryption of objects that exist only to SSE-KMS with a key that is named. For anything else they have to be copied.'
        )
      });
      continue;
    }
    jobs.push({
      id,
      title: trans.__(
        'Objects that exist in %1: a job changes their key',
        bucket.name
      ),
      service: 's3',
      format: 'json',
      text: json(job(context, bucket)),
      notes: [
        trans.__(
          'For `aws s3control create-job --cli-input-json file://…`. The job waits until you confirm it, and costs money for each object. Whoever creates it needs s3:CreateJob and iam:PassRole.'
        ),
        trans.__(
          'It changes objects with SSE-S3 and SSE-KMS in place, those that have this key already too: ETag, date and storage class stay, and nothing is copied. Objects without encryption or with DSSE-KMS or SSE-C, and locked ones, have to be copied instead.'
        ),
        trans.__(
          "The key has to be in the account of the bucket's owner. Old versions of objects are not changed, unless a manifest names them."
        )
      ]
    });
  }
  const changed = context.buckets.filter(canChange);
  if (changed.length === 0) {
    return { documents: [], omitted };
  }
  const role: IClusterDocument[] = [];
  const policy = rolePolicy(context, changed);
  if (!isAccepted(policy, 'managed policy')) {
    omitted.push({
      id: 's3-batch-role-policy',
      service: 's3',
      field: 'buckets',
      reason: trans.__(
        'The policy of the role would be larger than AWS accepts: ask for fewer buckets at a time.'
      )
    });
  } else {
    role.push({
      id: 's3-batch-role-policy',
      title: trans.__('IAM policy for the role of these jobs'),
      service: 's3',
      format: 'json',
      text: json(policy),
      notes: [
        trans.__(
          'Add the keys that the objects have now: the role needs the same actions on them. A key of another account has to allow the role in its own policy too.'
        ),
        trans.__(
          'S3 makes the list of objects with an inventory of its own, which is what s3:PutInventoryConfiguration is for.'
        )
      ]
    });
  }
  return {
    documents: [
      ...jobs,
      ...role,
      {
        id: 's3-batch-role-trust',
        title: trans.__('Trust policy for the role of these jobs'),
        service: 's3',
        format: 'json',
        text: json({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'batchoperations.s3.amazonaws.com' },
              Action: 'sts:AssumeRole',
              Condition: {
                StringEquals: { 'aws:SourceAccount': context.account }
              }
            }
          ]
        }),
        notes: [
          trans.__(
            'Lets S3 Batch Operations assume the role, for jobs of this account only.'
          )
        ]
      }
    ],
    omitted
  };
}
