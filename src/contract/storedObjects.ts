/**
 * What stored objects say: the shapes of proof, canary, own writes and audit,
 * as the agent answers them.
 *
 * Pure; the same shapes as in `docs/protocol.md`. Must not know of Jupyter or
 * of how an answer travels.
 */

/** Against the profile that holds for the bucket; null: none is armed. */
export type Verdict = 'wanted' | 'other' | 'unreadable' | null;

/** One object of S3 with what its header says. */
export interface IStoredObject {
  /** `s3a://bucket/key`. */
  path: string;
  /** Bytes. */
  size: number | null;
  /** ISO 8601. */
  modified: string | null;
  /** As S3 sends it; empty: no header; null: it could not be read. */
  algorithm: string | null;
  /** Empty: none; null: not told. */
  keyId: string | null;
  verdict: Verdict;
  reason: string | null;
}

/** Which buckets came back as wanted since the settings last changed. */
export interface IProof {
  buckets: {
    bucket: string;
    time: string;
    objects: number;
    by: 'canary' | 'writes';
  }[];
}

export interface ICanary {
  location: string;
  slots: number;
  /** total: null where it cannot be known, as over Spark Connect. */
  executors: { total: number | null; wrote: number };
  objects: (IStoredObject & { executor: string | null })[];
  readBy: 'xattr' | 'boto3' | null;
  removed: boolean;
  /** What could not be removed. */
  left: string[];
  /** Milliseconds. */
  elapsed: number;
}

/** One path that a write of the person's went to. */
export interface IWrittenPath {
  path: string;
  /** Number of the execution of Spark SQL. */
  execution: number;
  time: string;
  checked: number;
  wanted: number;
  other: number;
  unreadable: number;
  /** Objects of this write that were found; null where that is not known. */
  total: number | null;
  sampled: boolean;
  /** The first that are not as wanted. */
  objects: IStoredObject[];
  reason: string | null;
}

export interface IWrites {
  /** There is more to look at: ask again. */
  pending: boolean;
  /** Sentences. */
  unseen: string[];
  /** Newest first. */
  paths: IWrittenPath[];
}

export interface IAuditCount {
  algorithm: string | null;
  keyId: string | null;
  verdict: Verdict;
  objects: number;
  bytes: number;
}

/** One answer of an audit: the counts so far, the objects of this page only. */
export interface IAudit {
  /** For the next page; null: finished. */
  token: string | null;
  path: string;
  seen: number;
  checked: number;
  limit: number;
  /** Everything below the path was looked at. */
  complete: boolean;
  counts: IAuditCount[];
  objects: IStoredObject[];
  readBy: 'xattr' | 'boto3' | null;
  elapsed: number;
}

/** One statement of a bucket policy about encryption or TLS. */
export interface IPolicyStatement {
  readonly sid: string;
  readonly effect: string;
  /** It is about everybody, not about some principals. */
  readonly everybody: boolean;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** It has only elements that are taken apart here. */
  readonly plain: boolean;
  readonly conditions: readonly {
    readonly operator: string;
    readonly key: string;
    readonly values: readonly string[];
  }[];
}

/** As the agent answers `bucket`; see `docs/protocol.md`. */
export interface IBucketEncryption {
  readonly bucket: string;
  /** Null where it could not be read. */
  readonly default: {
    /** As S3 names it; empty: none. */
    readonly algorithm: string;
    /** Empty: aws/s3, or none. */
    readonly keyId: string;
    readonly bucketKey: boolean;
    /** `SSE-C`, or nothing. */
    readonly blocked: readonly string[];
  } | null;
  readonly defaultReason: string | null;
  readonly policy: {
    readonly statements: readonly IPolicyStatement[];
    /** How many statements are about something else. */
    readonly others: number;
  } | null;
  readonly policyReason: string | null;
  /** Milliseconds. */
  readonly elapsed: number;
}
