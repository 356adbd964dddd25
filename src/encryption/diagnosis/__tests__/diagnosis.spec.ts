/**
 * Causes of real error texts (tests/examples/errors), and silence about
 * everything else.
 */

import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';

import { diagnose } from '..';
import type { DiagnosisCode } from '..';
import { roleOf } from '../arns';
import type { Profile } from '../../profile/profile';

const FOLDER = join(__dirname, '../../../../tests/examples/errors');
const FILES = readdirSync(FOLDER);
const ROLE = 'arn:aws:iam::111122223333:role/EmrNotebooks';
const KEY =
  'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

/** What the name of a file ends in, and the cause. */
const CAUSES: readonly [string, DiagnosisCode][] = [
  ['put-denied', 'permission-missing'],
  ['generate-denied', 'permission-missing'],
  ['decrypt-denied', 'permission-missing'],
  ['generate-denied-by-key', 'key-policy-missing'],
  ['explicit-deny', 'denied-by-bucket-policy'],
  ['sse-c-blocked', 'sse-c-blocked'],
  ['plain-denied', 'access-denied'],
  ['emrfs-access-denied', 'access-denied'],
  ['key-disabled', 'key-disabled'],
  ['key-pending', 'key-pending-deletion'],
  ['key-not-found', 'key-not-found'],
  ['key-other-region', 'key-other-region'],
  ['kms-ciphertext', 'key-not-reachable'],
  ['aes256-with-key', 'aes256-with-key'],
  ['unknown-algorithm', 'unknown-algorithm'],
  ['sse-c-no-key', 'sse-c-no-key'],
  ['filesystem-closed', 'file-system-closed'],
  ['conf-not-found', 'setting-not-there']
];

function text(file: string): string {
  return readFileSync(join(FOLDER, file), 'utf8');
}

function causeOf(file: string): DiagnosisCode | undefined {
  const name = file.replace(/\.txt$/, '').replace(/^(spark-[\d.]+|boto3)-/, '');
  return CAUSES.find(([end]) => name === end)?.[1];
}

describe('a recorded error', () => {
  it.each(FILES)('%s has its cause', file => {
    const found = diagnose(text(file));
    expect(found?.code).toBe(causeOf(file));
    expect(found?.code).toBeDefined();
    expect(found?.cause).not.toMatch(/%\d|undefined|null/);
    expect(found?.what).toMatch(/\.$/);
    expect(found?.evidence).not.toBe('');
  });

  it('is there of Spark 3.5, of Spark 4 and of boto3 for every refusal of AWS', () => {
    for (const from of ['spark-3.5', 'spark-4.3', 'boto3']) {
      for (const [name] of CAUSES.slice(0, 7)) {
        expect(FILES).toContain(`${from}-${name}.txt`);
      }
    }
  });

  it('says where it came from', () => {
    for (const file of FILES) {
      expect(text(file)).toMatch(/^# .*\n# (Sentence of AWS|Source): /);
    }
  });

  it('is found as a cell shows it too: coloured, and deep below other lines', () => {
    const shown = text('spark-4.3-generate-denied.txt').replace(
      /Exception/g,
      '\u001b[0;31mException\u001b[0m'
    );
    const deep = 'noise\n'.repeat(5000) + shown;
    expect(diagnose(deep)?.code).toBe('permission-missing');
  });
});

describe('the statement', () => {
  it('for a role allows the action on the key, with what uploads in parts take', () => {
    const found = diagnose(text('spark-4.3-generate-denied.txt'));
    expect(found?.who).toBe('administrator-of-the-role');
    expect(found?.statement?.goesInto).toBe('policy of the role');
    expect(JSON.parse(found!.statement!.text)).toEqual({
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: KEY
    });
    expect(found?.cause).toContain(ROLE);
  });

  it('for a key policy names the role, not its session', () => {
    const found = diagnose(text('spark-3.5-generate-denied-by-key.txt'));
    expect(found?.who).toBe('administrator-of-the-key');
    expect(JSON.parse(found!.statement!.text)).toMatchObject({
      Principal: { AWS: ROLE },
      Resource: '*'
    });
  });

  it('for a bucket is about its objects', () => {
    const found = diagnose(text('boto3-put-denied.txt'));
    expect(JSON.parse(found!.statement!.text)).toEqual({
      Effect: 'Allow',
      Action: 's3:PutObject',
      Resource: 'arn:aws:s3:::put-denied/*'
    });
  });

  it('is not there if no permission fixes it', () => {
    for (const name of ['explicit-deny', 'sse-c-blocked', 'plain-denied']) {
      expect(diagnose(text(`boto3-${name}.txt`))?.statement).toBeUndefined();
    }
    const scp = `An error occurred (AccessDenied) when calling the PutObject operation: User: ${ROLE} is not authorized to perform: kms:GenerateDataKey on resource: ${KEY} with an explicit deny in a service control policy`;
    expect(diagnose(scp)).toMatchObject({
      code: 'denied-explicitly',
      who: 'administrator-of-the-account'
    });
    expect(diagnose(scp)?.statement).toBeUndefined();
  });
});

describe('what the kernel is known to use', () => {
  it('fills in the key that an error does not name', () => {
    const bare =
      'S3Exception: Invalid arn us-east-1 (Service: S3, Status Code: 400)';
    const key = KEY.replace('eu-west-1', 'us-east-1');
    expect(diagnose(bare, { kmsKeyId: key })?.cause).toContain(key);
    // A key of another Region is not the one that was refused.
    expect(diagnose(bare, { kmsKeyId: KEY })?.cause).not.toContain(KEY);
    expect(diagnose(bare)?.cause).toContain('of the profile');
  });

  it('does not replace the key that an error names', () => {
    const found = diagnose(text('boto3-key-disabled.txt'), {
      kmsKeyId: 'alias/other'
    });
    expect(found?.cause).toContain(KEY);
  });
});

describe('a refusal by the policy of a bucket', () => {
  const file = 'boto3-explicit-deny.txt';
  const bucket = /:::([a-z0-9.-]+)/.exec(text(file))![1]!;

  it.each<[string, Profile | null, RegExp]>([
    ['no profile', null, /^Policies that require an encryption header/],
    ['no header', { method: 'bucket-default' }, /sends no encryption header/],
    ['a header', { method: 'sse-s3' }, /Spark asks for SSE-S3\./],
    [
      'the rule of this bucket',
      { method: 'sse-s3', buckets: { [bucket]: { method: 'dsse-kms' } } },
      /Spark asks for DSSE-KMS\./
    ]
  ])('with %s says what Spark sends', (_, profile, words) => {
    const found = diagnose(text(file), { profile });
    expect(found?.code).toBe('denied-by-bucket-policy');
    expect(found?.what).toMatch(words);
    expect(found?.what).toContain('with the bucket settings');
  });
});

describe('a refusal without a reason', () => {
  const java1 =
    'AmazonS3Exception: %1 (Service: Amazon S3; Status Code: 403; Error Code: %2; Request ID: R)';
  const java2 =
    'S3Exception: %1 (Service: S3, Status Code: 403, Request ID: R)';
  const old =
    'AmazonS3Exception: Status Code: 403, AWS Service: Amazon S3, AWS Request ID: R, AWS Error Code: %2, AWS Error Message: %1';
  const boto =
    'ClientError: An error occurred (%2) when calling the %3 operation: %1';
  const arrow =
    "OSError: When reading information for key 'k' in bucket 'lake': AWS Error ACCESS_DENIED during HeadObject operation: %1";
  const rust = 'Generic S3 error: Client error with status 403 Forbidden: %1';
  const xml =
    '<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>R</RequestId><HostId>H</HostId></Error>';

  it.each<[string, string[], DiagnosisCode]>([
    [java1, ['Access Denied', 'AccessDenied'], 'access-denied'],
    [java1, ['Forbidden', '403 Forbidden'], 'forbidden-without-reason'],
    [java2, ['Access Denied'], 'access-denied'],
    [java2, ['null'], 'forbidden-without-reason'],
    [old, ['Access Denied', 'AccessDenied'], 'access-denied'],
    [old, ['Forbidden', 'null'], 'forbidden-without-reason'],
    [boto, ['Access Denied', 'AccessDenied', 'PutObject'], 'access-denied'],
    [boto, ['Forbidden', '403', 'HeadObject'], 'forbidden-without-reason'],
    [arrow, ['Access Denied'], 'access-denied'],
    [arrow, ['No response body.'], 'forbidden-without-reason'],
    [rust, [xml], 'access-denied'],
    [rust, ['No Body'], 'forbidden-without-reason'],
    [xml, [], 'access-denied']
  ])('in the form %s with %j is %s', (form, parts, code) => {
    const message = form.replace(
      /%(\d)/g,
      (_whole, part: string) => parts[Number(part) - 1] ?? ''
    );
    expect(diagnose(message)?.code).toBe(code);
    expect(diagnose(message)?.statement).toBeUndefined();
  });

  it('may be about the key, if the notebook has SSE-C', () => {
    const text = 'S3Exception: null (Service: S3, Status Code: 403)';
    expect(diagnose(text)?.what).not.toContain('SSE-C');
    expect(diagnose(text, { profile: { method: 'sse-c' } })?.what).toContain(
      "an SSE-C key other than this notebook's"
    );
  });
});

describe('a bad request without a text', () => {
  const BAD = [
    'AWSBadRequestException: getFileStatus on s3a://lake/x: com.amazonaws.services.s3.model.AmazonS3Exception: Bad Request (Service: Amazon S3; Status Code: 400; Error Code: 400 Bad Request; Request ID: R',
    'software.amazon.awssdk.services.s3.model.S3Exception: null (Service: S3, Status Code: 400, Request ID: R)',
    'An error occurred (400) when calling the HeadObject operation: Bad Request'
  ];

  it.each(BAD)('is about the key, if the notebook has SSE-C: %s', error => {
    const profile: Profile = { method: 'sse-c' };
    expect(diagnose(error, { profile })?.code).toBe('sse-c-bad-request');
  });

  it.each(BAD)('is a token or a Region, if it has not: %s', error => {
    expect(diagnose(error)).toBeNull();
    expect(diagnose(error, { profile: { method: 'sse-s3' } })).toBeNull();
  });
});

describe('the ARN of the policy that denies', () => {
  const ARN =
    'arn:aws:organizations::999988887777:policy/o-exampleorgid/service_control_policy/p-examplepolicyid111';
  const causeOfDeny = (rest: string): string | undefined =>
    diagnose(
      `User: arn:aws:sts::111122223333:assumed-role/Etl/s is not authorized to perform: kms:Decrypt on resource: ${KEY} with an explicit deny in a service control policy${rest}`
    )?.cause;

  it.each(['', ' (Service: S3, Status Code: 403)', '"', '</Message>'])(
    'is named if AWS names it, whatever follows: “%s”',
    end => {
      expect(causeOfDeny(`: ${ARN}${end}`)).toContain(`policy: ${ARN})`);
    }
  );

  it.each([
    [
      'a terminal may have broken it',
      `: ${ARN.slice(0, -4)}\n${ARN.slice(-4)}`
    ],
    ['it is none', ': arn:aws:organizations::999988887777:policy/*'],
    ['there is none', ' (Service: S3, Status Code: 403)']
  ])('is not named if %s', (_why, rest) => {
    expect(causeOfDeny(rest)).toMatch(/in a service control policy\)\.$/);
  });
});

describe('an error that is something else', () => {
  it.each([
    '',
    "NameError: name 'df' is not defined",
    'AnalysisException: [PATH_NOT_FOUND] Path does not exist: s3a://bucket/x.',
    'SparkNoSuchElementException: [SQL_CONF_NOT_FOUND] The SQL config "spark.my.own" cannot be found.',
    'java.util.NoSuchElementException: head of empty list',
    'S3Exception: The specified bucket does not exist (Service: S3, Status Code: 404, Request ID: 1)',
    'The request signature we calculated does not match (Service: S3, Status Code: 403, Request ID: 1)',
    'User: arn:aws:iam::111122223333:user/me is not authorized to perform: glue:GetTable on resource: arn:aws:glue:eu-west-1:111122223333:catalog',
    'An error occurred (ThrottlingException) when calling the PutItem operation: Rate exceeded',
    'ValueError: the door is closed',
    'OSError: [Errno 28] No space left on device',
    'The sensor is disabled.'
  ])('gets no guess: %s', message => {
    expect(diagnose(message)).toBeNull();
  });
});

it('an ARN that is no assumed role stays as it is', () => {
  expect(roleOf(ROLE)).toBe(ROLE);
  expect(roleOf('arn:aws:iam::111122223333:user/me')).toMatch(/user\/me$/);
});
