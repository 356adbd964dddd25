/**
 * What the services of AWS call each method, and what else they make of it. Pure.
 *
 * Sources: Amazon Athena API reference (EncryptionConfiguration), AWS Glue API
 * reference (S3Encryption), Amazon EMR management guide (JSON reference for
 * encryption settings), Amazon S3 user guide (UpdateObjectEncryption).
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
  /** S3 can change the key of objects that exist, without a copy. */
  readonly inPlace: boolean;
}

const NOWHERE: IInServices = {
  athena: null,
  glue: null,
  emr: null,
  emrSince: null,
  inPlace: false
};

export const IN_SERVICES: Readonly<Record<Method, IInServices>> = {
  'bucket-default': NOWHERE,
  'sse-s3': { ...NOWHERE, athena: 'SSE_S3', glue: 'SSE-S3', emr: 'SSE-S3' },
  'sse-kms': {
    ...NOWHERE,
    athena: 'SSE_KMS',
    glue: 'SSE-KMS',
    emr: 'SSE-KMS',
    inPlace: true
  },
  'dsse-kms': { ...NOWHERE, emrSince: 'emr-7.10.0' },
  'sse-c': NOWHERE,
  'cse-kms': { ...NOWHERE, athena: 'CSE_KMS', emr: 'CSE-KMS' }
};
