/**
 * The role that jobs of S3 Batch Operations run with: its name, trust and policy, and what
 * a key's policy says of it. Pure.
 *
 * Sources: Amazon S3 user guide (Granting permissions for Batch Operations; Update object
 * encryption), IAM user guide (Cross-service confused deputy prevention).
 */

import { bucketArn, keysOf, objectArns, oneOrMore } from '../inputs/arns';
import { isAccepted } from '../inputs/limits';
import type { IContext } from '../model';
import { canCopy, canUpdate, MANIFESTS, REPORTS } from './jobs';
import { roleArn } from './roleArn';

const COPY_KEY = ['kms:Decrypt', 'kms:GenerateDataKey'];
const UPDATE_KEY = [
  'kms:Decrypt',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:ReEncrypt*'
];

/** The keys that the jobs use. */
export function batchKeys(context: IContext): string[] {
  const used = context.buckets.filter(
    bucket => canUpdate(context, bucket) || canCopy(bucket)
  );
  return keysOf(context).filter(key => used.some(bucket => bucket.key === key));
}

function keyActions(context: IContext): string[] {
  return context.buckets.some(bucket => canUpdate(context, bucket))
    ? UPDATE_KEY
    : COPY_KEY;
}

/** What the role may do; null if there is no job for it. */
export function rolePolicy(context: IContext): unknown {
  const updated = context.buckets.filter(bucket => canUpdate(context, bucket));
  const copied = context.buckets.filter(canCopy);
  const all = context.buckets.filter(
    bucket => updated.includes(bucket) || copied.includes(bucket)
  );
  if (all.length === 0) {
    return null;
  }
  const keys = batchKeys(context);
  const inside = (place: string): string =>
    `arn:${context.partition}:s3:::${place}/*`;
  const objects = (buckets: typeof all): unknown =>
    oneOrMore(buckets.flatMap(bucket => objectArns(context, bucket)));
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'ListObjects',
        Effect: 'Allow',
        Action: 's3:PutInventoryConfiguration',
        Resource: oneOrMore(all.map(bucket => bucketArn(context, bucket)))
      },
      ...(updated.length === 0
        ? []
        : [
            {
              Sid: 'ChangeTheKey',
              Effect: 'Allow',
              Action: ['s3:PutObject', 's3:UpdateObjectEncryption'],
              Resource: objects(updated)
            }
          ]),
      ...(copied.length === 0
        ? []
        : [
            {
              Sid: 'CopyObjects',
              Effect: 'Allow',
              Action: [
                's3:GetObject',
                's3:GetObjectAcl',
                's3:GetObjectTagging',
                's3:PutObject',
                's3:PutObjectAcl',
                's3:PutObjectTagging'
              ],
              Resource: objects(copied)
            }
          ]),
      ...(keys.length === 0
        ? []
        : [
            {
              Sid: 'UseTheKeys',
              Effect: 'Allow',
              Action: keyActions(context),
              Resource: oneOrMore(keys)
            }
          ]),
      {
        Sid: 'ReadLists',
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:GetObjectVersion'],
        Resource: inside(MANIFESTS)
      },
      {
        Sid: 'WriteReports',
        Effect: 'Allow',
        Action: 's3:PutObject',
        Resource: inside(REPORTS)
      }
    ]
  };
}

/** The policy, if there are jobs and AWS accepts its size. */
export function acceptedPolicy(context: IContext): unknown {
  const policy = rolePolicy(context);
  return policy !== null && isAccepted(policy, 'managed policy')
    ? policy
    : null;
}

/** Who may assume the role: S3 Batch Operations, for jobs of this account. */
export function roleTrust(context: IContext): unknown {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'batchoperations.s3.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': context.account } }
      }
    ]
  };
}

/** What a key's own policy says, if it does not leave that to IAM. */
export function keyStatement(context: IContext): unknown {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'BatchJobsUseTheKey',
        Effect: 'Allow',
        Principal: { AWS: roleArn(context) },
        Action: keyActions(context),
        Resource: '*'
      }
    ]
  };
}
