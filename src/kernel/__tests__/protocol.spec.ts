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
import { ANSWERS } from '../../contract/storedObjects';
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

function replaced(
  value: unknown,
  [head, ...rest]: string[],
  by: unknown
): unknown {
  if (head === undefined) {
    return by;
  }
  const copy = structuredCloned(value) as Record<string, unknown>;
  copy[head] = replaced(copy[head], rest, by);
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
    ...Object.keys(ANSWERS),
    'sentences'
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
      expect(read(action)).toMatchObject({
        report: { findings: [{ fix: { message: 'm', action } }] }
      });
      const unknown = read(`${action}?`) as { report: IReport };
      expect(unknown.report.findings[0]?.fix).toEqual({ message: 'm' });
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

  it('never throws, whatever part of a report is wrong', () => {
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

/** The report of a newer agent: one value that this page does not know. */
describe('reading the report of a newer agent', () => {
  const read = (change: object): IReport => {
    const parsed = parseReport({ ...FULL, ...change });
    expect(parsed).toHaveProperty('report');
    return (parsed as { report: IReport }).report;
  };
  const rows = (name: keyof IReport, change: object): unknown => {
    const [first] = FULL[name] as object[];
    return read({ [name]: [first, { ...first, ...change }] })[name];
  };

  it.each([
    ['settings', { origin: 'catalog' }],
    ['connectors', { scheme: 's4' }]
  ] as const)('leaves out a row of %s', (name, change) => {
    expect(rows(name, change)).toEqual([(FULL[name] as object[])[0]]);
  });

  it('keeps the class of a connector that it does not know', () => {
    const changed = { connector: 'abfs', className: 'x.Abfs' };
    expect(rows('connectors', changed)).toMatchObject([
      {},
      { connector: 'other', className: 'x.Abfs' }
    ]);
  });

  it('keeps a finding with the sentence of its fix, without a button for an action that it does not know', () => {
    const fix = { message: 'do', action: 'rotate', cost: 1 };
    expect(rows('findings', { fix, since: 't' })).toEqual([
      FULL.findings[0],
      { ...FULL.findings[0], fix: { message: 'do' } }
    ]);
  });

  it('takes the answer of a request that it does not know, without that answer', () => {
    expect(read({ request: 'freeze', freeze: { done: true } })).toEqual({
      ...FULL,
      request: 'freeze'
    });
  });

  it('leaves out a count of an audit whose verdict it does not know', () => {
    const [count] = audit().counts;
    const counts = [count, { ...count, verdict: 'almost' }];
    expect(read({ audit: audit({ counts: counts as never }) }).audit).toEqual(
      audit({ counts: [count!] })
    );
  });

  it('leaves out a writer that it does not know, of a profile too', () => {
    const writers = ['python', 'rust'];
    const profile = { ...FULL.profile, writers };
    expect(read({ profile }).profile).toEqual({
      ...FULL.profile,
      writers: ['python']
    });
  });

  it('keeps a finding of a severity that it does not know', () => {
    const changed = { severity: 'grave', code: 'of-tomorrow' };
    expect(rows('findings', changed)).toMatchObject([
      {},
      { severity: 'warning', code: 'of-tomorrow' }
    ]);
  });

  it.each([
    [{ claim: 'audited' }, { claim: 'none' }],
    [{ dialect: 'abfs' }, { dialect: null }],
    [
      { session: { ...FULL.session, kind: 'ray' } },
      { session: { kind: 'connect' } }
    ],
    [
      { error: { ...FULL.error, settings: 'half' } },
      { error: { settings: 'unknown' } }
    ],
    [{ agent: { ...FULL.agent, source: 'lent' } }, { agent: FULL.agent }]
  ])('never claims more than it knows: %j', (change, expected) => {
    expect(read(change)).toMatchObject(expected);
  });

  it('leaves out an object whose verdict it does not know, and a proof of another kind', () => {
    const objects = [object(), object({ path: 's3a://b/new' })];
    const doctored = structuredCloned(objects) as { verdict: string }[];
    doctored[1]!.verdict = 'almost';
    const full = audit({ objects });
    expect(
      read({ audit: { ...full, objects: doctored, readBy: 'api' } }).audit
    ).toMatchObject({ objects: [objects[0]], readBy: null });
    const [bucket] = FULL.proof?.buckets ?? [];
    expect(
      read({ proof: { buckets: [bucket, { ...bucket, by: 'oath' }] } }).proof
    ).toEqual({ buckets: [bucket] });
  });

  it('does not pass on what it does not know', () => {
    const { report } = parseReport({
      ...FULL,
      horizon: 1,
      session: { ...FULL.session, horizon: 1 }
    }) as { report: IReport };
    expect(report).toEqual(FULL);
  });

  it('reads a profile with further fields', () => {
    const profile = { ...FULL.profile, colour: 'red', customerKey: 'x' };
    expect(read({ profile }).profile).toEqual(FULL.profile);
  });

  it.each([
    { method: 'sse-x' },
    { ...FULL.profile, buckets: { b: { method: 'sse-x' } } }
  ])(
    'leaves out a profile with a method that it does not know, and claims nothing: %j',
    profile => {
      expect(read({ profile, claim: 'inEffect' })).toMatchObject({
        profile: null,
        fingerprint: null,
        claim: 'none',
        proof: null,
        findings: [FULL.findings[0], { code: 'profile-unknown' }]
      });
    }
  );

  it('takes any single name that was changed for a report, or says which profile it is', () => {
    const isName = (path: string[]): boolean =>
      typeof path.reduce<unknown>(
        (part, key) => (part as Record<string, unknown>)[key],
        FULL
      ) === 'string';
    for (const path of places(FULL).filter(isName)) {
      const doctored = replaced(FULL, path, 'of-tomorrow');
      const parsed = parseReport(doctored);
      expect({
        path,
        taken: 'report' in parsed || path.join('.').startsWith('profile.')
      }).toEqual({ path, taken: true });
    }
  });
});

/** The report of an older agent: parts that came later are not there. */
describe('reading the report of an older agent', () => {
  it.each(Object.keys(ANSWERS))('reads a missing answer of %s as none', key => {
    expect(parseReport(without(FULL, [key]))).toEqual({
      report: { ...FULL, [key]: null }
    });
  });

  it('passes on that the agent does not know a request', () => {
    const message = 'There is no request freeze.';
    const error = { code: 'unknown-request', message, fields: [] };
    const report = Object.keys(ANSWERS).reduce<unknown>(
      (found, key) => without(found, [key]),
      { ...FULL, ok: false, error: { ...error, settings: 'unchanged' } }
    );
    expect(parseReport(report)).toMatchObject({ report: { ok: false, error } });
  });

  it('says which version of the protocol it speaks', () => {
    expect(parseReport({ ...FULL, protocol: 0 })).toMatchObject({
      error: { code: 'other-protocol' }
    });
  });
});

describe('making a request', () => {
  it('gives every request an id of its own', () => {
    const [one, two] = [
      makeRequest({ request: 'probe', args: {} }),
      makeRequest({ request: 'probe', args: {} })
    ];
    expect(one).toMatchObject({ protocol: 1, request: 'probe', arguments: {} });
    expect(one.id).not.toBe(two.id);
  });
});
