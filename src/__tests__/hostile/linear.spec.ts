/**
 * Text that comes from elsewhere, 400,000 characters of it, repeated in the ways
 * that make an expression start again and again: nothing takes quadratic time.
 */

import { ENGLISH } from '../../contract/messages';
import { inWords } from '../../contract/sentences';
import type {
  IBucketEncryption,
  IPolicyStatement
} from '../../contract/storedObjects';
import { clusterResult } from '../../cluster/documents';
import { diagnose } from '../../encryption/diagnosis';
import { coversAll, like, mayCover } from '../../encryption/glob';
import { validateLocation } from '../../encryption/location';
import { conditionHolds, KEY_ID } from '../../encryption/policyConditions';
import {
  isBlank,
  shortKey,
  validateBucketName,
  validateContextText,
  validateCustomerKey,
  validateKmsKey
} from '../../encryption/profile/keys';
import { parseProfile } from '../../encryption/profile/profile';
import { isRegion, partitionOf } from '../../encryption/profile/regions';
import { whatIf } from '../../encryption/whatIf';
import { guessKind } from '../../kernel/kinds';
import { FrameReader } from '../../kernel/remote/frames';
import { readMagics } from '../../kernel/remote/remoteMagics';
import { below } from '../../encryption/auditFolders';
import { errorText } from '../../plugins/diagnosis';
import { fits } from '../../preferences/settings';

const LENGTH = 400_000;
/** Milliseconds of this process; more counts only if twice the text takes far more than twice as long. */
const LIMIT = 200;

const KEY =
  'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

const PIECES = [
  ...Array.from(' \t\n"\'\\<>{}()[]aZ0/:.-,=%*?$&_'),
  '\u001b[0',
  '&amp;',
  '\\u00',
  '\\"',
  'arn:aws:',
  'arn:aws:iam::111122223333:role/',
  'arn:aws:iam::111122223333:role/a/b,',
  'aws-',
  's3://',
  's3://a ',
  'a.',
  'a/',
  '?*',
  '*a',
  ' \n',
  '\na: ',
  'emr',
  'User: arn:aws:iam::111122223333:user/a is not authorized to perform: s3:GetObject on resource: a\n',
  'is not authorized to perform',
  'Access Denied',
  'null',
  'Generic S3 error 403 Forbidden',
  'Invalid keyId ',
  'PermissionError: Forbidden PermissionError: Access Denied ',
  '(AccessDenied) when calling the GetObject operation: Access Denied ',
  'Filesystem closed',
  'SSE-C is enabled but no encryption key ',
  'NoSuchElementException: fs.s3a.encrypt',
  'delete s3://a ',
  'when calling the a operation: '
];

/** Refusals of as many different roles, in a text that names roles with a path everywhere. */
const ROLES = Array.from(
  { length: 40 },
  (_, n) =>
    `User: arn:aws:sts::111122223333:assumed-role/r${n}/s is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab because no resource-based policy allows it\n`
).join('');

const TARGETS: Readonly<Record<string, (text: string) => unknown>> = {
  diagnosis: text => diagnose(text),
  'diagnosis of refusals': text => diagnose(text + ROLES),
  outputs: text =>
    errorText([
      { output_type: 'error', ename: text, evalue: text, traceback: [text] }
    ]),
  'KMS key': text => validateKmsKey(text),
  'ARN of a key': text => validateKmsKey(`arn:aws:kms:${text}`),
  'ID of a key': text =>
    validateKmsKey(`arn:aws:kms:eu-west-1:111122223333:key/${text}`),
  partition: text => validateKmsKey(`arn:aws${text}`),
  alias: text => validateKmsKey(`alias/${text}`),
  'short key': shortKey,
  bucket: text => validateBucketName(text),
  context: text => validateContextText(text),
  'customer key': text => validateCustomerKey(text),
  blank: text => isBlank(`${text}x`),
  Region: text => [isRegion(text), partitionOf(text)],
  location: text => [
    validateLocation(text, ENGLISH),
    validateLocation(`s3://${text}`, ENGLISH)
  ],
  'pattern of a kernel': text => [
    fits(text, ['*a*b']),
    fits('python3', [text]),
    fits('a'.repeat(30), [text])
  ],
  'pattern of a policy': text => [
    like(text, 's3:putobject'),
    coversAll(text, 'arn:aws:s3:::lake/'),
    mayCover(text, 'arn:aws:s3:::lake/')
  ],
  'condition of a policy': text =>
    [
      [text, KEY_ID, KEY, KEY],
      [`ForAllValues:${text}`, KEY_ID, KEY, KEY],
      ['NumericLessThan', 's3:tlsversion', text, KEY],
      ...[
        'StringEquals',
        'StringEqualsIgnoreCase',
        'StringLike',
        'ArnLike'
      ].flatMap(operator => [
        [operator, text, KEY, KEY],
        [operator, KEY_ID, text, KEY],
        [operator, KEY_ID, `*:*:*:*:*:${text}`, KEY],
        [operator, KEY_ID, KEY, `${KEY}/${text}`],
        [operator, 'kms:calleraccount', text, text]
      ])
    ].map(([operator = '', key = '', expected = '', value = '']) =>
      conditionHolds(operator, key, [expected], {
        [KEY_ID]: value,
        'kms:calleraccount': value
      })
    ),
  'what a write would meet': text =>
    whatIf(readOf(text), { method: 'sse-kms', kmsKeyId: text }),
  profile: text =>
    parseProfile({
      method: 'sse-kms',
      name: text,
      kmsKeyId: text,
      encryptionContext: { [text]: text },
      buckets: { [text]: { method: text } },
      writers: [text],
      [text]: text
    }),
  'list of magics': text =>
    readMagics({ status: 'ok', data: { 'text/plain': text } }),
  'name of a kernel': text => guessKind('python', text),
  audit: text => [below(text, text), below(`${text}x`, 's3://a/b')],
  'frame in pieces': text => {
    const reader = new FrameReader('7d1c');
    reader.push(`<<7d1c:${LENGTH * 2}>>`);
    for (let at = 0; at < text.length; at += 20) {
      reader.push(text.slice(at, at + 20));
    }
    return reader.value;
  },
  'imitated frames': text => {
    const reader = new FrameReader('7d1c');
    reader.push('<<7d1c:'.repeat(text.length / 7));
    for (let at = 10; at < text.length / 20; at++) {
      reader.push(`<<7d1c:${at * 20}>>`);
    }
    return reader.value;
  },
  options: text =>
    [
      { account: text },
      { region: text },
      { partition: `aws${text}` },
      { releaseLabel: `emr-7.1-${text}` },
      { name: text },
      { trail: text },
      { athenaResults: `s3://lake/${text}` },
      { inTransit: { certificates: `s3://lake/${text}` } },
      { customProvider: { location: `s3://lake/${text}`, className: text } },
      { buckets: [text, { name: 'lake', prefixes: [text] }] },
      {
        roles: { emr: text, users: [`arn:aws:iam::111122223333:role/${text}`] }
      },
      { roles: { [text]: 'Role' } },
      { localDisk: { kmsKeyId: text } }
    ].map(option => {
      try {
        return clusterResult({ method: 'sse-s3' }, option);
      } catch (error) {
        return error;
      }
    })
};

/** A bucket, its caller and its key of which every part is the text. */
function readOf(text: string): IBucketEncryption {
  const statement = (effect: string): IPolicyStatement => ({
    sid: text,
    effect,
    everybody: false,
    plain: true,
    actions: ['s3:*', 'kms:*', text],
    resources: [text, `arn:aws:s3:::${text}`],
    conditions: [
      { operator: 'StringLike', key: KEY_ID, values: [text] },
      { operator: 'ArnLike', key: 'kms:viaservice', values: [`*${text}`] }
    ]
  });
  const statements = [statement('Allow'), statement('Deny')];
  return {
    bucket: text,
    default: null,
    defaultReason: text,
    policy: { statements, others: 1 },
    policyReason: null,
    caller: {
      arn: `arn:aws:iam::${text}`,
      policies: [{ name: text, statements }],
      others: 0,
      unread: []
    },
    callerReason: null,
    key: {
      arn: `arn:aws:kms:eu-west-1:111122223333:key/${text}`,
      state: text,
      spec: text,
      statements: statements.map(one => ({ ...one, who: 'caller' as const })),
      policyReason: null
    },
    keyReason: null,
    late: null,
    elapsed: 1
  };
}

/** How many milliseconds of this process something takes. */
function cost(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Is it slow, and does it grow faster than the text, whenever it is measured? */
function isQuadratic(run: (text: string) => unknown, piece: string): boolean {
  const of = (length: number): number =>
    cost(() => run(piece.repeat(length / piece.length + 1).slice(0, length)));
  // Rather than to wait for minutes.
  if (of(LENGTH / 16) > LIMIT * 2) {
    return true;
  }
  return [1, 2, 3, 4].every(() => {
    const all = of(LENGTH);
    return all > LIMIT && all > of(LENGTH / 2) * 3;
  });
}

describe('the time for 400,000 characters', () => {
  it.each(Object.entries(TARGETS))(
    'as %s grows with their number',
    (_, run) => {
      expect(PIECES.filter(piece => isQuadratic(run, piece))).toEqual([]);
    },
    60_000
  );

  it.each(['kms:calleraccount', KEY_ID])(
    'is not that of a pattern times that of a text: %s',
    key => {
      const half = 'a'.repeat(30_000);
      const value = `arn:aws:kms:::key/${half}${half}`;
      const matches = (expected: string): boolean | null =>
        conditionHolds('StringLike', key, [expected], { [key]: value });
      expect(cost(() => matches(`*${half}b`))).toBeLessThan(LIMIT);
      expect(matches(`*${half}`)).toBe(false);
      const plain = readOf(half + half);
      const text = JSON.stringify(plain).replaceAll(
        JSON.stringify(half + half),
        JSON.stringify(`*${half}b`)
      );
      const found = JSON.parse(text) as IBucketEncryption;
      const run = (): unknown => whatIf(found, { method: 'sse-kms' });
      expect(cost(run)).toBeLessThan(LIMIT);
    }
  );

  it('does not double with every level of a sentence that holds itself', () => {
    const values = Array<string>(20).fill('a');
    const sentences = { a: { text: '%1%2%3', values } };
    expect(cost(() => inWords('a', sentences, ENGLISH))).toBeLessThan(LIMIT);
  });
});
