/**
 * The same documents as CloudFormation templates: one for what is new, one for
 * buckets and one for the key, which exist already and are imported. Pure.
 *
 * Source: AWS CloudFormation template reference; the schemas are checked in the
 * tests by cfn-lint.
 */

import { acceptedPolicy, roleTrust } from '../batch/role';
import { roleName } from '../batch/roleArn';
import { keysOf } from '../inputs/arns';
import { workGroup } from '../services/athena';
import { bucketPolicy } from '../services/bucketPolicies';
import { securityConfiguration } from '../emr/emrSecurity';
import { glueEncryption } from '../services/glue';
import { keyUse } from '../inputs/keyUsers';
import { contextNotes, keyPolicy } from '../services/kms';
import {
  grantees,
  locationArns,
  registrationPolicy,
  registrationRole,
  servable
} from '../services/lakeFormation';
import { bytes } from '../inputs/limits';
import { json } from '../model';
import type { IClusterDocument, IContext, IOmitted, IPart } from '../model';
import { noDefault, serverSideEncryption } from '../services/s3';
import { configRules } from '../services/watching';

type Resources = Record<string, unknown>;

/** Size of a template that is passed in the call itself; larger ones go through S3. */
const INLINE = 51_200;

function template(description: string, resources: Resources): string {
  return json({
    AWSTemplateFormatVersion: '2010-09-09',
    Description: description,
    Resources: resources
  });
}

function resource(type: string, properties: unknown): unknown {
  return { Type: type, Properties: properties };
}

function newResources(context: IContext): Resources {
  const { name } = context;
  const resources: Resources = {};
  context.buckets.forEach((bucket, index) => {
    resources[`BucketPolicy${index + 1}`] = resource('AWS::S3::BucketPolicy', {
      Bucket: bucket.name,
      PolicyDocument:
        bucketPolicy(context, bucket, 'wrong-header') ??
        bucketPolicy(context, bucket, 'base')
    });
  });
  const iam = keyUse(context);
  if (iam.length > 0) {
    resources.KeyUsePolicy = resource('AWS::IAM::ManagedPolicy', {
      ManagedPolicyName: `${name}-key-use`,
      PolicyDocument: { Version: '2012-10-17', Statement: iam }
    });
  }
  if (servable(context).length > 0) {
    resources.LakeFormationPolicy = resource('AWS::IAM::ManagedPolicy', {
      ManagedPolicyName: `${name}-lake-formation`,
      PolicyDocument: registrationPolicy(context)
    });
  }
  const security = securityConfiguration(context);
  if ('value' in security) {
    resources.EmrSecurityConfiguration = resource(
      'AWS::EMR::SecurityConfiguration',
      { Name: name, SecurityConfiguration: security.value }
    );
  }
  const glue = glueEncryption(context);
  if ('value' in glue) {
    const { S3Encryption, ...rest } = glue.value;
    resources.GlueSecurityConfiguration = resource(
      'AWS::Glue::SecurityConfiguration',
      {
        Name: name,
        EncryptionConfiguration: { S3Encryptions: S3Encryption, ...rest }
      }
    );
  }
  const group = workGroup(context);
  if ('value' in group) {
    resources.AthenaWorkGroup = resource('AWS::Athena::WorkGroup', {
      Name: name,
      WorkGroupConfiguration: group.value
    });
  }
  const locations = servable(context).flatMap(bucket =>
    locationArns(context, bucket)
  );
  locations.forEach((arn, index) => {
    const location = `LakeFormationLocation${index + 1}`;
    resources[location] = resource('AWS::LakeFormation::Resource', {
      ResourceArn: arn,
      UseServiceLinkedRole: false,
      RoleArn: registrationRole(context)
    });
    grantees(context).forEach((role, at) => {
      resources[`LakeFormationGrant${index + 1}For${at + 1}`] = {
        Type: 'AWS::LakeFormation::PrincipalPermissions',
        DependsOn: location,
        Properties: {
          Principal: { DataLakePrincipalIdentifier: role },
          Resource: {
            DataLocation: { CatalogId: context.account, ResourceArn: arn }
          },
          Permissions: ['DATA_LOCATION_ACCESS'],
          PermissionsWithGrantOption: []
        }
      };
    });
  });
  for (const rule of configRules(context)) {
    const id = rule.id.replace(/(?:^|-)([a-z])/g, (_, letter: string) =>
      letter.toUpperCase()
    );
    resources[`ConfigRule${id}`] = resource('AWS::Config::ConfigRule', {
      ConfigRuleName: `${name}-${rule.id}`,
      Description: rule.description,
      Scope: { ComplianceResourceTypes: rule.types },
      Source: { Owner: 'AWS', SourceIdentifier: rule.identifier },
      ...(rule.parameters ? { InputParameters: rule.parameters } : {})
    });
  }
  return resources;
}

/** The role of S3 Batch jobs; nothing if there are no jobs, or its policy is too large. */
function batchRole(context: IContext): Resources {
  const policy = acceptedPolicy(context);
  const name = roleName(context);
  return policy === null
    ? {}
    : {
        BatchRole: resource('AWS::IAM::Role', {
          RoleName: name,
          AssumeRolePolicyDocument: roleTrust(context),
          Policies: [{ PolicyName: name, PolicyDocument: policy }]
        })
      };
}

function retained(type: string, properties: unknown): unknown {
  return {
    Type: type,
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: properties
  };
}

/** The templates. */
export function cloudFormation(context: IContext): IPart {
  const { trans } = context;
  const documents: IClusterDocument[] = [];
  const left: IOmitted[] = [];
  const add = (
    id: string,
    title: string,
    text: string,
    notes: string[]
  ): void => {
    documents.push({
      id,
      title,
      service: 'cloudformation',
      format: 'json',
      text,
      notes: [
        ...notes,
        ...(bytes(text) > INLINE
          ? [
              trans.__(
                'The template is larger than %1 bytes: upload it to S3 and pass its URL.',
                String(INLINE)
              )
            ]
          : [])
      ]
    });
  };
  add(
    'cloudformation',
    trans.__(
      'CloudFormation: policies, security configurations, workgroup, grants, rules'
    ),
    template('S3 encryption of the analytics platform', newResources(context)),
    [
      trans.__(
        'Bucket policies are in the variant that denies a wrong header; the other variants are among the S3 documents. A bucket that already has a policy cannot get a second one: merge them.'
      ),
      trans.__(
        "The IAM policies are created but not attached: attach the key's policy to the roles that read and write, and the Lake Formation policy to the role that registers."
      ),
      trans.__(
        'EMR classifications belong to the cluster, and selectors to an existing trail: neither is included.'
      ),
      ...contextNotes(context)
    ]
  );
  const role = batchRole(context);
  if (Object.keys(role).length > 0) {
    add(
      'cloudformation-batch-role',
      trans.__('CloudFormation: the role of S3 Batch jobs'),
      template('Role of the jobs of S3 Batch Operations', role),
      [
        trans.__(
          'The role only: there is no resource for a job, which a call creates. A role with a name takes CAPABILITY_NAMED_IAM.'
        )
      ]
    );
  }
  const buckets: Resources = {};
  context.buckets.forEach((bucket, index) => {
    const encryption = serverSideEncryption(context, bucket);
    if (encryption === null) {
      left.push({
        id: `cloudformation-buckets:${bucket.name}`,
        service: 'cloudformation',
        field: 'method',
        reason: noDefault(bucket, trans)
      });
      return;
    }
    buckets[`Bucket${index + 1}`] = retained('AWS::S3::Bucket', {
      BucketName: bucket.name,
      BucketEncryption: {
        ServerSideEncryptionConfiguration: encryption.Rules.map(
          ({ ApplyServerSideEncryptionByDefault, ...rest }) => ({
            ServerSideEncryptionByDefault: ApplyServerSideEncryptionByDefault,
            ...rest
          })
        )
      }
    });
  });
  if (Object.keys(buckets).length > 0) {
    add(
      'cloudformation-buckets',
      trans.__('CloudFormation: default encryption of the buckets'),
      template('Default encryption of the buckets', buckets),
      [
        trans.__(
          'The buckets already exist: create a change set of type IMPORT, and first add every other property they have, because CloudFormation removes what is not in the template.'
        )
      ]
    );
  }
  const keys = keysOf(context);
  if (keys.length > 0) {
    const resources = Object.fromEntries(
      keys.map((key, index) => [
        `Key${index + 1}`,
        retained('AWS::KMS::Key', {
          Description: `S3 objects, ${context.name}`,
          EnableKeyRotation: true,
          RotationPeriodInDays: 365,
          KeyPolicy: keyPolicy(context, key)
        })
      ])
    );
    add(
      'cloudformation-key',
      trans.__('CloudFormation: the key with its policy and rotation'),
      template('Keys of the S3 objects', resources),
      [
        trans.__(
          'For the existing key (%1), create a change set of type IMPORT. As a new stack it creates a new key, which no other document names.',
          keys.join(', ')
        ),
        ...contextNotes(context)
      ]
    );
  } else {
    left.push({
      id: 'cloudformation-key',
      service: 'cloudformation',
      field: 'kmsKeyId',
      reason: trans.__('The profile does not name a key of your own.')
    });
  }
  return { documents, omitted: left };
}
