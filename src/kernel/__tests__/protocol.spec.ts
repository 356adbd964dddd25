/** Requests as they are made, answers as they are read, however broken. */

import fc from 'fast-check';

import { makeReport } from '../../contract/__tests__/reports';
import {
  audit,
  canary,
  object,
  writes,
  written
} from '../../contract/__tests__/objects';
import type { IReport } from '../../contract/report';
import { makeRequest, parseAnswer, parseReport } from '../protocol';

const FULL: IReport = makeReport({
  profile: { method: 'sse-kms', kmsKeyId: 'alias/lake' },
  fingerprint: 'f',
  connectors: [
    { scheme: 's3', connector: 's3a', className: 'x.Y', reason: null }
  ],
  dialect: 's3a',
  settings: [
    { key: 'k', value: 'v', wanted: null, origin: 'cluster', ok: false }
  ],
  removed: ['k'],
  fileSystems: [{ uri: 's3a://b', algorithm: null, keyId: null, stale: null }],
  executors: { total: 2, covered: 1 },
  findings: [
    {
      code: 'stale-file-system',
      severity: 'warning',
      message: 'm',
      fix: { message: 'm', action: 'apply' }
    }
  ],
  claim: 'set',
  changed: [{ key: 'k', applied: null, found: 'v' }],
  proof: { buckets: [{ bucket: 'b', time: 't', objects: 1, by: 'canary' }] },
  canary: canary({ left: ['s3a://b/left'] }),
  writes: writes({ unseen: ['s'], paths: [written({ objects: [object()] })] }),
  audit: audit(),
  error: { code: 'c', message: 'm', fields: [], settings: 'old' }
});

/** Every place of a JSON value, as paths. */
function places(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, part]) => [
    [...path, key],
    ...places(part, [...path, key])
  ]);
}

function without(value: unknown, [head, ...rest]: string[]): unknown {
  const copy = structuredCloned(value) as Record<string, unknown>;
  if (rest.length === 0) {
    Reflect.deleteProperty(copy, head!);
  } else {
    copy[head!] = without(copy[head!], rest);
  }
  return copy;
}

function structuredCloned(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}

describe('reading an answer', () => {
  it('takes a full report as it is', () => {
    expect(parseReport(FULL)).toEqual({ report: FULL });
    expect(parseAnswer(FULL)).toEqual({ kind: 'report', report: FULL });
  });

  // Not needed for the claim that a reader makes of them, or free to be absent.
  const optional = [
    'profile.kmsKeyId',
    'findings.0.fix.action',
    'removed.0',
    'proof',
    'canary',
    'writes',
    'audit'
  ];

  it.each(
    places(FULL)
      .map(path => path.join('.'))
      .filter(path => !optional.includes(path) && !/\.\d$/.test(path))
  )('names what is missing without %s', path => {
    const parsed = parseReport(without(FULL, path.split('.')));
    expect(parsed).toHaveProperty('error.message');
    expect(parsed).not.toHaveProperty('report');
  });

  it('takes a report of an agent that knows nothing of stored objects', () => {
    const { proof, canary: none, writes: no, audit: nil, ...older } = FULL;
    expect([proof, none, no, nil]).not.toContain(undefined);
    expect(parseReport(older)).toEqual({ report: older });
  });

  it.each([
    'cancelRenewal',
    'renew',
    'canary',
    'writes',
    'audit',
    'cancelAudit'
  ])('takes the answer of %s', request => {
    expect(parseReport({ ...FULL, request })).toHaveProperty('report');
  });

  it.each(['canary', 'cancelRenewal', 'renew', 'audit'])(
    'takes %s as a fix, and nothing that it does not know',
    action => {
      const finding = FULL.findings[0];
      const read = (name: string): unknown =>
        parseReport({
          ...FULL,
          findings: [{ ...finding, fix: { message: 'm', action: name } }]
        });
      expect(read(action)).toHaveProperty('report');
      expect(read(`${action}?`)).toHaveProperty('error');
    }
  );

  it('knows an agent that is missing and one that had nothing to do', () => {
    expect(parseAnswer({ protocol: 1, agentMissing: true })).toEqual({
      kind: 'agent-missing'
    });
    expect(
      parseAnswer({ protocol: 1, request: 'guard', ok: true, unchanged: true })
    ).toEqual({ kind: 'unchanged' });
  });

  it('says which version another agent speaks', () => {
    expect(parseAnswer({ ...FULL, protocol: 2 })).toMatchObject({
      kind: 'error',
      error: {
        code: 'other-protocol',
        message: expect.stringContaining('version 2') as string
      }
    });
    expect(parseAnswer({ protocol: 2, agentMissing: true })).toMatchObject({
      kind: 'error',
      error: { code: 'other-protocol' }
    });
  });

  it('passes on a failure that came without the rest of a report', () => {
    const error = {
      code: 'internal',
      message: 'm',
      fields: [],
      settings: 'mixed'
    };
    expect(parseReport({ protocol: 1, ok: false, error })).toEqual({ error });
  });

  it.each([undefined, null, '', 'text', 0, [], {}])(
    'makes an error of %j',
    value => {
      expect(parseAnswer(value)).toMatchObject({
        kind: 'error',
        error: { settings: 'unknown' }
      });
    }
  );

  it('never throws and never takes anything else for a report', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), value => {
        expect(parseAnswer(value).kind).toBe('error');
      })
    );
  });

  it('never throws where any part of a report is something else', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(FULL)),
        fc.anything(),
        (key, value) => {
          expect(() => parseAnswer({ ...FULL, [key]: value })).not.toThrow();
        }
      )
    );
  });
});

describe('making a request', () => {
  it('gives every request an id of its own', () => {
    const [one, two] = [makeRequest('probe'), makeRequest('probe')];
    expect(one).toMatchObject({ protocol: 1, request: 'probe', arguments: {} });
    expect(one.id).not.toBe(two.id);
  });
});
