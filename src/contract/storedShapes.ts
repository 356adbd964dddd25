/**
 * The shapes of what stored objects say, strictly read: proof, canary, own
 * writes and audit (`encryption/stored.ts`). Must not know of reports.
 */

import { FLAG, NUMBER, TEXT, listOf, oneOf, orNull, record } from './shape';

/** What is in force at a bucket (`encryption/inForce.ts`). */
export const BUCKET = record({
  bucket: TEXT,
  default: orNull(
    record({
      algorithm: TEXT,
      keyId: TEXT,
      bucketKey: FLAG,
      blocked: listOf(TEXT)
    })
  ),
  defaultReason: orNull(TEXT),
  policy: orNull(
    record({
      statements: listOf(
        record({
          sid: TEXT,
          effect: TEXT,
          everybody: FLAG,
          actions: listOf(TEXT),
          resources: listOf(TEXT),
          plain: FLAG,
          conditions: listOf(
            record({ operator: TEXT, key: TEXT, values: listOf(TEXT) })
          )
        })
      ),
      others: NUMBER
    })
  ),
  policyReason: orNull(TEXT),
  elapsed: NUMBER
});

const VERDICT = orNull(oneOf('wanted', 'other', 'unreadable'));
const READ_BY = orNull(oneOf('xattr', 'boto3'));

const STORED = {
  path: TEXT,
  size: orNull(NUMBER),
  modified: orNull(TEXT),
  algorithm: orNull(TEXT),
  keyId: orNull(TEXT),
  verdict: VERDICT,
  reason: orNull(TEXT)
};
const OBJECTS = listOf(record(STORED));

export const PROOF = record({
  buckets: listOf(
    record({
      bucket: TEXT,
      time: TEXT,
      objects: NUMBER,
      by: oneOf('canary', 'writes')
    })
  )
});

export const CANARY = record({
  location: TEXT,
  slots: NUMBER,
  executors: record({ total: orNull(NUMBER), wrote: NUMBER }),
  objects: listOf(record({ ...STORED, executor: orNull(TEXT) })),
  readBy: READ_BY,
  removed: FLAG,
  left: listOf(TEXT),
  elapsed: NUMBER
});

export const WRITES = record({
  pending: FLAG,
  unseen: listOf(TEXT),
  paths: listOf(
    record({
      path: TEXT,
      execution: NUMBER,
      time: TEXT,
      checked: NUMBER,
      wanted: NUMBER,
      other: NUMBER,
      unreadable: NUMBER,
      total: orNull(NUMBER),
      sampled: FLAG,
      objects: OBJECTS,
      reason: orNull(TEXT)
    })
  )
});

export const AUDIT = record({
  token: orNull(TEXT),
  path: TEXT,
  seen: NUMBER,
  checked: NUMBER,
  limit: NUMBER,
  complete: FLAG,
  counts: listOf(
    record({
      algorithm: orNull(TEXT),
      keyId: orNull(TEXT),
      verdict: VERDICT,
      objects: NUMBER,
      bytes: NUMBER
    })
  ),
  objects: OBJECTS,
  readBy: READ_BY,
  elapsed: NUMBER
});
