/** Errors of S3A, Spark and the encrypting clients themselves. */

import { any, around, elsewhere } from './row';
import type { IRow } from './row';

const CSE = 'Apache Hadoop, Troubleshooting S3A (S3 client-side encryption)';
const S3A = 'Apache Hadoop, S3AUtils and S3AEncryptionMethods';
const SETTING = 'fs\\.s3[an]?\\.[\\w.-]{0,120}(?:encrypt|sse|cse)[\\w.-]{0,80}';

export const HADOOP_ROWS: readonly IRow[] = [
  {
    code: 'cse-other-key',
    who: 'you',
    source: `${CSE}; AWS KMS API reference, IncorrectKeyException`,
    at: /\bIncorrectKeyException\b/g,
    unless: elsewhere,
    cause: ({ trans }) =>
      trans.__(
        'The object was encrypted by a client under another key than the one that now reads it.'
      ),
    what: ({ trans }) =>
      trans.__(
        'Read with the key that wrote the object: apply CSE-KMS with it, for this bucket by a rule if others have another key.'
      )
  },
  {
    code: 'cse-plain-object',
    who: 'you',
    source: `${CSE}; aws/amazon-s3-encryption-client-java#377`,
    at: any(
      'Instruction file not found',
      'Exception encountered while fetching Instruction File'
    ),
    cause: ({ trans }) =>
      trans.__(
        'This client reads with client-side encryption, but the object was not encrypted by a client.'
      ),
    what: ({ trans }) =>
      trans.__(
        'Read it without CSE-KMS: give its bucket a rule with another method. In a bucket with objects of both kinds, newer S3A reads them with fs.s3a.encryption.cse.v1.compatibility.enabled=true.'
      )
  },
  {
    code: 'cse-older-client',
    who: 'you',
    source: 'Apache Hadoop 3.4.1, S3 client-side encryption (compatibility)',
    at: any(
      'Enable legacy wrapping algorithms to use legacy key wrapping algorithm',
      'Enable legacy unauthenticated modes to use legacy content decryption'
    ),
    cause: ({ trans }) =>
      trans.__(
        'The object was encrypted by an older client, in a way that this one reads only if its settings allow it.'
      ),
    what: ({ trans }) =>
      trans.__('Set fs.s3a.encryption.cse.v1.compatibility.enabled to true.')
  },
  {
    code: 'cse-no-key',
    who: 'you',
    source: `${CSE}; HADOOP-18708 (CSE-KMS method requires a key)`,
    at: any(
      'CSE-KMS method requires KMS key ID',
      'KMS keyId cannot be null or empty'
    ),
    // Other programs ask for a key in the same words.
    unless: (found, context) => !/s3a/i.test(around(found, context)),
    cause: ({ trans }) => trans.__('S3A was given CSE-KMS without a key.'),
    what: ({ trans }) =>
      trans.__(
        'Apply CSE-KMS from here with its key (fs.s3a.encryption.key). A bucket whose rule has CSE-KMS needs one too.'
      )
  },
  {
    code: 'cse-no-library',
    who: 'you',
    source:
      'Apache Hadoop, EncryptionS3ClientFactory; aws/amazon-s3-encryption-client-java#397',
    at: /S3EncryptionClient No encryption client available|(?:ClassNotFoundException|NoClassDefFoundError): software[./]amazon[./]encryption[./]s3[./]\w{1,80}|NoClassDefFoundError: software\/amazon\/awssdk\/services\/kms\/\w{1,80}(?=[^]{0,600}?encryption\.s3\.)/g,
    cause: ({ trans }) =>
      trans.__(
        'Client-side encryption needs a library that is not on the class path.'
      ),
    what: ({ trans }) =>
      trans.__(
        'Add amazon-s3-encryption-client-java, in the version that this Hadoop names, and the KMS module of AWS SDK 2 if bundle.jar is not there. It has to be there before Spark starts, on the driver and on the executors.'
      )
  },
  {
    code: 'cse-range-get',
    who: 'you',
    source: CSE,
    at: any('Unable to perform range get request: Range get support'),
    cause: ({ trans }) =>
      trans.__(
        'This encryption client reads only whole objects: reading parts of one is off in its settings.'
      ),
    what: ({ trans }) =>
      trans.__(
        'Spark reads parts of objects, so it has to be on. S3A turns it on by itself; a client of your own needs CryptoRangeGetMode.ALL, or enableLegacyUnauthenticatedModes(true) from version 3 on.'
      )
  },
  {
    code: 'cse-other-context',
    who: 'you',
    source:
      'AWS KMS API reference, InvalidCiphertextException; aws/aws-sdk-java#1323',
    at: /kms\.model\.InvalidCiphertextException(?=[^]{0,1500}?(?:s3\.internal\.crypto|encryption\.s3\.))/g,
    cause: ({ trans }) =>
      trans.__(
        'KMS cannot decrypt the data key of the object: it was made with another encryption context, or the metadata of the object has changed.'
      ),
    what: ({ trans }) =>
      trans.__(
        'Read it with the client that wrote it. A copy that leaves out the metadata of an object (x-amz-key-v2, x-amz-matdesc) leaves it unreadable: copy again from the original.'
      )
  },
  {
    code: 'unknown-algorithm',
    who: 'you',
    source: 'Apache Iceberg, S3RequestUtil; Iceberg AWS integrations',
    at: /Cannot support given S3 encryption type: ?([\w-]{1,60})/g,
    cause: ({ trans }, found) =>
      trans.__(
        'Iceberg does not know the type of encryption “%1”.',
        found[1] ?? ''
      ),
    what: ({ trans }) =>
      trans.__(
        's3.sse.type takes none, s3, kms, dsse-kms and custom. Apply the profile from here with Iceberg covered to get the right name.'
      )
  },
  {
    code: 'aes256-with-key',
    who: 'you',
    source: `${S3A} (SSE_S3_WITH_KEY_ERROR)`,
    at: /AES256 is enabled but an encryption key was set[^\n]{0,300}/g,
    cause: ({ trans }) =>
      trans.__(
        'S3A was given both SSE-S3 (AES256) and a key: it refuses to start with both.'
      ),
    what: ({ trans }) =>
      trans.__(
        'Apply SSE-S3 from here: that also removes the key. Or, if you want to use the key, apply SSE-KMS.'
      )
  },
  {
    code: 'unknown-algorithm',
    who: 'you',
    source: `${S3A} (UNKNOWN_ALGORITHM)`,
    at: /IOException: Unknown (?:Server Side )?(?:Encryption )?algorithm:? ?([\w-]{1,60})/gi,
    unless: found => !/server side|encryption/i.test(found[0]),
    cause: ({ trans }, found) =>
      trans.__('S3A does not know the algorithm “%1”.', found[1] ?? ''),
    what: ({ trans }) =>
      trans.__(
        'S3A calls SSE-S3 AES256; the others are SSE-KMS, DSSE-KMS (Hadoop 3.4.0 and newer), SSE-C and CSE-KMS. Apply the profile from here to get the right name.'
      )
  },
  {
    code: 'sse-c-no-key',
    who: 'you',
    source: `${S3A} (SSE_C_NO_KEY_ERROR); Apache Iceberg, S3FileIOProperties`,
    at: /SSE-C is enabled (?:but|and) no encryption key[^\n]{0,300}|Cannot initialize SSE-C S3FileIO with null encryption key/gi,
    cause: ({ trans }) => trans.__('SSE-C was chosen without a key.'),
    what: ({ trans }) =>
      trans.__(
        'Apply SSE-C from here with its key. After a kernel restart the key has to be entered again.'
      )
  },
  {
    code: 'file-system-closed',
    who: 'you',
    source: 'Apache Hadoop, S3AFileSystem.checkNotClosed; recorded from Spark',
    at: /s3[an]?:\/\/[^\s'`]{1,300}['`]{0,2}:? ?File ?[Ss]ystem is closed|File ?[Ss]ystem(?: s3\S{0,300})? is closed!?(?=[^]{0,400}?S3AFileSystem)|Filesystem closed(?=[^]{0,400}?(?:S3AFileSystem|EmrFileSystem|S3NativeFileSystem))/g,
    unless: (found, { text }) =>
      /hadoop\.hdfs\./.test(text.slice(found.index, (found.index ?? 0) + 400)),
    cause: ({ trans }) =>
      trans.__(
        'The file system that this code was using has been closed, either by code that called close() or because new encryption settings need a new one.'
      ),
    what: ({ trans }) =>
      trans.__(
        'Run the cell again: Spark opens a new one. A stream that was running has to be restarted.'
      )
  },
  {
    code: 'setting-not-there',
    who: 'you',
    source: 'Apache Spark, error class SQL_CONF_NOT_FOUND; recorded from Spark',
    at: new RegExp(
      `(?:\\[SQL_CONF_NOT_FOUND\\][^\\n]{0,80}?"|NoSuchElementException: (?:None\\.get )?)((?:spark\\.hadoop\\.)?${SETTING})"?[^\\n]{0,200}`,
      'gi'
    ),
    cause: ({ trans }, found) =>
      trans.__('%1 is not set in this session.', found[1] ?? ''),
    what: ({ trans }) =>
      trans.__(
        'This error says nothing about the cluster, whose own values spark.conf.get does not see. Pass a default (spark.conf.get(NAME, "")), or look at the settings in this panel.'
      )
  }
];
