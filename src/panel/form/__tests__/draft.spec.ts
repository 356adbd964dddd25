/** How the form becomes a profile. */

import { nullTranslator } from '@jupyterlab/translation';

import type { Profile } from '../../../encryption/profile/profile';
import { draftOf, EMPTY_DRAFT, isEdited, isFilled, profileOf } from '../draft';
import type { IDraft } from '../draft';
import { KEY, KMS } from '../../__tests__/fixtures';

const trans = nullTranslator.load('');

function edited(draft: IDraft, profile: Profile | null): boolean {
  return isEdited(draft, profileOf(draft, trans), profile);
}

function errorsOf(draft: Partial<IDraft>): string[] {
  const read = profileOf({ ...EMPTY_DRAFT, ...draft }, trans);
  return 'errors' in read ? read.errors.map(({ field }) => field) : [];
}

describe('a draft', () => {
  it.each<[string, Profile]>([
    ['bucket default', { method: 'bucket-default' }],
    ['SSE-S3', { method: 'sse-s3' }],
    ['SSE-KMS without a key', { method: 'sse-kms' }],
    ['SSE-KMS', KMS],
    ['SSE-C', { method: 'sse-c' }],
    ['CSE-KMS', { method: 'cse-kms', kmsKeyId: 'alias/a' }],
    [
      'everything',
      {
        name: 'Finance',
        method: 'dsse-kms',
        kmsKeyId: KEY,
        encryptionContext: { team: 'sales' },
        buckets: {
          'raw.zone': { method: 'sse-s3' },
          other: { method: 'sse-kms', kmsKeyId: KEY }
        }
      }
    ]
  ])('of a profile reads as the same profile: %s', (_name, profile) => {
    expect(profileOf(draftOf(profile), trans)).toEqual({ profile });
    expect(edited(draftOf(profile), profile)).toBe(false);
  });

  it('without a method asks for one', () => {
    expect(errorsOf({})).toEqual(['method']);
  });

  it.each(['__proto__', 'toString'])(
    'has an error at the rule of a bucket that is called %s',
    bucket => {
      const rules = [{ id: 1, bucket, method: 'sse-s3', kmsKeyId: '' }];
      expect(errorsOf({ method: 'sse-s3', rules: rules as never })).toEqual([
        'rules.0.bucket'
      ]);
    }
  );

  it('leaves out a key that the method does not take', () => {
    expect(profileOf({ ...draftOf(KMS), method: 'sse-s3' }, trans)).toEqual({
      profile: { method: 'sse-s3' }
    });
  });

  it('takes blanks around a pasted key away', () => {
    expect(
      profileOf({ ...draftOf(KMS), kmsKeyId: ` ${KEY}\n` }, trans)
    ).toEqual({ profile: KMS });
  });

  it('reports a wrong key at its field', () => {
    expect(
      errorsOf({ method: 'sse-kms', kmsKeyId: 'arn:aws:s3:::bucket' })
    ).toEqual(['kmsKeyId']);
    expect(errorsOf({ method: 'cse-kms' })).toEqual(['kmsKeyId']);
  });

  it('reports what is wrong with a rule at its line', () => {
    expect(
      errorsOf({
        method: 'sse-s3',
        rules: [
          { bucket: 'fine.bucket', method: 'sse-s3', kmsKeyId: '' },
          { bucket: '', method: 'sse-s3', kmsKeyId: '' },
          { bucket: 'fine.bucket', method: 'sse-s3', kmsKeyId: '' },
          { bucket: 'NOT A BUCKET', method: 'sse-s3', kmsKeyId: '' },
          { bucket: 'fine', method: 'sse-kms', kmsKeyId: 'nonsense' }
        ]
      }).sort()
    ).toEqual([
      'rules.1.bucket',
      'rules.2.bucket',
      'rules.3.bucket',
      'rules.4.kmsKeyId'
    ]);
  });

  it('keeps the other writers, and no empty list of them', () => {
    const profile: Profile = { ...KMS, writers: ['iceberg'] };
    expect(profileOf(draftOf(profile), trans)).toEqual({ profile });
    expect(edited(draftOf(profile), KMS)).toBe(true);
    const both = { ...profile, writers: ['iceberg', 'python'] as const };
    expect(edited(draftOf(both), both)).toBe(false);
    expect(profileOf(draftOf({ ...KMS, writers: [] }), trans)).toEqual({
      profile: KMS
    });
  });

  it('refuses the same name twice in the encryption context', () => {
    const pair = { name: 'a', value: 'b' };
    expect(errorsOf({ method: 'sse-kms', context: [pair, pair] })).toEqual([
      'encryptionContext'
    ]);
  });

  it("is edited if it differs from the notebook's profile", () => {
    expect(edited(EMPTY_DRAFT, null)).toBe(false);
    expect(edited(draftOf(KMS), null)).toBe(true);
    expect(edited({ ...draftOf(KMS), kmsKeyId: 'x' }, KMS)).toBe(true);
  });

  it('knows which fields a user has filled', () => {
    const draft = draftOf({
      method: 'sse-kms',
      kmsKeyId: 'alias/a',
      buckets: { one: { method: 'sse-kms' } }
    });
    expect(isFilled(draft, 'kmsKeyId')).toBe(true);
    expect(isFilled(draft, 'rules.0.bucket')).toBe(true);
    expect(isFilled(draft, 'rules.0.kmsKeyId')).toBe(false);
    expect(isFilled(EMPTY_DRAFT, 'method')).toBe(false);
  });
});
