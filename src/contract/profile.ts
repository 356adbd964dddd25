/**
 * A profile: the named choice of how objects must be encrypted. Methods come
 * from `methods.json`, which the agent reads too; what a valid profile is says
 * `encryption/profile`.
 */

import contract from './data/methods.json';
import { namesOf } from './records';
import {
  TEXT,
  listOf,
  mapOf,
  oneOf,
  optional,
  record,
  type Shape
} from './shape';

export type Method = keyof typeof contract.methods;

/** What a method takes, and how S3 names it. */
export interface IMethod {
  readonly title: string;
  /** Who encrypts: S3 as a request asks, S3 as the bucket's default says, the client itself. */
  readonly by: 's3' | 'bucket' | 'client';
  /** `x-amz-server-side-encryption` of its objects; null if it sends none. */
  readonly header: string | null;
  /** How the agent names the algorithm of its objects; null if it can be any. */
  readonly stored: string | null;
  /** Its `s3.sse.type` of Iceberg's S3FileIO; null if that has no such method. */
  readonly iceberg: string | null;
  readonly kmsKey: 'none' | 'optional' | 'required';
  /** Takes an encryption context. */
  readonly context: boolean;
  /** S3 Bucket Keys apply. */
  readonly bucketKey: boolean;
  /** Needs the user's own key. */
  readonly customerKey: boolean;
  readonly perBucket: boolean;
  /** S3 takes it in directory buckets. */
  readonly directoryBuckets: boolean;
  /** What users find out late. */
  readonly limits: string | null;
  /** Few notebooks use it. */
  readonly rare: boolean;
  /** Why a Spark session cannot be started with it. */
  readonly beforeStart: string | null;
}

/** TypeScript reads any text of the data as `string`. */
export const METHOD = contract.methods as Readonly<Record<Method, IMethod>>;

/** Of a profile: the characters of its name, and its rules for buckets. */
export const MOST: Readonly<Record<'name' | 'rules', number>> = contract.most;

/** Every method, in the order in which it is offered. */
export const METHODS: readonly Method[] = namesOf(METHOD);

/** The method that a new rule, or a form without a profile, begins with. */
export const FIRST_METHOD = 'sse-kms';

/** The profile that leaves everything to the bucket. */
export const LEFT_TO_THE_BUCKET = { method: 'bucket-default' } as const;

/** What else can follow a profile: Python libraries of the same kernel; Iceberg's catalogs that write by themselves. */
export type Writer = keyof typeof contract.writers;
export const WRITERS: readonly Writer[] = namesOf(contract.writers);

/** AWS key-value pairs that are bound to every use of the KMS key. */
export type EncryptionContext = Readonly<Record<string, string>>;

// No interfaces: these types are JSON, and can be given where JSON is asked for.

export type BucketDefault = Readonly<{ method: 'bucket-default' }>;
export type SseS3 = Readonly<{ method: 'sse-s3' }>;
export type SseKms = Readonly<{
  method: 'sse-kms' | 'dsse-kms';
  /** Key ARN, key id, alias name or alias ARN; absent: the AWS managed key aws/s3. */
  kmsKeyId?: string;
  encryptionContext?: EncryptionContext;
}>;
/** The key of SSE-C is never part of a profile. */
export type SseC = Readonly<{ method: 'sse-c' }>;
export type CseKms = Readonly<{ method: 'cse-kms'; kmsKeyId: string }>;

/** One method with what belongs to it. */
export type Choice = BucketDefault | SseS3 | SseKms | SseC | CseKms;

/** What one bucket gets instead of the base choice; SSE-C is not offered per bucket. */
export type BucketRule =
  BucketDefault | SseS3 | Pick<SseKms, 'method' | 'kmsKeyId'> | CseKms;

export type Profile = Choice & {
  readonly name?: string;
  readonly buckets?: Readonly<Record<string, BucketRule>>;
  readonly writers?: readonly Writer[];
};

/** The KMS key of a choice or of a rule, as it was entered; undefined for none. */
export function kmsKeyOf(choice: Choice | BucketRule): string | undefined {
  return 'kmsKeyId' in choice ? choice.kmsKeyId : undefined;
}

const RULE = { method: oneOf(METHODS), kmsKeyId: optional(TEXT) };

/** As much of a profile as this page knows; its values are not checked here. */
export const PROFILE = record({
  ...RULE,
  name: optional(TEXT),
  encryptionContext: optional(mapOf(TEXT)),
  buckets: optional(mapOf(record(RULE))),
  writers: optional(listOf(oneOf(WRITERS)))
}) as Shape<unknown> as Shape<Profile>;
