/** What a diagnosis is made of. */

import type { ITranslate } from '../../contract/messages';
import type { Profile } from '../profile/profile';

export type DiagnosisCode =
  | 'permission-missing'
  | 'key-policy-missing'
  | 'bucket-policy-missing'
  | 'session-policy-missing'
  | 'boundary-missing'
  | 'endpoint-policy-missing'
  | 'organization-policy-missing'
  | 'denied-by-bucket-policy'
  | 'denied-explicitly'
  | 'sse-c-blocked'
  | 'encryption-type-blocked'
  | 'access-denied'
  | 'forbidden-without-reason'
  | 'key-disabled'
  | 'key-pending-deletion'
  | 'key-pending-import'
  | 'key-unavailable'
  | 'key-not-found'
  | 'key-other-region'
  | 'key-not-reachable'
  | 'key-not-symmetric'
  | 'kms-throttled'
  | 'cse-key-other-region'
  | 'cse-other-key'
  | 'cse-plain-object'
  | 'cse-older-client'
  | 'cse-no-key'
  | 'cse-no-library'
  | 'cse-range-get'
  | 'cse-other-context'
  | 'signature-version-4'
  | 'tls-required'
  | 'key-without-aws-kms'
  | 'two-methods'
  | 'aes256-with-key'
  | 'unknown-algorithm'
  | 'sse-c-no-key'
  | 'sse-c-other-key'
  | 'sse-c-not-used'
  | 'sse-c-key-malformed'
  | 'sse-c-bad-request'
  | 'header-not-supported'
  | 'encryption-context-malformed'
  | 'store-without-kms'
  | 'store-without-sse-c'
  | 'directory-bucket'
  | 'access-grant-missing'
  | 'encryption-not-updated'
  | 'file-system-closed'
  | 'setting-not-there';

/** Who has to do something. */
export type Actor =
  | 'you'
  | 'administrator-of-the-role'
  | 'administrator-of-the-key'
  | 'owner-of-the-bucket'
  | 'administrator-of-the-account'
  | 'issuer-of-the-session'
  | 'operator-of-the-store';

/** The kind of policy that a statement is written for. */
export type PolicyName =
  | 'policy of the role'
  | 'key policy'
  | 'bucket policy'
  | 'access point policy'
  | 'session policy'
  | 'permissions boundary';

export interface IStatement {
  readonly goesInto: PolicyName;
  /** JSON. */
  readonly text: string;
}

export interface IDiagnosis {
  readonly code: DiagnosisCode;
  /** One sentence: what is wrong. */
  readonly cause: string;
  readonly who: Actor;
  /** A few sentences: what to do. */
  readonly what: string;
  /** A policy statement that fixes it. */
  readonly statement?: IStatement;
  /** The causes of other refusals in the same text; this one stopped the job. */
  readonly also?: readonly string[];
  /** The part of the error text that shows it. */
  readonly evidence: string;
}

/** What is known of the kernel; fills in what the error does not say. */
export interface IKnown {
  readonly kmsKeyId?: string | null;
  /** The profile that Spark writes with. */
  readonly profile?: Profile | null;
}

/** An answer, before it is known which part of the text shows it. */
export type Answer = Omit<IDiagnosis, 'evidence' | 'also'>;

/** Something recognised at one place of the text. */
export interface IFound {
  readonly from: number;
  readonly to: number;
  /** Null: a refusal that is not about data on S3; it only says what came last. */
  readonly answer: Answer | null;
}

/** What a rule may look at to find its words. */
export interface IContext {
  readonly text: string;
  readonly known: IKnown;
  readonly trans: ITranslate;
}
