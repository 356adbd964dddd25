/** The jobs of S3 Batch Operations and their role: what is in which, and what is left out. */

import { clusterDocuments, clusterResult } from '..';
import type { IClusterOptions } from '..';
import { ACCOUNT, KEY, SSE_KMS } from './badInputs';

interface IRequest {
  readonly ConfirmationRequired: boolean;
  readonly ClientRequestToken: string;
  readonly Operation: unknown;
  readonly Report: unknown;
  readonly Manifest?: unknown;
  readonly ManifestGenerator?: {
    readonly S3JobManifestGenerator: {
      readonly SourceBucket: string;
      readonly Filter: Readonly<Record<string, unknown>>;
    };
  };
}

const OPTIONS: IClusterOptions = {
  account: ACCOUNT,
  region: 'eu-west-1',
  buckets: ['analytics']
};
const SSE_S3 = { method: 'sse-s3' };
/** Of another account. */
const FOREIGN = KEY.replace(ACCOUNT, '444455556666');

/** The requests of every job, by the id of its document. */
function jobsOf(
  profile: unknown,
  options: Partial<IClusterOptions> = {}
): Map<string, IRequest[]> {
  const { documents } = clusterResult(profile, { ...OPTIONS, ...options });
  return new Map(
    documents
      .filter(({ id }) => /^s3-batch-(?:update|copy)-/.test(id))
      .map(({ id, text }) => {
        const value = JSON.parse(text) as IRequest | IRequest[];
        return [
          id.replace(':analytics', ''),
          Array.isArray(value) ? value : [value]
        ];
      })
  );
}

function job(
  id: string,
  profile: unknown,
  options: Partial<IClusterOptions> = {}
): IRequest {
  return jobsOf(profile, options).get(id)![0]!;
}

function textOf(
  id: string,
  profile: unknown,
  options: Partial<IClusterOptions> = {}
): string {
  const asked = { ...OPTIONS, ...options, documents: [id] };
  return clusterDocuments(profile, asked)[0]!.text;
}

const UPDATES = ['update-sse-s3', 'update-sse-kms', 'update-list'];

describe('the jobs for objects that exist', () => {
  it.each([
    [
      'SSE-KMS with a key',
      SSE_KMS,
      [...UPDATES, 'copy-unencrypted', 'copy-dsse-kms', 'copy-list']
    ],
    [
      'SSE-KMS with a key of another account',
      { ...SSE_KMS, kmsKeyId: FOREIGN },
      ['unencrypted', 'sse-s3', 'sse-kms', 'dsse-kms', 'list'].map(
        name => `copy-${name}`
      )
    ],
    [
      'SSE-S3',
      SSE_S3,
      ['unencrypted', 'sse-kms', 'dsse-kms', 'list'].map(name => `copy-${name}`)
    ],
    ['DSSE-KMS', { ...SSE_KMS, method: 'dsse-kms' }, []],
    ['CSE-KMS', { ...SSE_KMS, method: 'cse-kms' }, []],
    ['the choice of the bucket', { method: 'bucket-default' }, []]
  ])(
    'to %s change in place what can be, and copy the rest',
    (_, profile, expected) => {
      const found = [...jobsOf(profile).keys()];
      expect(found).toEqual(expected.map(name => `s3-batch-${name}`));
    }
  );

  it('change the key and the bucket key of one kind of objects, once they are confirmed', () => {
    const request = job('s3-batch-update-sse-s3', SSE_KMS);
    expect(request).toMatchObject({
      ConfirmationRequired: true,
      Operation: {
        S3UpdateObjectEncryption: {
          ObjectEncryption: {
            SSEKMS: { KMSKeyArn: KEY, BucketKeyEnabled: true }
          }
        }
      },
      ManifestGenerator: {
        S3JobManifestGenerator: {
          SourceBucket: 'arn:aws:s3:::analytics',
          ExpectedBucketOwner: ACCOUNT,
          Filter: { MatchAnyObjectEncryption: [{ SSES3: {} }] }
        }
      },
      Report: { Enabled: true, ExpectedBucketOwner: ACCOUNT }
    });
    const off = job('s3-batch-update-sse-s3', SSE_KMS, { bucketKey: false });
    expect(JSON.stringify(off)).toContain('"BucketKeyEnabled":false');
  });

  it('copy with the method, and only objects that one request copies into the same class', () => {
    expect(job('s3-batch-copy-sse-kms', SSE_S3)).toMatchObject({
      Operation: {
        S3PutObjectCopy: {
          TargetResource: 'arn:aws:s3:::analytics',
          MetadataDirective: 'COPY',
          NewObjectMetadata: { SSEAlgorithm: 'AES256' },
          StorageClass: 'STANDARD'
        }
      },
      ManifestGenerator: {
        S3JobManifestGenerator: {
          Filter: {
            ObjectSizeLessThanBytes: 5_368_709_121,
            MatchAnyStorageClass: ['STANDARD'],
            MatchAnyObjectEncryption: [{ SSEKMS: {} }]
          }
        }
      }
    });
    const text = JSON.stringify(job('s3-batch-copy-sse-kms', SSE_S3));
    expect(text).not.toMatch(/KmsKeyId|BucketKeyEnabled/);
    expect(job('s3-batch-copy-unencrypted', SSE_KMS).Operation).toMatchObject({
      S3PutObjectCopy: {
        NewObjectMetadata: { SSEAlgorithm: 'KMS' },
        SSEAwsKmsKeyId: KEY,
        BucketKeyEnabled: true
      }
    });
  });

  it('with aws/s3 name no key, and copy what has SSE-KMS with another one too', () => {
    const request = job('s3-batch-copy-sse-kms', { method: 'sse-kms' });
    expect(JSON.stringify(request)).toContain('"SSEAlgorithm":"KMS"');
    expect(JSON.stringify(request)).not.toContain('SSEAwsKmsKeyId');
  });

  it('take one prefix each, as a filter does', () => {
    const buckets = ['analytics/raw', 'analytics/curated'];
    const found = jobsOf(SSE_KMS, { buckets });
    for (const [id, requests] of found) {
      const prefixes = requests.map(
        ({ ManifestGenerator: generator }) =>
          generator?.S3JobManifestGenerator.Filter.KeyNameConstraint
      );
      expect(prefixes).toEqual(
        id.endsWith('-list')
          ? [undefined]
          : [{ MatchAnyPrefix: ['raw/'] }, { MatchAnyPrefix: ['curated/'] }]
      );
    }
    expect(found.size).toBe(6);
  });

  it('have one token for the same request, and another for each other one', () => {
    const tokens = (more: Partial<IClusterOptions>): string[] =>
      [...jobsOf(SSE_KMS, more).values()].flat().map(r => r.ClientRequestToken);
    const buckets = ['analytics/raw', 'analytics/curated', 'tmp'];
    const found = tokens({ buckets }).filter(text => !text.includes('<'));
    expect(found.length).toBeGreaterThanOrEqual(8);
    expect(new Set(found).size).toBe(found.length);
    expect(tokens({ buckets })).toEqual(tokens({ buckets }));
    // Another list, another token.
    const lists = tokens({}).filter(text => text.includes('<MANIFEST_ETAG>'));
    expect(new Set(lists).size).toBe(2);
  });

  it('for a list have no filter, and name the columns of the file', () => {
    const request = job('s3-batch-update-list', SSE_KMS);
    expect(request.ManifestGenerator).toBeUndefined();
    expect(request.Manifest).toMatchObject({
      Spec: {
        Format: 'S3BatchOperations_CSV_20180820',
        Fields: ['Bucket', 'Key']
      }
    });
  });

  it.each([
    ['update', SSE_S3, 'kmsKeyId', /have to be copied/],
    ['update', { method: 'sse-kms' }, 'kmsKeyId', /have to be copied/],
    ['update', { ...SSE_KMS, kmsKeyId: FOREIGN }, 'kmsKeyId', /AWS Support/],
    [
      'copy',
      { ...SSE_KMS, method: 'dsse-kms' },
      'method',
      /SSE-S3 and SSE-KMS only, not to DSSE-KMS/
    ],
    [
      'copy',
      { ...SSE_KMS, method: 'cse-kms' },
      'method',
      /before they are sent/
    ],
    ['copy', { method: 'bucket-default' }, 'method', /choice to the bucket/]
  ])('%s is left out for %j with the reason', (way, profile, field, reason) => {
    const { omitted } = clusterResult(profile, OPTIONS);
    expect(
      omitted.find(({ id }) => id === `s3-batch-${way}:analytics`)
    ).toMatchObject({ field, reason: expect.stringMatching(reason) as string });
  });

  it('are not all refused for a key whose account cannot be compared', () => {
    const found = jobsOf(SSE_KMS, { account: null });
    expect([...found.keys()]).toContain('s3-batch-update-sse-s3');
  });

  it.each([
    ['s3-batch-copy-unencrypted', /above 5 GB.*archived.*SSE-C/],
    ['s3-batch-update-sse-s3', /Object Lock.*DSSE-KMS or SSE-C/]
  ])('%s says what it cannot do', (id, words) => {
    const [found] = clusterDocuments(SSE_KMS, { ...OPTIONS, documents: [id] });
    expect(found!.notes.join()).toMatch(words);
  });
});

describe('the role of the jobs', () => {
  const actions = (profile: unknown): string[] => {
    const policy = JSON.parse(textOf('s3-batch-role-policy', profile)) as {
      Statement: { Action: string | string[] }[];
    };
    return policy.Statement.flatMap(({ Action }) => Action);
  };

  it('is for the buckets and keys of its jobs only', () => {
    const other = KEY.replace('1234abcd', '9999abcd');
    const text = textOf('s3-batch-role-policy', {
      ...SSE_KMS,
      buckets: {
        raw: { method: 'sse-kms', kmsKeyId: other },
        tmp: { method: 'bucket-default' }
      }
    });
    expect(text).toContain(KEY);
    expect(text).toContain(other);
    expect(text).toContain('arn:aws:s3:::raw/*');
    expect(text).not.toContain('tmp');
  });

  it('may change in place, and re-encrypt with the key, only if a job does', () => {
    expect(actions(SSE_KMS)).toEqual(
      expect.arrayContaining([
        's3:UpdateObjectEncryption',
        's3:GetObjectTagging',
        'kms:ReEncrypt*'
      ])
    );
    const copied = actions({ ...SSE_KMS, kmsKeyId: FOREIGN });
    expect(copied).toContain('kms:GenerateDataKey');
    expect(copied).not.toContain('kms:ReEncrypt*');
    expect(copied).not.toContain('s3:UpdateObjectEncryption');
    expect(actions(SSE_S3).filter(name => name.startsWith('kms:'))).toEqual([]);
  });

  it('is named in the key statement, in every job and in the commands, with a name that IAM takes', () => {
    for (const name of ['lake', 'n'.repeat(64)]) {
      const { documents } = clusterResult(SSE_KMS, { ...OPTIONS, name });
      const role = `${name.slice(0, 58)}-batch`;
      const naming = documents.filter(
        ({ service, text }) => service === 's3-batch' && text.includes(role)
      );
      expect(naming.map(({ id }) => id)).toEqual(
        expect.arrayContaining(['s3-batch-key-statement', 's3-batch-commands'])
      );
      expect(naming).toHaveLength(8);
    }
  });

  it('is left out if its policy would be too large, and the rest is there', () => {
    const buckets = Array.from(
      { length: 40 },
      (_, index) => `${'b'.repeat(60)}${index + 10}`
    );
    const { documents, omitted } = clusterResult(SSE_KMS, {
      ...OPTIONS,
      buckets,
      services: ['s3-batch', 'cloudformation', 'terraform']
    });
    const ids = documents.map(({ id }) => id);
    expect(
      ids.filter(id => id.startsWith('s3-batch-update-sse-s3:'))
    ).toHaveLength(40);
    expect(
      ids.filter(id => /role-policy|commands|batch-role$/.test(id))
    ).toEqual([]);
    expect(
      omitted.find(({ id }) => id === 's3-batch-role-policy')?.reason
    ).toMatch(/fewer buckets/);
  });
});

it('the commands confirm nothing by themselves', () => {
  const lines = textOf('s3-batch-commands', SSE_KMS).split('\n');
  const confirming = lines.filter(line => line.includes('update-job-status'));
  expect(confirming).toHaveLength(1);
  expect(confirming[0]).toMatch(/^# /);
});
