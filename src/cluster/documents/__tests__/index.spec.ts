/**
 * The cluster-wide documents: which there are for a profile, what is refused
 * and with which field, and what stays a placeholder. Whether each is valid for
 * its service is checked in tests/documents.
 */

import {
  canRead,
  clusterDocuments,
  clusterResult,
  defaultConnector,
  ENGINES,
  hasPlaceholder,
  release,
  SERVICES
} from '..';
import type { IClusterOptions } from '..';
import { ACCOUNT, KEY, OPTIONS, refused, SSE_KMS } from './badInputs';
import { METHODS } from '../../../encryption/profile/profile';

function ids(profile: unknown, options: IClusterOptions = OPTIONS): string[] {
  return clusterDocuments(profile, options).map(({ id }) => id);
}

describe('documents', () => {
  it('exist for every service if the profile names a key', () => {
    const found = clusterDocuments(SSE_KMS, OPTIONS);
    expect([...new Set(found.map(({ service }) => service))]).toEqual([
      ...SERVICES
    ]);
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
  });

  it('are the same for a key id with account and Region as for the ARN', () => {
    const id = { method: 'sse-kms', kmsKeyId: KEY.split('/')[1] };
    expect(clusterDocuments(id, OPTIONS)).toEqual(
      clusterDocuments(SSE_KMS, OPTIONS)
    );
  });

  it('take Region and partition from the key if nothing else says them', () => {
    const text = clusterDocuments(SSE_KMS, { account: ACCOUNT })
      .map(document => document.text)
      .join('');
    expect(text).toContain('s3.eu-west-1.amazonaws.com');
    expect(text).not.toContain('<REGION>');
    expect(text).toContain('<BUCKET>');
  });

  it('name nothing if nothing is known', () => {
    const found = clusterDocuments({ method: 'sse-s3' }, null);
    expect(found.some(({ text }) => hasPlaceholder(text))).toBe(true);
    expect(JSON.stringify(found)).not.toMatch(/\b\d{12}\b/);
  });

  it.each([
    ['kms-key-policy', { method: 'sse-s3' }, 'kmsKeyId'],
    ['emr-security-configuration', { method: 'sse-kms' }, 'kmsKeyId'],
    [
      'glue-security-configuration',
      { method: 'cse-kms', kmsKeyId: KEY },
      'method'
    ],
    ['athena-workgroup', { method: 'dsse-kms', kmsKeyId: KEY }, 'method'],
    ['s3-policy-strict', { method: 'bucket-default' }, 'method'],
    ['s3-policy-key-pinned', { method: 'sse-s3' }, 'kmsKeyId'],
    [
      'emr-security-configuration',
      { method: 'dsse-kms', kmsKeyId: KEY },
      'method'
    ]
  ])(
    '%s is left out with a reason, and is an error where it was asked for (%j)',
    (id, profile, field) => {
      const { omitted } = clusterResult(profile, OPTIONS);
      const missing = omitted.filter(item => item.id.split(':')[0] === id);
      expect(missing.length).toBeGreaterThan(0);
      expect(missing[0]!.reason).toMatch(/\.$/);
      expect(ids(profile).some(found => found.split(':')[0] === id)).toBe(
        false
      );
      const error = refused(profile, { ...OPTIONS, documents: [id] });
      expect(error.field).toBe(field);
      expect(error.message).toContain(missing[0]!.reason);
    }
  );

  it.each([
    ['emr-6.15.0', SSE_KMS, true],
    [null, SSE_KMS, true],
    ['emr-7.10.0', SSE_KMS, false],
    [null, { ...SSE_KMS, method: 'cse-kms' }, false],
    ['emr-7.9.0', { ...SSE_KMS, method: 'cse-kms' }, false],
    // S3A of Hadoop 3.3 encrypts on the client as it should.
    ['emr-6.15.0', { ...SSE_KMS, method: 'cse-kms' }, true]
  ])(
    'for %s say of both connectors only if both are set (%j)',
    (releaseLabel, profile, both) => {
      const [found] = clusterDocuments(profile, {
        ...OPTIONS,
        releaseLabel,
        documents: ['emr-configurations']
      });
      const notes = found!.notes.join(' ');
      expect(notes.includes('the properties of both are included')).toBe(both);
      expect(notes.includes('s3a:// are not covered')).toBe(
        profile.method === 'cse-kms' && !both
      );
    }
  );

  it('of one service or by name come alone', () => {
    expect(
      new Set(
        clusterDocuments(SSE_KMS, { ...OPTIONS, services: ['kms'] }).map(
          ({ service }) => service
        )
      )
    ).toEqual(new Set(['kms']));
    expect(
      ids(SSE_KMS, { ...OPTIONS, documents: ['s3-policy-strict'] })
    ).toEqual(['s3-policy-strict:analytics']);
  });

  it('fall back to compact JSON if only that fits', () => {
    const buckets = Array.from(
      { length: 150 },
      (_, index) => `analytics/${'p'.repeat(10)}${index}`
    );
    const found = clusterDocuments(
      { method: 'sse-s3' },
      {
        ...OPTIONS,
        buckets,
        services: ['s3'],
        documents: ['s3-policy-strict']
      }
    );
    expect(found[0]!.text).not.toContain('\n ');
    expect(JSON.parse(found[0]!.text)).toHaveProperty('Statement');
  });
});

describe('answers', () => {
  it('say for every method and engine whether it can read, and why', () => {
    for (const method of METHODS) {
      for (const engine of ENGINES) {
        expect(canRead(engine, method).why).toMatch(/\.$/);
      }
    }
    expect(canRead('Athena', 'sse-c').can).toBe('no');
    expect(canRead('Athena', 'cse-kms').can).toBe('with-conditions');
    expect(canRead('Redshift Spectrum', 'cse-kms').can).toBe('no');
    expect(canRead('Athena', 'dsse-kms').can).toBe('unknown');
  });

  it.each([
    ['emr-7.9.0', 'emrfs'],
    ['emr-7.10.0', 's3a'],
    ['emr-7.12.0', 's3a'],
    ['emr-8.0.0', 's3a'],
    ['emr-6.15.0-latest', 'emrfs'],
    ['', null]
  ])('%s serves s3:// with %s', (label, connector) => {
    expect(defaultConnector(release(label))).toBe(connector);
  });
});
