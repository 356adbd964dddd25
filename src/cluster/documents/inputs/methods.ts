/**
 * What the services of AWS call each method, and what else they make of it. Pure.
 *
 * Sources: Amazon Athena API reference (EncryptionConfiguration), AWS Glue API
 * reference (S3Encryption), Amazon EMR management guide (JSON reference for
 * encryption settings), Amazon S3 user guide (UpdateObjectEncryption), Amazon S3
 * API reference (CreateJob: ObjectEncryptionFilter, S3ObjectMetadata).
 */

import type { Method } from '../../../contract/profile';

interface IInServices {
  /** The option of a workgroup of Athena; null if it has none. */
  readonly athena: string | null;
  /** The mode of a security configuration of Glue; null if it has none. */
  readonly glue: string | null;
  /** The mode of a security configuration of EMR; null if it has none. */
  readonly emr: string | null;
  /** The first release of EMR that writes it, if older ones in use do not. */
  readonly emrSince: string | null;
  /** S3 can give it to objects that exist, without a copy. */
  readonly inPlace: boolean;
  /** S3 can change objects that have it, without a copy. */
  readonly fromInPlace: boolean;
  /** What S3 Batch Operations calls it when it copies to it; null if it cannot. */
  readonly batchTarget: 'AES256' | 'KMS' | null;
  /** The filter of S3 Batch Operations for objects that have it; null if it cannot read them. */
  readonly batchFilter: 'SSES3' | 'SSEKMS' | 'DSSEKMS' | null;
}

const NOWHERE: IInServices = {
  athena: null,
  glue: null,
  emr: null,
  emrSince: null,
  inPlace: false,
  fromInPlace: false,
  batchTarget: null,
  batchFilter: null
};

export const IN_SERVICES: Readonly<Record<Method, IInServices>> = {
  'bucket-default': NOWHERE,
  'sse-s3': {
    ...NOWHERE,
    athena: 'SSE_S3',
    glue: 'SSE-S3',
    emr: 'SSE-S3',
    fromInPlace: true,
    batchTarget: 'AES256',
    batchFilter: 'SSES3'
  },
  'sse-kms': {
    ...NOWHERE,
    athena: 'SSE_KMS',
    glue: 'SSE-KMS',
    emr: 'SSE-KMS',
    inPlace: true,
    fromInPlace: true,
    batchTarget: 'KMS',
    batchFilter: 'SSEKMS'
  },
  'dsse-kms': {
    ...NOWHERE,
    emrSince: 'emr-7.10.0',
    batchFilter: 'DSSEKMS'
  },
  'sse-c': NOWHERE,
  'cse-kms': { ...NOWHERE, athena: 'CSE_KMS', emr: 'CSE-KMS' }
};
