/**
 * From an error text of Spark, S3A, EMRFS, KMS or boto3 to its cause, who must
 * act, and the statement that fixes it. Recognises what it knows, also deep in
 * a stack trace, and answers null for anything else: it never guesses. Pure.
 *
 * `tests/examples/errors` holds the real texts, each with where it came from.
 */

import { bucketIn, keyIn, plainText, refusalIn } from './errorText';
import { ENGLISH, type ITranslate } from '../../contract/messages';
import { notAuthorized } from './refusals';
import type { Found, IDiagnosis, IKnown, Rule } from './types';

export type { Actor, DiagnosisCode, IDiagnosis, IKnown } from './types';

/**
 * Find the cause of an error.
 *
 * @param text - the output of a cell, stack trace included
 * @returns null if nothing in it is recognised
 */
export function diagnose(
  text: string,
  known: IKnown = {},
  trans: ITranslate = ENGLISH
): IDiagnosis | null {
  const plain = plainText(text);
  for (const rule of RULES) {
    const found = rule(plain, known, trans);
    if (found !== null) {
      const { at, ...rest } = found;
      const evidence = at.exec(plain)?.[0].trim() ?? '';
      return { ...rest, evidence: evidence.slice(0, 500) };
    }
  }
  return null;
}

/** A rule for a pattern that identifies the cause by itself. */
function whenever(
  at: RegExp,
  say: (
    found: RegExpExecArray,
    text: string,
    known: IKnown,
    trans: ITranslate
  ) => Omit<Found, 'at'> | null
): Rule {
  return (text, known, trans) => {
    const found = at.exec(text);
    const said = found === null ? null : say(found, text, known, trans);
    return said === null ? null : { ...said, at };
  };
}

/** The name of a key for a sentence. */
function key(text: string, known: IKnown, trans: ITranslate): string {
  return keyIn(text) ?? known.kmsKeyId ?? trans.__('of the profile');
}

const RULES: readonly Rule[] = [
  whenever(
    /has blocked upload requests that specify\s+Server Side Encryption with\s+Customer provided keys/i,
    (_found, text, _known, trans) => ({
      code: 'sse-c-blocked',
      who: 'you',
      cause: trans.__(
        'The bucket %1 blocks SSE-C. Buckets created since April 2026 do so by default.',
        bucketIn(refusalIn(text)?.resource ?? text) ?? ''
      ),
      what: trans.__(
        'Choose SSE-KMS or SSE-S3. The owner of the bucket can unblock SSE-C in its default encryption settings (BlockedEncryptionTypes).'
      )
    })
  ),
  notAuthorized,
  whenever(
    /(?:KMS\.)?DisabledException[^\n]*|arn:aws[a-z-]*:kms:\S+ is disabled\.?/,
    (_found, text, known, trans) => ({
      code: 'key-disabled',
      who: 'administrator-of-the-key',
      cause: trans.__('The key %1 is disabled.', key(text, known, trans)),
      what: trans.__(
        'Enable the key (aws kms enable-key), or choose another one. Objects encrypted with it cannot be read either until it is enabled.'
      )
    })
  ),
  whenever(
    /arn:aws[a-z-]*:kms:\S+ is pending deletion\.?/,
    (_found, text, known, trans) => ({
      code: 'key-pending-deletion',
      who: 'administrator-of-the-key',
      cause: trans.__(
        'The key %1 is scheduled for deletion.',
        key(text, known, trans)
      ),
      what: trans.__(
        'Cancel the deletion now (aws kms cancel-key-deletion, then enable-key): once the key is deleted, no object encrypted with it can ever be read again. Or choose another key.'
      )
    })
  ),
  whenever(
    /KMS\.NotFoundException[^\n]*Invalid arn ([a-z0-9-]+)|Invalid arn ((?:us|eu|ap|sa|ca|me|af|il|mx|cn)-[a-z-]+-\d)/,
    (found, text, known, trans) => ({
      code: 'key-other-region',
      who: 'you',
      cause: trans.__(
        'The key %1 is in %2, but the bucket is in another Region.',
        key(text, known, trans),
        found[1] ?? found[2] ?? ''
      ),
      what: trans.__(
        "Choose a key in the bucket's Region: S3 cannot use any other."
      )
    })
  ),
  whenever(
    /KMS\.NotFoundException[^\n]*|Key '?arn:aws[a-z-]*:kms:[^\s']+'? does not exist|Alias arn:aws[a-z-]*:kms:\S+ is not found/,
    (_found, text, known, trans) => ({
      code: 'key-not-found',
      who: 'you',
      cause: trans.__('KMS does not know the key %1.', key(text, known, trans)),
      what: trans.__(
        'Check the ID, account and Region of the key in the profile. An alias is looked up in the account of the role.'
      )
    })
  ),
  whenever(
    /The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access/,
    (_found, _text, _known, trans) => ({
      code: 'key-not-reachable',
      who: 'administrator-of-the-key',
      cause: trans.__(
        'The object is encrypted with a key that no longer exists, is in another Region, or that this role is not allowed to use. KMS does not say which of the three.'
      ),
      what: trans.__(
        'Look up the key of the object (head-object shows its ARN), and check whether the role has kms:Decrypt on it.'
      )
    })
  ),
  whenever(
    /(?:SSE-S3\/)?AES256 is enabled but an encryption key was set[^\n]*/,
    (_found, _text, _known, trans) => ({
      code: 'aes256-with-key',
      who: 'you',
      cause: trans.__(
        'S3A was given both SSE-S3 (AES256) and a key: it refuses to start with both.'
      ),
      what: trans.__(
        'Apply SSE-S3 from here: that also removes the key. Or, if you want to use the key, apply SSE-KMS.'
      )
    })
  ),
  whenever(
    /Unknown (?:Server Side )?encryption algorithm:? ?(\S+)/i,
    (found, _text, _known, trans) => ({
      code: 'unknown-algorithm',
      who: 'you',
      cause: trans.__('S3A does not know the algorithm “%1”.', found[1] ?? ''),
      what: trans.__(
        'S3A calls SSE-S3 AES256; the others are SSE-KMS, DSSE-KMS (Hadoop 3.4.0 and newer), SSE-C and CSE-KMS. Apply the profile from here to get the right name.'
      )
    })
  ),
  whenever(
    /SSE-C is enabled (?:but|and) no encryption key[^\n]*/i,
    (_found, _text, _known, trans) => ({
      code: 'sse-c-no-key',
      who: 'you',
      cause: trans.__('S3A was given SSE-C without a key.'),
      what: trans.__(
        'Apply SSE-C from here with its key. After a kernel restart the key has to be entered again.'
      )
    })
  ),
  whenever(
    /File ?[Ss]ystem(?: s3\S*)? is closed!?|Filesystem closed/,
    (_found, _text, _known, trans) => ({
      code: 'file-system-closed',
      who: 'you',
      cause: trans.__(
        'The file system that this code was using has been closed, either by code that called close() or because new encryption settings need a new one.'
      ),
      what: trans.__(
        'Run the cell again: Spark opens a new one. A stream that was running has to be restarted.'
      )
    })
  ),
  whenever(
    /(?:\[SQL_CONF_NOT_FOUND\][^\n]*?"|NoSuchElementException: (?:None\.get )?)((?:spark\.hadoop\.)?fs\.s3[an]?\.[\w.-]+)"?[^\n]*/,
    (found, _text, _known, trans) => ({
      code: 'setting-not-there',
      who: 'you',
      cause: trans.__('%1 is not set in this session.', found[1] ?? ''),
      what: trans.__(
        'This error says nothing about the cluster, whose own values spark.conf.get does not see. Pass a default (spark.conf.get(NAME, "")), or look at the settings in this panel.'
      )
    })
  ),
  whenever(
    /Access Denied[^\n]*\(Service: (?:Amazon )?S3[,;] Status Code: 403[^\n]*|An error occurred \(AccessDenied\) when calling the \w+ operation[^\n]*/,
    (_found, text, _known, trans) => ({
      code: 'access-denied',
      who: 'administrator-of-the-role',
      cause: trans.__(
        'S3 denies this request%1 and does not say which permission or policy is the reason.',
        bucketIn(text) === null
          ? ''
          : trans.__(' to the bucket %1', bucketIn(text) ?? '')
      ),
      what: trans.__(
        "Check the policies of the role, the bucket and the key. Across accounts AWS never says more, but CloudTrail in the bucket's account does."
      )
    })
  )
];
