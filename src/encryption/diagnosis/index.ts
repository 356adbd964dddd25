/**
 * From an error text of Spark, S3A, EMRFS, KMS or boto3 to its cause, who must
 * act, and the statement that mends it. Recognises what it knows, also deep in
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
 * Say what is behind an error.
 *
 * @param text - the output as it stands below a cell, stack trace included
 * @returns null where nothing in it is recognised
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

/** A rule for a text that alone says what is wrong. */
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
        'The bucket %1 blocks SSE-C. Buckets that were created since April 2026 do so from the start.',
        bucketIn(refusalIn(text)?.resource ?? text) ?? ''
      ),
      what: trans.__(
        'Choose SSE-KMS or SSE-S3. The owner of the bucket can unblock SSE-C in its default encryption (BlockedEncryptionTypes).'
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
        'Enable the key (aws kms enable-key), or choose another one. Objects under it cannot be read either until then.'
      )
    })
  ),
  whenever(
    /arn:aws[a-z-]*:kms:\S+ is pending deletion\.?/,
    (_found, text, known, trans) => ({
      code: 'key-pending-deletion',
      who: 'administrator-of-the-key',
      cause: trans.__(
        'The key %1 is going to be deleted.',
        key(text, known, trans)
      ),
      what: trans.__(
        'Cancel the deletion at once (aws kms cancel-key-deletion, then enable-key): afterwards no object under it can ever be read again. Or choose another key.'
      )
    })
  ),
  whenever(
    /KMS\.NotFoundException[^\n]*Invalid arn ([a-z0-9-]+)|Invalid arn ((?:us|eu|ap|sa|ca|me|af|il|mx|cn)-[a-z-]+-\d)/,
    (found, text, known, trans) => ({
      code: 'key-other-region',
      who: 'you',
      cause: trans.__(
        'The key %1 is in %2, and the bucket is in another Region.',
        key(text, known, trans),
        found[1] ?? found[2] ?? ''
      ),
      what: trans.__(
        'Choose a key of the Region of the bucket: S3 can use no other.'
      )
    })
  ),
  whenever(
    /KMS\.NotFoundException[^\n]*|Key '?arn:aws[a-z-]*:kms:[^\s']+'? does not exist|Alias arn:aws[a-z-]*:kms:\S+ is not found/,
    (_found, text, known, trans) => ({
      code: 'key-not-found',
      who: 'you',
      cause: trans.__('KMS knows no key %1.', key(text, known, trans)),
      what: trans.__(
        'Check id, account and Region of the key in the profile. An alias is looked up in the account of the role.'
      )
    })
  ),
  whenever(
    /The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access/,
    (_found, _text, _known, trans) => ({
      code: 'key-not-reachable',
      who: 'administrator-of-the-key',
      cause: trans.__(
        'The object is encrypted under a key that is gone, is in another Region, or that this role may not use. KMS does not say which of the three.'
      ),
      what: trans.__(
        'Look up the key of the object (head-object shows its ARN), and whether the role has kms:Decrypt on it.'
      )
    })
  ),
  whenever(
    /(?:SSE-S3\/)?AES256 is enabled but an encryption key was set[^\n]*/,
    (_found, _text, _known, trans) => ({
      code: 'aes256-with-key',
      who: 'you',
      cause: trans.__(
        'S3A was told SSE-S3 (AES256), and a key at the same time: it refuses to start with both.'
      ),
      what: trans.__(
        'Apply SSE-S3 from here: it also takes the key away. Or, where you want the key, apply SSE-KMS.'
      )
    })
  ),
  whenever(
    /Unknown (?:Server Side )?encryption algorithm:? ?(\S+)/i,
    (found, _text, _known, trans) => ({
      code: 'unknown-algorithm',
      who: 'you',
      cause: trans.__('S3A knows no algorithm “%1”.', found[1] ?? ''),
      what: trans.__(
        'SSE-S3 is called AES256 there; the others are SSE-KMS, DSSE-KMS (from Hadoop 3.4.0 on), SSE-C and CSE-KMS. Apply the profile from here, which writes the right name.'
      )
    })
  ),
  whenever(
    /SSE-C is enabled (?:but|and) no encryption key[^\n]*/i,
    (_found, _text, _known, trans) => ({
      code: 'sse-c-no-key',
      who: 'you',
      cause: trans.__('S3A was told SSE-C without a key.'),
      what: trans.__(
        'Apply SSE-C from here with its key: after a restart of the kernel it has to be entered again.'
      )
    })
  ),
  whenever(
    /File ?[Ss]ystem(?: s3\S*)? is closed!?|Filesystem closed/,
    (_found, _text, _known, trans) => ({
      code: 'file-system-closed',
      who: 'you',
      cause: trans.__(
        'The file system that this code held was closed: by code that called close(), or because new encryption settings need a new one.'
      ),
      what: trans.__(
        'Run the cell again: Spark opens a new one. A stream that was running has to be started again.'
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
        'This error says nothing about the cluster: its own value is not seen by spark.conf.get. Give a default (spark.conf.get(NAME, "")), or look at the settings in this panel.'
      )
    })
  ),
  whenever(
    /Access Denied[^\n]*\(Service: (?:Amazon )?S3[,;] Status Code: 403[^\n]*|An error occurred \(AccessDenied\) when calling the \w+ operation[^\n]*/,
    (_found, text, _known, trans) => ({
      code: 'access-denied',
      who: 'administrator-of-the-role',
      cause: trans.__(
        'S3 refuses this request%1 and does not say which permission or which policy is behind it.',
        bucketIn(text) === null
          ? ''
          : trans.__(' to the bucket %1', bucketIn(text) ?? '')
      ),
      what: trans.__(
        'Look at the policies of the role, of the bucket and of the key. Across accounts AWS never says more; CloudTrail of the account of the bucket does.'
      )
    })
  )
];
