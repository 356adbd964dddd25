/**
 * Who can read what a method writes: answers per method and engine, each as far
 * as AWS or Hadoop documents it. Pure.
 *
 * Sources: Amazon Athena user guide (Encryption at rest: supported and
 * unsupported options), Amazon Redshift database developer guide (Data files
 * for queries in Redshift Spectrum), AWS Glue developer guide (Encryption at
 * rest), Amazon EMR management guide (Encryption options), Hadoop documentation
 * (Working with Encrypted S3 Data).
 */

import type { Method } from '../encryption/profile';

export const ENGINES = [
  'Athena',
  'Glue',
  'EMRFS',
  'S3A',
  'Redshift Spectrum'
] as const;
export type Engine = (typeof ENGINES)[number];

export interface IAnswer {
  /** `unknown`: neither AWS nor Hadoop says it. */
  readonly can: 'yes' | 'no' | 'with-conditions' | 'unknown';
  readonly why: string;
}

const PLAIN: IAnswer = {
  can: 'yes',
  why: 'S3 decrypts it; the reader needs nothing more than for any object.'
};
const WITH_KEY: IAnswer = {
  can: 'yes',
  why: 'S3 decrypts it; the reader needs kms:Decrypt on the key.'
};
const NOT_LISTED: IAnswer = {
  can: 'unknown',
  why: 'S3 decrypts it for whoever has kms:Decrypt on the key, but AWS does not list DSSE-KMS for this engine: try it.'
};
const NO_CUSTOMER_KEY: IAnswer = {
  can: 'no',
  why: 'It cannot send the customer key with its requests.'
};

function all(answer: IAnswer): Record<Engine, IAnswer> {
  return Object.fromEntries(ENGINES.map(engine => [engine, answer])) as Record<
    Engine,
    IAnswer
  >;
}

const TABLE: Readonly<Record<Method, Readonly<Record<Engine, IAnswer>>>> = {
  'bucket-default': all({
    can: 'with-conditions',
    why: 'It depends on the default of the bucket: SSE-S3 needs nothing, a KMS key needs kms:Decrypt.'
  }),
  'sse-s3': all(PLAIN),
  'sse-kms': all(WITH_KEY),
  'dsse-kms': {
    ...all(NOT_LISTED),
    S3A: {
      can: 'yes',
      why: 'S3 decrypts it; the reader needs kms:Decrypt on the key. S3A itself writes it from Hadoop 3.4.0 on.'
    }
  },
  'sse-c': {
    ...all(NO_CUSTOMER_KEY),
    EMRFS: { can: 'no', why: 'EMRFS does not support SSE-C.' },
    Athena: { can: 'no', why: 'Athena does not support SSE-C.' },
    S3A: {
      can: 'with-conditions',
      why: 'Only with the same customer key in its settings.'
    }
  },
  'cse-kms': {
    Athena: {
      can: 'with-conditions',
      why: "Only in the key's Region, and only a table created with TBLPROPERTIES ('has_encrypted_data'='true'). AWS documents it for what EMRFS and its own clients write, not for S3A."
    },
    Glue: {
      can: 'unknown',
      why: 'AWS documents no client-side encryption for the data of Glue jobs.'
    },
    EMRFS: {
      can: 'with-conditions',
      why: 'Only with CSE-KMS set, and kms:Decrypt for the role itself (not through S3).'
    },
    S3A: {
      can: 'with-conditions',
      why: 'Only with CSE-KMS set, on Hadoop 3.3.2 to 3.3.6 and from 3.4.2 on. Objects of other clients are not documented to be readable.'
    },
    'Redshift Spectrum': {
      can: 'no',
      why: 'Redshift Spectrum does not support client-side encryption.'
    }
  }
};

/** Can an engine read what the method writes? */
export function canRead(engine: Engine, method: Method): IAnswer {
  return TABLE[method][engine];
}

const WORDS: Readonly<Record<IAnswer['can'], string>> = {
  yes: 'yes',
  no: 'no',
  'with-conditions': 'with conditions',
  unknown: 'not known'
};

/** The answers for some methods as a table in Markdown. */
export function compatibilityTable(methods: readonly Method[]): string {
  const rows = methods.flatMap(method =>
    ENGINES.map(engine => {
      const { can, why } = canRead(engine, method);
      return `| ${method} | ${engine} | ${WORDS[can]} | ${why} |`;
    })
  );
  return [
    '| Written with | Read with | Works | Why |',
    '| --- | --- | --- | --- |',
    ...rows,
    ''
  ].join('\n');
}
