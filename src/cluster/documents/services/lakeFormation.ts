/**
 * Lake Formation: registering the location with a role, the policy and the
 * trust of that role, and the grants. Pure.
 *
 * Sources: AWS Lake Formation developer guide (Requirements for roles used to
 * register locations; Registering an encrypted Amazon S3 location; Granting
 * data location permissions), API reference (RegisterResource, GrantPermissions).
 */

import { encryptsInClient } from '../../../encryption/profile/profile';
import { bucketArn, objectArns, oneOrMore } from '../inputs/arns';
import { LIMITS, policyText } from '../inputs/limits';
import { json } from '../model';
import type {
  IBucket,
  IClusterDocument,
  IContext,
  IOmitted,
  IPart
} from '../model';

/** What is registered: the prefixes, or the whole bucket. */
export function locationArns(context: IContext, bucket: IBucket): string[] {
  const base = bucketArn(context, bucket);
  return bucket.prefixes.length === 0
    ? [base]
    : bucket.prefixes.map(prefix => `${base}/${prefix.replace(/\/$/, '')}`);
}

/** The buckets that Lake Formation can serve: not those of client-side encryption. */
export function servable(context: IContext): IBucket[] {
  return context.buckets.filter(({ method }) => !encryptsInClient(method));
}

/** The role that registers. */
export function registrationRole(context: IContext): string {
  return context.roles.lakeFormation[0] ?? '<LAKE_FORMATION_ROLE_ARN>';
}

/** Who gets access to the location: whoever makes tables there. */
export function grantees(context: IContext): string[] {
  const named = [...context.roles.glueCrawler, ...context.roles.glueJob];
  return named.length > 0 ? [...new Set(named)] : ['<GRANTED_ROLE_ARN>'];
}

/** The policy of the role that registers. */
export function registrationPolicy(context: IContext): {
  Version: string;
  Statement: unknown[];
} {
  const buckets = servable(context);
  const keys = [
    ...new Set(buckets.flatMap(({ key }) => (key === null ? [] : [key])))
  ];
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'ReadAndWriteTheLocation',
        Effect: 'Allow',
        Action: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
        Resource: oneOrMore(buckets.flatMap(b => objectArns(context, b)))
      },
      {
        Sid: 'ListTheLocation',
        Effect: 'Allow',
        Action: 's3:ListBucket',
        Resource: oneOrMore(buckets.map(b => bucketArn(context, b)))
      },
      ...(keys.length === 0
        ? []
        : [
            {
              Sid: 'UseTheKey',
              Effect: 'Allow',
              Action: [
                'kms:Decrypt',
                'kms:DescribeKey',
                'kms:Encrypt',
                'kms:GenerateDataKey*',
                'kms:ReEncrypt*'
              ],
              Resource: oneOrMore(keys)
            }
          ])
    ]
  };
}

/** Registration, role, grants. */
export function lakeFormation(context: IContext): IPart {
  const { trans } = context;
  const left: IOmitted[] = [];
  const buckets = servable(context);
  for (const bucket of context.buckets) {
    if (!buckets.includes(bucket)) {
      left.push({
        id: `lake-formation-register:${bucket.name}`,
        service: 'lake-formation',
        field: 'method',
        reason: trans.__(
          'Under Lake Formation only Athena reads client-side encrypted objects (CSE-KMS): such a location is not registered here.'
        )
      });
    }
  }
  if (buckets.length === 0) {
    return { documents: [], omitted: left };
  }
  const documents: IClusterDocument[] = buckets.map(bucket => {
    const calls = locationArns(context, bucket).map(arn => ({
      ResourceArn: arn,
      UseServiceLinkedRole: false,
      RoleArn: registrationRole(context)
    }));
    return {
      id: `lake-formation-register:${bucket.name}`,
      title: trans.__('Lake Formation: register %1', bucket.name),
      service: 'lake-formation',
      format: 'json',
      text: json(calls.length === 1 ? calls[0] : calls),
      notes: [
        calls.length > 1
          ? trans.__(
              'For `aws lakeformation register-resource --cli-input-json file://…`, one call for each entry.'
            )
          : trans.__(
              'For `aws lakeformation register-resource --cli-input-json file://…`.'
            ),
        trans.__(
          'Use your own role, not the service-linked one: that one cannot use aws/s3, and needs another key policy to use a key.'
        ),
        trans.__(
          'From then on, Athena, Glue and EMR under Lake Formation read with this role: it needs the key, they do not.'
        )
      ]
    };
  });
  documents.push(
    {
      id: 'lake-formation-role-policy',
      title: trans.__('Lake Formation: policy of the role that registers'),
      service: 'lake-formation',
      format: 'json',
      text: policyText(
        registrationPolicy(context),
        'managed policy',
        'buckets',
        trans
      ),
      notes: [
        trans.__(
          'At most %1 characters. If the key is in another account, the key policy must allow the role to use the key as well.',
          String(LIMITS['managed policy'])
        )
      ]
    },
    {
      id: 'lake-formation-role-trust',
      title: trans.__('Lake Formation: trust of the role that registers'),
      service: 'lake-formation',
      format: 'json',
      text: json({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'lakeformation.amazonaws.com' },
            Action: 'sts:AssumeRole'
          }
        ]
      }),
      notes: [
        trans.__(
          'The trust policy (AssumeRolePolicyDocument) of the same role.'
        )
      ]
    }
  );
  for (const bucket of buckets) {
    const calls = grants(context, bucket);
    documents.push({
      id: `lake-formation-grants:${bucket.name}`,
      title: trans.__('Lake Formation: grants on %1', bucket.name),
      service: 'lake-formation',
      format: 'json',
      text: json(calls.length === 1 ? calls[0] : calls),
      notes: [
        calls.length > 1
          ? trans.__(
              'For `aws lakeformation grant-permissions --cli-input-json file://…`, one call for each entry.'
            )
          : trans.__(
              'For `aws lakeformation grant-permissions --cli-input-json file://…`.'
            ),
        trans.__(
          'Needed to create tables in the location. Reading a table needs SELECT on the table, which is not about encryption and not included.'
        )
      ]
    });
  }
  return { documents, omitted: left };
}

/** One call of GrantPermissions for each location and each role. */
export function grants(context: IContext, bucket: IBucket): unknown[] {
  return locationArns(context, bucket).flatMap(arn =>
    grantees(context).map(role => ({
      Principal: { DataLakePrincipalIdentifier: role },
      Resource: { DataLocation: { ResourceArn: arn } },
      Permissions: ['DATA_LOCATION_ACCESS']
    }))
  );
}
