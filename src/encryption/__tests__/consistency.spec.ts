/** Reports that contradict themselves are found out; those of the agent never are. */

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { ENGLISH } from '../../contract/messages';
import type { IReport } from '../../contract/report';
import { parseAnswer } from '../../kernel/protocol';
import { KMS, report } from '../../panel/__tests__/fixtures';
import { contradiction } from '../consistency';

const FOLDER = join(__dirname, '../../../tests/examples/reports');
const VERIFY = { request: 'verify' };
const ALL = { total: 2, covered: 2 };
const STALE = { uri: 's3a://b', algorithm: null, keyId: null, stale: true };
const PROOF = {
  buckets: [{ bucket: 'b', time: '', objects: 1, by: 'canary' as const }]
};
const CHANGED = [{ key: 'k', applied: 'a', found: 'b' }];
const inEffect = report({ claim: 'inEffect', executors: ALL });
const proven = report({ claim: 'proven', executors: ALL, proof: PROOF });
const wrong = report().settings.map(row => ({ ...row, ok: false }));

const doubt = (found: IReport, asked = VERIFY): string | null =>
  contradiction(found, asked, ENGLISH);

describe('a report of the agent', () => {
  it.each(readdirSync(FOLDER))('%s is believed', name => {
    const text = readFileSync(join(FOLDER, name), 'utf8');
    const answer = parseAnswer(JSON.parse(text));
    const found = answer.kind === 'report' ? answer.report : report();
    const { request } = found;
    const asked = { request, ...(found.profile && { profile: found.profile }) };
    expect(doubt(found, asked)).toBeNull();
  });

  it.each([
    ['set', report()],
    ['in effect', inEffect],
    ['proven', proven],
    ['changed', report({ claim: 'none', changed: CHANGED, settings: wrong })],
    ['stale, but only set', report({ fileSystems: [STALE] })],
    [
      'in effect, with an old file system of another connector',
      { ...inEffect, fileSystems: [{ ...STALE, uri: 's3n://b' }] }
    ],
    [
      'in effect over Spark Connect, for a bucket',
      {
        ...inEffect,
        session: { ...inEffect.session, kind: 'connect' as const },
        limitedTo: ['s3a://b']
      }
    ],
    ['waiting', report({ claim: 'none', waiting: true })]
  ])('that is %s is believed', (_, found) => {
    expect(doubt(found)).toBeNull();
  });
});

describe('a report that contradicts itself', () => {
  it.each<[string, IReport, string]>([
    ['proven without a proof', { ...proven, proof: null }, 'without a proof'],
    [
      'proven for no bucket',
      { ...proven, proof: { buckets: [] } },
      'without a proof'
    ],
    ['set, with other settings', report({ settings: wrong }), 'as they should'],
    ['set, and changed', report({ changed: CHANGED }), 'as they should be'],
    [
      'in effect, with a stale file system',
      { ...inEffect, fileSystems: [STALE] },
      'open file system'
    ],
    [
      'proven, with a stale file system',
      { ...proven, fileSystems: [STALE] },
      'open file system'
    ],
    [
      'in effect on some executors',
      { ...inEffect, executors: { total: 2, covered: 1 } },
      'not all executors'
    ],
    ['in effect on nobody knows what', { ...inEffect, executors: null }, 'all'],
    [
      'in effect over Spark Connect',
      { ...inEffect, session: { ...inEffect.session, kind: 'connect' } },
      'of no bucket'
    ],
    [
      'in effect over Spark Connect, limited to nothing',
      {
        ...inEffect,
        session: { ...inEffect.session, kind: 'connect' },
        limitedTo: []
      },
      'of no bucket'
    ],
    ['set without a profile', report({ profile: null }), 'without a profile'],
    ['set without Spark', report({ waiting: true }), 'no Spark session']
  ])('%s is not believed', (_, found, why) => {
    expect(doubt(found)).toContain(why);
  });

  it('is not believed if it is about another profile than was applied', () => {
    const asked = { request: 'apply', profile: { method: 'sse-s3' } as const };
    expect(doubt(report(), asked)).toContain('another profile');
    expect(doubt(report(), { ...asked, request: 'guard' })).toBeNull();
    const named = { request: 'apply', profile: { ...KMS, name: 'x' } };
    expect(doubt(report(), named)).toBeNull();
  });

  it('is not believed if it names a profile after a clear', () => {
    expect(doubt(report(), { request: 'clear' })).toContain('cleared');
  });

  it('is believed if it says that it failed: then it shows no claim', () => {
    expect(doubt(report({ ok: false, profile: null }))).toBeNull();
  });
});
