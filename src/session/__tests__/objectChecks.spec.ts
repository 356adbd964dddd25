/** What a session asks of stored objects: canary and audit; when it is sent, what is kept. */

import {
  audit,
  canary,
  keys,
  object,
  OTHER,
  UNREADABLE,
  writes
} from '../../contract/__tests__/objects';
import { A, applied } from '../../encryption/lifecycle/__tests__/driver';
import type { IStoredObject } from '../../contract/storedObjects';
import { asRows, HEAD } from '../../encryption/auditRows';
import { PAGE } from '../objectChecks';
import { ObjectChecksHarness, ERROR, withFakeClock } from './harness';

withFakeClock();

describe('a list of keys', () => {
  it('is asked for only by the user, also before anything is applied', async () => {
    const harness = new ObjectChecksHarness('not set');
    await harness.pass(5000);
    expect(harness.requests).toEqual([]);
    harness.answers.push({ keys: keys() });
    void harness.objectChecks.listKeys();
    await harness.pass();
    expect(harness.sent).toEqual([['keys', {}, 'user']]);
    expect(harness.objectChecks.state).toMatchObject({
      underWay: null,
      failed: null,
      keys: { account: '111122223333', total: 3 }
    });
  });

  it('that failed leaves its reason, and no list of before', async () => {
    const harness = new ObjectChecksHarness();
    harness.answers.push({ keys: keys() }, { ok: false, error: ERROR });
    void harness.objectChecks.listKeys();
    await harness.pass();
    void harness.objectChecks.listKeys();
    await harness.pass();
    expect(harness.objectChecks.state).toMatchObject({
      keys: null,
      failed: { request: 'keys', error: ERROR }
    });
  });
});

describe('a canary', () => {
  it('says since when it is in the kernel, and not while it waits for a cell', async () => {
    const harness = new ObjectChecksHarness();
    harness.busy(true);
    void harness.objectChecks.writeCanary('s3://lake/tmp');
    await harness.pass();
    expect(harness.objectChecks.state).toMatchObject({
      queued: true,
      since: null
    });
    let since: number | null = null;
    harness.objectChecks.changed.connect((_, state) => {
      since = state.since ?? since;
    });
    harness.busy(false);
    const sent = Date.now();
    await harness.pass();
    expect(since).toBe(sent);
    expect(harness.objectChecks.state.since).toBeNull();
  });

  it('is written if nothing else runs, and its report raises the claim', async () => {
    const harness = new ObjectChecksHarness();
    harness.answers.push({ canary: canary(), claim: 'proven' });
    void harness.objectChecks.writeCanary('s3://lake/tmp');
    expect(harness.objectChecks.state.underWay).toBe('canary');
    await harness.pass();
    expect(harness.sent).toEqual([
      ['canary', { location: 's3://lake/tmp' }, 'user']
    ]);
    expect(harness.driver.kind).toBe('proven');
    expect(harness.objectChecks.state).toMatchObject({
      underWay: null,
      canary: {
        location: 's3://lake/tmp',
        time: expect.stringMatching(/^\d{4}-.*Z$/) as string
      }
    });
    expect(harness.kept).toEqual(['s3://lake/tmp']);
    expect(harness.history.entries).toHaveLength(1);
  });

  it('waits for the running cell, and can be withdrawn until then', async () => {
    const harness = new ObjectChecksHarness();
    harness.busy(true);
    void harness.objectChecks.writeCanary('s3://lake/tmp');
    await harness.pass(5000);
    expect(harness.requests).toEqual([]);
    expect(harness.objectChecks.state.queued).toBe(true);
    harness.objectChecks.cancel();
    harness.busy(false);
    await harness.pass(5000);
    expect(harness.requests).toEqual([]);
    expect(harness.objectChecks.state).toMatchObject({
      underWay: null,
      queued: false
    });
  });

  it('is sent as soon as the kernel is idle', async () => {
    const harness = new ObjectChecksHarness();
    harness.busy(true);
    void harness.objectChecks.writeCanary('s3://lake/tmp');
    harness.busy(false);
    await harness.pass();
    expect(harness.requests).toEqual(['canary']);
  });

  it('is not sent between two cells that follow each other at once', async () => {
    const harness = new ObjectChecksHarness();
    harness.busy(true);
    void harness.objectChecks.writeCanary('s3://lake/tmp');
    harness.busy(false);
    await harness.pass(5);
    harness.busy(true);
    await harness.pass(5000);
    expect(harness.requests).toEqual([]);
  });

  it('is never written if nothing is in effect', async () => {
    for (const state of ['not set', 'waiting'] as const) {
      const harness = new ObjectChecksHarness(state);
      void harness.objectChecks.writeCanary('s3://lake/tmp');
      await harness.pass(5000);
      expect(harness.requests).toEqual([]);
      expect(harness.objectChecks.state.underWay).toBeNull();
    }
  });

  it('that was refused gives the reason, and changes neither state nor memory', async () => {
    const harness = new ObjectChecksHarness();
    harness.answers.push({ ok: false, error: ERROR, canary: null });
    void harness.objectChecks.writeCanary('s3://nowhere');
    await harness.pass();
    expect(harness.objectChecks.state.failed).toEqual({
      request: 'canary',
      error: ERROR
    });
    expect(harness.driver.kind).toBe('set');
    expect(harness.kept).toEqual([]);
  });

  it('is forgotten when another profile is applied', async () => {
    const harness = new ObjectChecksHarness();
    harness.answers.push({ canary: canary(), fingerprint: 'f1' });
    void harness.objectChecks.writeCanary('s3://lake/tmp');
    await harness.pass();
    expect(harness.objectChecks.state.canary).not.toBeNull();
    harness.do({
      type: 'reportReceived',
      generation: harness.driver.snapshot.generation,
      report: { ...applied(A), fingerprint: 'f2' }
    });
    expect(harness.objectChecks.state.canary).toBeNull();
  });

  it('is one at a time', async () => {
    const harness = new ObjectChecksHarness();
    void harness.objectChecks.writeCanary('s3://lake/tmp');
    void harness.objectChecks.writeCanary('s3://lake/other');
    void harness.objectChecks.checkWrites();
    await harness.pass();
    expect(harness.requests).toEqual(['canary']);
  });
});

describe('a pending renewal', () => {
  it('is cancelled by a request of its own', async () => {
    const harness = new ObjectChecksHarness();
    void harness.objectChecks.cancelRenewal();
    await harness.pass();
    expect(harness.requests).toEqual(['cancelRenewal']);
  });

  it('is asked of executors behind Spark Connect in the same way', async () => {
    const harness = new ObjectChecksHarness();
    void harness.objectChecks.renew();
    await harness.pass();
    expect(harness.requests).toEqual(['renew']);
  });
});

describe('an audit', () => {
  const page = (from: number, more: Partial<IStoredObject>): IStoredObject[] =>
    Array.from({ length: PAGE }, (_, n) =>
      object({ path: `s3a://lake/${from + n}`, ...more })
    );

  it('continues from page to page, and keeps the counts, one page of each group, and all rows', async () => {
    const harness = new ObjectChecksHarness('not set');
    harness.answers.push(
      { audit: audit({ token: 't', checked: 200, objects: page(0, {}) }) },
      {
        audit: audit({
          token: null,
          checked: 402,
          objects: [OTHER, UNREADABLE, ...page(200, {})]
        })
      }
    );
    const options = { path: 's3://lake', limit: 500, sample: 'first' } as const;
    void harness.objectChecks.audit(options);
    await harness.pass();
    expect(harness.sent).toEqual([
      ['audit', { ...options, page: PAGE }, 'user'],
      ['audit', { token: 't' }, 'user']
    ]);
    const shown = harness.objectChecks.state.audit!;
    expect(shown.checked).toBe(402);
    // Two that differ each in its own way, and of those that do not one page.
    expect(shown.objects).toHaveLength(PAGE + 2);
    const rows = harness.objectChecks.state.auditRows!;
    const all = [...page(0, {}), OTHER, UNREADABLE, ...page(200, {})];
    expect(rows.size).toBe(Buffer.from(HEAD + asRows(all)).length);
    expect(shown.objects.slice(0, 3)).toEqual([
      OTHER,
      UNREADABLE,
      page(0, {})[0]
    ]);
    expect(harness.objectChecks.state.underWay).toBeNull();
    expect(harness.history.entries).toHaveLength(1);
  });

  it('counts all its pages per folder when it is over, and not before', async () => {
    const harness = new ObjectChecksHarness('not set');
    const inFolder = (folder: string, change = {}): IStoredObject =>
      object({ path: `s3a://lake/sales/${folder}/a`, ...change });
    const wrong = { verdict: 'other' } as const;
    harness.answers.push(
      { audit: audit({ token: 't', objects: [inFolder('d=1')] }) },
      { audit: audit({ token: null, objects: [inFolder('d=2', wrong)] }) }
    );
    const early: unknown[] = [];
    harness.objectChecks.changed.connect((_, { underWay, auditFolders }) => {
      early.push(...(underWay !== null && auditFolders ? [auditFolders] : []));
    });
    void harness.objectChecks.audit({
      path: 's3://lake/sales',
      limit: 9,
      sample: 'first'
    });
    await harness.pass();
    // The one that comes with the end of the audit.
    expect(early.length).toBeLessThanOrEqual(1);
    const { root } = harness.objectChecks.state.auditFolders!;
    expect(root.folders.map(({ name, other }) => [name, other])).toEqual([
      ['d=2/', 1],
      ['d=1/', 0]
    ]);
  });

  it('lets cells run between its pages', async () => {
    const harness = new ObjectChecksHarness();
    harness.answers.push(
      { audit: audit({ token: 't' }) },
      { audit: audit({ token: null }) }
    );
    void harness.objectChecks.audit({
      path: 's3://lake',
      limit: 9,
      sample: 'newest'
    });
    await jest.advanceTimersByTimeAsync(50);
    harness.busy(true);
    await harness.pass(5000);
    expect(harness.requests).toEqual(['audit']);
    expect(harness.objectChecks.state).toMatchObject({
      underWay: 'audit',
      queued: true
    });
    harness.busy(false);
    await harness.pass();
    expect(harness.requests).toEqual(['audit', 'audit']);
  });

  it('that is cancelled keeps what it found, and is released in the kernel', async () => {
    const harness = new ObjectChecksHarness();
    const objects = ['d=1/a', 'd=2/a'].map(name =>
      object({ path: `s3a://lake/sales/${name}` })
    );
    harness.answers.push({ audit: audit({ token: 't', checked: 7, objects }) });
    void harness.objectChecks.audit({
      path: 's3://lake',
      limit: 9,
      sample: 'first'
    });
    await jest.advanceTimersByTimeAsync(50);
    harness.objectChecks.cancel();
    await harness.pass();
    expect(harness.requests).toEqual(['audit', 'cancelAudit']);
    expect(harness.sent[1]![1]).toEqual({ token: 't' });
    expect(harness.objectChecks.state).toMatchObject({
      underWay: null,
      audit: { checked: 7, token: 't' },
      auditFolders: { root: { objects: 2 } }
    });
  });

  it('ends with a reason if the kernel goes away', async () => {
    const harness = new ObjectChecksHarness();
    harness.answers.push({ audit: audit({ token: 't' }) }, new Error('gone'));
    void harness.objectChecks.audit({
      path: 's3://lake',
      limit: 9,
      sample: 'first'
    });
    await harness.pass();
    expect(harness.objectChecks.state).toMatchObject({
      underWay: null,
      failed: { request: 'audit', error: { code: 'kernel-gone' } }
    });
  });
});

describe('what is known of stored objects', () => {
  it('is forgotten with the process, and nothing that waited is sent to the next', async () => {
    const harness = new ObjectChecksHarness();
    harness.answers.push({ writes: writes() });
    harness.objectChecks.ran();
    await harness.pass(5000);
    harness.busy(true);
    void harness.objectChecks.writeCanary('s3://lake/tmp');
    harness.watcher.started.emit({});
    harness.busy(false);
    await harness.pass(5000);
    expect(harness.requests).toEqual(['writes']);
    expect(harness.objectChecks.state).toMatchObject({
      writes: null,
      underWay: null
    });
  });

  it('is reported to nobody after the session is gone', async () => {
    const harness = new ObjectChecksHarness();
    const changed = jest.fn();
    harness.objectChecks.changed.connect(changed);
    void harness.objectChecks.writeCanary('s3://lake/tmp');
    harness.objectChecks.dispose();
    changed.mockClear();
    await harness.pass(5000);
    expect(harness.requests).toEqual([]);
    expect(changed).not.toHaveBeenCalled();
  });
});
