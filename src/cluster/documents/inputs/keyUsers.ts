/**
 * Who uses a key, with which actions, and whether only through S3: the parts of
 * the key policy and of the IAM policy. Pure.
 *
 * S3 calls KMS in the name of the role for server-side encryption: there
 * `kms:ViaService` is right. Client-side encryption, the job bookmarks of Glue
 * and the local disks of EMR call KMS themselves: there it would lock them out.
 *
 * Sources: Amazon S3 user guide (Using SSE-KMS: permissions), AWS Glue
 * developer guide (Setting up encryption), Amazon EMR management guide
 * (Providing keys for encrypting data at rest), AWS Lake Formation developer
 * guide (Registering an encrypted location), AWS KMS developer guide
 * (kms:ViaService).
 */

import { encryptsInClient } from '../../../encryption/profile/profile';
import { keysOf, oneOrMore, viaS3 } from './arns';
import type { IContext, IRule, Purpose } from '../model';

export type Statement = Readonly<Record<string, unknown>>;

/** What writing and reading S3 objects under a key takes. */
const USE = ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'];
const USE_AND_ENCRYPT = ['kms:Encrypt', ...USE];
/** As AWS documents it for the role that registers a location. */
const LAKE_FORMATION = [
  'kms:Encrypt',
  'kms:Decrypt',
  'kms:ReEncrypt*',
  'kms:GenerateDataKey*',
  'kms:DescribeKey'
];
interface IGroup {
  readonly sid: string;
  readonly roles: readonly string[];
  readonly actions: readonly string[];
  /** Only through S3. */
  readonly via: boolean;
}

/** Is the key used by clients themselves? */
function isUsedByClients(rules: readonly IRule[], key: string): boolean {
  return rules.some(rule => rule.key === key && encryptsInClient(rule.method));
}

/** Is no role named at all? */
export function noRoles(context: IContext): boolean {
  return Object.values(context.roles).every(list => list.length === 0);
}

/** Who uses a key, with which actions, and whether only through S3. */
export function keyUsers(context: IContext, key: string): IGroup[] {
  const rules = [context.base, ...context.overrides, ...context.buckets];
  const direct =
    isUsedByClients(rules, key) ||
    (Boolean(context.options.customProvider) && context.base.key === key);
  const disk = context.localDisk?.key === key;
  const usedByS3 = rules.some(rule => rule.key === key);
  const { roles } = context;
  // If some roles are named, only those are meant; if none is, all are unknown.
  const none = noRoles(context);
  const role = (purpose: Purpose, placeholder: string): readonly string[] =>
    none ? [placeholder] : roles[purpose];
  const groups: IGroup[] = [
    {
      sid: 'EmrUsesTheKey',
      roles: [...role('emr', '<EMR_INSTANCE_ROLE_ARN>'), ...roles.emrRuntime],
      actions: disk ? USE_AND_ENCRYPT : USE,
      via: !direct && !disk
    },
    {
      sid: 'GlueJobsUseTheKey',
      roles: role('glueJob', '<GLUE_JOB_ROLE_ARN>'),
      // Job bookmarks are encrypted by Glue in the name of the role.
      actions: USE_AND_ENCRYPT,
      via: false
    },
    {
      sid: 'GlueCrawlersUseTheKey',
      roles: role('glueCrawler', '<GLUE_CRAWLER_ROLE_ARN>'),
      actions: USE_AND_ENCRYPT,
      via: false
    },
    {
      sid: 'LakeFormationUsesTheKey',
      roles: role('lakeFormation', '<LAKE_FORMATION_ROLE_ARN>'),
      actions: LAKE_FORMATION,
      via: false
    },
    {
      sid: 'AthenaUsersUseTheKey',
      roles: role('athena', '<ATHENA_ROLE_ARN>'),
      actions: USE,
      via: !direct
    },
    {
      sid: 'OtherRolesUseTheKey',
      roles: roles.users,
      actions: USE,
      via: !direct
    }
  ];
  return groups
    .filter(group => usedByS3 && group.roles.length > 0)
    .concat(
      disk && !usedByS3
        ? [
            {
              sid: 'EmrDisksUseTheKey',
              roles: role('emr', '<EMR_INSTANCE_ROLE_ARN>'),
              actions: USE_AND_ENCRYPT,
              via: false
            }
          ]
        : []
    );
}

/** One statement that allows a group to use keys. */
export function allow(
  context: IContext,
  group: IGroup,
  resource: unknown,
  principal: boolean
): Statement {
  return {
    Sid: group.sid,
    Effect: 'Allow',
    ...(principal ? { Principal: { AWS: oneOrMore(group.roles) } } : {}),
    Action: group.actions,
    Resource: resource,
    ...(group.via
      ? { Condition: { StringEquals: { 'kms:ViaService': viaS3(context) } } }
      : {})
  };
}

/** What a role needs in its own policy, for the keys of the profile. */
export function keyUse(context: IContext): Statement[] {
  const keys = keysOf(context);
  const rules = [context.base, ...context.overrides, ...context.buckets];
  const custom = Boolean(context.options.customProvider);
  const direct = keys.filter(key => custom || isUsedByClients(rules, key));
  const through = keys.filter(key => !direct.includes(key));
  const statement = (sid: string, list: string[], via: boolean): Statement[] =>
    list.length === 0
      ? []
      : [
          allow(
            context,
            { sid, roles: [], actions: USE, via },
            oneOrMore(list),
            false
          )
        ];
  return [
    ...statement('UseTheKeyThroughS3', through, true),
    ...statement('UseTheKeyDirectly', direct, false)
  ];
}
