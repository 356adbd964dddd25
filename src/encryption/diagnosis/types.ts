/** What a diagnosis is made of. */

import type { ITranslate } from '../../contract/messages';
import type { Profile } from '../profile/profile';

export type DiagnosisCode =
  | 'permission-missing'
  | 'key-policy-missing'
  | 'denied-by-bucket-policy'
  | 'denied-explicitly'
  | 'sse-c-blocked'
  | 'access-denied'
  | 'key-disabled'
  | 'key-pending-deletion'
  | 'key-not-found'
  | 'key-other-region'
  | 'key-not-reachable'
  | 'aes256-with-key'
  | 'unknown-algorithm'
  | 'sse-c-no-key'
  | 'file-system-closed'
  | 'setting-not-there';

/** Who has to do something. */
export type Actor =
  | 'you'
  | 'administrator-of-the-role'
  | 'administrator-of-the-key'
  | 'owner-of-the-bucket'
  | 'administrator-of-the-account';

export interface IDiagnosis {
  readonly code: DiagnosisCode;
  /** One sentence: what is wrong. */
  readonly cause: string;
  readonly who: Actor;
  /** One or two sentences: what to do. */
  readonly what: string;
  /** A policy statement that fixes it. */
  readonly statement?: {
    readonly goesInto: 'policy of the role' | 'key policy';
    /** JSON. */
    readonly text: string;
  };
  /** The part of the error text that shows it. */
  readonly evidence: string;
}

/** What is known of the kernel; fills in what the error does not say. */
export interface IKnown {
  readonly kmsKeyId?: string | null;
  /** The profile that Spark writes with. */
  readonly profile?: Profile | null;
}

/** A diagnosis with what to look for as its evidence. */
export type Found = Omit<IDiagnosis, 'evidence'> & { readonly at: RegExp };
export type Rule = (
  text: string,
  known: IKnown,
  trans: ITranslate
) => Found | null;
