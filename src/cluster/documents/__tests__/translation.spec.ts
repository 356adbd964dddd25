/**
 * Titles, notes, reasons and messages pass through the translation, the texts of
 * the documents do not; and each message is a literal that an extractor finds.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ENGLISH } from '../../../contract/messages';
import type { ITranslate } from '../../../contract/messages';
import type { Profile } from '../../../encryption/profile/profile';
import { clusterDocuments, clusterResult } from '..';
import type { IClusterOptions } from '..';
import { ACCOUNT, BAD_PLACES, KEY, problemsOf, SSE_KMS } from './badInputs';

const MARK = '⟦';
/** Marks what was looked up, and remembers the message ids. */
class Marker implements ITranslate {
  readonly seen = new Set<string>();

  __(message: string, ...args: string[]): string {
    this.seen.add(message);
    return MARK + ENGLISH.__(message, ...args);
  }
}

const OPTIONS: IClusterOptions = {
  account: ACCOUNT,
  region: 'eu-west-1',
  buckets: ['analytics/curated', 'raw'],
  roles: { emr: 'EmrRole', glueJob: 'Jobs' },
  inTransit: null
};
const RELEASES = [null, 'emr-4.7.0', 'emr-6.15.0', 'emr-7.10.0'];
const PROFILES: readonly Profile[] = [
  { method: 'bucket-default' },
  { method: 'sse-s3' },
  { method: 'sse-kms' },
  { method: 'sse-kms', kmsKeyId: KEY },
  { method: 'cse-kms', kmsKeyId: KEY },
  { method: 'dsse-kms', kmsKeyId: KEY },
  { method: 'sse-kms', kmsKeyId: KEY, encryptionContext: { team: 'x' } },
  {
    method: 'sse-kms',
    kmsKeyId: KEY,
    buckets: { raw: { method: 'sse-s3' } }
  }
];
const MORE: readonly IClusterOptions[] = [
  {},
  {
    ...OPTIONS,
    localDisk: { ebs: true },
    inTransit: { certificates: 's3://setup/certificates.zip' }
  },
  {
    ...OPTIONS,
    account: '444455556666',
    roles: { administrators: 'Admins' },
    customProvider: { location: 's3://setup/x.jar', className: 'com.example.X' }
  }
];

/** Every combination that documents can be written for. */
function everything(trans: ITranslate): ReturnType<typeof clusterResult>[] {
  return PROFILES.flatMap(profile =>
    RELEASES.flatMap(releaseLabel =>
      MORE.flatMap(more => {
        const options = { ...more, releaseLabel };
        return problemsOf(profile, options).length > 0
          ? []
          : [clusterResult(profile, { ...options, trans })];
      })
    )
  );
}

/** The sources of the pure rooms, without comments' line breaks in literals: there are none. */
function sources(): string {
  return ['..', '../../../encryption', '../../../contract']
    .map(folder => join(__dirname, folder))
    .flatMap(folder =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter(name => name.endsWith('.ts') && !name.includes('__tests__'))
        .map(name => readFileSync(join(folder, name), 'utf8'))
    )
    .join('\n');
}

describe('with a translator', () => {
  it('every title, note and reason is translated', () => {
    const found = everything(new Marker());
    expect(found.length).toBeGreaterThan(40);
    for (const { documents, omitted } of found) {
      const plain = [
        ...documents.flatMap(({ id, title, notes }) =>
          [title, ...notes].map(text => [id, text] as const)
        ),
        ...omitted.map(({ id, reason }) => [id, reason] as const)
      ].filter(([, text]) => !text.startsWith(MARK));
      expect(plain).toEqual([]);
    }
  });

  it('the texts of the documents stay as they are, but for the answers in prose', () => {
    const english = everything(ENGLISH);
    everything(new Marker()).forEach(({ documents }, index) => {
      documents.forEach((document, at) => {
        const { text } = english[index]!.documents[at]!;
        expect(document.text.replaceAll(MARK, '')).toBe(text);
        expect(document.text.includes(MARK)).toBe(
          document.id === 'athena-compatibility'
        );
      });
    });
  });

  it.each(BAD_PLACES)('%s: the message is translated', (_, profile, more) => {
    const trans = new Marker();
    const options = { ...OPTIONS, ...(more as object), trans };
    const problems = problemsOf(profile, options);
    expect(problems.length).toBeGreaterThan(0);
    for (const { message } of problems) {
      expect(message.startsWith(MARK)).toBe(true);
    }
  });

  it('every message id is in the source as the literal argument of trans.__', () => {
    const trans = new Marker();
    everything(trans);
    for (const [, profile, more] of BAD_PLACES) {
      problemsOf(profile, { ...OPTIONS, ...(more as object), trans });
    }
    const source = sources();
    const literals = new Set(
      [...source.matchAll(/\btrans\.__\(\s*(?:'([^']+)'|"([^"]+)")/g)].map(
        ([, single, double]) => single ?? double
      )
    );
    const missing = [...trans.seen].filter(message => !literals.has(message));
    expect(trans.seen.size).toBeGreaterThan(100);
    expect(missing).toEqual([]);
  });
});

it('without a translator everything is English', () => {
  expect(clusterDocuments(SSE_KMS, OPTIONS)).toEqual(
    clusterDocuments(SSE_KMS, { ...OPTIONS, trans: ENGLISH })
  );
  expect(clusterDocuments(SSE_KMS, OPTIONS)[0]!.title).toBe(
    'EMR on EC2: configurations'
  );
});
