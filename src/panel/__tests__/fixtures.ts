/** Reports and states as the panel may get them, for its specs. */

import { makeReport } from '../../contract/__tests__/reports';
import type { LifecycleState, Resting } from '../../encryption/lifecycle/types';
import type { Profile } from '../../encryption/profile/profile';
import type { IReport } from '../../contract/report';
import type { IHistoryEntry } from '../../tokens';

export const KEY =
  'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-1111-2222-3333-444455556666';
export const KMS: Profile = { method: 'sse-kms', kmsKeyId: KEY };

/** A report of SSE-KMS that was set on S3A; `change` wins. */
export function report(change: Partial<IReport> = {}): IReport {
  return makeReport({
    profile: KMS,
    fingerprint: 'f1',
    session: {
      kind: 'classic',
      applicationId: 'local-1',
      sparkVersion: '4.1.4',
      hadoopVersion: '3.4.2',
      master: 'local[2]',
      sessions: 1
    },
    connectors: [
      {
        scheme: 's3',
        connector: 's3a',
        className: 'org.apache.hadoop.fs.s3a.S3AFileSystem',
        reason: null
      },
      {
        scheme: 's3a',
        connector: 's3a',
        className: 'org.apache.hadoop.fs.s3a.S3AFileSystem',
        reason: null
      },
      { scheme: 's3n', connector: 'none', className: null, reason: null }
    ],
    dialect: 's3a',
    settings: [
      {
        key: 'fs.s3a.encryption.algorithm',
        value: 'SSE-KMS',
        wanted: 'SSE-KMS',
        origin: 'session',
        ok: true
      },
      {
        key: 'fs.s3a.encryption.key',
        value: KEY,
        wanted: KEY,
        origin: 'session',
        ok: true
      },
      {
        key: 'fs.s3a.encryption.context',
        value: null,
        wanted: null,
        origin: 'none',
        ok: true
      }
    ],
    removed: ['fs.s3a.server-side-encryption-algorithm'],
    activity: { jobs: 0, streams: 0 },
    claim: 'set',
    ...change
  });
}

export const NO_SPARK = makeReport({ profile: KMS, waiting: true });

export const HISTORY: IHistoryEntry[] = [
  {
    time: '2026-01-02T03:04:05.000Z',
    kernelId: 'k1',
    request: 'apply',
    reason: 'user',
    code: "(lambda p: 'the code')()",
    arguments: '{"profile": {"method": "sse-kms"}}',
    outcome: 'ok',
    message: 'SSE-KMS is set.',
    elapsed: 5.4
  },
  {
    time: '2026-01-02T03:05:05.000Z',
    kernelId: 'k1',
    request: 'guard',
    reason: 'run',
    code: "(lambda p: 'the code')()",
    arguments: '{}',
    outcome: 'aborted',
    message: '',
    elapsed: 1
  }
];

/** The words that the title of each kind of state begins with. */
const FIRST_WORDS: Readonly<Record<LifecycleState['kind'], string>> = {
  'no-kernel': 'No kernel',
  'not-python': 'Not a Python kernel',
  'not-known': 'Not known',
  'not-set': 'Not set',
  'needs-key': 'Not set',
  waiting: 'Waiting for Spark',
  applying: 'Applying',
  set: 'Set',
  'in-effect': 'In effect',
  proven: 'Proven',
  changed: 'Changed',
  foreign: 'This kernel holds',
  failed: 'Failed'
};

/** What the panel and the status of a state begin with. */
export function firstWords(state: LifecycleState | null): string {
  if (state === null) {
    return 'No notebook';
  }
  if (state.kind === 'applying' && state.pending.request !== 'apply') {
    return state.pending.request === 'clear' ? 'Clearing' : 'Verifying';
  }
  return FIRST_WORDS[state.kind];
}

const before: Resting = { kind: 'not-set', profile: null, report: null };

function applying(
  pending: Partial<Extract<LifecycleState, { kind: 'applying' }>['pending']>
): LifecycleState {
  return {
    kind: 'applying',
    profile: KMS,
    before,
    report: null,
    pending: {
      request: 'apply',
      stage: 'sent',
      behindCell: false,
      withdrawn: false,
      ...pending
    }
  };
}

const STALE = report({
  fileSystems: [
    {
      uri: 's3a://raw-zone',
      algorithm: 'SSE-S3',
      keyId: null,
      stale: true
    },
    { uri: 's3a://analytics', algorithm: 'SSE-KMS', keyId: KEY, stale: false }
  ],
  findings: [
    {
      code: 'rdd-not-covered',
      severity: 'info',
      message: 'RDD writes do not follow these settings.',
      fix: null
    },
    {
      code: 'stale-file-system',
      severity: 'warning',
      message: 's3a://raw-zone was opened before and still writes with SSE-S3.',
      fix: { message: 'Set it again once no job is running.', action: 'apply' }
    }
  ]
});

/** One state of each kind and variety, by a name. */
export const STATES: Readonly<Record<string, LifecycleState | null>> = {
  'no notebook': null,
  'no kernel': { kind: 'no-kernel', profile: null },
  'no kernel, profile chosen': { kind: 'no-kernel', profile: KMS },
  'kernel starting': { kind: 'no-kernel', profile: KMS, starting: true },
  'not Python': { kind: 'not-python', profile: null, language: 'R' },
  'not known': { kind: 'not-known', profile: null },
  'not set, nothing asked': { kind: 'not-set', profile: null, report: null },
  'not set, no Spark': {
    kind: 'not-set',
    profile: null,
    report: { ...NO_SPARK, waiting: false, profile: null }
  },
  'not set, cluster': {
    kind: 'not-set',
    profile: null,
    report: report({
      profile: null,
      claim: 'none',
      removed: [],
      settings: [
        {
          key: 'fs.s3a.encryption.algorithm',
          value: 'AES256',
          wanted: null,
          origin: 'cluster',
          ok: true
        }
      ]
    })
  },
  'key needed': {
    kind: 'needs-key',
    profile: { method: 'sse-c' },
    report: null
  },
  waiting: { kind: 'waiting', profile: KMS, report: NO_SPARK },
  queued: applying({ stage: 'queued', behindCell: true }),
  'queued in the kernel': applying({ behindCell: true }),
  sent: applying({}),
  withdrawn: applying({ withdrawn: true }),
  clearing: applying({ request: 'clear' }),
  verifying: applying({ request: 'verify' }),
  set: { kind: 'set', profile: KMS, report: report() },
  stale: { kind: 'set', profile: KMS, report: STALE },
  'in effect': {
    kind: 'in-effect',
    profile: KMS,
    report: report({
      claim: 'inEffect',
      executors: { total: 2, covered: 2 }
    })
  },
  'in effect over Connect': {
    kind: 'in-effect',
    profile: KMS,
    report: report({
      claim: 'inEffect',
      session: { ...report().session, kind: 'connect' },
      executors: { total: 2, covered: 2 },
      limitedTo: ['s3a://analytics', 's3a://raw-zone'],
      findings: [
        {
          code: 'connect-limited',
          severity: 'info',
          message:
            'What is claimed holds for s3a://analytics, s3a://raw-zone, which is open with these settings.',
          fix: { message: 'Write or read there once, then verify.' }
        }
      ]
    })
  },
  proven: {
    kind: 'proven',
    profile: { ...KMS, buckets: { 'raw-zone': { method: 'sse-s3' } } },
    report: report({ claim: 'proven' })
  },
  changed: {
    kind: 'changed',
    profile: KMS,
    report: report({
      claim: 'none',
      settings: [
        {
          key: 'fs.s3a.encryption.algorithm',
          value: 'AES256',
          wanted: 'SSE-KMS',
          origin: 'session',
          ok: false
        },
        {
          key: 'fs.s3a.encryption.key',
          value: KEY,
          wanted: KEY,
          origin: 'session',
          ok: true
        }
      ],
      changed: [
        {
          key: 'fs.s3a.encryption.algorithm',
          applied: 'SSE-KMS',
          found: 'AES256'
        }
      ]
    })
  },
  foreign: {
    kind: 'foreign',
    profile: { method: 'sse-s3' },
    inKernel: KMS,
    report: report({ claim: 'proven' })
  },
  'foreign, no choice': {
    kind: 'foreign',
    profile: null,
    inKernel: KMS,
    report: report()
  },
  'foreign, cleared': {
    kind: 'foreign',
    profile: KMS,
    inKernel: null,
    report: report({ profile: null, claim: 'none' })
  },
  failed: {
    kind: 'failed',
    profile: KMS,
    report: null,
    error: {
      code: 'no-connector',
      message: 'No S3 connector serves s3://, s3a:// or s3n://.',
      fields: [],
      settings: 'unchanged'
    }
  },
  'failed on fields': {
    kind: 'failed',
    profile: KMS,
    report: report({ ok: false }),
    error: {
      code: 'invalid-profile',
      message: 'The profile is not valid.',
      fields: [{ field: 'kmsKeyId', message: 'Not a KMS key.' }],
      settings: 'old'
    }
  }
};
