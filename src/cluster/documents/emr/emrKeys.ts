/**
 * EMR: the key for what EMR itself writes to S3, which no configuration of Spark
 * reaches: the logs of a cluster and the workspaces of a Studio. Pure.
 *
 * Sources: Amazon EMR API reference (RunJobFlow: LogEncryptionKmsKeyId;
 * UpdateStudio: EncryptionKeyArn), Amazon EMR management guide (Encrypting EMR
 * Studio workspace notebooks and files).
 */

import { omitted } from './emrProperties';
import { atLeast } from '../inputs/fields';
import { quote } from '../inputs/shell';
import type { IContext, IPart } from '../model';

/** EMR encrypts logs with a key from 5.30.0 on, but for 6.0.0. */
function encryptsLogs(release: IContext['release']): boolean {
  return (
    release === null ||
    (atLeast(release, 5, 30) && !(release[0] === 6 && release[1] === 0))
  );
}

/** The options and the command that give logs and a Studio the key of the profile. */
export function emrKeys(context: IContext): IPart {
  const { base, region, trans } = context;
  const id = 'emr-log-and-studio-keys';
  if (base.key === null) {
    const reason = trans.__('The profile names no KMS key.');
    return { documents: [], omitted: [omitted(id, 'kmsKeyId', reason)] };
  }
  const key = quote(base.key);
  const logs = [
    '# Logs of a cluster: two more options of aws emr create-cluster.',
    `# --log-uri 's3://<LOG_BUCKET>/' --log-encryption-kms-key-id ${key}`,
    ''
  ];
  return {
    documents: [
      {
        id,
        title: trans.__('EMR: the key of logs and of a Studio'),
        service: 'emr',
        format: 'shell',
        text: [
          ...(encryptsLogs(context.release) ? logs : []),
          '# Notebooks and files of the workspaces of a Studio.',
          `aws emr update-studio --region ${quote(region)} --studio-id '<STUDIO_ID>' \\`,
          `  --encryption-key-arn ${key}`,
          ''
        ].join('\n'),
        notes: [
          encryptsLogs(context.release)
            ? trans.__(
                'EMR itself writes these to S3: neither configurations nor a security configuration reach them. Without a key they are encrypted with SSE-S3.'
              )
            : trans.__(
                'EMR encrypts logs with a key since 5.30.0, but not in 6.0.0: this release has no such option.'
              ),
          trans.__(
            'The instance role of the cluster must be allowed to use the key for logs, and the service role of the Studio for workspaces. The key policy in these documents names roles of Studios only if you enter them as other roles.'
          )
        ]
      }
    ],
    omitted: []
  };
}
