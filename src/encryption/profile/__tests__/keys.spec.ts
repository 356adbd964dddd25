/** Names of KMS keys, SSE-C keys and buckets: what is taken, what is refused, and what is said. */

import {
  shortKey,
  validateBucketName,
  validateCustomerKey,
  validateKmsKey
} from '../keys';
import { parseProfile } from '../profile';

const ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
const ARN = `arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/${ID}`;

describe('the name of a KMS key', () => {
  it('gives Region and account of an ARN', () => {
    expect(validateKmsKey(ARN)).toEqual({
      key: {
        kind: 'key-arn',
        id: ID,
        partition: 'aws-us-gov',
        region: 'us-gov-west-1',
        account: '111122223333'
      }
    });
  });

  it.each([
    [ID, 'key-id'],
    ['mrk-1234abcd12ab34cd56ef1234567890ab', 'key-id'],
    ['alias/lake', 'alias'],
    ['arn:aws:kms:eu-west-1:111122223333:alias/lake', 'alias-arn']
  ])('%s is of the kind %s', (text, kind) => {
    expect(validateKmsKey(text)).toMatchObject({ key: { kind } });
  });

  it.each([
    ['arn:aws:s3:::bucket', /names the service “s3”.*arn:aws:kms:REGION/],
    [ARN.replace('111122223333', '1111'), /12 digits, not “1111”/],
    [ARN.replace('us-gov-west-1', ''), /“” is not an AWS Region/],
    [ARN.replace('aws-us-gov', 'azure'), /“azure” is not an AWS partition/],
    [ARN.replace('key/', 'grant/'), /must end in key\/ID or alias\/NAME/],
    [`${ARN} `, /cannot contain spaces/],
    ['${fs.x}', /cannot contain “\$\{”/],
    ['lake', /Expected arn:aws:kms:REGION:ACCOUNT:key\/ID, a key ID, or alias/]
  ])('%j is refused with what is wrong and what is right', (text, message) => {
    const result = validateKmsKey(text);
    expect('error' in result && result.error).toMatch(message);
  });

  it('is short on a narrow panel', () => {
    expect(shortKey(ARN)).toBe('…1234567890ab');
    expect(shortKey('alias/lake')).toBe('alias/lake');
    expect(shortKey('arn:aws:kms:eu-west-1:111122223333:alias/lake')).toBe(
      'alias/lake'
    );
    expect(shortKey('not a key')).toBe('not a key');
  });
});

describe('messages', () => {
  const shouted = {
    __: (message: string, ...args: string[]) =>
      [message, ...args].join('|').toUpperCase()
  };

  it('come from the translation that is passed in', () => {
    expect(validateKmsKey('arn:aws:s3:::b', shouted)).toEqual({
      error: expect.stringContaining('|S3|ARN:AWS:KMS') as string
    });
    expect(validateCustomerKey('', shouted)).toMatch(/^ENTER/);
    expect(validateBucketName('B', shouted)).toMatch(/\|B$/);
    expect(parseProfile({ method: 'x' }, shouted)).toEqual({
      errors: [
        {
          field: 'method',
          message: expect.stringContaining('|BUCKET-DEFAULT') as string
        }
      ]
    });
  });

  it('never repeat a customer key', () => {
    const key = 'not base64, but secret all the same';
    expect(validateCustomerKey(key)).not.toContain('secret');
  });
});
