/**
 * The code that a user copies is run by a real Python, with a `spark` and a
 * helper that write down what they are called with.
 */

import { execFileSync } from 'node:child_process';

import { ENGLISH } from '../../../contract/messages';
import { asCode } from '../code';
import type { Profile } from '../../profile/profile';
import { settingsFor } from '../settings';

const RUN = `
import getpass, json, sys, types
calls = []
class Conf:
    def set(self, key, value): calls.append(["set", key, value])
    def unset(self, key): calls.append(["unset", key])
    def get(self, key): return "<" + key + ">"
getpass.getpass = lambda prompt: "typed"
helper = types.ModuleType("jupyterlab_s3_encryption")
helper.apply = lambda **given: calls.append(["apply", given])
sys.modules[helper.__name__] = helper
spark = types.SimpleNamespace(conf=Conf())
exec(sys.stdin.read())
print(json.dumps(calls))
`;

const NASTY = 'a"b\\c\'d\n#${e}\u2028é😀';
const KMS: Profile = {
  method: 'sse-kms',
  kmsKeyId: 'alias/lake',
  encryptionContext: { project: 'lake' },
  buckets: { 'other-bucket': { method: 'sse-s3' } }
};

function calls(
  profile: Profile,
  dialect: 'auto' | 's3a' | 'emrfs',
  hadoopVersion: string | null = null
): unknown[] {
  const written = asCode(profile, { dialect, hadoopVersion });
  const input = 'code' in written ? written.code : 'raise SystemExit(1)';
  const output = execFileSync('python3', ['-c', RUN], { input });
  return JSON.parse(output.toString()) as unknown[];
}

describe('a profile as code', () => {
  it('asks the helper for Python libraries, and says that lines cannot', () => {
    const profile: Profile = { method: 'sse-s3', writers: ['python'] };
    expect(calls(profile, 'auto')).toEqual([
      ['apply', { method: 'sse-s3', writers: ['python'] }]
    ]);
    const lines = asCode(profile, { dialect: 's3a' });
    expect('code' in lines && lines.code).toMatch(/^# For Spark alone/);
  });

  it.each(['s3a', 'emrfs'] as const)(
    'by hand sets and clears for %s what the product sets and clears',
    dialect => {
      const settings = settingsFor(KMS, dialect, null);
      const { set, clear } =
        'refused' in settings ? { set: [], clear: [] } : settings;
      expect(set.length).toBeGreaterThan(2);
      expect(calls(KMS, dialect)).toEqual([
        ...clear.map(key => ['unset', key]),
        ...set.map(([key, value]) => ['set', key, value])
      ]);
    }
  );

  it('has the names of the version of Hadoop', () => {
    expect(calls({ method: 'sse-s3' }, 's3a', '3.3.1')).toContainEqual([
      'set',
      'fs.s3a.server-side-encryption-algorithm',
      'AES256'
    ]);
  });

  it('for a cell is one call of the helper', () => {
    expect(calls(KMS, 'auto')).toEqual([
      [
        'apply',
        {
          method: 'sse-kms',
          kms_key_id: 'alias/lake',
          encryption_context: { project: 'lake' },
          buckets: { 'other-bucket': { method: 'sse-s3' } }
        }
      ]
    ]);
  });

  it('keeps any text as it is', () => {
    const profile = {
      method: 'sse-kms',
      kmsKeyId: NASTY,
      encryptionContext: { [NASTY]: NASTY }
    } as const;
    expect(calls(profile, 'auto')).toEqual([
      [
        'apply',
        {
          method: 'sse-kms',
          kms_key_id: NASTY,
          encryption_context: { [NASTY]: NASTY }
        }
      ]
    ]);
  });

  it('asks for the key of SSE-C, and masks it in Spark first', () => {
    expect(calls({ method: 'sse-c' }, 'auto')).toEqual([
      ['apply', { method: 'sse-c', customer_key: 'typed' }]
    ]);
    const byHand = calls({ method: 'sse-c' }, 's3a');
    const redaction = 'spark.sql.redaction.options.regex';
    expect(byHand[0]).toEqual([
      'set',
      redaction,
      `<${redaction}>|encryption[.]key`
    ]);
    expect(byHand).toContainEqual(['set', 'fs.s3a.encryption.key', 'typed']);
  });

  it('says why a connector cannot do it', () => {
    const found = asCode({ method: 'dsse-kms' }, { dialect: 'emrfs' });
    expect('refused' in found ? found.refused.reason(ENGLISH) : null).toBe(
      'EMRFS does not offer DSSE-KMS.'
    );
  });
});
