/** What the cluster-wide documents refuse: each error names the field and says why. */

import {
  BAD_PLACES,
  KEY,
  OPTIONS,
  problemsOf,
  refused,
  SSE_KMS
} from './badInputs';
import type { BadInput } from './badInputs';

describe('bad input', () => {
  const other = KEY.replace('eu-west-1', 'us-east-1');
  const alias = 'alias/lake';
  it.each<BadInput>([
    ['no profile', null, {}, 'profile', /JSON object/],
    ['an unknown method', { method: 'x' }, {}, 'method', /one of/],
    ['SSE-C', { method: 'sse-c' }, {}, 'method', /EMR, Glue and Athena/],
    [
      'a key for SSE-S3',
      { method: 'sse-s3', kmsKeyId: KEY },
      {},
      'kmsKeyId',
      /takes no/
    ],
    [
      'CSE-KMS without a key',
      { method: 'cse-kms' },
      {},
      'kmsKeyId',
      /needs a KMS key/
    ],
    [
      'an alias',
      { method: 'sse-kms', kmsKeyId: alias },
      {},
      'kmsKeyId',
      /full ARN/
    ],
    [
      'an alias ARN',
      { method: 'sse-kms', kmsKeyId: KEY.replace(/key.*/, alias) },
      {},
      'kmsKeyId',
      /full ARN/
    ],
    [
      'an alias for a bucket',
      {
        method: 'sse-s3',
        buckets: { analytics: { method: 'sse-kms', kmsKeyId: alias } }
      },
      {},
      'buckets.analytics.kmsKeyId',
      /full ARN/
    ],
    [
      'a key of another Region',
      { method: 'sse-kms', kmsKeyId: other },
      {},
      'kmsKeyId',
      /own Region/
    ],
    [
      'a key of another partition',
      { method: 'sse-kms', kmsKeyId: KEY.replace('aws:', 'aws-cn:') },
      {},
      'kmsKeyId',
      /Region eu-west-1 is in the partition aws, not in aws-cn/
    ],
    ['a short account', SSE_KMS, { account: '1234' }, 'account', /12 digits/],
    [
      'an account that is a number',
      SSE_KMS,
      { account: 111122223333 },
      'account',
      /must be text/
    ],
    [
      'no Region',
      SSE_KMS,
      { region: 'Ireland' },
      'region',
      /such as eu-west-1/
    ],
    [
      'a partition of another Region',
      { method: 'sse-s3' },
      { partition: 'aws-cn' },
      'partition',
      /in the partition aws,/
    ],
    [
      'no partition',
      { method: 'sse-s3' },
      { partition: 'azure' },
      'partition',
      /not an AWS partition/
    ],
    ...BAD_PLACES
  ])(
    '%s: the error names the field and says why',
    (_, profile, more, field, why) => {
      const options = { ...OPTIONS, ...(more as object) };
      const error = refused(profile, options);
      expect(error.fields.map(problem => problem.field)).toContain(field);
      expect(error.message).toMatch(why);
      expect(error.message).toContain(`${error.field}: `);
      expect(problemsOf(profile, options)).toEqual(error.fields);
    }
  );

  it('is all found at once', () => {
    const error = refused(SSE_KMS, {
      ...OPTIONS,
      account: '1',
      buckets: ['X', 'fine', 'Y'],
      releaseLabel: 'seven'
    });
    expect(error.fields.map(({ field }) => field)).toEqual([
      'account',
      'releaseLabel',
      'buckets.0',
      'buckets.2'
    ]);
  });
});

it('refuses the ARN of a role in what is no partition', () => {
  const roles = { users: ['arn:aws-:iam::111122223333:role/A'] };
  expect(problemsOf({ method: 'sse-s3' }, { roles })).toHaveLength(1);
});
