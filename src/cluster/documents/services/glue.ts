/**
 * Glue: the security configuration, and how a job, a crawler and a session get
 * it. Pure.
 *
 * Sources: AWS Glue API reference (CreateSecurityConfiguration), AWS Glue
 * developer guide (Setting up encryption; Magics of interactive sessions;
 * Migrating to version 6.0), Amazon EMR release guide (Migration guide: EMRFS to S3A).
 */

import { takesKmsKey } from '../../../encryption/profile/profile';
import { IN_SERVICES } from '../inputs/methods';
import { quote } from '../inputs/shell';
import { json } from '../model';
import type { IClusterDocument, IContext, IPart } from '../model';

interface IGlueEncryption {
  readonly S3Encryption: readonly {
    readonly S3EncryptionMode: string;
    readonly KmsKeyArn?: string;
  }[];
  readonly CloudWatchEncryption: {
    readonly CloudWatchEncryptionMode: string;
    readonly KmsKeyArn?: string;
  };
  readonly JobBookmarksEncryption: {
    readonly JobBookmarksEncryptionMode: string;
    readonly KmsKeyArn?: string;
  };
}

/** EncryptionConfiguration of Glue, or the field that makes it impossible. */
export function glueEncryption(
  context: IContext
): { value: IGlueEncryption } | { field: string; reason: string } {
  const { trans } = context;
  const { method, key } = context.base;
  const off = {
    CloudWatchEncryption: { CloudWatchEncryptionMode: 'DISABLED' },
    JobBookmarksEncryption: { JobBookmarksEncryptionMode: 'DISABLED' }
  };
  const mode = IN_SERVICES[method].glue;
  if (mode === null) {
    return {
      field: 'method',
      reason: trans.__(
        'A Glue security configuration supports only SSE-S3 and SSE-KMS for S3, not %1.',
        method
      )
    };
  }
  if (!takesKmsKey(method)) {
    return { value: { S3Encryption: [{ S3EncryptionMode: mode }], ...off } };
  }
  return key === null
    ? {
        field: 'kmsKeyId',
        reason: trans.__(
          'A Glue security configuration needs a full key ARN; the profile names no key.'
        )
      }
    : {
        value: {
          S3Encryption: [{ S3EncryptionMode: mode, KmsKeyArn: key }],
          CloudWatchEncryption: {
            CloudWatchEncryptionMode: 'SSE-KMS',
            KmsKeyArn: key
          },
          JobBookmarksEncryption: {
            JobBookmarksEncryptionMode: 'CSE-KMS',
            KmsKeyArn: key
          }
        }
      };
}

/** The key that Glue uses for logs and bookmarks too; null if there is none. */
export function glueKey(context: IContext): string | null {
  const { method, key } = context.base;
  return IN_SERVICES[method].glue !== null && takesKmsKey(method) ? key : null;
}

/** The security configuration and the ways to attach it. */
export function glue(context: IContext): IPart {
  const found = glueEncryption(context);
  if ('reason' in found) {
    return {
      documents: [],
      omitted: ['glue-security-configuration', 'glue-attach'].map(id => ({
        id,
        service: 'glue',
        ...found
      }))
    };
  }
  const { name, trans } = context;
  const role = context.roles.glueJob[0] ?? '<GLUE_JOB_ROLE_ARN>';
  const documents: IClusterDocument[] = [
    {
      id: 'glue-security-configuration',
      title: trans.__('Glue: security configuration'),
      service: 'glue',
      format: 'json',
      text: json({ Name: name, EncryptionConfiguration: found.value }),
      notes: [
        trans.__(
          'For `aws glue create-security-configuration --cli-input-json file://…`.'
        ),
        trans.__(
          'It has one setting for all buckets. A Spark session that sets its own properties overrides it.'
        ),
        trans.__(
          'From Glue 5.1 on S3A serves s3://, and Glue 6.0 has no EMRFS. AWS does not say whether S3A follows a security configuration there: check one written object, and set the properties in the session too.'
        ),
        ...(context.overrides.length > 0
          ? [
              trans.__(
                "The profile's rules per bucket are not included: Glue has no setting for them."
              )
            ]
          : []),
        ...(glueKey(context) !== null
          ? [
              trans.__(
                'Logs and job bookmarks use the same key: the key policy in these documents allows CloudWatch Logs to use it.'
              )
            ]
          : [
              trans.__(
                'Logs and job bookmarks are not encrypted with a key of yours: Glue has no SSE-S3 for them, and the profile names no key.'
              )
            ])
      ]
    },
    {
      id: 'glue-attach',
      title: trans.__('Glue: attach it to job, crawler and session'),
      service: 'glue',
      format: 'shell',
      text: [
        '# A new job. update-job replaces the whole definition: change a job that exists in the console.',
        `aws glue create-job --region ${quote(context.region)} --name '<JOB_NAME>' --role ${quote(role)} \\`,
        "  --command 'Name=glueetl,ScriptLocation=<SCRIPT_LOCATION>,PythonVersion=3' \\",
        `  --glue-version '<GLUE_VERSION>' --security-configuration ${quote(name)}`,
        '',
        '# A crawler.',
        `aws glue update-crawler --region ${quote(context.region)} --name '<CRAWLER_NAME>' \\`,
        `  --crawler-security-configuration ${quote(name)}`,
        '',
        '# An interactive session: in a notebook, ahead of the first cell.',
        `# %security_config ${name}`,
        ''
      ].join('\n'),
      notes: [
        trans.__('A session reads it when it starts: stop a running one.'),
        trans.__(
          "The job's role also needs the IAM policy for the key, and logs:AssociateKmsKey if the logs are encrypted."
        )
      ]
    }
  ];
  return { documents, omitted: [] };
}
