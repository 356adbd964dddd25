/** What single documents hold for profiles and options that people really have. */

import { clusterDocuments, clusterResult } from '..';
import type { IClusterOptions } from '..';
import type { Profile } from '../../../encryption/profile/profile';
import { settingsFor } from '../../../encryption/settings/settings';

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

describe('what S3A gets in a release', () => {
  interface IClassification {
    readonly Classification: string;
    readonly Properties: Readonly<Record<string, string>>;
  }
  /** The properties of S3A in the configurations of EMR. */
  function exported(
    profile: Profile,
    releaseLabel: string
  ): Readonly<Record<string, string>> {
    const { documents } = clusterResult(profile, { ...OPTIONS, releaseLabel });
    const found = documents.find(({ id }) => id === 'emr-configurations');
    const list = JSON.parse(found?.text ?? '[]') as readonly IClassification[];
    return Object.fromEntries(
      list
        .flatMap(({ Properties }) => Object.entries(Properties))
        .filter(([name]) => name.startsWith('fs.s3a.'))
    );
  }

  const profiles: readonly Profile[] = [
    { ...SSE_KMS, encryptionContext: { project: 'lake' } },
    { method: 'cse-kms', kmsKeyId: KEY }
  ];
  it.each([
    ['emr-5.36.0', '2.10.1-amzn-4'],
    ['emr-6.15.0', '3.3.6-amzn-1'],
    ['emr-7.3.0', '3.3.6-amzn-5'],
    ['emr-7.7.0', '3.4.0-amzn-3'],
    ['emr-7.9.0', '3.4.1-amzn-1'],
    ['emr-7.10.0', '3.4.1-amzn-2'],
    ['emr-7.12.0', '3.4.1-amzn-4'],
    ['emr-7.13.0', '3.4.2-amzn-0']
  ])('%s is what a session sets on its Hadoop %s', (label, hadoop) => {
    for (const profile of profiles) {
      const session = settingsFor(profile, 's3a', hadoop);
      expect(exported(profile, label)).toEqual(
        'set' in session ? Object.fromEntries(session.set) : {}
      );
    }
  });

  it('is the context from EMR 7.10.0 on, before Apache had it', () => {
    const [profile] = profiles;
    expect(exported(profile!, 'emr-7.9.0')).toEqual({});
    expect(exported(profile!, 'emr-7.10.0')).toHaveProperty([
      'fs.s3a.encryption.context'
    ]);
  });

  it('names no class of EMRFS if S3A itself encrypts on the client', () => {
    const { documents } = clusterResult(profiles[1], {
      ...OPTIONS,
      releaseLabel: 'emr-7.13.0'
    });
    const text = documents.find(({ id }) => id === 'emr-configurations')!.text;
    expect(text).toContain('CSE-KMS');
    expect(text).not.toContain('EmrFileSystem');
  });

  it('that is not named warns that EMR 8 has no EMRFS', () => {
    const [found] = clusterDocuments(profiles[1], {
      ...OPTIONS,
      releaseLabel: null,
      documents: ['emr-configurations']
    });
    expect(found!.text).toContain('EmrFileSystem');
    expect(found!.notes.join()).toContain('EMR 8 has no EMRFS');
  });
});

describe('the policies of a key', () => {
  it.each([
    'kms-key-policy',
    'kms-iam-policy',
    'cloudformation',
    'cloudformation-key',
    'terraform'
  ])('%s says that it does not require the encryption context', id => {
    const profile = { ...SSE_KMS, encryptionContext: { project: 'lake' } };
    const notes = (one: Profile): string =>
      clusterDocuments(one, { ...OPTIONS, documents: [id] })[0]!.notes.join();
    expect(notes(profile)).toContain('kms:EncryptionContext:project');
    expect(notes(SSE_KMS)).not.toContain('kms:EncryptionContext');
  });
});

describe('the keys of logs and of a Studio', () => {
  const omitted = (
    profile: Profile,
    options: Partial<IClusterOptions> = {}
  ): string | undefined =>
    clusterResult(profile, { ...OPTIONS, ...options }).omitted.find(
      ({ id }) => id === 'emr-log-and-studio-keys'
    )?.reason;

  it('are the key of the profile', () => {
    const text = textOf('emr-log-and-studio-keys', SSE_KMS);
    expect(text).toContain(`--log-encryption-kms-key-id '${KEY}'`);
    expect(text).toContain(`--encryption-key-arn '${KEY}'`);
  });

  it.each(['emr-5.29.0', 'emr-6.0.0'])(
    'are that of a Studio alone in %s, which encrypts no logs with a key',
    releaseLabel => {
      const text = textOf('emr-log-and-studio-keys', SSE_KMS, { releaseLabel });
      expect(text).not.toContain('--log-encryption-kms-key-id');
      expect(text).toContain('--encryption-key-arn');
    }
  );

  it('are left out if the profile names no key', () => {
    expect(omitted({ method: 'sse-s3' })).toMatch(/names no KMS key/);
    expect(omitted(SSE_KMS)).toBeUndefined();
  });
});

describe('default encryption', () => {
  it('says how objects that exist get the key, and that a bucket key is left', () => {
    const notes = (profile: Profile): string =>
      clusterDocuments(profile, {
        ...OPTIONS,
        documents: ['s3-default-encryption']
      })[0]!.notes.join();
    expect(notes(SSE_KMS)).toContain('S3UpdateObjectEncryption');
    expect(notes(SSE_KMS)).toContain('kms:EncryptionContext:aws:s3:arn');
    expect(notes({ method: 'sse-s3' })).not.toContain('S3 Batch Operations');
  });
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
