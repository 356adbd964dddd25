/**
 * Why S3 does not change the encryption of an object that exists, in the words of
 * S3: `UpdateObjectEncryption`, alone or by S3 Batch Operations.
 */

import { any } from './row';
import type { IRow } from './row';

const SOURCE = 'Amazon S3 API reference, UpdateObjectEncryption (Errors)';

/** What one of the rows with a reason knows. */
const REASONS = {
  locked: 'updated because that object is protected by S3 Object Lock',
  otherSource: [
    'Only source objects encrypted with SSE-S3 or SSE-KMS are supported',
    "doesn't supported unencrypted source objects",
    "doesn't support source objects with the encryption type"
  ],
  foreignKey: [
    'KMS key in the request must be owned by the same account as the bucket',
    'KMS key must be from the same organization in AWS Organizations as the bucket',
    "bucket owner's account isn't part of an organization in AWS Organizations"
  ],
  request: [
    "doesn't support updating the encryption type to DSSE-KMS or SSE-C",
    'modify an object encryption configuration require a valid new encryption type',
    "modify an object's encryption type to SSE-KMS require"
  ]
};
const KNOWS_MORE = new RegExp(
  any(
    REASONS.locked,
    ...REASONS.otherSource,
    ...REASONS.foreignKey,
    ...REASONS.request
  ).source,
  'i'
);

export const UPDATE_ROWS: readonly IRow[] = [
  {
    code: 'encryption-not-updated',
    who: 'you',
    source: SOURCE,
    at: /\((?:AccessDenied|InvalidRequest|NotImplemented|MethodNotAllowed)\) when calling the UpdateObjectEncryption operation(?!: User: )/g,
    unless: (found, { text }) =>
      KNOWS_MORE.test(text.slice(found.index, (found.index ?? 0) + 600)),
    cause: ({ trans }) =>
      trans.__(
        'S3 does not change the encryption of this object, and does not say which of its conditions is not met.'
      ),
    what: ({ trans }) =>
      trans.__(
        'The object has to be encrypted with SSE-S3 or SSE-KMS: one without encryption, with DSSE-KMS or with SSE-C has to be copied instead. The key has to be named by its full ARN, in the account of the owner of the bucket. A directory bucket cannot do it. The role needs s3:PutObject and s3:UpdateObjectEncryption, and kms:Encrypt, kms:Decrypt, kms:GenerateDataKey and kms:ReEncrypt* on the keys.'
      )
  },
  {
    code: 'encryption-not-updated',
    who: 'owner-of-the-bucket',
    source: SOURCE,
    at: any(REASONS.locked),
    cause: ({ trans }) =>
      trans.__(
        'S3 does not change the encryption of an object that Object Lock protects.'
      ),
    what: ({ trans }) =>
      trans.__(
        'A legal hold or a retention in governance mode has to be removed before; in compliance mode it has to end.'
      )
  },
  {
    code: 'encryption-not-updated',
    who: 'you',
    source: SOURCE,
    at: any(...REASONS.otherSource),
    cause: ({ trans }) =>
      trans.__(
        'S3 changes the encryption only of objects with SSE-S3 or SSE-KMS, and this one is not encrypted, or with DSSE-KMS or SSE-C.'
      ),
    what: ({ trans }) =>
      trans.__(
        'Copy the object onto itself, with the method that it is to have.'
      )
  },
  {
    code: 'encryption-not-updated',
    who: 'you',
    source: SOURCE,
    at: any(...REASONS.foreignKey),
    cause: ({ trans }) =>
      trans.__(
        'S3 changes the encryption of an object only to a key of the account that owns the bucket.'
      ),
    what: ({ trans }) =>
      trans.__(
        'Choose a key of that account. Keys of other accounts of the organization take an approval by AWS Support.'
      )
  },
  {
    code: 'encryption-not-updated',
    who: 'you',
    source: SOURCE,
    at: any(...REASONS.request),
    cause: ({ trans }) =>
      trans.__(
        'S3 changes the encryption of an object only to SSE-KMS, with a key that is named by its full ARN.'
      ),
    what: ({ trans }) =>
      trans.__(
        'Name the key by its ARN (arn:PARTITION:kms:REGION:ACCOUNT:key/ID), not by an alias. For another method the object has to be copied.'
      )
  }
];
