/** Wrong places, roles, releases and sizes: name, profile, options, field, reason. */

import { clusterDocuments, clusterResult, ExportError } from '..';
import type { IClusterOptions, IProblem } from '..';

export const ACCOUNT = '111122223333';
export const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
export const SSE_KMS = { method: 'sse-kms', kmsKeyId: KEY };
/** Options that are right. */
export const OPTIONS: IClusterOptions = {
  account: ACCOUNT,
  region: 'eu-west-1',
  partition: 'aws',
  buckets: ['analytics'],
  roles: { emr: 'EmrRole', administrators: 'Admins' },
  releaseLabel: 'emr-7.10.0'
};
const dsse = { method: 'dsse-kms', kmsKeyId: KEY };
const alias = 'alias/lake';

/** Every field that is wrong; empty if documents can be written. */
export function problemsOf(
  profile: unknown,
  options: IClusterOptions
): IProblem[] {
  try {
    clusterResult(profile, options);
    return [];
  } catch (reason) {
    if (reason instanceof ExportError) {
      return [...reason.fields];
    }
    throw reason;
  }
}

/** The error with which documents are refused; throws if there is none. */
export function refused(profile: unknown, options: unknown): ExportError {
  try {
    clusterDocuments(profile, options as IClusterOptions);
  } catch (reason) {
    if (reason instanceof ExportError) {
      return reason;
    }
    throw reason;
  }
  throw new Error('nothing was refused');
}

export type BadInput = [string, unknown, unknown, string, RegExp];

export const BAD_PLACES: BadInput[] = [
  [
    'not a bucket name',
    SSE_KMS,
    { buckets: ['Analytics'] },
    'buckets.0',
    /not a bucket name/
  ],
  [
    'buckets that are no list',
    SSE_KMS,
    { buckets: 'analytics' },
    'buckets',
    /must be a list/
  ],
  [
    'a bucket that is a number',
    SSE_KMS,
    { buckets: [1] },
    'buckets.0',
    /must be text/
  ],
  [
    'a prefix with a pattern',
    SSE_KMS,
    { buckets: ['analytics/*'] },
    'buckets.0',
    /patterns/
  ],
  [
    'a prefix with a variable',
    SSE_KMS,
    { buckets: ['analytics/${aws:username}'] },
    'buckets.0',
    /patterns/
  ],
  [
    'a prefix with a slash ahead',
    SSE_KMS,
    { buckets: [{ name: 'analytics', prefix: '/x' }] },
    'buckets.0',
    /must not begin/
  ],
  [
    'an unknown method of a bucket',
    SSE_KMS,
    { buckets: [{ name: 'analytics', method: 'x' }] },
    'buckets.0.method',
    /one of/
  ],
  [
    'a key where the rule takes none',
    SSE_KMS,
    { buckets: [{ name: 'analytics', method: 'sse-s3', kmsKeyId: KEY }] },
    'buckets.0',
    /takes no KMS key/
  ],
  [
    'two rules for one bucket',
    SSE_KMS,
    {
      buckets: [
        { name: 'analytics', method: 'sse-s3' },
        { name: 'analytics', method: 'sse-kms', kmsKeyId: KEY }
      ]
    },
    'buckets.1',
    /conflicting/
  ],
  [
    'a rule against that of the profile',
    { ...SSE_KMS, buckets: { analytics: { method: 'sse-s3' } } },
    { buckets: [{ name: 'analytics', method: 'bucket-default' }] },
    'buckets.0',
    /conflicting/
  ],
  [
    'a role of another account',
    SSE_KMS,
    { roles: { glueJob: 'arn:aws:iam::444455556666:role/Glue' } },
    'roles.glueJob',
    /account 444455556666/
  ],
  [
    'a role of another partition',
    SSE_KMS,
    { roles: { emr: `arn:aws-cn:iam::${ACCOUNT}:role/Emr` } },
    'roles.emr',
    /partition aws-cn/
  ],
  [
    'roles of two accounts',
    SSE_KMS,
    {
      account: null,
      roles: [
        `arn:aws:iam::${ACCOUNT}:role/A`,
        'arn:aws:iam::444455556666:role/B'
      ]
    },
    'roles.users.1',
    /another account/
  ],
  [
    'a user where a role is asked for',
    SSE_KMS,
    { roles: { athena: `arn:aws:iam::${ACCOUNT}:user/me` } },
    'roles.athena',
    /not a role ARN/
  ],
  [
    'a role with blanks',
    SSE_KMS,
    { roles: { emr: 'My Role' } },
    'roles.emr',
    /is not a role/
  ],
  [
    'a role that is a number',
    SSE_KMS,
    { roles: { emr: 7 } },
    'roles.emr',
    /must be text/
  ],
  [
    'no release',
    SSE_KMS,
    { releaseLabel: '7.10.0' },
    'releaseLabel',
    /emr-7.10.0/
  ],
  [
    'DSSE-KMS on an old release',
    dsse,
    { releaseLabel: 'emr-6.15.0' },
    'releaseLabel',
    /cannot write DSSE-KMS/
  ],
  [
    'DSSE-KMS and local disks',
    dsse,
    { localDisk: { ebs: true } },
    'method',
    /has no DSSE-KMS/
  ],
  [
    'DSSE-KMS for Glue',
    dsse,
    { services: ['glue'] },
    'method',
    /only SSE-S3 and SSE-KMS/
  ],
  [
    'security configurations before 4.8',
    SSE_KMS,
    {
      releaseLabel: 'emr-4.7.0',
      inTransit: { certificates: 's3://setup/certs.zip' }
    },
    'releaseLabel',
    /4\.8\.0/
  ],
  [
    'certificates that are no zip',
    SSE_KMS,
    { inTransit: { certificates: 's3://setup/certs.pem' } },
    'inTransit.certificates',
    /certificates\.zip/
  ],
  [
    'a provider that is no class',
    SSE_KMS,
    {
      customProvider: { location: 's3://setup/keys.jar', className: 'Keys' }
    },
    'customProvider.className',
    /full Java class name/
  ],
  [
    'a provider beside rules',
    { ...SSE_KMS, buckets: { analytics: { method: 'sse-s3' } } },
    {
      customProvider: {
        location: 's3://setup/keys.jar',
        className: 'com.example.Keys'
      }
    },
    'customProvider',
    /rules per bucket/
  ],
  [
    'a provider without its jar',
    SSE_KMS,
    { customProvider: { location: '', className: 'com.example.Keys' } },
    'customProvider.location',
    /needs the location of its jar/
  ],
  [
    'a provider without its class',
    SSE_KMS,
    { customProvider: { location: 's3://setup/keys.jar' } },
    'customProvider.className',
    /needs the full name/
  ],
  [
    'the key aws/s3 for the local disks',
    SSE_KMS,
    { localDisk: { kmsKeyId: 'alias/aws/s3' } },
    'localDisk.kmsKeyId',
    /your own key/
  ],
  [
    'an alias for the local disks',
    SSE_KMS,
    { localDisk: { kmsKeyId: alias } },
    'localDisk.kmsKeyId',
    /full ARN/
  ],
  [
    'results that are no folder',
    SSE_KMS,
    { athenaResults: 's3://results' },
    'athenaResults',
    /not an S3 location/
  ],
  [
    'a name that shells would read',
    SSE_KMS,
    { name: "x'; rm" },
    'name',
    /cannot be used/
  ],
  [
    'a trail with blanks',
    SSE_KMS,
    { trail: 'my trail' },
    'trail',
    /not a trail name/
  ],
  [
    'an unknown service',
    SSE_KMS,
    { services: ['redshift'] },
    'services',
    /“redshift”/
  ],
  [
    'an unknown document',
    SSE_KMS,
    { documents: ['x'] },
    'documents',
    /no document “x”/
  ],
  [
    'a bucket policy above 20 KB',
    SSE_KMS,
    {
      buckets: Array.from(
        { length: 600 },
        (_, index) => `analytics/prefix-${index}`
      )
    },
    'buckets',
    /at most 20480/
  ],
  [
    'a key policy above 32 KB',
    SSE_KMS,
    {
      roles: Array.from(
        { length: 600 },
        (_, index) => `${'r'.repeat(40)}${index}`
      )
    },
    'roles',
    /at most 32768/
  ]
];
