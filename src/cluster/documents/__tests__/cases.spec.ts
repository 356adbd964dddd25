/** What single documents hold for profiles and options that people really have. */

import { clusterDocuments, clusterResult } from '..';
import type { IClusterOptions } from '..';
import type { Profile } from '../../../encryption/profile/profile';

const KEY =
  'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const ALIAS = 'arn:aws:kms:eu-west-1:111122223333:alias/lake';
const SSE_KMS: Profile = { method: 'sse-kms', kmsKeyId: KEY };
const OPTIONS: IClusterOptions = {
  account: '111122223333',
  region: 'eu-west-1',
  buckets: ['analytics'],
  releaseLabel: 'emr-7.10.0',
  roles: { emr: 'ClusterRole' }
};

function textOf(
  id: string,
  profile: Profile,
  options: Partial<IClusterOptions> = {}
): string {
  const asked = { ...OPTIONS, ...options, documents: [id] };
  return clusterDocuments(profile, asked)[0]!.text;
}

describe('an EMR security configuration', () => {
  const atRest = (options: Partial<IClusterOptions>): unknown =>
    JSON.parse(
      textOf(
        'emr-security-configuration',
        { method: 'bucket-default' },
        options
      )
    );

  it('has local disks alone if S3 is left to the bucket', () => {
    expect(atRest({ localDisk: { kmsKeyId: KEY } })).toEqual({
      EncryptionConfiguration: {
        EnableInTransitEncryption: false,
        EnableAtRestEncryption: true,
        AtRestEncryptionConfiguration: {
          LocalDiskEncryptionConfiguration: {
            EncryptionKeyProviderType: 'AwsKms',
            AwsKmsKey: KEY
          }
        }
      }
    });
  });

  it('has encryption in transit alone if nothing else is asked for', () => {
    expect(
      atRest({ inTransit: { certificates: 's3://setup/certificates.zip' } })
    ).toMatchObject({
      EncryptionConfiguration: {
        EnableInTransitEncryption: true,
        EnableAtRestEncryption: false
      }
    });
  });

  it('leaves every other document as it is without local disks', () => {
    const plain = clusterResult({ method: 'bucket-default' }, OPTIONS);
    const disk = clusterResult(
      { method: 'bucket-default' },
      { ...OPTIONS, localDisk: { kmsKeyId: KEY } }
    );
    const ids = disk.documents.map(({ id }) => id);
    expect(ids).toEqual(
      expect.arrayContaining(plain.documents.map(({ id }) => id))
    );
  });

  it('takes the ARN of an alias, of which there is no key policy', () => {
    const options = { ...OPTIONS, localDisk: { kmsKeyId: ALIAS } };
    const { documents, omitted } = clusterResult({ method: 'sse-s3' }, options);
    const security = documents.find(
      ({ id }) => id === 'emr-security-configuration'
    );
    expect(security?.text).toContain(ALIAS);
    expect(documents.some(({ service }) => service === 'kms')).toBe(false);
    expect(
      omitted.find(({ id }) => id === 'kms-key-policy:local-disk')
    ).toEqual(expect.objectContaining({ field: 'localDisk.kmsKeyId' }));
  });
});

describe('a release without EMRFS', () => {
  it('is named by its label, and S3A serves it', () => {
    const text = textOf('emr-configurations', SSE_KMS, {
      releaseLabel: 'emr-spark-8.0.0'
    });
    expect(text).toContain('fs.s3a.encryption.key');
    expect(text).not.toMatch(/emrfs/i);
  });

  it('has no document for client-side encryption', () => {
    const { documents, omitted } = clusterResult(
      { method: 'cse-kms', kmsKeyId: KEY },
      { ...OPTIONS, releaseLabel: 'emr-8.0.0' }
    );
    expect(
      documents.some(({ text }) => /EmrFileSystem|CSE-KMS"/.test(text))
    ).toBe(false);
    expect(
      omitted.find(({ id }) => id === 'emr-security-configuration')?.reason
    ).toMatch(/emr-8\.0\.0 has no EMRFS/);
  });
});

describe('the policies of a key', () => {
  it.each(['kms-key-policy', 'kms-iam-policy', 'terraform'])(
    '%s says that it does not require the encryption context',
    id => {
      const profile = { ...SSE_KMS, encryptionContext: { project: 'lake' } };
      const notes = (one: Profile): string =>
        clusterDocuments(one, { ...OPTIONS, documents: [id] })[0]!.notes.join();
      expect(notes(profile)).toContain('kms:EncryptionContext:project');
      expect(notes(SSE_KMS)).not.toContain('kms:EncryptionContext');
    }
  );
});

describe('a name in the place of a bucket', () => {
  it.each([
    ['lake-ap-x1y2z3-s3alias', /alias of an access point/],
    ['lake-x1y2z3--ol-s3', /Object Lambda/],
    ['lake--euw1-az1--x-s3', /directory bucket/],
    ['lake--table-s3', /S3 Tables/]
  ])('%s is refused with what it is', (name, message) => {
    expect(() =>
      clusterDocuments(SSE_KMS, { ...OPTIONS, buckets: [name] })
    ).toThrow(message);
    expect(() =>
      clusterDocuments(
        { ...SSE_KMS, buckets: { [name]: { method: 'sse-s3' } } },
        OPTIONS
      )
    ).toThrow(message);
  });
});

describe('the Terraform file', () => {
  it.each([
    [['logs.eu', 'logs-eu', 'logs-eu-1']],
    [['logs.eu', 'logs-eu', 'logs-eu-2', 'logs.eu.2', 'logs-eu.2']]
  ])('gives every resource of %j a name of its own', buckets => {
    const heads = textOf('terraform', SSE_KMS, { buckets }).match(
      /^resource .*$/gm
    );
    expect(heads!.length).toBeGreaterThan(10);
    expect(new Set(heads).size).toBe(heads!.length);
  });
});

describe('AWS Config', () => {
  it('gets no rule that cannot fail', () => {
    const { documents } = clusterResult(SSE_KMS, OPTIONS);
    const all = documents.map(({ text }) => text).join();
    expect(all).toContain('S3_DEFAULT_ENCRYPTION_KMS');
    expect(all).not.toContain('S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED');
  });
});
