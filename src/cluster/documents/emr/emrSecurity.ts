/**
 * EMR: the security configuration and the lines that create it and a cluster
 * with it. Pure.
 *
 * Source: Amazon EMR management guide, Create a security configuration (JSON
 * reference for encryption settings).
 */

import type { ITranslate } from '../../../contract/messages';
import { METHOD } from '../../../contract/profile';
import {
  isLeftToBucket,
  takesKmsKey
} from '../../../encryption/profile/profile';
import { emrClassifications } from './emr';
import { lacksEmrfs, omitted } from './emrProperties';
import { commaProblem, quote } from '../inputs/shell';
import { atLeast } from '../inputs/fields';
import { IN_SERVICES } from '../inputs/methods';
import { json } from '../model';
import type {
  IClusterDocument,
  IContext,
  IOmitted,
  IPart,
  IRule
} from '../model';

/** One rule as EncryptionMode and AwsKmsKey, or why there is no such mode. */
function mode(
  rule: IRule,
  trans: ITranslate
): { value: Record<string, string> } | { field: string; reason: string } {
  const name = IN_SERVICES[rule.method].emr;
  if (name === null) {
    return {
      field: 'method',
      reason: isLeftToBucket(rule.method)
        ? trans.__(
            'An EMR security configuration has no mode that leaves the choice to the bucket.'
          )
        : trans.__(
            'An EMR security configuration has no %1: its modes are SSE-S3, SSE-KMS, CSE-KMS and CSE-Custom.',
            METHOD[rule.method].title
          )
    };
  }
  if (!takesKmsKey(rule.method)) {
    return { value: { EncryptionMode: name } };
  }
  return rule.key === null
    ? {
        field: 'kmsKeyId',
        reason: trans.__(
          'An EMR security configuration needs a full key ARN for %1; the profile names no key.',
          name
        )
      }
    : { value: { EncryptionMode: name, AwsKmsKey: rule.key } };
}

/** S3EncryptionConfiguration, or which field makes it impossible. */
function s3Encryption(
  context: IContext
): { value: unknown } | { field: string; reason: string } {
  const custom = context.options.customProvider;
  const base = custom
    ? {
        value: {
          EncryptionMode: 'CSE-Custom',
          S3Object: custom.location,
          EncryptionKeyProviderClass: custom.className
        }
      }
    : mode(context.base, context.trans);
  if ('reason' in base) {
    return base;
  }
  const overrides: unknown[] = [];
  for (const rule of context.overrides) {
    const own = mode(rule, context.trans);
    if ('reason' in own) {
      return { ...own, field: `buckets.${rule.name}.${own.field}` };
    }
    overrides.push({ BucketName: rule.name, ...own.value });
  }
  return {
    value:
      overrides.length === 0
        ? base.value
        : { ...base.value, Overrides: overrides }
  };
}

/** The security configuration as an object, or why there can be none. */
export function securityConfiguration(
  context: IContext
): { value: unknown } | { field: string; reason: string } {
  const { trans } = context;
  if (context.release !== null && !atLeast(context.release, 4, 8)) {
    return {
      field: 'releaseLabel',
      reason: trans.__('Security configurations exist since EMR 4.8.0.')
    };
  }
  const lacking = lacksEmrfs(context);
  if (lacking !== null) {
    return { field: 'releaseLabel', reason: lacking };
  }
  const { localDisk } = context;
  const { inTransit } = context.options;
  // S3 and local disks are encrypted apart: left to the bucket, S3 has no part.
  const leftToBucket =
    isLeftToBucket(context.base.method) &&
    context.overrides.length === 0 &&
    !context.options.customProvider &&
    Boolean(localDisk ?? inTransit);
  const s3 = leftToBucket ? null : s3Encryption(context);
  if (s3 !== null && 'reason' in s3) {
    return s3;
  }
  const atRest = {
    ...(s3 === null ? {} : { S3EncryptionConfiguration: s3.value }),
    ...(localDisk
      ? {
          LocalDiskEncryptionConfiguration: {
            EncryptionKeyProviderType: 'AwsKms',
            AwsKmsKey: localDisk.key,
            ...(localDisk.ebs ? { EnableEbsEncryption: true } : {})
          }
        }
      : {})
  };
  const hasAtRest = Object.keys(atRest).length > 0;
  return {
    value: {
      EncryptionConfiguration: {
        EnableInTransitEncryption: Boolean(inTransit),
        EnableAtRestEncryption: hasAtRest,
        ...(inTransit
          ? {
              InTransitEncryptionConfiguration: {
                TLSCertificateConfiguration: {
                  CertificateProviderType: 'PEM',
                  S3Object: inTransit.certificates
                }
              }
            }
          : {}),
        ...(hasAtRest ? { AtRestEncryptionConfiguration: atRest } : {})
      }
    }
  };
}

/** Security configuration and the commands; refusals go to the list of what is left out. */
export function emrSecurity(context: IContext): IPart {
  const { trans } = context;
  const documents: IClusterDocument[] = [];
  const left: IOmitted[] = [];
  const security = securityConfiguration(context);
  const hasSecurity = 'value' in security;
  if (hasSecurity) {
    documents.push({
      id: 'emr-security-configuration',
      title: trans.__('EMR: security configuration'),
      service: 'emr',
      format: 'json',
      text: json(security.value),
      notes: [
        trans.__(
          'For `aws emr create-security-configuration`. It overrides the classifications and cannot be changed once it is created: create a new one instead.'
        ),
        trans.__(
          'AWS documents it as encryption for EMRFS. Whether S3A follows it since 7.10.0 is not documented: pass the configurations as well, and check one written object.'
        ),
        trans.__(
          'A session can still change how Spark writes: only a bucket policy enforces it.'
        ),
        ...(isLeftToBucket(context.base.method)
          ? [
              trans.__(
                'It has no setting for S3: the profile leaves that to the bucket.'
              )
            ]
          : []),
        ...(context.localDisk
          ? [
              trans.__(
                'Local disks: the instance role calls KMS directly, so the key policy must not require kms:ViaService for it (the key policy in these documents does not).'
              )
            ]
          : []),
        ...(context.options.inTransit
          ? [
              trans.__(
                'The zip must hold privateKey.pem and certificateChain.pem; the instance role must be able to read it.'
              )
            ]
          : [])
      ]
    });
  } else {
    left.push(
      omitted('emr-security-configuration', security.field, security.reason)
    );
  }
  const hasConfigurations = emrClassifications(context).documents.length > 0;
  const comma = commaProblem(instanceProfile(context) ?? '', trans);
  if (comma !== null) {
    left.push(omitted('emr-create-cluster', 'roles.emr', comma));
  } else if (hasSecurity || hasConfigurations) {
    documents.push(createCluster(context, hasSecurity, hasConfigurations));
  } else {
    left.push(
      omitted(
        'emr-create-cluster',
        'method',
        trans.__('There is nothing to pass to the cluster.')
      )
    );
  }
  return { documents, omitted: left };
}

/** The instance profile, which has the name of the role unless you say otherwise. */
function instanceProfile(context: IContext): string | undefined {
  return context.roles.emr[0]?.split('/').pop();
}

function createCluster(
  context: IContext,
  hasSecurity: boolean,
  hasConfigurations: boolean
): IClusterDocument {
  const { trans } = context;
  const instance = instanceProfile(context);
  const service = context.roles.emrService[0]?.split('/').pop();
  const lines = [
    'aws emr create-cluster',
    `--region ${quote(context.region)}`,
    `--name ${quote(context.name)}`,
    `--release-label ${quote(context.options.releaseLabel || '<EMR_RELEASE>')}`,
    '--applications Name=Spark',
    '--instance-type m5.xlarge',
    '--instance-count 3',
    `--service-role ${quote(service ?? '<EMR_SERVICE_ROLE>')}`,
    `--ec2-attributes ${quote(`InstanceProfile=${instance ?? '<EMR_INSTANCE_PROFILE>'},SubnetId=<SUBNET_ID>`)}`,
    ...(hasSecurity ? [`--security-configuration ${quote(context.name)}`] : []),
    ...(hasConfigurations
      ? ['--configurations file://emr-configurations.json']
      : [])
  ];
  const create = [
    'aws emr create-security-configuration',
    `--region ${quote(context.region)}`,
    `--name ${quote(context.name)}`,
    '--security-configuration file://emr-security-configuration.json'
  ];
  const commands = hasSecurity ? [create, lines] : [lines];
  return {
    id: 'emr-create-cluster',
    title: trans.__('EMR on EC2: create the cluster'),
    service: 'emr',
    format: 'shell',
    text: commands.map(words => words.join(' \\\n  ') + '\n').join('\n'),
    notes: [
      trans.__('Instance types and counts are examples: choose your own.'),
      ...(instance === undefined
        ? []
        : [
            trans.__(
              'The instance profile is assumed to have the name of its role, as the console creates it. If yours has another name, use that.'
            )
          ])
    ]
  };
}
