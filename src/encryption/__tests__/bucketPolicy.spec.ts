/**
 * What a bucket's default and policy mean for a profile. The policies are those
 * that this product writes (tests/documents/test_policies.py decides them with an
 * evaluator of its own), and some that it must not judge.
 */

import { clusterDocuments } from '../../cluster/documents';
import { evaluateWrites, effectOf } from '../bucketPolicy';
import type {
  IBucketEncryption,
  IPolicyStatement
} from '../../contract/storedObjects';
import type { Profile } from '../profile/profile';

const KEY =
  'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const OTHER = KEY.replace('1234abcd', '9999abcd');
const SSE_KMS: Profile = { method: 'sse-kms', kmsKeyId: KEY };

interface IWritten {
  Sid: string;
  Effect: string;
  Action: string;
  Resource: string | string[];
  Condition: Record<string, Record<string, string>>;
}

/** A statement as the agent reports it. */
function parsed(statement: IWritten): IPolicyStatement {
  return {
    sid: statement.Sid,
    effect: statement.Effect,
    everybody: true,
    plain: true,
    actions: [statement.Action],
    resources: [statement.Resource].flat(),
    conditions: Object.entries(statement.Condition).flatMap(
      ([operator, keys]) =>
        Object.entries(keys).map(([key, value]) => ({
          operator,
          key,
          values: [value]
        }))
    )
  };
}

function bucket(
  statements: readonly IPolicyStatement[],
  change: Partial<IBucketEncryption> = {}
): IBucketEncryption {
  return {
    bucket: 'analytics',
    default: {
      algorithm: 'aws:kms',
      keyId: KEY,
      bucketKey: true,
      blocked: ['SSE-C']
    },
    defaultReason: null,
    policy: { statements: [...statements], others: 0 },
    policyReason: null,
    caller: null,
    callerReason: null,
    key: null,
    keyReason: null,
    late: null,
    elapsed: 1,
    ...change
  };
}

function written(
  variant: string,
  profile: Profile = SSE_KMS
): IBucketEncryption {
  const [document] = clusterDocuments(profile, {
    buckets: ['analytics'],
    documents: [`s3-policy-${variant}`]
  });
  const { Statement } = JSON.parse(document!.text) as { Statement: IWritten[] };
  return bucket(Statement.map(parsed));
}

describe('a profile under a policy', () => {
  const sseS3: Profile = { method: 'sse-s3' };
  const noKey: Profile = { method: 'sse-kms' };
  const other: Profile = { method: 'sse-kms', kmsKeyId: OTHER };
  const unset: Profile = { method: 'bucket-default' };
  const sseC: Profile = { method: 'sse-c' };
  it.each<[string, Profile, string[]]>([
    ['strict', SSE_KMS, []],
    ['strict', sseS3, ['RefuseOtherAlgorithm']],
    ['strict', unset, ['RefuseWithoutHeader']],
    ['wrong-header', unset, []],
    ['wrong-header', sseS3, ['RefuseOtherAlgorithm']],
    ['wrong-header', other, []],
    ['key-pinned', SSE_KMS, []],
    ['key-pinned', other, ['RefuseOtherKey']],
    ['key-pinned', noKey, ['RefuseOtherKey']],
    ['key-pinned', unset, []],
    ['base', sseS3, []],
    ['base', sseC, ['RefuseCustomerKeys']]
  ])('%s: %j is refused by %j', (variant, profile, sids) => {
    const { statements } = evaluateWrites(written(variant), profile);
    expect(statements).toEqual(sids.map(sid => ({ sid, effect: 'refuses' })));
  });

  it('is the rule of the bucket if it has one', () => {
    const profile: Profile = { ...SSE_KMS, buckets: { analytics: sseS3 } };
    const compared = evaluateWrites(written('strict'), profile);
    expect(compared.method).toBe('sse-s3');
    expect(compared.statements).toHaveLength(1);
  });

  it('of SSE-C is also refused by a bucket that blocks it', () => {
    expect(evaluateWrites(bucket([]), { method: 'sse-c' }).blocked).toBe(true);
    expect(evaluateWrites(bucket([]), SSE_KMS).blocked).toBe(false);
  });
});

describe('a write without a header', () => {
  it('is refused only if the policy requires one', () => {
    expect(evaluateWrites(written('strict'), null).withoutHeader).toEqual([
      { sid: 'RefuseWithoutHeader', effect: 'refuses' }
    ]);
    expect(evaluateWrites(written('key-pinned'), null).withoutHeader).toEqual(
      []
    );
  });
});

describe('a statement that is not fully understood', () => {
  const base: IPolicyStatement = {
    sid: 'x',
    effect: 'Deny',
    everybody: true,
    plain: true,
    actions: ['s3:*'],
    resources: ['arn:aws:s3:::analytics/*'],
    conditions: []
  };
  const request = { 'aws:securetransport': 'true' };
  it.each<[string, Partial<IPolicyStatement>, string]>([
    ['as it is', {}, 'refuses'],
    ['only for some principals', { everybody: false }, 'depends'],
    ['with elements like NotAction', { plain: false }, 'depends'],
    ['for a prefix', { resources: ['arn:aws:s3:::analytics/x/*'] }, 'depends'],
    ['for another bucket', { resources: ['arn:aws:s3:::other/*'] }, 'passes'],
    ['for one other object', { resources: ['arn:aws:s3:::other/x'] }, 'passes'],
    ['for reading', { actions: ['s3:Get*'] }, 'passes'],
    ['that allows', { effect: 'Allow' }, 'passes'],
    [
      'with another condition key',
      {
        conditions: [
          { operator: 'StringEquals', key: 'aws:SourceVpc', values: ['v'] }
        ]
      },
      'depends'
    ],
    [
      'with an unknown operator',
      {
        conditions: [
          { operator: 'NumericEquals', key: 'aws:SecureTransport', values: [] }
        ]
      },
      'depends'
    ],
    [
      'if one known condition already fails',
      {
        everybody: false,
        conditions: [
          { operator: 'Bool', key: 'aws:SecureTransport', values: ['false'] }
        ]
      },
      'passes'
    ]
  ])('%s: it %s', (_, change, effect) => {
    expect(effectOf({ ...base, ...change }, 'analytics', request)).toBe(effect);
  });
});

describe('names that every object has', () => {
  const names = ['constructor', 'valueof', 'toString', '__proto__'];

  it.each(names)('a bucket %s without a rule has that of all others', name => {
    const found = bucket([], { bucket: name });
    expect(evaluateWrites(found, { ...SSE_KMS, buckets: {} }).method).toBe(
      'sse-kms'
    );
  });

  it.each(names)('a condition on %s cannot be judged', key => {
    const statement: IPolicyStatement = {
      sid: 'S',
      effect: 'Deny',
      everybody: true,
      plain: true,
      actions: ['s3:PutObject'],
      resources: ['arn:aws:s3:::analytics/*'],
      conditions: [{ operator: 'ArnLike', key, values: ['x'] }]
    };
    expect(evaluateWrites(bucket([statement]), SSE_KMS).statements).toEqual([
      { sid: 'S', effect: 'depends' }
    ]);
  });
});
