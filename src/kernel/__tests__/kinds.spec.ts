/** Which kind of kernel there is, and what a session of another process is started with. */

import { ENGLISH } from '../../contract/messages';
import type { Profile } from '../../encryption/profile/profile';
import { guessKind, kindOf } from '../kinds';
import { detectKind } from '../language';
import { sessionConf } from '../../encryption/settings/sparkConf';

/** Why there is no configuration; empty if there is one. */
function reasonOf(found: ReturnType<typeof sessionConf>): string {
  return 'refused' in found ? found.refused(ENGLISH) : '';
}

describe('the kind of a kernel', () => {
  it.each([
    ['python', 'python'],
    ['Python', 'python'],
    ['pyspark', 'sparkmagic'],
    ['Python_Glue_Session', 'glue'],
    ['scala', 'other'],
    ['sparkR', 'other'],
    ['Scala_Glue_Session', 'other'],
    ['constructor', 'other'],
    ['', 'other']
  ])('%s is %s, by its own word', (language, kind) => {
    expect(kindOf(language).kind).toBe(kind);
  });

  it.each([
    ['python', 'python3', 'python'],
    ['R', 'ir', 'other'],
    ['python', 'pysparkkernel', 'undetermined'],
    ['python', 'sparkmagic_pyspark', 'undetermined'],
    ['python', 'glue_pyspark', 'undetermined'],
    ['python', 'emr-livy', 'undetermined'],
    ['', 'unnamed', null],
    [undefined, 'gone', null]
  ])('%s of %s is guessed as %s', (language, name, kind) => {
    expect(guessKind(language, name)?.kind ?? null).toBe(kind);
  });

  it('is guessed at once, corrected by the kernel, and known at once from then on', async () => {
    const specs = { kernelspecs: { lake: { language: 'python' } } };
    const context = { specsManager: { specs } } as unknown as Parameters<
      typeof detectKind
    >[0];
    const info = Promise.resolve({ language_info: { name: 'pyspark' } });
    const kernel = { name: 'lake', info } as unknown as Parameters<
      typeof detectKind
    >[1];
    const kinds: (string | undefined)[] = [];
    detectKind(context, kernel, found => kinds.push(found?.kind));
    expect(kinds).toEqual(['python']);
    await info;
    await Promise.resolve();
    expect(kinds).toEqual(['python', 'sparkmagic']);
    detectKind(context, kernel, found => kinds.push(found?.kind));
    expect(kinds).toEqual(['python', 'sparkmagic', 'sparkmagic']);
    await info;
    await Promise.resolve();
    expect(kinds).toHaveLength(3);
  });

  it('stays unknown if the kernel dies first', async () => {
    const context = { specsManager: { specs: null } } as unknown as Parameters<
      typeof detectKind
    >[0];
    const info = Promise.reject(new Error('dead'));
    const kinds: unknown[] = [];
    detectKind(context, { name: 'x', info }, found => kinds.push(found));
    await info.catch(() => undefined);
    await Promise.resolve();
    expect(kinds).toEqual([null]);
  });
});

describe('what a session is started with', () => {
  const KMS: Profile = { method: 'sse-kms', kmsKeyId: 'alias/lake' };

  it('has the names of both connectors if none was chosen', () => {
    expect(sessionConf(KMS, 'auto')).toEqual({
      conf: {
        'spark.hadoop.fs.s3a.encryption.algorithm': 'SSE-KMS',
        'spark.hadoop.fs.s3a.encryption.key': 'alias/lake',
        'spark.hadoop.fs.s3.enableServerSideEncryption': 'true',
        'spark.hadoop.fs.s3.serverSideEncryption.kms.keyId': 'alias/lake'
      }
    });
  });

  it('has the names of one connector if it was chosen', () => {
    expect(sessionConf({ method: 'sse-s3' }, 's3a')).toEqual({
      conf: { 'spark.hadoop.fs.s3a.encryption.algorithm': 'AES256' }
    });
  });

  it('leaves out a connector that does not know the method', () => {
    const found = sessionConf({ method: 'dsse-kms' }, 'auto');
    expect(Object.keys('conf' in found ? found.conf : {})).toEqual([
      'spark.hadoop.fs.s3a.encryption.algorithm'
    ]);
    const refused = sessionConf({ method: 'dsse-kms' }, 'emrfs');
    expect(reasonOf(refused)).toBe('EMRFS does not offer DSSE-KMS.');
  });

  it('has nothing of ours for Bucket default', () => {
    expect(sessionConf({ method: 'bucket-default' }, 'auto')).toEqual({
      conf: {}
    });
  });

  it('has the rules of single buckets', () => {
    const buckets = { raw: { method: 'sse-s3' as const } };
    const found = sessionConf({ ...KMS, buckets }, 's3a');
    expect('conf' in found ? found.conf : null).toMatchObject({
      'spark.hadoop.fs.s3a.bucket.raw.encryption.algorithm': 'AES256'
    });
  });

  it.each([
    [{ method: 'sse-c' }, 'its key would stand in'],
    [{ method: 'cse-kms', kmsKeyId: 'alias/a' }, 'plaintext'],
    [
      {
        method: 'sse-s3',
        buckets: { raw: { method: 'cse-kms', kmsKeyId: 'alias/a' } }
      },
      'plaintext'
    ]
  ] as [Profile, string][])('refuses %j with the reason', (profile, reason) => {
    const found = sessionConf(profile, 'auto');
    expect(reasonOf(found)).toContain(reason);
  });
});
