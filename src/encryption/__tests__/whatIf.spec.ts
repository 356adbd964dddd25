/** What would refuse a write, by the policies and the key that were read. */

import type {
  IBucketEncryption,
  IKeyStatement,
  IPolicyStatement
} from '../../contract/storedObjects';
import type { Profile } from '../profile/profile';
import { isComplete, whatIf } from '../whatIf';

const KEY =
  'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const SSE_KMS: Profile = { method: 'sse-kms', kmsKeyId: KEY };
const VIA = 's3.eu-west-1.amazonaws.com';

function statement(
  effect: string,
  actions: readonly string[],
  change: Partial<IPolicyStatement> = {}
): IPolicyStatement {
  return {
    sid: 'S',
    effect,
    everybody: false,
    plain: true,
    actions: [...actions],
    resources: ['*'],
    conditions: [],
    ...change
  };
}

const ALL = statement('Allow', ['s3:*', 'kms:*']);
const ROOT: IKeyStatement = {
  ...statement('Allow', ['kms:*']),
  who: 'account'
};

function found(
  own: readonly IPolicyStatement[] | null,
  ofKey: readonly IKeyStatement[] | null = [ROOT],
  change: Partial<IBucketEncryption> = {}
): IBucketEncryption {
  return {
    bucket: 'analytics',
    default: { algorithm: 'AES256', keyId: '', bucketKey: false, blocked: [] },
    defaultReason: null,
    policy: { statements: [], others: 0 },
    policyReason: null,
    caller: own && {
      arn: 'arn:aws:sts::111122223333:assumed-role/Analyst/s',
      policies: [{ name: 'own', statements: [...own] }],
      others: 0,
      unread: []
    },
    callerReason: null,
    key: {
      arn: KEY,
      state: 'Enabled',
      spec: 'SYMMETRIC_DEFAULT',
      statements: ofKey && [...ofKey],
      policyReason: null
    },
    keyReason: null,
    late: null,
    elapsed: 1,
    ...change
  };
}

/** The kinds of what refuses a request, and of what may. */
function kinds(
  bucket: IBucketEncryption,
  request: 'PUT' | 'multipart' = 'PUT',
  profile: Profile = SSE_KMS
): { refusals: string[]; doubts: string[] } {
  const answer = whatIf(bucket, profile)!.find(one => one.request === request)!;
  return {
    refusals: answer.refusals.map(({ kind }) => kind),
    doubts: answer.doubts.map(({ kind }) => kind)
  };
}

const NOTHING = { refusals: [], doubts: [] };
const refused = (...list: string[]): object => ({ refusals: list, doubts: [] });
const doubted = (...list: string[]): object => ({ refusals: [], doubts: list });

it('a write passes if role and key allow it', () => {
  expect(kinds(found([ALL]))).toEqual(NOTHING);
  expect(kinds(found([ALL]), 'multipart')).toEqual(NOTHING);
  expect(isComplete(found([ALL]), SSE_KMS)).toBe(true);
});

it('without a profile there is no answer', () => {
  expect(whatIf(found([ALL]), null)).toBeNull();
});

it('only a write in parts needs kms:Decrypt', () => {
  const bucket = found([
    statement('Allow', ['s3:PutObject', 'kms:GenerateDataKey'])
  ]);
  expect(kinds(bucket)).toEqual(NOTHING);
  expect(kinds(bucket, 'multipart')).toEqual(refused('caller allows nothing'));
});

describe('the policies of the role', () => {
  it('refuse what they do not allow', () => {
    const bucket = found([statement('Allow', ['kms:*'])]);
    expect(kinds(bucket)).toEqual(refused('caller allows nothing'));
  });

  it('refuse what they deny, whatever they allow', () => {
    const bucket = found([ALL, statement('Deny', ['s3:Put*'])]);
    expect(kinds(bucket)).toEqual(refused('caller denies'));
  });

  it('refuse nothing if the bucket may allow it by itself', () => {
    const bucket = found([statement('Allow', ['kms:*'])], [ROOT], {
      policy: { statements: [], others: 1 }
    });
    expect(kinds(bucket)).toEqual(doubted('caller allows nothing'));
  });

  it('refuse nothing if some of them could not be read', () => {
    const bucket = found([]);
    bucket.caller!.unread.push('It needs iam:GetRolePolicy.');
    expect(kinds(bucket).refusals).toEqual([]);
    expect(isComplete(bucket, SSE_KMS)).toBe(false);
  });

  it('depend on the prefix of a resource', () => {
    const some = { resources: ['arn:aws:s3:::analytics/raw/*'] };
    const bucket = found([
      statement('Allow', ['s3:PutObject'], some),
      statement('Allow', ['kms:*'])
    ]);
    expect(kinds(bucket)).toEqual(doubted('caller may allow'));
  });

  it('are about the key that the write uses', () => {
    const other = { resources: [KEY.replace('1234abcd', '9999abcd')] };
    const bucket = found([
      statement('Allow', ['s3:*']),
      statement('Allow', ['kms:*'], other)
    ]);
    expect(kinds(bucket)).toEqual(refused('caller allows nothing'));
  });

  it('may ask for calls through S3, which CSE-KMS does not make', () => {
    const via = {
      conditions: [
        { operator: 'StringEquals', key: 'kms:ViaService', values: [VIA] }
      ]
    };
    const bucket = found([
      statement('Allow', ['s3:*']),
      statement('Allow', ['kms:*'], via)
    ]);
    expect(kinds(bucket)).toEqual(NOTHING);
    expect(kinds(bucket, 'PUT', { method: 'cse-kms', kmsKeyId: KEY })).toEqual(
      refused('caller allows nothing')
    );
  });

  it('need no kms:Decrypt if the client encrypts, in parts or not', () => {
    const bucket = found([
      statement('Allow', ['s3:PutObject', 'kms:GenerateDataKey'])
    ]);
    const client: Profile = { method: 'cse-kms', kmsKeyId: KEY };
    expect(kinds(bucket, 'PUT', client)).toEqual(NOTHING);
    expect(kinds(bucket, 'multipart', client)).toEqual(NOTHING);
    expect(isComplete(bucket, client)).toBe(true);
    expect(isComplete({ ...bucket, default: null }, client)).toBe(false);
  });

  it('may depend on what is not known here', () => {
    const network = {
      conditions: [
        { operator: 'IpAddress', key: 'aws:SourceIp', values: ['10.0.0.0/8'] }
      ]
    };
    expect(
      kinds(found([ALL, statement('Deny', ['*'], network)])).doubts
    ).toEqual(['caller may deny', 'caller may deny']);
  });
});

describe('the key', () => {
  it.each(['Disabled', 'PendingDeletion', 'PendingImport', 'Unavailable'])(
    'refuses in the state %s',
    state => {
      const bucket = found([ALL]);
      expect(kinds({ ...bucket, key: { ...bucket.key!, state } })).toEqual(
        refused('key state')
      );
    }
  );

  it('refuses if it is not symmetric', () => {
    const bucket = found([ALL]);
    expect(
      kinds({ ...bucket, key: { ...bucket.key!, spec: 'RSA_2048' } })
    ).toEqual(refused('key kind'));
  });

  it('needs no policy of the role if it allows the role itself', () => {
    const own: IKeyStatement = { ...ROOT, who: 'caller' };
    expect(kinds(found([statement('Allow', ['s3:*'])], [own]))).toEqual(
      NOTHING
    );
  });

  it('refuses if it allows neither the role nor its account', () => {
    const other: IKeyStatement = { ...ROOT, who: 'other' };
    expect(kinds(found([ALL], [other]))).toEqual(refused('key allows nothing'));
  });

  it('refuses what it denies', () => {
    const deny: IKeyStatement = {
      ...statement('Deny', ['kms:GenerateDataKey*']),
      who: 'everybody'
    };
    expect(kinds(found([ALL], [ROOT, deny]))).toEqual(refused('key denies'));
  });

  it('may refuse if it denies everybody but some', () => {
    const deny: IKeyStatement = {
      ...statement('Deny', ['kms:*'], { plain: false }),
      who: 'other'
    };
    expect(kinds(found([ALL], [ROOT, deny]))).toEqual(doubted('key may deny'));
  });

  it('is not judged if its policy could not be read, but a Deny of the role counts', () => {
    expect(kinds(found([ALL], null))).toEqual(NOTHING);
    expect(isComplete(found([ALL], null), SSE_KMS)).toBe(false);
    expect(kinds(found([ALL, statement('Deny', ['kms:*'])], null))).toEqual(
      refused('caller denies')
    );
  });

  it('is out of account for SSE-S3', () => {
    const bucket = found([statement('Allow', ['s3:*'])]);
    const plain: Profile = { method: 'sse-s3' };
    const gone = { ...bucket, key: { ...bucket.key!, state: 'Disabled' } };
    expect(kinds(gone, 'PUT', plain)).toEqual(NOTHING);
  });
});

describe('a client that encrypts, in a bucket that S3 encrypts with KMS', () => {
  const OTHER = KEY.replace('1234abcd', '9999abcd');
  const client: Profile = { method: 'cse-kms', kmsKeyId: KEY };
  const own = (resources: string[]): IBucketEncryption =>
    found(
      [
        statement('Allow', ['s3:*']),
        statement('Allow', ['kms:*'], { resources })
      ],
      [ROOT],
      {
        default: {
          algorithm: 'aws:kms',
          keyId: OTHER,
          bucketKey: true,
          blocked: []
        }
      }
    );

  it('takes the key of the default encryption too, whose policy was not read', () => {
    expect(kinds(own(['*']), 'PUT', client)).toEqual(
      doubted('key of the default')
    );
    expect(kinds(own([KEY]), 'PUT', client)).toEqual(
      doubted('key of the default', 'caller allows nothing')
    );
  });

  it('is refused by what the role denies with that key', () => {
    const bucket = own(['*']);
    bucket.caller!.policies.push({
      name: 'denies',
      statements: [statement('Deny', ['kms:*'], { resources: [OTHER] })]
    });
    expect(kinds(bucket, 'PUT', client)).toEqual({
      refusals: ['caller denies'],
      doubts: ['key of the default']
    });
  });

  it('whatever the policy of another profile needs', () => {
    expect(kinds(own(['*']), 'PUT', SSE_KMS)).toEqual(NOTHING);
  });
});

it('the policy of the bucket and blocked types refuse too', () => {
  const policy = {
    others: 0,
    statements: [
      statement('Deny', ['s3:PutObject'], { sid: 'No', everybody: true })
    ]
  };
  expect(kinds(found([ALL], [ROOT], { policy }))).toEqual(
    refused('bucket policy')
  );
  const blocked = found([ALL], [ROOT]);
  blocked.default!.blocked.push('SSE-C');
  expect(kinds(blocked, 'PUT', { method: 'sse-c' })).toEqual(
    refused('blocked')
  );
});
