/**
 * KMS: the key policy, the matching IAM policy of the roles, and rotation.
 * Pure.
 *
 * Sources: AWS KMS developer guide (Default key policy; Rotating keys), Amazon
 * EMR management guide (Providing keys: EBS volumes), CloudWatch Logs user
 * guide (Encrypt log data), and those of `keyUsers.ts`.
 */

import { asksKmsThroughS3 } from '../../../encryption/profile/profile';
import { keyAccount, keysOf, oneOrMore } from '../inputs/arns';
import { allow, keyUse, keyUsers, noRoles } from '../inputs/keyUsers';
import type { Statement } from '../inputs/keyUsers';
import { policyText } from '../inputs/limits';
import { quote } from '../inputs/shell';
import type { IClusterDocument, IContext, IOmitted, IPart } from '../model';
import { glueKey } from './glue';

const ADMINISTER = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListAliases',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListResourceTags',
  'kms:ListRetirableGrants',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription'
];
/** As AWS documents it for the EMR service role and encrypted EBS volumes. */
const EBS = [
  'kms:Decrypt',
  'kms:Encrypt',
  'kms:ReEncrypt*',
  'kms:GenerateDataKey*',
  'kms:DescribeKey'
];

/** The policy of one key. */
export function keyPolicy(context: IContext, key: string): unknown {
  const { partition, region, dnsSuffix } = context;
  const owner = keyAccount(key);
  const administrators = noRoles(context)
    ? ['<KEY_ADMINISTRATOR_ROLE_ARN>']
    : context.roles.administrators;
  const glue =
    glueKey(context) === key &&
    (noRoles(context) || context.roles.glueJob.length > 0);
  const statements: Statement[] = [
    {
      Sid: 'AccountOwnsTheKey',
      Effect: 'Allow',
      Principal: { AWS: `arn:${partition}:iam::${owner}:root` },
      Action: 'kms:*',
      Resource: '*'
    },
    ...(administrators.length === 0
      ? []
      : [
          {
            Sid: 'AdministratorsManageTheKey',
            Effect: 'Allow',
            Principal: { AWS: oneOrMore(administrators) },
            Action: ADMINISTER,
            Resource: '*'
          }
        ]),
    ...keyUsers(context, key).map(group => allow(context, group, '*', true))
  ];
  if (glue) {
    statements.push({
      Sid: 'GlueLogsUseTheKey',
      Effect: 'Allow',
      Principal: { Service: `logs.${region}.${dnsSuffix}` },
      Action: [
        'kms:Decrypt',
        'kms:Encrypt',
        'kms:GenerateDataKey*',
        'kms:ReEncrypt*'
      ],
      Resource: '*',
      Condition: {
        StringLike: {
          'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${context.account}:log-group:/aws-glue/*`
        }
      }
    });
  }
  if (context.localDisk?.ebs === true && context.localDisk.key === key) {
    const service =
      context.roles.emrService.length > 0
        ? context.roles.emrService
        : ['<EMR_SERVICE_ROLE_ARN>'];
    statements.push(
      {
        Sid: 'EmrServiceEncryptsEbs',
        Effect: 'Allow',
        Principal: { AWS: oneOrMore(service) },
        Action: EBS,
        Resource: '*'
      },
      {
        Sid: 'EmrServiceGrantsEbs',
        Effect: 'Allow',
        Principal: { AWS: oneOrMore(service) },
        Action: 'kms:CreateGrant',
        Resource: '*',
        Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } }
      }
    );
  }
  return { Version: '2012-10-17', Statement: statements };
}

/** Key policies, IAM policy, rotation. */
export function kms(context: IContext): IPart {
  const { trans } = context;
  const keys = keysOf(context);
  const disk = context.localDisk?.key;
  const diskAlias = disk?.includes(':alias/') === true;
  const all =
    disk === undefined ||
    diskAlias ||
    keys.includes(disk) ||
    disk.startsWith('<')
      ? keys
      : [...keys, disk];
  const left: IOmitted[] = diskAlias
    ? [
        {
          id: 'kms-key-policy:local-disk',
          service: 'kms',
          field: 'localDisk.kmsKeyId',
          reason: trans.__(
            'The key of the local disks is named by an alias. Enter the ARN of the key to get its policy too.'
          )
        }
      ]
    : [];
  if (all.length === 0) {
    const managed = [context.base, ...context.overrides].some(({ method }) =>
      asksKmsThroughS3(method)
    );
    const reason = managed
      ? trans.__(
          'The profile names no key. AWS manages the key policy of aws/s3: nobody can change it, and it allows every role of the account that may use S3 to use the key.'
        )
      : trans.__('The profile uses no KMS key.');
    const ids = ['kms-key-policy', 'kms-iam-policy', 'kms-rotation'];
    const none = ids.map((id): IOmitted => ({
      id,
      service: 'kms',
      field: 'kmsKeyId',
      reason
    }));
    return { documents: [], omitted: [...none, ...left] };
  }
  const suffix = (key: string): string =>
    all.length === 1 ? '' : `:${key.split('/').pop() ?? ''}`;
  const documents: IClusterDocument[] = all.map(key => ({
    id: `kms-key-policy${suffix(key)}`,
    title: trans.__('Key policy of %1', `…${key.slice(-12)}`),
    service: 'kms',
    format: 'json',
    text: policyText(keyPolicy(context, key), 'key policy', 'roles', trans),
    notes: keyPolicyNotes(context, key)
  }));
  const iam = keyUse(context);
  if (iam.length > 0) {
    documents.push({
      id: 'kms-iam-policy',
      title: trans.__('IAM policy for the roles that read and write'),
      service: 'kms',
      format: 'json',
      text: policyText(
        { Version: '2012-10-17', Statement: iam },
        'managed policy',
        'buckets',
        trans
      ),
      notes: [
        trans.__(
          "KMS only: the role's permissions in S3 are unchanged. A key in the same account needs this or the key policy; a key in another account needs both."
        ),
        trans.__(
          'To write, GenerateDataKey; to read, and for uploads in parts, Decrypt.'
        ),
        ...contextNotes(context)
      ]
    });
  }
  documents.push({
    id: 'kms-rotation',
    title: trans.__('Yearly rotation of the key'),
    service: 'kms',
    format: 'shell',
    text: all
      .map(
        key =>
          `aws kms enable-key-rotation --region ${quote(context.region)} --key-id ${quote(key)} --rotation-period-in-days 365\n`
      )
      .join(''),
    notes: [
      trans.__(
        'The ARN stays the same, old objects stay readable, and nothing is re-encrypted. Not for keys with imported material or in a custom key store.'
      )
    ]
  });
  return { documents, omitted: left };
}

/** That the policies ask for no encryption context, for a profile that has one. */
export function contextNotes({ encryptionContext, trans }: IContext): string[] {
  const names = Object.keys(encryptionContext ?? {});
  return names.length === 0
    ? []
    : [
        trans.__(
          'The policies do not require the encryption context. To require it, add a condition on %1 to the statements with kms:ViaService. Objects that were written without the context then become unreadable, and so do writes of programs that do not send it.',
          names.map(name => `kms:EncryptionContext:${name}`).join(', ')
        )
      ];
}

function keyPolicyNotes(context: IContext, key: string): string[] {
  const { trans } = context;
  const owner = keyAccount(key);
  return [
    trans.__(
      'For `aws kms put-key-policy --key-id %1 --policy-name default --policy file://…`. This call replaces the whole policy: merge it with the existing one.',
      key
    ),
    ...(!noRoles(context) && context.roles.administrators.length === 0
      ? [
          trans.__(
            'No administrators are named: only principals that IAM in the account allows can manage the key.'
          )
        ]
      : []),
    trans.__(
      'The first statement keeps the key manageable: without it, a wrong policy can lock everyone out.'
    ),
    ...(owner !== context.account && !context.account.startsWith('<')
      ? [
          trans.__(
            'The key belongs to account %1: this policy goes there, and the roles in %2 need the IAM policy as well.',
            owner,
            context.account
          )
        ]
      : []),
    trans.__(
      'kms:ViaService is used only if S3 calls KMS for the role. Client-side encryption, Glue job bookmarks, Lake Formation and local disks call KMS themselves.'
    ),
    ...contextNotes(context)
  ];
}
