/**
 * What counts as a KMS key, as a customer key (SSE-C) and as a bucket name.
 *
 * The same rules as the agent's `profile/keys.py` and `profile/profiles.py`; both
 * suites read `tests/examples/profiles.json`.
 *
 * Sources: KMS API reference (KeyId), IAM user guide (ARNs), S3 user guide
 * (bucket naming rules).
 */

import patterns from '../../contract/data/patterns.json';
import { ENGLISH, type ITranslate } from '../../contract/messages';
import { METHOD, type Method } from '../../contract/profile';
import { whole } from './patterns';
import { fitsPartition, isRegion, partitionOf } from './regions';

/** A KMS key, by any of its names. */
export interface IKmsKey {
  kind: 'key-arn' | 'key-id' | 'alias-arn' | 'alias';
  /** The key id, or the alias with its `alias/`. */
  id: string;
  /** `aws`, `aws-cn`, `aws-us-gov`, …; only in an ARN. */
  partition?: string;
  region?: string;
  account?: string;
}

const KEY_ID = whole(patterns.keyId);
const ALIAS = whole(patterns.alias);
const PARTITION = whole(patterns.partition);
const ACCOUNT = whole(patterns.account);
const BUCKET = whole(patterns.bucket);
const ADDRESS = whole(patterns.address);
const CONTROL = new RegExp(patterns.control);
const ONLY_BLANKS = whole(`${patterns.blank}*`);
const BLANK_ENDS = new RegExp(`^${patterns.blank}|${patterns.blank}$`);
/** The only key managed by AWS that an S3 request can name. */
export const MANAGED_KEY = 'alias/aws/s3';
const EXPECTED = 'arn:aws:kms:REGION:ACCOUNT:key/ID';

/** Does a text hold nothing but blanks? */
export function isBlank(text: string): boolean {
  return ONLY_BLANKS.test(text);
}

/** Does a text hold a line break or another control character? */
export function hasControl(text: string): boolean {
  return CONTROL.test(text);
}

/**
 * Read the name of a KMS key.
 *
 * @returns the parts, or one sentence that says what is wrong and what is right
 */
export function validateKmsKey(
  text: string,
  trans: ITranslate = ENGLISH
): { key: IKmsKey } | { error: string } {
  if (text.trim() === '') {
    return { error: trans.__('Enter a KMS key.') };
  }
  // Hadoop expands ${…} in a value, so such a key would not be the one that is sent.
  if (text.includes('${')) {
    return { error: trans.__('A KMS key cannot contain “${”.') };
  }
  if (hasControl(text)) {
    return {
      error: trans.__(
        'A KMS key cannot contain line breaks or control characters.'
      )
    };
  }
  if (/\s/.test(text)) {
    return { error: trans.__('A KMS key cannot contain spaces.') };
  }
  if (text.startsWith('arn:')) {
    return fromArn(text, trans);
  }
  if (KEY_ID.test(text)) {
    return { key: { kind: 'key-id', id: text } };
  }
  if (text.startsWith('alias/')) {
    const wrong = aliasProblem(text, trans);
    return wrong === null
      ? { key: { kind: 'alias', id: text } }
      : { error: wrong };
  }
  return { error: slip(text, trans) };
}

/** What a text that is no key was probably meant to be. */
function slip(text: string, trans: ITranslate): string {
  const lower = text.toLowerCase();
  if (lower.startsWith('aws/')) {
    return trans.__(
      'Not a KMS key: an alias begins with alias/. The AWS managed key of S3 is %1.',
      MANAGED_KEY
    );
  }
  if (lower.startsWith('alias/') || lower.startsWith('arn:')) {
    return trans.__(
      'Not a KMS key: write “alias/” and the first parts of an ARN in lower case.'
    );
  }
  if (text.startsWith('mrk-')) {
    return trans.__(
      'Not a KMS key: the ID of a multi-Region key is mrk- and 32 hexadecimal digits, without further hyphens.'
    );
  }
  return text.startsWith('key/')
    ? trans.__(
        'Not a KMS key: leave out key/, or enter the whole ARN: %1.',
        EXPECTED
      )
    : trans.__(
        'Not a KMS key. Expected %1, a key ID, or alias/NAME.',
        EXPECTED
      );
}

/**
 * Why a method cannot use a key that is well formed; null if it can.
 *
 * Source: KMS developer guide (AWS managed keys): the policy of aws/s3 allows its
 * use through S3 only, and with client-side encryption Spark itself calls KMS.
 */
export function keyOfMethodProblem(
  key: IKmsKey,
  method: Method,
  trans: ITranslate = ENGLISH
): string | null {
  const calledByS3 = METHOD[method].header !== null;
  return calledByS3 || key.id !== MANAGED_KEY
    ? null
    : trans.__(
        '%1 cannot use %2: this AWS managed key can only be used through S3. Enter a customer managed key.',
        METHOD[method].title,
        MANAGED_KEY
      );
}

function fromArn(
  text: string,
  trans: ITranslate
): { key: IKmsKey } | { error: string } {
  const [, partition = '', service = '', region = '', account = '', ...rest] =
    text.split(':');
  const id = rest.join(':');
  if (!PARTITION.test(partition)) {
    return {
      error: trans.__(
        'Not a KMS key: “%1” is not an AWS partition. Expected %2.',
        partition,
        EXPECTED
      )
    };
  }
  if (service !== 'kms') {
    return {
      error: trans.__(
        'Not a KMS key: the ARN names the service “%1”. Expected %2.',
        service,
        EXPECTED
      )
    };
  }
  if (!isRegion(region)) {
    return {
      error: trans.__(
        'Not a KMS key: “%1” is not an AWS Region. Expected %2.',
        region,
        EXPECTED
      )
    };
  }
  if (!fitsPartition(region, partition)) {
    const right = partitionOf(region);
    return {
      error:
        right === null
          ? trans.__(
              'Not a KMS key: the partition %1 has no Region “%2”.',
              partition,
              region
            )
          : trans.__(
              'Not a KMS key: the Region %1 is in the partition %2, not in %3.',
              region,
              right,
              partition
            )
    };
  }
  if (!ACCOUNT.test(account)) {
    return {
      error: trans.__(
        'Not a KMS key: the account must be 12 digits, not “%1”. Expected %2.',
        account,
        EXPECTED
      )
    };
  }
  const parts = { partition, region, account };
  if (id.startsWith('alias/')) {
    const wrong = aliasProblem(id, trans);
    return wrong === null
      ? { key: { kind: 'alias-arn', id, ...parts } }
      : { error: wrong };
  }
  if (!id.startsWith('key/')) {
    return {
      error: id.startsWith('aws/')
        ? slip(id, trans)
        : trans.__(
            'Not a KMS key: the ARN must end in key/ID or alias/NAME. Expected %1.',
            EXPECTED
          )
    };
  }
  const keyId = id.slice('key/'.length);
  if (!KEY_ID.test(keyId)) {
    return {
      error: trans.__(
        'Not a KMS key: “%1” is not a key ID. A key ID looks like 1234abcd-12ab-34cd-56ef-1234567890ab, or mrk- and 32 hexadecimal digits.',
        keyId
      )
    };
  }
  return { key: { kind: 'key-arn', id: keyId, ...parts } };
}

function aliasProblem(alias: string, trans: ITranslate): string | null {
  if (!ALIAS.test(alias)) {
    return trans.__(
      'Not a KMS alias: after alias/ come 1 to 250 letters, digits, “/”, “_” or “-”.'
    );
  }
  return alias.startsWith('alias/aws/') && alias !== MANAGED_KEY
    ? trans.__('The only AWS managed key that S3 can use is %1.', MANAGED_KEY)
    : null;
}

/**
 * Check the key of SSE-C: base64 of exactly 32 bytes.
 *
 * S3A itself checks only the base64, and S3 refuses the write later. The
 * message never repeats the text.
 *
 * @returns null, or one sentence that says what is wrong
 */
export function validateCustomerKey(
  text: string,
  trans: ITranslate = ENGLISH
): string | null {
  if (text === '') {
    return trans.__('Enter the customer key: base64 of 32 bytes.');
  }
  if (
    !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(
      text
    )
  ) {
    return trans.__('Not base64. Expected base64 of exactly 32 bytes.');
  }
  const bytes = atob(text);
  if (bytes.length !== 32) {
    return trans.__(
      'The customer key has %1 bytes. Expected base64 of exactly 32 bytes.',
      String(bytes.length)
    );
  }
  return btoa(bytes) === text
    ? null
    : trans.__('Not canonical base64: there are unused bits at the end.');
}

/**
 * Check the name of a bucket.
 *
 * @returns null, or one sentence that says what is wrong
 */
export function validateBucketName(
  name: string,
  trans: ITranslate = ENGLISH
): string | null {
  const wellFormed =
    BUCKET.test(name) && !name.includes('..') && !ADDRESS.test(name);
  if (wellFormed) {
    return null;
  }
  return /[A-Z_]/.test(name)
    ? trans.__(
        '“%1” is not a bucket name that is supported here: use 3 to 63 lower-case letters, digits, “.” and “-”. Old buckets in us-east-1 with capitals or underscores are not supported.',
        name
      )
    : trans.__(
        '“%1” is not a bucket name: use 3 to 63 lower-case letters, digits, “.” and “-”, without s3://.',
        name
      );
}

/** Why a text cannot be part of an encryption context; null if it can. */
export function validateContextText(
  text: string,
  trans: ITranslate = ENGLISH
): string | null {
  if (text === '') {
    return trans.__(
      'An encryption context cannot contain empty names or values.'
    );
  }
  if (text.includes('${') || hasControl(text)) {
    return trans.__(
      'An encryption context cannot contain “${”, line breaks or control characters.'
    );
  }
  // S3A reads the context as comma-separated NAME=VALUE pairs, and trims them.
  return /[,=]/.test(text) || BLANK_ENDS.test(text)
    ? trans.__(
        'An encryption context cannot contain “,” or “=”, or leading or trailing spaces.'
      )
    : null;
}

/** A short form for a narrow panel: `…444455556666`, or the alias in full. */
export function shortKey(key: string): string {
  const parsed = validateKmsKey(key);
  if ('error' in parsed) {
    return key.length > 16 ? `…${key.slice(-12)}` : key;
  }
  return parsed.key.id.startsWith('alias/')
    ? parsed.key.id
    : `…${parsed.key.id.slice(-12)}`;
}
