/** Errors of S3 and of stores like it about the headers of encryption. */

import { bucketIn, words } from '../errorText';
import { needsCustomerKey } from '../../profile/profile';
import { any } from './row';
import type { IRow } from './row';

const SSE_C =
  'Amazon S3 user guide, Using server-side encryption with customer-provided keys';

/** The bucket that is named last before a place. */
function bucketBefore(
  found: RegExpMatchArray,
  { text, trans }: Parameters<IRow['cause']>[0]
): string {
  const at = found.index ?? 0;
  // A terminal may have broken the name.
  const before = text.slice(Math.max(at - 700, 0), at).replace(/\n/g, '');
  const arn = before.slice(Math.max(before.lastIndexOf('arn:aws'), 0));
  const name = bucketIn(arn) ?? bucketIn(before);
  return name === null
    ? trans.__('The bucket')
    : trans.__('The bucket %1', name);
}

export const S3_ROWS: readonly IRow[] = [
  {
    code: 'sse-c-blocked',
    who: 'you',
    source: 'Amazon S3 user guide, Blocking or unblocking SSE-C for a bucket',
    at: any(
      'has blocked upload requests that specify Server Side Encryption with Customer provided keys'
    ),
    cause: (context, found) =>
      context.trans.__(
        '%1 blocks SSE-C. Buckets created since April 2026 do so by default.',
        bucketBefore(found, context)
      ),
    what: ({ trans }) =>
      trans.__(
        'Choose SSE-KMS or SSE-S3. The owner of the bucket can unblock SSE-C in its default encryption settings (BlockedEncryptionTypes).'
      )
  },
  {
    code: 'encryption-type-blocked',
    who: 'you',
    source: 'Amazon S3 API reference, BlockedEncryptionTypes',
    at: new RegExp(
      `${words('has blocked upload requests that specify')} (?!${words('Server Side Encryption with Customer')})[^.]{1,120}`,
      'gi'
    ),
    cause: (context, found) =>
      context.trans.__(
        '%1 blocks the kind of encryption that this request asks for.',
        bucketBefore(found, context)
      ),
    what: ({ trans }) =>
      trans.__(
        'Choose another method. The owner of the bucket can unblock it in its default encryption settings (BlockedEncryptionTypes).'
      )
  },
  {
    code: 'signature-version-4',
    who: 'you',
    source:
      'Amazon S3 user guide, Using server-side encryption with AWS KMS keys',
    at: any(
      'with AWS KMS managed keys require AWS Signature Version 4',
      'with AWS KMS keys require AWS Signature Version 4',
      'modify an object encryption configuration require AWS Signature Version 4'
    ),
    cause: ({ trans }) =>
      trans.__(
        'Objects with SSE-KMS take requests with Signature Version 4, and this client signs with version 2.'
      ),
    what: ({ trans }) =>
      trans.__(
        "In boto3 use Config(signature_version='s3v4'). In S3A leave fs.s3a.signing-algorithm unset, name the bucket's Region or its endpoint, and with Hadoop 2.7 start Java with -Dcom.amazonaws.services.s3.enableV4=true. A presigned URL has to be signed with version 4 too."
      )
  },
  {
    code: 'tls-required',
    who: 'you',
    source:
      'Amazon S3 user guide, SSE-KMS and SSE-C; AWS SDK for Java, AmazonS3Client',
    at: any(
      'must be made over a secure connection',
      'HTTPS must be used when sending customer encryption keys'
    ),
    unless: (found, { text }) =>
      !/server[\s-]side[\s-]encryption|customer\sencryption\skeys/i.test(
        text.slice(
          Math.max((found.index ?? 0) - 200, 0),
          (found.index ?? 0) + 100
        )
      ),
    cause: ({ trans }) =>
      trans.__(
        'Requests with a key for the encryption have to use TLS, and this one went over plain HTTP.'
      ),
    what: ({ trans }) =>
      trans.__(
        'Use an endpoint with https://, and leave fs.s3a.connection.ssl.enabled at true.'
      )
  },
  {
    code: 'key-without-aws-kms',
    who: 'you',
    source: 'Amazon S3 API reference, PutObject',
    at: any(
      'KMS managed key requires HTTP header x-amz-server-side-encryption'
    ),
    cause: ({ trans }) =>
      trans.__(
        'A KMS key was sent without the header that says aws:kms, so S3 does not know what the key is for.'
      ),
    what: ({ trans }) =>
      trans.__(
        'Set SSE-KMS (aws:kms) along with the key, or leave the key out. Apply the profile from here to set both.'
      )
  },
  {
    code: 'two-methods',
    who: 'you',
    source: 'Amazon S3 API reference, PutObject',
    at: any(
      'Customer provided key is incompatible with the encryption method specified'
    ),
    cause: ({ trans }) =>
      trans.__('One request asks for SSE-C and for another method.'),
    what: ({ trans }) =>
      trans.__(
        'Set one of them. Apply the profile from here: that removes what another method left behind.'
      )
  },
  {
    code: 'sse-c-no-key',
    who: 'you',
    source: SSE_C,
    at: any(
      'object was stored using a form of Server Side Encryption. The correct parameters must be provided'
    ),
    cause: ({ trans }) =>
      trans.__(
        'The object is encrypted with SSE-C, and was read without its key.'
      ),
    what: ({ trans }) =>
      trans.__(
        'Apply SSE-C with the customer key that the object was written with. S3 does not keep it: without that key nobody can read the object.'
      )
  },
  {
    code: 'sse-c-no-key',
    who: 'you',
    source: 'Amazon S3 API reference, UploadPart (SSE-C)',
    at: any('multipart upload initiate requested encryption'),
    cause: ({ trans }) =>
      trans.__(
        'An upload in parts was started with SSE-C, and its parts were sent without the key.'
      ),
    what: ({ trans }) =>
      trans.__('Apply SSE-C from here, which sends the key with every request.')
  },
  {
    code: 'sse-c-other-key',
    who: 'you',
    source: SSE_C,
    at: any(
      'provided encryption parameters did not match the ones used originally'
    ),
    cause: ({ trans }) =>
      trans.__(
        'The object is encrypted with SSE-C, under another customer key than the one that was sent.'
      ),
    what: ({ trans }) =>
      trans.__('Apply SSE-C with the key that the object was written with.')
  },
  {
    code: 'sse-c-not-used',
    who: 'you',
    source: 'boto/boto3#982; minio/minio#7332',
    at: any('encryption parameters are not applicable to this object'),
    cause: ({ trans }) =>
      trans.__(
        'An SSE-C key was sent to read an object that is not encrypted with SSE-C.'
      ),
    what: ({ trans }) =>
      trans.__(
        'Read it without the customer key. In a table with objects of both kinds, copy those of one kind.'
      )
  },
  {
    code: 'sse-c-key-malformed',
    who: 'you',
    source: SSE_C,
    at: any(
      'Customer provided keys must provide an appropriate secret key',
      'Customer provided keys must provide the client calculated MD5',
      'Customer provided keys must provide a valid encryption algorithm',
      'secret key was invalid for the specified algorithm',
      'calculated MD5 hash of the key did not match the hash that was provided'
    ),
    cause: ({ trans }) =>
      trans.__(
        'The key for SSE-C is not one: it has to be 256 bits in Base64, sent with its MD5 and with the algorithm AES256.'
      ),
    what: ({ trans }) =>
      trans.__('Apply SSE-C from here with its key, which is checked before.')
  },
  {
    code: 'sse-c-bad-request',
    who: 'you',
    source: 'Apache Hadoop, Troubleshooting S3A (Using SSE-C: Bad Request)',
    at: /\b(?:Bad Request|null) ?\(Service: (?:Amazon )?S3[;,] Status Code: 400|\(400\) when calling the HeadObject operation(?: \(reached max retries: \d{1,3}\))?: Bad Request/g,
    // Without SSE-C it is mostly a token that has expired, or another Region.
    unless: (_found, { known: { profile } }) =>
      !profile || !needsCustomerKey(profile.method),
    cause: ({ trans }) =>
      trans.__(
        'S3 refuses this request, and its answer has no text. With SSE-C this mostly means that the object was written with another key, or without SSE-C.'
      ),
    what: ({ trans }) =>
      trans.__(
        'Read it with the key that it was written with, or without SSE-C if it has another method. If no object of the bucket can be read, check the Region and the credentials too: what is wrong with them is answered in the same way.'
      )
  },
  {
    code: 'header-not-supported',
    who: 'you',
    source: 's3tools/s3cmd#276; ClickHouse/ClickHouse#64570',
    at: any(
      'x-amz-server-side-encryption header is not supported for this operation'
    ),
    cause: ({ trans }) =>
      trans.__(
        'The header of the encryption was sent with a request that does not take one, such as reading, listing, or the parts of an upload.'
      ),
    what: ({ trans }) =>
      trans.__(
        'The header belongs to requests that write an object or start an upload in parts. Set the method as a setting of the client, not as a header of every request.'
      )
  },
  {
    code: 'encryption-context-malformed',
    who: 'you',
    source:
      'Amazon S3 API reference, PutObject (x-amz-server-side-encryption-context); minio/minio-go#2235',
    at: /x-amz-server-side-encryption-context'? shall be Base64/g,
    cause: ({ trans }) =>
      trans.__(
        'The encryption context that was sent is not one: it has to be JSON of names and texts, in Base64.'
      ),
    what: ({ trans }) =>
      trans.__(
        'Apply the profile from here with its encryption context: it is checked, and written in the form that the connector encodes.'
      )
  },
  {
    code: 'unknown-algorithm',
    who: 'you',
    source:
      'Amazon S3 API reference, Error responses (InvalidEncryptionAlgorithmError)',
    at: any(
      'encryption method specified is not supported',
      'encryption request you specified is not valid. The valid value is AES256',
      'encryption request that you specified is not valid. The valid value is AES256'
    ),
    cause: ({ trans }) =>
      trans.__('The store does not know the encryption method that was sent.'),
    what: ({ trans }) =>
      trans.__(
        'S3 takes AES256, aws:kms and aws:kms:dsse; other stores take fewer. Apply the profile from here to get the right name.'
      )
  },
  {
    code: 'store-without-kms',
    who: 'operator-of-the-store',
    source: 'MinIO, error codes of the API (ErrKMSNotConfigured)',
    at: any(
      'Server side encryption specified but KMS is not configured',
      'KMS not configured for a server side encrypted object'
    ),
    cause: ({ trans }) =>
      trans.__(
        'The store that answers is not AWS, and has no KMS configured, so it can encrypt with none of its own keys.'
      ),
    what: ({ trans }) =>
      trans.__(
        'Whoever runs the store can set up a KMS for it. Until then choose Bucket default, or SSE-C over TLS.'
      )
  },
  {
    code: 'store-without-sse-c',
    who: 'you',
    source: 's3fs-fuse/s3fs-fuse#922 (IBM Cloud Object Storage)',
    at: any(
      'Server-Side Encryption with Customer-Provided Keys is not supported while Key Protect is enabled'
    ),
    cause: ({ trans }) =>
      trans.__(
        'The bucket encrypts with keys of Key Protect, and refuses SSE-C.'
      ),
    what: ({ trans }) =>
      trans.__('Choose Bucket default for this bucket, or use another bucket.')
  },
  {
    code: 'access-grant-missing',
    who: 'administrator-of-the-account',
    source:
      'apache/hadoop#6507 (HADOOP-19050); Amazon S3 user guide, Access Grants',
    at: /You do not have (READ|WRITE|READWRITE) permissions to the requested S3 Prefix:? ?(s3:\/\/[^\s'")]{1,300})?/g,
    cause: ({ trans }, found) =>
      trans.__(
        'S3 Access Grants has no grant that allows %1 on %2.',
        found[1] ?? '',
        found[2] ?? trans.__('this prefix')
      ),
    what: ({ trans }) =>
      trans.__(
        'Whoever manages S3 Access Grants has to give the user or role a grant for this prefix. If its policies allow the request by themselves, the client may fall back to them: fs.s3a.access.grants.fallback.to.iam=true.'
      )
  },
  {
    code: 'directory-bucket',
    who: 'you',
    source:
      'Amazon S3 API reference, PutObject (SSEKMSKeyId, directory buckets)',
    at: /\(InvalidRequest\) when calling the (?:PutObject|CreateMultipartUpload|CopyObject|CreateSession) operation[^\n]{0,200}(?:server-side-encryption|KMS)[^\n]{0,200}directory bucket/gi,
    cause: ({ trans }) =>
      trans.__(
        'A directory bucket takes only SSE-S3, or SSE-KMS with the one customer managed key of its own default encryption.'
      ),
    what: ({ trans }) =>
      trans.__(
        'Choose Bucket default for this bucket, or SSE-KMS with the ID or ARN of that key. aws/s3, an alias, DSSE-KMS and SSE-C cannot be used there.'
      )
  }
];
