/**
 * A profile: the named choice of how objects must be encrypted. What a valid
 * one is says `encryption/profile`.
 */

/** AWS key-value pairs that are bound to every use of the KMS key. */
export type EncryptionContext = Readonly<Record<string, string>>;

export interface IBucketDefault {
  readonly method: 'bucket-default';
}
export interface ISseS3 {
  readonly method: 'sse-s3';
}
export interface ISseKms {
  readonly method: 'sse-kms' | 'dsse-kms';
  /** Key ARN, key id, alias name or alias ARN; absent: the AWS managed key aws/s3. */
  readonly kmsKeyId?: string;
  readonly encryptionContext?: EncryptionContext;
}
/** The key of SSE-C is never part of a profile. */
export interface ISseC {
  readonly method: 'sse-c';
}
export interface ICseKms {
  readonly method: 'cse-kms';
  readonly kmsKeyId: string;
}

/** One method with what belongs to it. */
export type Choice = IBucketDefault | ISseS3 | ISseKms | ISseC | ICseKms;

/** What one bucket gets instead of the base choice; SSE-C is not offered per bucket. */
export type BucketRule =
  IBucketDefault | ISseS3 | Pick<ISseKms, 'method' | 'kmsKeyId'> | ICseKms;

export type Profile = Choice & {
  readonly name?: string;
  readonly buckets?: Readonly<Record<string, BucketRule>>;
  readonly writers?: readonly Writer[];
};

export type Method = Choice['method'];

/** Every method, in the order in which it is offered. */
export const METHODS: readonly Method[] = [
  'bucket-default',
  'sse-s3',
  'sse-kms',
  'dsse-kms',
  'sse-c',
  'cse-kms'
];

/** Python libraries of the same kernel; Iceberg's catalogs that write by themselves. */
export type Writer = 'python' | 'iceberg';

export const WRITERS: readonly Writer[] = ['python', 'iceberg'];
