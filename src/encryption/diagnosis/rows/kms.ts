/** Errors of KMS: states of a key, keys that are not there, too many requests. */

import { keyIn } from '../errorText';
import { profileKeyOf } from '../names';
import type { IContext } from '../types';
import { around, elsewhere, keyOf, range } from './row';
import type { IRow } from './row';

const ARN = '(arn:aws[a-z-]{0,12}:kms:[^\\s\'"]{1,300})';
const state = (words: string, more = ''): RegExp =>
  new RegExp(`${ARN}'? is ${words}${more}`, 'g');

const REGION = '[a-z]{2,4}(?:-[a-z]{1,12}){1,3}-\\d{1,2}';
const GUIDE = 'AWS KMS developer guide, Key states of AWS KMS keys';

const KNOWS_MORE = new RegExp(
  `Invalid arn ${REGION}|Invalid keyId '?[\\w:/.-]|not exist|is not found`
);

/** Client-side encryption: the client calls KMS itself, S3 has no part in it. */
function byClient(found: RegExpMatchArray, { text }: IContext): boolean {
  const [from, to] = range(found);
  const rest = text.slice(to, to + 200).split(/\n(?=[\w.]{1,100}: )/)[0] ?? '';
  return (
    /\(Service:[ \n](?:AWS ?KMS|Kms|KMS)[;,]/.test(rest) ||
    /\bkms\.model\.\w{1,60}:[ \n]$/.test(
      text.slice(Math.max(from - 90, 0), from)
    )
  );
}

export const KMS_ROWS: readonly IRow[] = [
  {
    code: 'key-disabled',
    who: 'administrator-of-the-key',
    source: GUIDE,
    at: new RegExp(
      `${state('disabled').source}|(?:\\bKMS\\.|\\bkms\\.model\\.)DisabledException\\b`,
      'g'
    ),
    unless: elsewhere,
    cause: (context, found) =>
      context.trans.__('The key %1 is disabled.', keyOf(found, context)),
    what: ({ trans }) =>
      trans.__(
        'Enable the key (aws kms enable-key), or choose another one. Objects encrypted with it cannot be read either until it is enabled.'
      )
  },
  {
    code: 'key-pending-deletion',
    who: 'administrator-of-the-key',
    source: GUIDE,
    at: state('pending (?:replica )?deletion'),
    unless: elsewhere,
    cause: (context, found) =>
      context.trans.__(
        'The key %1 is scheduled for deletion.',
        keyOf(found, context)
      ),
    what: ({ trans }) =>
      trans.__(
        'Cancel the deletion now (aws kms cancel-key-deletion, then enable-key): once the key is deleted, no object encrypted with it can ever be read again. Or choose another key.'
      )
  },
  {
    code: 'key-pending-import',
    who: 'administrator-of-the-key',
    source: 'AWS KMS developer guide, Importing key material',
    at: state('pending import'),
    unless: elsewhere,
    cause: (context, found) =>
      context.trans.__(
        'The key %1 has no key material: it waits for an import, or what was imported has expired.',
        keyOf(found, context)
      ),
    what: ({ trans }) =>
      trans.__(
        'Import the key material (for objects that exist already, the same as before), or choose another key.'
      )
  },
  {
    code: 'key-unavailable',
    who: 'administrator-of-the-key',
    source: GUIDE,
    at: state('(?:unavailable|creating|updating)'),
    unless: elsewhere,
    cause: (context, found) =>
      context.trans.__(
        'The key %1 cannot be used in the state it is in.',
        keyOf(found, context)
      ),
    what: ({ trans }) =>
      trans.__(
        'A key that is being created or changed is ready a little later. For a key in a custom key store, whoever manages that store has to connect it again.'
      )
  },
  {
    code: 'key-unavailable',
    who: 'administrator-of-the-key',
    source:
      'AWS KMS API reference, KMSInvalidStateException and KeyUnavailableException',
    at: /(?:\bKMS\.|\bkms\.model\.)(?:KMSInvalidState|KeyUnavailable)Exception\b/g,
    unless: (found, context) =>
      elsewhere(found, context) ||
      // One of the rows above names the state.
      /is (?:disabled|pending|unavailable|creating|updating)\b/.test(
        around(found, context)
      ),
    cause: (context, found) =>
      context.trans.__(
        'The key %1 cannot be used in the state it is in.',
        keyOf(found, context)
      ),
    what: ({ trans }) =>
      trans.__(
        'aws kms describe-key shows the state. If it is Enabled, try again a little later; for a key in a custom key store, whoever manages that store has to look.'
      )
  },
  {
    code: 'cse-key-other-region',
    who: 'you',
    source: 'HADOOP-18344; Apache Hadoop, S3 client-side encryption',
    at: new RegExp(`Invalid arn (${REGION})`, 'g'),
    unless: (found, context) => !byClient(found, context),
    cause: ({ trans }, found) =>
      trans.__(
        "Client-side encryption calls KMS in a Region other than the key's, which is %1.",
        found[1] ?? ''
      ),
    what: ({ trans }, found) =>
      trans.__(
        'Set the Region of the KMS client to %1 (fs.s3a.encryption.cse.kms.region), or choose a key of the Region that the client calls.',
        found[1] ?? ''
      )
  },
  {
    code: 'key-other-region',
    who: 'you',
    source:
      'Amazon S3 user guide, Using server-side encryption with AWS KMS keys',
    at: new RegExp(`Invalid arn (${REGION})`, 'g'),
    unless: (found, context) =>
      elsewhere(found, context) || byClient(found, context),
    cause: (context, found) => {
      const region = found[1] ?? '';
      return context.trans.__(
        'The key %1 is in %2, but the bucket is in another Region.',
        keyIn(around(found, context)) ?? profileKeyOf(region, context),
        region
      );
    },
    what: ({ trans }) =>
      trans.__("Choose a key in the bucket's Region: S3 cannot use any other.")
  },
  {
    code: 'key-not-found',
    who: 'you',
    source: 'aws/aws-cli#4507; AWS KMS developer guide, Key identifiers',
    at: /Invalid keyId '?(?:alias\/)?(aws\/s3)\b/g,
    unless: elsewhere,
    cause: ({ trans }) =>
      trans.__('KMS has no key with the name that was sent for aws/s3.'),
    what: ({ trans }) =>
      trans.__(
        'As an alias it is written alias/aws/s3. S3 takes it by itself if SSE-KMS is chosen without a key: leave the key out. It cannot be used from another account.'
      )
  },
  {
    code: 'key-not-found',
    who: 'you',
    source: 'AWS KMS API reference, NotFoundException',
    at: new RegExp(
      [
        `Invalid keyId '?([\\w:/.-]{1,300})`,
        `Key '?${ARN}'? does not exist`,
        `Alias ${ARN} is not found`
      ].join('|'),
      'g'
    ),
    unless: (found, context) =>
      elsewhere(found, context) ||
      /Invalid keyId '?(?:alias\/)?aws\/s3\b/.test(found[0]),
    cause: (context, found) =>
      context.trans.__(
        'KMS does not know the key %1.',
        keyOf(found, context).replace(/['.]+$/, '')
      ),
    what: ({ trans }) =>
      trans.__(
        'Check the ID, account and Region of the key that is sent. An ID or alias without an ARN is looked up in the account of the role, in the Region of the bucket.'
      )
  },
  {
    code: 'key-not-found',
    who: 'you',
    source: 'AWS KMS API reference, NotFoundException',
    at: /(?:\bKMS\.|\bkms\.model\.)NotFoundException\b/g,
    unless: (found, context) =>
      elsewhere(found, context) ||
      // One of the rows above knows more.
      KNOWS_MORE.test(around(found, context)),
    cause: (context, found) =>
      context.trans.__('KMS does not know the key %1.', keyOf(found, context)),
    what: ({ trans }) =>
      trans.__(
        'Check the ID, account and Region of the key that is sent: S3 takes only keys of the Region of the bucket.'
      )
  },
  {
    code: 'key-not-reachable',
    who: 'administrator-of-the-key',
    source:
      'Apache Hadoop, Troubleshooting S3A; AWS KMS API reference, Decrypt',
    at: /ciphertext refers to a (?:customer master key|KMS key) that does not exist/gi,
    unless: elsewhere,
    cause: ({ trans }) =>
      trans.__(
        'The object is encrypted with a key that no longer exists, is in another Region, or that this role is not allowed to use. KMS does not say which of the three.'
      ),
    what: ({ trans }) =>
      trans.__(
        'Look up the key of the object (head-object shows its ARN), and check whether the role has kms:Decrypt on it.'
      )
  },
  {
    code: 'key-not-symmetric',
    who: 'you',
    source:
      'Apache Hadoop, Troubleshooting S3A; AWS KMS API reference, InvalidKeyUsageException',
    at: /(?:\bKMS\.|\bkms\.model\.)InvalidKeyUsageException\b|generate a data key with an asymmetric (?:CMK|KMS key)|key usage is (?:SIGN_VERIFY|GENERATE_VERIFY_MAC|KEY_AGREEMENT)|(?:\bKMS\.|\bkms\.model\.)UnsupportedOperationException\b/g,
    unless: elsewhere,
    cause: ({ trans }) =>
      trans.__(
        'The key is asymmetric or an HMAC key. S3 and S3A encrypt only with symmetric encryption keys.'
      ),
    what: ({ trans }) =>
      trans.__(
        'Choose a symmetric key for encryption and decryption (SYMMETRIC_DEFAULT, ENCRYPT_DECRYPT). The kind of a key cannot be changed.'
      )
  },
  {
    code: 'kms-throttled',
    who: 'you',
    source:
      'AWS KMS developer guide, Throttling AWS KMS requests; aws-samples/cql-replicator#92',
    at: /exceeded the rate at which you may call KMS|reduce your request rate for operations involving AWS KMS|Rate exceeded \(Service: (?:AWS ?KMS|Kms)\b|\bKMS\.ThrottlingException\b|\(ThrottlingException\) when calling the (?:GenerateDataKey|Decrypt|Encrypt|ReEncrypt) operation/g,
    unless: (found, context) =>
      // The call is part of the third form.
      !found[0].startsWith('(') && elsewhere(found, context),
    cause: ({ trans }) =>
      trans.__(
        'KMS throttles: the account makes more requests for its keys in this Region than the quota allows.'
      ),
    what: ({ trans }) =>
      trans.__(
        'Run it again with fewer tasks at a time or more retries. For good: turn on an S3 Bucket Key for the bucket, which takes a small part of the requests, or have the request quota of KMS raised.'
      )
  }
];
