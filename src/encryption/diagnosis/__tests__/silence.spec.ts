/** What is not about the encryption of data on S3 gets no answer. */

import { diagnose } from '..';
import { ordinaryErrors } from './ordinaryErrors';

const KEY =
  'arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const USER = 'User: arn:aws:sts::111122223333:assumed-role/analytics/session-1';

it('300 ordinary failures get no answer, with and without a profile', () => {
  const texts = ordinaryErrors();
  expect(new Set(texts).size).toBeGreaterThanOrEqual(300);
  const answered = texts.flatMap(text =>
    [{}, { kmsKeyId: KEY, profile: { method: 'sse-kms' as const } }].flatMap(
      known => {
        const code = diagnose(text, known)?.code;
        return code === undefined ? [] : [`${code}: ${text}`];
      }
    )
  );
  expect(answered).toEqual([]);
});

it('nor do all of them together, below each other', () => {
  expect(diagnose(ordinaryErrors().join('\n'))).toBeNull();
});

describe('a refusal of another service', () => {
  const ours = `S3Exception: ${USER} is not authorized to perform: kms:Decrypt on resource: ${KEY} because no identity-based policy allows the kms:Decrypt action (Service: S3, Status Code: 403)`;
  const other = `${USER} is not authorized to perform: glue:GetTable on resource: arn:aws:glue:us-west-2:111122223333:catalog because no identity-based policy allows the glue:GetTable action`;

  it('that stopped the job after a warning about a key is the one that counts', () => {
    expect(diagnose(`WARN S3A: ${ours}\nException: ${other}`)).toBeNull();
  });

  it('that was only a warning does not hide the one about a key', () => {
    const found = diagnose(`${ours}\n2026-01-01 10:00:00 WARN Hive: ${other}`);
    expect(found?.code).toBe('permission-missing');
    expect(found?.also).toBeUndefined();
  });
});

describe('a mistake in the code of the cell, which ended it', () => {
  const refused = `26/01/02 03:04:05 ERROR Utils: S3Exception: ${USER} is not authorized to perform: kms:Decrypt on resource: ${KEY} because no identity-based policy allows the kms:Decrypt action (Service: S3, Status Code: 403)`;
  const throttled =
    '26/01/02 03:04:05 WARN TaskSetManager: AmazonS3Exception: Please reduce your request rate for operations involving AWS KMS. (Service: Amazon S3; Status Code: 503; Error Code: SlowDown; Request ID: R)';
  const ipython = (name: string, message: string): string =>
    `${'-'.repeat(75)}\n${name}${' '.repeat(20)}Traceback (most recent call last)\nCell In[7], line 2\n----> 2 x\n\n${name}: ${message}`;
  const python = (name: string, message: string): string =>
    `Traceback (most recent call last):\n  File "<stdin>", line 1, in <module>\n${name}: ${message}`;

  it.each([
    ipython('KeyError', "'amountt'"),
    ipython('AnalysisException', "[UNRESOLVED_COLUMN]\n'Project ['x]\n+- x"),
    python('NameError', "name 'x' is not defined"),
    python('pyspark.errors.exceptions.captured.AnalysisException', 'x')
  ])('is the one that counts: %s', mistake => {
    for (const before of [refused, throttled]) {
      expect(diagnose(before)).not.toBeNull();
      expect(diagnose(`${before}\n${mistake}`)).toBeNull();
    }
  });

  it.each([
    ipython('Py4JJavaError', 'An error occurred while calling o98.parquet.'),
    python('OSError', 'could not write'),
    `${python('OSError', 'x')}\n\nThe above exception was the direct cause of the following exception:\n\n${python('TypeError', 'x')}`,
    `${python('OSError', 'x')}\n\nDuring handling of the above exception, another exception occurred:\n\n${ipython('KeyError', 'x')}`
  ])('is not what this is: %s', other => {
    expect(diagnose(`${refused}\n${other}`)?.code).toBe('permission-missing');
  });

  it('does not hide what is refused below it', () => {
    const text = `${python('KeyError', 'x')}\n${refused}`;
    expect(diagnose(text)?.code).toBe('permission-missing');
  });
});

it('what else was refused comes after what stopped the job', () => {
  const refused = (action: string): string =>
    `S3Exception: ${USER} is not authorized to perform: ${action} on resource: ${KEY} because no identity-based policy allows the ${action} action (Service: S3, Status Code: 403)`;
  const found = diagnose(
    `${refused('kms:Decrypt')}\nCaused by: ${refused('kms:GenerateDataKey')}`
  );
  expect(found?.cause).toContain('kms:GenerateDataKey');
  expect(found?.also?.[0]).toContain('kms:Decrypt');
});
