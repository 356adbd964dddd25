/**
 * What stored objects say: the shapes of proof, canary, own writes and audit,
 * as the agent answers them, and how a location is written.
 *
 * Pure; the same shapes as in `docs/protocol.md`. Must not know of Jupyter or
 * of how an answer travels.
 */

import { validateBucketName } from '../encryption/profile/keys';
import type { ITranslate } from './messages';

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

/** The bucket of `s3://bucket/…`; empty where it is no such address. */
export function bucketOf(location: string): string {
  return /^s3[an]?:\/\/([^/]+)/.exec(location.trim())?.[1] ?? '';
}

/**
 * Check an address that is given as `s3://bucket/prefix`.
 *
 * @returns null, or one sentence that says what is wrong
 */
export function validateLocation(
  text: string,
  trans: ITranslate
): string | null {
  const bucket = bucketOf(text);
  if (bucket === '') {
    return trans.__('Enter an address like s3://bucket/prefix.');
  }
  return validateBucketName(bucket, trans);
}
