/**
 * What can be asked about stored objects, buckets and keys, and what the agent
 * answers: proof, canary, own writes, audit, bucket, keys. The same shapes as in `docs/protocol.md`.
 */

import { namesOf, tableOf } from './records';
import {
  FLAG,
  NUMBER,
  TEXT,
  listOf,
  oneOf,
  orAbsent,
  orNull,
  otherwise,
  record,
  type Read
} from './shape';

/** Compared with the profile for its bucket; null: none is armed. */
const VERDICT = orNull(oneOf(['wanted', 'other', 'unreadable']));
export type Verdict = Read<typeof VERDICT>;

const READ_BY = orNull(otherwise(oneOf(['xattr', 'boto3']), null));

const STORED = {
  /** `s3a://bucket/key`. */
  path: TEXT,
  /** Bytes. */
  size: orNull(NUMBER),
  /** ISO 8601. */
  modified: orNull(TEXT),
  /** As S3 sends it; empty: no header; null: it could not be read. */
  algorithm: orNull(TEXT),
  /** Empty: none; null: not known. */
  keyId: orNull(TEXT),
  verdict: VERDICT,
  reason: orNull(TEXT)
};
const OBJECT = record(STORED);
/** One object of S3 with what its header says. */
export type IStoredObject = Read<typeof OBJECT>;

/** The buckets whose objects were encrypted as chosen since the settings last changed. */
export const PROOF = record({
  buckets: listOf(
    record({
      bucket: TEXT,
      time: TEXT,
      objects: NUMBER,
      by: oneOf(['canary', 'writes'])
    })
  )
});
export type IProof = Read<typeof PROOF>;

const CANARY = record({
  location: TEXT,
  slots: NUMBER,
  /** total: null if it cannot be known, as over Spark Connect. */
  executors: record({ total: orNull(NUMBER), wrote: NUMBER }),
  objects: listOf(record({ ...STORED, executor: orNull(TEXT) })),
  readBy: READ_BY,
  removed: FLAG,
  /** What could not be removed. */
  left: listOf(TEXT),
  /** Milliseconds. */
  elapsed: NUMBER
});
export type ICanary = Read<typeof CANARY>;

const WRITTEN_PATH = record({
  path: TEXT,
  /** Number of the execution of Spark SQL. */
  execution: NUMBER,
  time: TEXT,
  checked: NUMBER,
  wanted: NUMBER,
  other: NUMBER,
  unreadable: NUMBER,
  /** Objects of this write that were found; null if that is not known. */
  total: orNull(NUMBER),
  sampled: FLAG,
  /** The first that are not encrypted as chosen. */
  objects: listOf(OBJECT),
  reason: orNull(TEXT)
});
/** One path that a write of the user's went to. */
export type IWrittenPath = Read<typeof WRITTEN_PATH>;

const WRITES = record({
  /** There is more to look at: ask again. */
  pending: FLAG,
  /** Sentences. */
  unseen: listOf(TEXT),
  /** Newest first. */
  paths: listOf(WRITTEN_PATH)
});
export type IWrites = Read<typeof WRITES>;

const AUDIT_COUNT = record({
  algorithm: orNull(TEXT),
  keyId: orNull(TEXT),
  verdict: VERDICT,
  objects: NUMBER,
  bytes: NUMBER
});
export type IAuditCount = Read<typeof AUDIT_COUNT>;

/** One answer of an audit: the counts so far, the objects of this page only. */
const AUDIT = record({
  /** For the next page; null: finished. */
  token: orNull(TEXT),
  path: TEXT,
  seen: NUMBER,
  checked: NUMBER,
  limit: NUMBER,
  /** Everything below the path was looked at. */
  complete: FLAG,
  counts: listOf(AUDIT_COUNT),
  objects: listOf(OBJECT),
  readBy: READ_BY,
  elapsed: NUMBER
});
export type IAudit = Read<typeof AUDIT>;

/** One statement of a bucket policy that denies, or is about encryption or TLS. */
const STATEMENT_PARTS = {
  sid: TEXT,
  effect: TEXT,
  /** It is about everybody, not about some principals. */
  everybody: FLAG,
  actions: listOf(TEXT),
  resources: listOf(TEXT),
  /** It has only elements that are taken apart here. */
  plain: FLAG,
  conditions: listOf(
    record({ operator: TEXT, key: TEXT, values: listOf(TEXT) })
  )
};
const STATEMENT = record(STATEMENT_PARTS);
export type IPolicyStatement = Read<typeof STATEMENT>;

/** One statement of the policy of a key. */
const KEY_STATEMENT = record({
  ...STATEMENT_PARTS,
  /** Whom it is about; of the account: IAM decides. */
  who: otherwise(oneOf(['caller', 'account', 'everybody', 'other']), 'other')
});
export type IKeyStatement = Read<typeof KEY_STATEMENT>;

/** Who writes, and the statements of its own policies that can be about a write. */
const CALLER = record({
  arn: TEXT,
  policies: listOf(record({ name: TEXT, statements: listOf(STATEMENT) })),
  /** How many other statements these policies have. */
  others: NUMBER,
  /** What could not be read, and why. */
  unread: listOf(TEXT)
});

/** The key that a write uses. */
const KEY = record({
  arn: TEXT,
  /** `Enabled`, `Disabled`, `PendingDeletion`, … */
  state: TEXT,
  /** `SYMMETRIC_DEFAULT`, or one that S3 cannot use. */
  spec: TEXT,
  /** Null if they could not be read. */
  statements: orNull(listOf(KEY_STATEMENT)),
  policyReason: orNull(TEXT)
});

/** What S3 does by itself at a bucket: its default encryption and its policy. */
const BUCKET = record({
  bucket: TEXT,
  /** Null if it could not be read. */
  default: orNull(
    record({
      /** As S3 names it; empty: none. */
      algorithm: TEXT,
      /** Empty: aws/s3, or none. */
      keyId: TEXT,
      bucketKey: FLAG,
      /** `SSE-C`, or nothing. */
      blocked: listOf(TEXT)
    })
  ),
  defaultReason: orNull(TEXT),
  policy: orNull(
    record({
      statements: listOf(STATEMENT),
      /** How many statements deny nothing and are about something else. */
      others: NUMBER
    })
  ),
  policyReason: orNull(TEXT),
  /** Null if it was not asked for (no profile), or could not be read. */
  caller: orNull(CALLER),
  callerReason: orNull(TEXT),
  /** Null if a write uses none, or it could not be read. */
  key: orNull(KEY),
  keyReason: orNull(TEXT),
  /** What did not answer in time. */
  late: orNull(TEXT),
  /** Milliseconds. */
  elapsed: NUMBER
});
export type IBucketEncryption = Read<typeof BUCKET>;

const LISTED_KEY = record({
  arn: TEXT,
  aliases: listOf(TEXT),
  description: TEXT,
  /** As KMS names them; empty: not known. */
  state: TEXT,
  spec: TEXT,
  usage: TEXT,
  /** `AWS`, `CUSTOMER`, or empty: not known. */
  manager: TEXT,
  origin: TEXT,
  multiRegion: FLAG,
  /** Can S3 encrypt with it? Null: not known. */
  usable: orNull(FLAG),
  /** Why not, or what is to be said of it. */
  reason: orNull(TEXT)
});
/** A KMS key that may be chosen. */
export type IListedKey = Read<typeof LISTED_KEY>;

/** The KMS keys of the account and Region that the kernel works in. */
const KEYS = record({
  /** Empty: there is no key to tell it. */
  account: TEXT,
  region: TEXT,
  keys: listOf(LISTED_KEY),
  /** How many keys are known to be there. */
  total: NUMBER,
  /** What is not allowed, as sentences. */
  unread: listOf(TEXT),
  late: orNull(TEXT),
  /** Milliseconds. */
  elapsed: NUMBER
});
export type IKeys = Read<typeof KEYS>;

const CHANGES = record({
  ways: listOf(
    record({
      way: oneOf(['update', 'copy', 'multipart']),
      objects: NUMBER,
      bytes: NUMBER
    })
  ),
  /** Why some cannot be changed; `first`: the first of them. */
  obstacles: listOf(
    record({ reason: TEXT, objects: NUMBER, first: listOf(TEXT) })
  ),
  /** Requests, the last at most; bytes; US dollars. */
  cost: record({
    puts: NUMBER,
    gets: NUMBER,
    kms: NUMBER,
    copied: NUMBER,
    dollars: NUMBER
  })
});
/** What a plan comes to. */
export type IPlannedChanges = Read<typeof CHANGES>;

/** One answer while a re-encryption is planned; the last one has the plan. */
const REENCRYPTION_PLAN = record({
  /** For the next answer; null: finished. */
  token: orNull(TEXT),
  /** Names the plan in the kernel; null until it is made. */
  plan: orNull(TEXT),
  path: TEXT,
  /** How objects are to be encrypted, in words. */
  target: TEXT,
  /** Old versions too. */
  versions: FLAG,
  seen: NUMBER,
  /** How many are as wanted. */
  wanted: NUMBER,
  /** Null until the plan is made. */
  changes: orNull(CHANGES),
  /** The same in a store that does not know UpdateObjectEncryption; null if none needs it. */
  otherwise: orNull(CHANGES),
  /** Sentences. */
  notes: listOf(TEXT),
  elapsed: NUMBER
});
export type IReencryptionPlan = Read<typeof REENCRYPTION_PLAN>;

const REENCRYPTED = record({
  path: TEXT,
  versionId: orNull(TEXT),
  size: NUMBER,
  /** `left`: alone, because somebody changed it; `waiting`: the run ended before. */
  state: oneOf(['done', 'left', 'failed', 'impossible', 'waiting']),
  way: orNull(TEXT),
  /** How it is known that the bytes are the same. */
  proof: orNull(TEXT),
  reason: orNull(TEXT),
  algorithmBefore: orNull(TEXT),
  keyBefore: orNull(TEXT)
});
/** What became of one object. */
export type IReencryptedObject = Read<typeof REENCRYPTED>;

/** One answer of a run: the counts so far, the objects that ended since the last one. */
const REENCRYPTION = record({
  /** For the next answer; null: finished. */
  token: orNull(TEXT),
  path: TEXT,
  /** The file in the kernel that keeps what was done. */
  journal: TEXT,
  total: NUMBER,
  done: NUMBER,
  left: NUMBER,
  failed: NUMBER,
  cancelled: FLAG,
  /** Objects a second. */
  rate: NUMBER,
  /** How long it still takes; null if that is not known yet. */
  seconds: orNull(NUMBER),
  /** Sentences. */
  notes: listOf(TEXT),
  elapsed: NUMBER,
  objects: listOf(REENCRYPTED)
});
export type IReencryption = Read<typeof REENCRYPTION>;

/** What a request answers in the report's part of its name; null on any other. */
export const ANSWERS = {
  canary: orAbsent(CANARY),
  writes: orAbsent(WRITES),
  audit: orAbsent(AUDIT),
  bucket: orAbsent(BUCKET),
  keys: orAbsent(KEYS),
  reencryptionPlan: orAbsent(REENCRYPTION_PLAN),
  reencryption: orAbsent(REENCRYPTION)
};
export type Answers = {
  [K in keyof typeof ANSWERS]: Read<(typeof ANSWERS)[K]>;
};
/** No request has an answer. */
export const NO_ANSWERS: Readonly<Record<keyof Answers, null>> = tableOf(
  namesOf(ANSWERS),
  () => null
);

/** What the requests about stored objects take, by their names. */
export interface IObjectArguments {
  canary: { readonly location: string };
  /** budget: milliseconds that the check may take in the kernel. */
  writes: { readonly budget: number };
  audit:
    | {
        readonly path: string;
        readonly limit: number;
        readonly sample: 'first' | 'newest';
        readonly page: number;
      }
    | { readonly token: string };
  cancelAudit: { readonly token: string };
  reencryptionPlan:
    | { readonly path: string; readonly versions: boolean }
    | { readonly token: string };
  reencryption: { readonly plan: string } | { readonly token: string };
  cancelReencryption: { readonly token: string };
  bucket: { readonly bucket: string };
  keys: Readonly<Record<string, never>>;
}

/** What a user can ask, by the function of the public interface that asks it. */
export const QUESTIONS = {
  writeCanary: 'canary',
  checkWrites: 'writes',
  audit: 'audit',
  planReencryption: 'reencryptionPlan',
  reencrypt: 'reencryption',
  readBucket: 'bucket',
  listKeys: 'keys',
  cancelRenewal: 'cancelRenewal',
  renew: 'renew'
} as const;
export type Question = keyof typeof QUESTIONS;
