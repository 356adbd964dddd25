/**
 * Any line of an output may be crafted: what a statement can never be made to
 * say, and that no text makes the search slow.
 */

import { diagnose } from '..';

const KEY =
  'arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const ROLE = 'arn:aws:iam::999988887777:role/stranger';

const refused = (who: string, action: string, what: string, kind: string) =>
  `User: ${who} is not authorized to perform: ${action} on resource: ${what} because no ${kind} policy allows the ${action} action`;

describe('a crafted refusal gets no statement', () => {
  it.each([
    [
      'root of a foreign account',
      refused(
        'arn:aws:iam::999988887777:root',
        'kms:Decrypt',
        KEY,
        'resource-based'
      )
    ],
    [
      'a change of the key policy',
      refused(
        'arn:aws:iam::999988887777:root',
        'kms:PutKeyPolicy',
        '*',
        'resource-based'
      )
    ],
    [
      'a change of the bucket policy',
      refused(ROLE, 's3:PutBucketPolicy', 'arn:aws:s3:::*', 'resource-based')
    ],
    [
      'every key',
      refused(
        ROLE,
        'kms:Decrypt',
        'arn:aws:kms:us-west-2:111122223333:key/*',
        'identity-based'
      )
    ],
    [
      'every bucket',
      refused(ROLE, 's3:GetObject', '"arn:aws:s3:::*/*"', 'identity-based')
    ],
    [
      'every role',
      refused(
        'arn:aws:iam::999988887777:role/*',
        'kms:Decrypt',
        KEY,
        'resource-based'
      )
    ],
    [
      'a policy variable',
      refused(
        'arn:aws:iam::999988887777:role/${aws:username}',
        'kms:Decrypt',
        KEY,
        'resource-based'
      )
    ],
    [
      'every action',
      refused(ROLE, 's3:*', '"arn:aws:s3:::lake/x"', 'identity-based')
    ],
    ['a grant', refused(ROLE, 'kms:CreateGrant', KEY, 'resource-based')],
    [
      'a key as an object',
      refused(ROLE, 's3:GetObject', KEY, 'identity-based')
    ],
    [
      'a bucket with a variable',
      refused(
        ROLE,
        's3:GetObject',
        '"arn:aws:s3:::${aws:username}/x"',
        'resource-based'
      )
    ],
    [
      'an action that objects have by birth',
      refused(ROLE, 'constructor:toString', KEY, 'identity-based')
    ],
    [
      'quotes in the principal',
      refused(
        'arn:aws:iam::999988887777:role/a","AWS":"*',
        'kms:Decrypt',
        KEY,
        'resource-based'
      )
    ],
    [
      'a direction mark in the name',
      refused(
        'arn:aws:iam::999988887777:role/a*\u202eb',
        'kms:Decrypt',
        KEY,
        'resource-based'
      )
    ]
  ])('%s', (_what, text) => {
    expect(diagnose(text)?.statement).toBeUndefined();
  });
});

it('the same refusal with plain names gets one, so the tests above can fail', () => {
  const found = diagnose(refused(ROLE, 'kms:Decrypt', KEY, 'resource-based'));
  expect(found?.statement?.text).toContain(ROLE);
});

it('a foreign account is named first, and the output is named as the source', () => {
  const ofKey = diagnose(refused(ROLE, 'kms:Decrypt', KEY, 'resource-based'));
  expect(ofKey?.what).toMatch(/^Two accounts: .*999988887777.*111122223333/);
  expect(ofKey?.what).toMatch(/come from the output of a cell[^.]*\.$/);
  const ofBucket = diagnose(
    refused(ROLE, 's3:GetObject', '"arn:aws:s3:::lake/x"', 'resource-based'),
    { kmsKeyId: KEY }
  );
  expect(ofBucket?.what).toMatch(/^The role is of account 999988887777/);
});

it.each([undefined, 'alias/lake', KEY.split('/')[1]])(
  'that nobody knows whose a bucket is comes first, too: key %s',
  kmsKeyId => {
    for (const what of ['"arn:aws:s3:::lake/x"', 'arn:aws:s3:::lake']) {
      const action = what.endsWith('x"') ? 's3:GetObject' : 's3:ListBucket';
      const found = diagnose(refused(ROLE, action, what, 'resource-based'), {
        ...(kmsKeyId !== undefined && { kmsKeyId })
      });
      expect(found?.what).toMatch(
        /^The role is of account 999988887777\. The error does not say whose the bucket is/
      );
      expect(found?.statement?.goesInto).toBe('bucket policy');
    }
  }
);

it('whose a bucket is does not matter for a policy of the role', () => {
  const text = refused(
    ROLE,
    's3:GetObject',
    'arn:aws:s3:::lake/x',
    'identity-based'
  );
  expect(diagnose(text)?.what).not.toContain('whose');
});

it('a role keeps its path, also one that only another line names', () => {
  const assumed = 'arn:aws:sts::111122223333:assumed-role/Glue-1/session';
  const full = 'arn:aws:iam::111122223333:role/service-role/Glue-1';
  const text = refused(assumed, 'kms:Decrypt', KEY, 'resource-based');
  expect(diagnose(text)?.what).toContain('service-role/');
  const found = diagnose(`role: ${full}\n${text}`);
  expect(found?.statement?.text).toContain(full);
  expect(found?.what).not.toContain('path of a role');
  const center = refused(
    'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Data_0123456789abcdef/jane@example.org',
    'kms:Decrypt',
    KEY,
    'resource-based'
  );
  expect(diagnose(center)?.statement?.text).toContain(
    'role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Data_'
  );
});

it('the policy of an AWS managed key is never to be edited', () => {
  const text = `key alias/aws/s3: ${refused('arn:aws:iam::111122223333:role/etl', 'kms:Decrypt', KEY, 'resource-based')}`;
  const found = diagnose(text);
  expect(found?.statement).toBeUndefined();
  expect(found?.who).toBe('you');
  expect(found?.what).toContain('customer managed key');
});

it('a bucket whose name is that of a property has no rule', () => {
  const text = `User: ${ROLE} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::constructor/x" with an explicit deny in a resource-based policy`;
  const found = diagnose(text, { profile: { method: 'sse-s3', buckets: {} } });
  expect(found?.what).toContain('SSE-S3');
});

describe('a text of a million characters is searched in a moment', () => {
  it.each([
    'User: ',
    'is not authorized to perform',
    `User: ${ROLE} is not authorized to perform: kms:Decrypt on resource: ${KEY} `,
    'arn:aws:kms:',
    'arn:aws:iam::999988887777:role/',
    '\\',
    '\\\\n',
    '&amp;',
    '\u001b[1',
    'null ',
    'Forbidden(',
    'Generic S3 error 403 Forbidden',
    '<Error><Code>AccessDenied</Code>',
    's3a://b/',
    's3a://b/x listStatus on ',
    'fs.s3a.encryption',
    'NoSuchElementException: fs.s3a.sse.',
    'Filesystem closed ',
    'An error occurred (ThrottlingException) when calling the Decrypt operation',
    `${KEY} is disabled `,
    'on resource: "',
    '\n',
    'a\n'
  ])('of %j', piece => {
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
    const start = performance.now();
    diagnose(text);
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

it('the error at the end of a long output is found, and one at its start', () => {
  const error = refused(
    'arn:aws:iam::111122223333:role/etl',
    'kms:Decrypt',
    KEY,
    'identity-based'
  );
  const noise = 'at org.example.Main.run(Main.java:1)\n'.repeat(40_000);
  expect(diagnose(`${noise}${error}`)?.code).toBe('permission-missing');
  expect(diagnose(`${error}\n${noise}`)?.code).toBe('permission-missing');
});
