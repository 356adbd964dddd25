/**
 * Watching: CloudTrail selectors for what is written and for the use of the
 * key, and managed rules of AWS Config. Pure.
 *
 * Sources: AWS CloudTrail API reference (PutEventSelectors,
 * AdvancedFieldSelector) and user guide (Logging data events; AWS KMS events
 * are management events), AWS Config developer guide (List of managed rules).
 */

import { asksKmsThroughS3 } from '../../../encryption/profile/profile';
import { bucketArn, keysOf } from '../inputs/arns';
import { json } from '../model';
import type { IClusterDocument, IContext, IPart } from '../model';

interface IFieldSelector {
  readonly Field: string;
  readonly Equals?: readonly string[];
  readonly StartsWith?: readonly string[];
}
interface ISelector {
  readonly Name: string;
  readonly FieldSelectors: readonly IFieldSelector[];
}

/** Management events (with KMS in them), and the writes to the buckets. */
export function selectors(context: IContext): ISelector[] {
  return [
    {
      Name: 'Management events, with the use of KMS keys',
      FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }]
    },
    {
      Name: 'Writes to the objects',
      FieldSelectors: [
        { Field: 'eventCategory', Equals: ['Data'] },
        { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
        { Field: 'readOnly', Equals: ['false'] },
        {
          Field: 'resources.ARN',
          StartsWith: context.buckets.flatMap(bucket =>
            bucket.prefixes.length === 0
              ? [`${bucketArn(context, bucket)}/`]
              : bucket.prefixes.map(
                  prefix => `${bucketArn(context, bucket)}/${prefix}`
                )
          )
        }
      ]
    }
  ];
}

export interface IConfigRule {
  readonly id: string;
  readonly title: string;
  readonly identifier: string;
  readonly types: readonly string[];
  readonly parameters?: Readonly<Record<string, string>>;
  readonly description: string;
}

/** The managed rules that fit the profile. */
export function configRules(context: IContext): IConfigRule[] {
  const { trans } = context;
  const keys = keysOf(context);
  const kmsOnly =
    context.buckets.every(({ method }) => asksKmsThroughS3(method)) &&
    context.buckets.length > 0;
  const rules: IConfigRule[] = [
    {
      id: 'secure-transport',
      title: trans.__('AWS Config: TLS only'),
      identifier: 'S3_BUCKET_SSL_REQUESTS_ONLY',
      types: ['AWS::S3::Bucket'],
      description: 'Bucket policies refuse requests without TLS.'
    }
  ];
  if (kmsOnly) {
    // S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED cannot fail since January 2023: this one can.
    rules.unshift({
      id: 'bucket-encryption-kms',
      title: trans.__('AWS Config: default encryption uses KMS'),
      identifier: 'S3_DEFAULT_ENCRYPTION_KMS',
      types: ['AWS::S3::Bucket'],
      // AWS Config takes 1024 characters of parameters.
      ...(keys.length > 0 && keys.join(',').length < 1000
        ? { parameters: { kmsKeyArns: keys.join(',') } }
        : {}),
      // eslint-disable-next-line no-restricted-syntax -- the document's own text
      description: 'Default encryption of buckets uses a KMS key.'
    });
  }
  if (keys.length > 0) {
    rules.push({
      id: 'key-rotation',
      title: trans.__('AWS Config: the key rotates'),
      identifier: 'CMK_BACKING_KEY_ROTATION_ENABLED',
      types: ['AWS::KMS::Key'],
      // eslint-disable-next-line no-restricted-syntax -- the document's own text
      description: 'Customer managed keys rotate automatically.'
    });
  }
  return rules;
}

/** Selectors and rules as documents. */
export function watching(context: IContext): IPart {
  const { trans } = context;
  const trail = context.options.trail || '<TRAIL_NAME>';
  const documents: IClusterDocument[] = [
    {
      id: 'cloudtrail-event-selectors',
      title: trans.__('CloudTrail: writes and key usage'),
      service: 'watching',
      format: 'json',
      text: json({
        TrailName: trail,
        AdvancedEventSelectors: selectors(context)
      }),
      notes: [
        trans.__(
          'For `aws cloudtrail put-event-selectors --cli-input-json file://…`. This call replaces the existing selectors. Data events are charged per event.'
        ),
        trans.__(
          'Each write then shows x-amz-server-side-encryption and the key that S3 used. Use of a KMS key is a management event: it is logged unless the trail excludes kms.amazonaws.com.'
        )
      ]
    }
  ];
  for (const rule of configRules(context)) {
    documents.push({
      id: `config-rule-${rule.id}`,
      title: rule.title,
      service: 'watching',
      format: 'json',
      text: json({
        ConfigRule: {
          ConfigRuleName: `${context.name}-${rule.id}`,
          Description: rule.description,
          Scope: { ComplianceResourceTypes: rule.types },
          Source: { Owner: 'AWS', SourceIdentifier: rule.identifier },
          ...(rule.parameters
            ? { InputParameters: JSON.stringify(rule.parameters) }
            : {})
        }
      }),
      notes: [
        trans.__(
          'For `aws configservice put-config-rule --cli-input-json file://…`. AWS Config must be recording in this Region; the rule checks every bucket or key of the account there.'
        )
      ]
    });
  }
  return { documents, omitted: [] };
}
