/**
 * The same documents as Terraform, for the AWS provider. It works on buckets
 * and keys that exist. Pure.
 *
 * Source: documentation of the AWS provider (hashicorp/aws), resource by
 * resource.
 */

import { acceptedPolicy, roleTrust } from '../batch/role';
import { roleName } from '../batch/roleArn';
import { keysOf } from '../inputs/arns';
import { workGroup } from '../services/athena';
import { bucketPolicy } from '../services/bucketPolicies';
import { securityConfiguration } from '../emr/emrSecurity';
import { glueEncryption } from '../services/glue';
import { block } from './hcl';
import type { Argument, IBlock } from './hcl';
import { keyUse } from '../inputs/keyUsers';
import { contextNotes, keyPolicy } from '../services/kms';
import {
  grantees,
  locationArns,
  registrationPolicy,
  registrationRole,
  servable
} from '../services/lakeFormation';
import type { IBucket, IClusterDocument, IContext, IPart } from '../model';
import { serverSideEncryption } from '../services/s3';
import { configRules } from '../services/watching';

function resource(
  type: string,
  label: string,
  args: Readonly<Record<string, Argument | undefined>>,
  blocks: readonly IBlock[] = []
): IBlock {
  return { type: 'resource', labels: [type, label], arguments: args, blocks };
}

function nested(
  type: string,
  args: Readonly<Record<string, Argument | undefined>>,
  blocks: readonly IBlock[] = []
): IBlock {
  return { type, arguments: args, blocks };
}

/** A label of a resource: letters, digits and underscores. */
function label(text: string): string {
  const plain = text.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_|_$/g, '');
  return /^[A-Za-z]/.test(plain) ? plain : `b_${plain}`;
}

/** Labels of several things, each different. */
function labels(texts: readonly string[]): string[] {
  const plain = texts.map(label);
  const taken = new Set(plain);
  return plain.map((text, index) => {
    if (plain.indexOf(text) === index) {
      return text;
    }
    let number = 2;
    while (taken.has(`${text}_${number}`)) {
      number++;
    }
    taken.add(`${text}_${number}`);
    return `${text}_${number}`;
  });
}

function bucketBlocks(
  context: IContext,
  bucket: IBucket,
  name: string
): IBlock[] {
  const encryption = serverSideEncryption(context, bucket);
  const rule = encryption?.Rules[0];
  const policy =
    bucketPolicy(context, bucket, 'wrong-header') ??
    bucketPolicy(context, bucket, 'base');
  return [
    ...(rule
      ? [
          resource(
            'aws_s3_bucket_server_side_encryption_configuration',
            name,
            { bucket: bucket.name },
            [
              nested(
                'rule',
                {
                  bucket_key_enabled: rule.BucketKeyEnabled,
                  blocked_encryption_types:
                    rule.BlockedEncryptionTypes.EncryptionType
                },
                [
                  nested('apply_server_side_encryption_by_default', {
                    sse_algorithm:
                      rule.ApplyServerSideEncryptionByDefault.SSEAlgorithm,
                    kms_master_key_id:
                      rule.ApplyServerSideEncryptionByDefault.KMSMasterKeyID
                  })
                ]
              )
            ]
          )
        ]
      : []),
    resource('aws_s3_bucket_policy', name, {
      bucket: bucket.name,
      policy: { json: policy }
    })
  ];
}

function platformBlocks(context: IContext): IBlock[] {
  const { name } = context;
  const blocks: IBlock[] = [];
  const keys = keysOf(context);
  keys.forEach((key, index) => {
    const own = keys.length === 1 ? 'key' : `key_${index + 1}`;
    blocks.push(
      resource('aws_kms_key_policy', own, {
        key_id: key,
        policy: { json: keyPolicy(context, key) }
      })
    );
  });
  const iam = keyUse(context);
  if (iam.length > 0) {
    blocks.push(
      resource('aws_iam_policy', 'key_use', {
        name: `${name}-key-use`,
        policy: { json: { Version: '2012-10-17', Statement: iam } }
      })
    );
  }
  if (servable(context).length > 0) {
    blocks.push(
      resource('aws_iam_policy', 'lake_formation', {
        name: `${name}-lake-formation`,
        policy: { json: registrationPolicy(context) }
      })
    );
  }
  const security = securityConfiguration(context);
  if ('value' in security) {
    blocks.push(
      resource('aws_emr_security_configuration', 'emr', {
        name,
        configuration: { json: security.value }
      })
    );
  }
  const glue = glueEncryption(context);
  if ('value' in glue) {
    const { S3Encryption, CloudWatchEncryption, JobBookmarksEncryption } =
      glue.value;
    blocks.push(
      resource('aws_glue_security_configuration', 'glue', { name }, [
        nested('encryption_configuration', {}, [
          nested('cloudwatch_encryption', {
            cloudwatch_encryption_mode:
              CloudWatchEncryption.CloudWatchEncryptionMode,
            kms_key_arn: CloudWatchEncryption.KmsKeyArn
          }),
          nested('job_bookmarks_encryption', {
            job_bookmarks_encryption_mode:
              JobBookmarksEncryption.JobBookmarksEncryptionMode,
            kms_key_arn: JobBookmarksEncryption.KmsKeyArn
          }),
          nested('s3_encryption', {
            s3_encryption_mode: S3Encryption[0]?.S3EncryptionMode,
            kms_key_arn: S3Encryption[0]?.KmsKeyArn
          })
        ])
      ])
    );
  }
  const group = workGroup(context);
  if ('value' in group) {
    const { OutputLocation, EncryptionConfiguration } =
      group.value.ResultConfiguration;
    blocks.push(
      resource('aws_athena_workgroup', 'athena', { name }, [
        nested(
          'configuration',
          {
            enforce_workgroup_configuration:
              group.value.EnforceWorkGroupConfiguration,
            publish_cloudwatch_metrics_enabled:
              group.value.PublishCloudWatchMetricsEnabled
          },
          [
            nested(
              'result_configuration',
              { output_location: OutputLocation },
              [
                nested('encryption_configuration', {
                  encryption_option: EncryptionConfiguration.EncryptionOption,
                  kms_key_arn: EncryptionConfiguration.KmsKey
                })
              ]
            )
          ]
        )
      ])
    );
  }
  return blocks;
}

function governanceBlocks(context: IContext): IBlock[] {
  const blocks: IBlock[] = [];
  const locations = servable(context).flatMap(bucket =>
    locationArns(context, bucket)
  );
  const names = labels(locations.map(arn => arn.split(':::')[1] ?? arn));
  locations.forEach((arn, index) => {
    const own = names[index] ?? `location_${index + 1}`;
    blocks.push(
      resource('aws_lakeformation_resource', own, {
        arn,
        role_arn: registrationRole(context)
      })
    );
    grantees(context).forEach((role, at) => {
      blocks.push(
        resource(
          'aws_lakeformation_permissions',
          `${own}_${at + 1}`,
          { principal: role, permissions: ['DATA_LOCATION_ACCESS'] },
          [nested('data_location', { arn })]
        )
      );
    });
  });
  for (const rule of configRules(context)) {
    blocks.push(
      resource(
        'aws_config_config_rule',
        label(rule.id),
        {
          name: `${context.name}-${rule.id}`,
          description: rule.description,
          input_parameters: rule.parameters
            ? JSON.stringify(rule.parameters)
            : undefined
        },
        [
          nested('scope', { compliance_resource_types: rule.types }),
          nested('source', {
            owner: 'AWS',
            source_identifier: rule.identifier
          })
        ]
      )
    );
  }
  return blocks;
}

/** The role of S3 Batch jobs; none if there are no jobs, or its policy is too large. */
function batchRole(context: IContext): IClusterDocument[] {
  const { trans } = context;
  const policy = acceptedPolicy(context);
  if (policy === null) {
    return [];
  }
  const name = roleName(context);
  const blocks = [
    resource('aws_iam_role', 'batch', {
      name,
      assume_role_policy: { json: roleTrust(context) }
    }),
    resource('aws_iam_role_policy', 'batch', {
      name,
      role: { attribute: 'aws_iam_role.batch.name' },
      policy: { json: policy }
    })
  ];
  return [
    {
      id: 'terraform-batch-role',
      title: trans.__('Terraform: the role of S3 Batch jobs'),
      service: 'terraform',
      format: 'hcl',
      text: blocks.map(item => block(item)).join('\n\n') + '\n',
      notes: [
        trans.__(
          'The role only: there is no resource for a job, which a call creates.'
        )
      ]
    }
  ];
}

/** One file with everything. */
export function terraform(context: IContext): IPart {
  const { trans } = context;
  const names = labels(context.buckets.map(bucket => bucket.name));
  const blocks = [
    ...context.buckets.flatMap((bucket, index) =>
      bucketBlocks(context, bucket, names[index] ?? `bucket_${index + 1}`)
    ),
    ...platformBlocks(context),
    ...governanceBlocks(context)
  ];
  return {
    documents: [
      {
        id: 'terraform',
        title: trans.__('Terraform: all of it'),
        service: 'terraform',
        format: 'hcl',
        text: blocks.map(item => block(item)).join('\n\n') + '\n',
        notes: [
          trans.__(
            'Buckets and keys already exist and are only changed: aws_s3_bucket_policy and aws_kms_key_policy replace the existing policies. Import them first, and check the plan.'
          ),
          trans.__(
            'blocked_encryption_types needs version 6.22 of the AWS provider or newer; leave the line out with an older one.'
          ),
          trans.__(
            "The IAM policies are created but not attached: attach the key's policy to the roles that read and write, and the Lake Formation policy to the role that registers."
          ),
          trans.__(
            'Bucket policies are in the variant that denies a wrong header. EMR classifications belong to the cluster, and selectors to an existing trail: neither is included.'
          ),
          ...contextNotes(context)
        ]
      },
      ...batchRole(context)
    ],
    omitted: []
  };
}
