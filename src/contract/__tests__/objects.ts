/**
 * What stored objects say, for specs. Not a spec, and not part of the product.
 */

import type {
  IAudit,
  ICanary,
  IKeys,
  IListedKey,
  IReencryptedObject,
  IReencryption,
  IReencryptionPlan,
  IStoredObject,
  IWrites,
  IWrittenPath
} from '../storedObjects';

export const KEY_A =
  'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-1111-2222-3333-444455556666';
export const KEY_B =
  'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-1111-2222-3333-999900001111';

export function object(change: Partial<IStoredObject> = {}): IStoredObject {
  return {
    path: 's3a://lake/sales/part-0.parquet',
    size: 1234,
    modified: '2026-01-02T03:04:05Z',
    algorithm: 'aws:kms',
    keyId: KEY_A,
    verdict: 'wanted',
    reason: null,
    ...change
  };
}

export const OTHER = object({
  path: 's3a://lake/sales/part-1.parquet',
  algorithm: 'AES256',
  keyId: '',
  verdict: 'other'
});
export const UNREADABLE = object({
  path: 's3a://lake/sales/part-2.parquet',
  size: null,
  modified: null,
  algorithm: null,
  keyId: null,
  verdict: 'unreadable',
  reason: 'Access denied.'
});

export function canary(change: Partial<ICanary> = {}): ICanary {
  return {
    location: 's3://lake/tmp',
    slots: 2,
    executors: { total: 2, wrote: 2 },
    objects: [
      { ...object({ path: 's3a://lake/tmp/1' }), executor: '17@host-1' },
      { ...object({ path: 's3a://lake/tmp/2' }), executor: '18@host-2' }
    ],
    readBy: 'xattr',
    removed: true,
    left: [],
    elapsed: 900,
    ...change
  };
}

export function written(change: Partial<IWrittenPath> = {}): IWrittenPath {
  return {
    path: 's3a://lake/sales',
    execution: 3,
    time: '2026-01-02T03:04:05Z',
    checked: 10,
    wanted: 10,
    other: 0,
    unreadable: 0,
    total: 40,
    sampled: true,
    objects: [],
    reason: null,
    ...change
  };
}

export function writes(change: Partial<IWrites> = {}): IWrites {
  return { pending: false, unseen: [], paths: [written()], ...change };
}

export function audit(change: Partial<IAudit> = {}): IAudit {
  return {
    token: null,
    path: 's3://lake/sales',
    seen: 3,
    checked: 3,
    limit: 1000,
    complete: true,
    counts: [
      {
        algorithm: 'aws:kms',
        keyId: KEY_A,
        verdict: 'wanted',
        objects: 1,
        bytes: 1234
      },
      {
        algorithm: 'AES256',
        keyId: '',
        verdict: 'other',
        objects: 2,
        bytes: 2468
      }
    ],
    objects: [object(), OTHER, UNREADABLE],
    readBy: 'xattr',
    elapsed: 20,
    ...change
  };
}

/** A key that S3 can use; `change` wins. */
export function listedKey(change: Partial<IListedKey> = {}): IListedKey {
  return {
    arn: KEY_A,
    aliases: ['alias/finance'],
    description: 'Reports of finance',
    state: 'Enabled',
    spec: 'SYMMETRIC_DEFAULT',
    usage: 'ENCRYPT_DECRYPT',
    manager: 'CUSTOMER',
    origin: 'AWS_KMS',
    multiRegion: false,
    usable: true,
    reason: null,
    ...change
  };
}

/** The list of an account with two keys that can be used and one that cannot. */
export function keys(change: Partial<IKeys> = {}): IKeys {
  const list = [
    listedKey(),
    listedKey({
      arn: 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-1111-2222-3333-777788889999',
      aliases: ['alias/old-reports'],
      description: '',
      state: 'Disabled',
      usable: false,
      reason: 'S3 needs an enabled key; this one is Disabled.'
    }),
    listedKey({ arn: KEY_B, aliases: [], description: 'Nightly export' })
  ];
  return {
    account: '111122223333',
    region: 'eu-west-1',
    keys: list,
    total: list.length,
    unread: [],
    late: null,
    elapsed: 300,
    ...change
  };
}

/** A plan of 1,204 objects, three of which cannot be changed; `change` wins. */
export function reencryptionPlan(
  change: Partial<IReencryptionPlan> = {}
): IReencryptionPlan {
  const obstacle = {
    reason: 'Object Lock protects it.',
    objects: 3,
    first: ['s3://lake/sales/locked']
  };
  return {
    token: null,
    plan: 'p1',
    path: 's3://lake/sales',
    target: `SSE-KMS with the key ${KEY_A}`,
    versions: false,
    seen: 1300,
    wanted: 93,
    changes: {
      ways: [
        { way: 'update', objects: 1200, bytes: 5_000_000 },
        { way: 'copy', objects: 4, bytes: 4000 }
      ],
      obstacles: [obstacle],
      cost: { puts: 1204, gets: 2408, kms: 4816, copied: 4000, dollars: 0.0214 }
    },
    otherwise: {
      ways: [{ way: 'copy', objects: 1204, bytes: 5_004_000 }],
      obstacles: [obstacle],
      cost: {
        puts: 1204,
        gets: 2408,
        kms: 4816,
        copied: 5_004_000,
        dollars: 0.0214
      }
    },
    notes: ['Old versions stay as they are.'],
    elapsed: 10,
    ...change
  };
}

export function reencrypted(
  change: Partial<IReencryptedObject> = {}
): IReencryptedObject {
  return {
    path: 's3://lake/sales/part-0.parquet',
    versionId: null,
    size: 1234,
    state: 'done',
    way: 'update',
    proof: 'etag',
    reason: null,
    algorithmBefore: 'AES256',
    keyBefore: '',
    ...change
  };
}

/** An answer of a run that is over; `change` wins. */
export function reencryption(
  change: Partial<IReencryption> = {}
): IReencryption {
  return {
    token: null,
    path: 's3://lake/sales',
    journal: '/tmp/s3-encryption-1.jsonl',
    total: 1204,
    done: 1,
    left: 0,
    failed: 0,
    cancelled: false,
    rate: 400,
    seconds: 0,
    notes: [],
    elapsed: 10,
    objects: [reencrypted()],
    ...change
  };
}
