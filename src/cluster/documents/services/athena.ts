/**
 * Athena: a workgroup that encrypts and enforces, and who can read what the
 * profile writes. Pure.
 *
 * Sources: Amazon Athena API reference (CreateWorkGroup, EncryptionConfiguration),
 * Amazon Athena user guide (Encryption at rest; Override client-side settings).
 */

import { takesKmsKey } from '../../../encryption/profile/profile';
import { compatibilityTable } from '../emr/compatibility';
import { IN_SERVICES } from '../inputs/methods';
import { json } from '../model';
import type { IClusterDocument, IContext, IOmitted, IPart } from '../model';

/** Where results go; the user has to say, it cannot be derived. */
function resultsLocation(context: IContext): string {
  return context.options.athenaResults || 's3://<RESULTS_BUCKET>/';
}

/** Configuration of a workgroup, or the field that makes it impossible. */
export function workGroup(context: IContext):
  | {
      value: {
        readonly EnforceWorkGroupConfiguration: boolean;
        readonly PublishCloudWatchMetricsEnabled: boolean;
        readonly ResultConfiguration: {
          readonly OutputLocation: string;
          readonly EncryptionConfiguration: {
            readonly EncryptionOption: string;
            readonly KmsKey?: string;
          };
        };
      };
    }
  | { field: string; reason: string } {
  const { trans } = context;
  const { method, key } = context.base;
  const option = IN_SERVICES[method].athena;
  if (option === null) {
    return {
      field: 'method',
      reason: trans.__(
        'Athena encrypts results with SSE_S3, SSE_KMS or CSE_KMS, not with %1.',
        method
      )
    };
  }
  if (takesKmsKey(method) && key === null) {
    return {
      field: 'kmsKeyId',
      reason: trans.__('%1 needs a key ARN; the profile names no key.', option)
    };
  }
  return {
    value: {
      EnforceWorkGroupConfiguration: true,
      PublishCloudWatchMetricsEnabled: true,
      ResultConfiguration: {
        OutputLocation: resultsLocation(context),
        EncryptionConfiguration: {
          EncryptionOption: option,
          ...(key === null ? {} : { KmsKey: key })
        }
      }
    }
  };
}

/** The workgroup and the answers per method. */
export function athena(context: IContext): IPart {
  const { trans } = context;
  const documents: IClusterDocument[] = [];
  const left: IOmitted[] = [];
  const found = workGroup(context);
  if ('value' in found) {
    documents.push({
      id: 'athena-workgroup',
      title: trans.__('Athena: workgroup that encrypts its results'),
      service: 'athena',
      format: 'json',
      text: json({ Name: context.name, Configuration: found.value }),
      notes: [
        trans.__(
          'For `aws athena create-work-group --cli-input-json file://…`. For an existing workgroup use `aws athena update-work-group`, whose fields have other names.'
        ),
        trans.__(
          'Enforced: client settings are ignored. It covers query results and what INSERT INTO and CTAS write; the data that queries read is unchanged.'
        ),
        ...(context.options.athenaResults
          ? []
          : [
              trans.__(
                'Results may be in a different bucket than the data: name the location.'
              )
            ])
      ]
    });
  } else {
    left.push({ id: 'athena-workgroup', service: 'athena', ...found });
  }
  const methods = [
    ...new Set([context.base, ...context.overrides].map(rule => rule.method))
  ];
  documents.push({
    id: 'athena-compatibility',
    title: trans.__('Who can read what this profile writes'),
    service: 'athena',
    format: 'markdown',
    text: compatibilityTable(methods, trans),
    notes: [
      trans.__(
        'As documented by AWS and Hadoop; “not known” if they do not say.'
      )
    ]
  });
  return { documents, omitted: left };
}
