/**
 * The statement that a missing permission takes. Any line of an output may be
 * crafted, so a statement is only written for actions that reading, writing and
 * encrypting on S3 need, on a resource that fits the action, for a principal
 * that fits the grammar of AWS.
 *
 * Source: service authorization reference of Amazon S3, Amazon S3 Express,
 * Amazon S3 Tables and AWS KMS (which action takes which type of resource).
 */

import { principalOf, resourceOf } from './arns';
import type { IPrincipal, IResource, ResourceKind } from './arns';
import type { IRefusal } from './sentence';
import type { IStatement, PolicyName } from './types';

const OBJECT: readonly ResourceKind[] = ['object', 'access-point-object'];
const BUCKET: readonly ResourceKind[] = ['bucket', 'access-point'];

/** What data on S3 needs, and on which kinds of resource. */
const ACTIONS: Readonly<Record<string, readonly ResourceKind[]>> = {
  's3:GetObject': OBJECT,
  's3:GetObjectVersion': OBJECT,
  's3:GetObjectAttributes': OBJECT,
  's3:GetObjectTagging': OBJECT,
  's3:PutObject': OBJECT,
  's3:PutObjectTagging': OBJECT,
  's3:DeleteObject': OBJECT,
  's3:AbortMultipartUpload': OBJECT,
  's3:ListMultipartUploadParts': OBJECT,
  's3:UpdateObjectEncryption': OBJECT,
  's3:ListBucket': BUCKET,
  's3:ListBucketMultipartUploads': BUCKET,
  's3:GetBucketLocation': ['bucket'],
  's3:GetEncryptionConfiguration': ['bucket'],
  's3:GetDataAccess': ['access-grants'],
  's3express:CreateSession': ['directory-bucket'],
  's3tables:GetTableData': ['table'],
  's3tables:PutTableData': ['table'],
  's3tables:GetTableMetadataLocation': ['table'],
  's3tables:UpdateTableMetadataLocation': ['table'],
  'kms:Decrypt': ['key'],
  'kms:GenerateDataKey': ['key'],
  'kms:GenerateDataKeyWithoutPlaintext': ['key'],
  'kms:Encrypt': ['key'],
  'kms:ReEncryptFrom': ['key'],
  'kms:ReEncryptTo': ['key'],
  'kms:DescribeKey': ['key']
};

/** Is a refusal of this action about data on S3 at all? */
export function isData(action: string): boolean {
  return Object.hasOwn(ACTIONS, action);
}

/** Actions with which the method, and so the header, of an object is chosen. */
export function sendsHeader(action: string): boolean {
  return [
    's3:PutObject',
    's3:UpdateObjectEncryption',
    // In a directory bucket it is chosen once for a session.
    's3express:CreateSession'
  ].includes(action);
}

/** Writing in parts also takes Decrypt, and reading takes nothing else. */
function wholeUse(action: string): string | string[] {
  return action === 'kms:GenerateDataKey'
    ? ['kms:Decrypt', 'kms:GenerateDataKey']
    : action;
}

/** Which of the policies are of a resource: those have a principal. */
const OF_A_RESOURCE = new Set<PolicyName>([
  'key policy',
  'bucket policy',
  'access point policy'
]);

/** The statement that allows what was refused; none if any part is not plain. */
export function allow(
  refusal: IRefusal,
  text: string,
  goesInto: PolicyName
): IStatement | undefined {
  const principal = principalOf(refusal.principal, text);
  const resource = resourceOf(refusal.resource);
  if (
    principal === null ||
    resource === null ||
    ACTIONS[refusal.action]?.includes(resource.kind) !== true
  ) {
    return undefined;
  }
  return {
    goesInto,
    text: JSON.stringify(
      fields(refusal.action, principal, resource, goesInto),
      null,
      2
    )
  };
}

function fields(
  action: string,
  principal: IPrincipal,
  resource: IResource,
  goesInto: PolicyName
): Record<string, unknown> {
  return {
    Effect: 'Allow',
    ...(OF_A_RESOURCE.has(goesInto) && { Principal: { AWS: principal.arn } }),
    Action: wholeUse(action),
    // In a key policy “*” is the key that the policy belongs to.
    Resource: goesInto === 'key policy' ? '*' : resource.inPolicy
  };
}
