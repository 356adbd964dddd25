/**
 * What stored objects say, for specs. Not a spec, and not part of the product.
 */

import type {
  IAudit,
  ICanary,
  IKeys,
  IListedKey,
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
