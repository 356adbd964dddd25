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

import { ENGLISH } from '../../../contract/messages';
import type { ITranslate } from '../../../contract/messages';
import { tableOf } from '../../../contract/records';
import type { Method } from '../../../encryption/profile/profile';

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

function all(answer: IAnswer): Record<Engine, IAnswer> {
  return tableOf(ENGINES, () => answer);
}

/** The answers of all engines for a method. */
function answers(
  method: Method,
  trans: ITranslate
): Readonly<Record<Engine, IAnswer>> {
  switch (method) {
    case 'bucket-default':
      return all({
        can: 'with-conditions',
        why: trans.__(
          "It depends on the bucket's default: SSE-S3 needs nothing, a KMS key needs kms:Decrypt."
        )
      });
    case 'sse-s3':
      return all({
        can: 'yes',
        why: trans.__(
          'S3 decrypts it; the reader needs no further permissions.'
        )
      });
    case 'sse-kms':
      return all({
        can: 'yes',
        why: trans.__(
          'S3 decrypts it; the reader needs kms:Decrypt on the key.'
        )
      });
    case 'dsse-kms':
      return {
        ...all({
          can: 'unknown',
          why: trans.__(
            'S3 decrypts it for anyone who has kms:Decrypt on the key, but AWS does not list DSSE-KMS for this engine: try it.'
          )
        }),
        S3A: {
          can: 'yes',
          why: trans.__(
            'S3 decrypts it; the reader needs kms:Decrypt on the key. S3A itself writes it since Hadoop 3.4.0.'
          )
        }
      };
    case 'sse-c':
      return {
        ...all({
          can: 'no',
          why: trans.__('It cannot send the customer key with its requests.')
        }),
        EMRFS: { can: 'no', why: trans.__('EMRFS does not support SSE-C.') },
        Athena: { can: 'no', why: trans.__('Athena does not support SSE-C.') },
        S3A: {
          can: 'with-conditions',
          why: trans.__('Only with the same customer key in its settings.')
        }
      };
    case 'cse-kms':
      return clientSide(trans);
  }
}

function clientSide(trans: ITranslate): Record<Engine, IAnswer> {
  return {
    Athena: {
      can: 'with-conditions',
      why: trans.__(
        "Only in the key's Region, and only a table created with TBLPROPERTIES ('has_encrypted_data'='true', 'encryption_option'='CSE_KMS', 'kms_key'='KEY_ARN'). Parquet files must not be uploaded in parts (EMRFS: fs.s3n.multipart.uploads.enabled=false). AWS documents it for objects written by EMRFS and its own clients, not by S3A."
      )
    },
    Glue: {
      can: 'unknown',
      why: trans.__(
        'AWS documents no client-side encryption for the data of Glue jobs.'
      )
    },
    EMRFS: {
      can: 'with-conditions',
      why: trans.__(
        'Only with CSE-KMS set, and kms:Decrypt for the role itself (not through S3).'
      )
    },
    S3A: {
      can: 'with-conditions',
      why: trans.__(
        'Only with CSE-KMS set, on Hadoop 3.3.2 to 3.3.6 and since 3.4.2. Whether it reads objects of other clients is not documented.'
      )
    },
    'Redshift Spectrum': {
      can: 'no',
      why: trans.__(
        'Redshift Spectrum does not support client-side encryption.'
      )
    }
  };
}

/** Can an engine read what the method writes? */
export function canRead(
  engine: Engine,
  method: Method,
  trans: ITranslate = ENGLISH
): IAnswer {
  return answers(method, trans)[engine];
}

function word(can: IAnswer['can'], trans: ITranslate): string {
  switch (can) {
    case 'yes':
      return trans.__('yes');
    case 'no':
      return trans.__('no');
    case 'with-conditions':
      return trans.__('with conditions');
    case 'unknown':
      return trans.__('not known');
  }
}

/** The answers for some methods as a table in Markdown. */
export function compatibilityTable(
  methods: readonly Method[],
  trans: ITranslate
): string {
  const row = (...cells: readonly string[]): string =>
    `| ${cells.join(' | ')} |`;
  const rows = methods.flatMap(method =>
    ENGINES.map(engine => {
      const { can, why } = canRead(engine, method, trans);
      return row(method, engine, word(can, trans), why);
    })
  );
  return [
    row(
      trans.__('Written with'),
      trans.__('Read with'),
      trans.__('Works'),
      trans.__('Why')
    ),
    '| --- | --- | --- | --- |',
    ...rows,
    ''
  ].join('\n');
}
