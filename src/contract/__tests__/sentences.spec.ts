/** What the agent says is shown in the user's language. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { nullTranslator } from '@jupyterlab/translation';

import { agentSentences } from '../agentSentences';
import { ENGLISH, type ITranslate } from '../messages';
import type { IReport } from '../report';
import { inWords, translated, withParts, type Sentences } from '../sentences';
import { makeReport } from './reports';

const EXAMPLES = join(__dirname, '../../../tests/examples/reports');
const REPORTS = readdirSync(EXAMPLES).map(
  name =>
    (
      JSON.parse(readFileSync(join(EXAMPLES, name), 'utf-8')) as {
        report: IReport;
      }
    ).report
);

/** A translator with a few words of German. */
const GERMAN: ITranslate = {
  __: (message, ...args) =>
    ENGLISH.__(
      {
        'Changed since they were applied: %1.':
          'Seit dem Anwenden geändert: %1.',
        'Apply again.': 'Noch einmal anwenden.',
        '%1 and %2': '%1 und %2',
        "the bucket's default": 'die Vorgabe des Buckets'
      }[message] ?? message,
      ...args
    )
};

const CHANGED: Sentences = {
  'Changed since they were applied: fs.s3a.encryption.algorithm.': {
    text: 'Changed since they were applied: %1.',
    values: ['fs.s3a.encryption.algorithm']
  },
  'Apply again.': { text: 'Apply again.', values: [] }
};

it('shows a finding and what to do in another language', () => {
  const report = makeReport({
    findings: [
      {
        code: 'changed-since',
        severity: 'warning',
        message:
          'Changed since they were applied: fs.s3a.encryption.algorithm.',
        fix: { message: 'Apply again.', action: 'apply' }
      }
    ],
    sentences: CHANGED
  });
  expect(translated(report, GERMAN).findings).toEqual([
    {
      code: 'changed-since',
      severity: 'warning',
      message: 'Seit dem Anwenden geändert: fs.s3a.encryption.algorithm.',
      fix: { message: 'Noch einmal anwenden.', action: 'apply' }
    }
  ]);
});

it('translates sentences within a sentence', () => {
  const sentences: Sentences = {
    "a and the bucket's default": {
      text: '%1 and %2',
      values: ['a', "the bucket's default"]
    },
    "the bucket's default": { text: "the bucket's default", values: [] }
  };
  expect(inWords("a and the bucket's default", sentences, GERMAN)).toBe(
    'a und die Vorgabe des Buckets'
  );
});

it.each([
  ['English', ENGLISH],
  ["JupyterLab's own English", nullTranslator.load('x') as ITranslate]
])('%s is what the agent has sent', (_, trans) => {
  const complete = REPORTS.filter(report => 'sentences' in report);
  expect(complete.length).toBeGreaterThan(15);
  for (const report of complete) {
    expect(translated(report, trans)).toEqual(report);
  }
});

it('shows what is not known as it came', () => {
  const older = makeReport({ findings: [] });
  expect(translated(older, GERMAN)).toBe(older);
  expect(inWords('Apply again.', undefined, GERMAN)).toBe('Apply again.');
  expect(inWords('constructor', CHANGED, GERMAN)).toBe('constructor');
  const newer = { 'New: 1.': { text: 'New: %1.', values: ['1'] } };
  expect(inWords('New: 1.', newer, GERMAN)).toBe('New: 1.');
});

it('explains what the page adds to a report', () => {
  const report = withParts(makeReport({ sentences: CHANGED }), trans => ({
    writes: {
      pending: false,
      unseen: [trans.__('%1 and %2', 'a', 'b')],
      paths: []
    }
  }));
  expect(report.writes?.unseen).toEqual(['a and b']);
  expect(Object.keys(report.sentences)).toHaveLength(3);
  expect(translated(report, GERMAN).writes?.unseen).toEqual(['a und b']);
});

it('translates what people read and nothing else', () => {
  const report = makeReport({
    settings: [
      {
        key: 'Apply again.',
        value: 'Apply again.',
        wanted: null,
        origin: 'session',
        ok: true
      }
    ],
    writes: { pending: false, unseen: ['Apply again.'], paths: [] },
    sentences: CHANGED
  });
  const found = translated(report, GERMAN);
  expect(found.settings).toEqual(report.settings);
  expect(found.writes?.unseen).toEqual(['Noch einmal anwenden.']);
});

it('ends where sentences are within each other', () => {
  const endless = { a: { text: '(%1)', values: ['a'] } };
  expect(inWords('a', endless, ENGLISH)).toMatch(/^\(+a\)+$/);
});

it('lists each sentence once, as translators get it', () => {
  const found: string[] = [];
  agentSentences({ __: message => String(found.push(message)) });
  expect(found.length).toBeGreaterThan(200);
  expect(new Set(found).size).toBe(found.length);
});
