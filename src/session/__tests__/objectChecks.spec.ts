/** What a session asks of stored objects: canary and audit; when it is sent, what is kept. */

import {
  audit,
  canary,
  object,
  OTHER,
  UNREADABLE,
  writes
} from '../../contract/__tests__/objects';
import { A, applied } from '../../encryption/lifecycle/__tests__/walk';
import type { IStoredObject } from '../../contract/storedObjects';
import { PAGE } from '../auditPage';
import { Desk, ERROR, withFakeClock } from './desk';

withFakeClock();

describe('a canary', () => {
  it('is written where nothing else runs, and its report raises the claim', async () => {
    const desk = new Desk();
    desk.answers.push({ canary: canary(), claim: 'proven' });
    void desk.prover.writeCanary('s3://lake/tmp');
    expect(desk.prover.state.underWay).toBe('canary');
    await desk.pass();
    expect(desk.sent).toEqual([
      ['canary', { location: 's3://lake/tmp' }, 'person']
    ]);
    expect(desk.walk.kind).toBe('proven');
    expect(desk.prover.state).toMatchObject({
      underWay: null,
      canary: {
        location: 's3://lake/tmp',
        time: expect.stringMatching(/^\d{4}-.*Z$/) as string
      }
    });
    expect(desk.kept).toEqual(['s3://lake/tmp']);
    expect(desk.history.entries).toHaveLength(1);
  });

  it('waits for the running cell, and can be withdrawn until then', async () => {
    const desk = new Desk();
    desk.busy(true);
    void desk.prover.writeCanary('s3://lake/tmp');
    await desk.pass(5000);
    expect(desk.requests).toEqual([]);
    expect(desk.prover.state.held).toBe(true);
    desk.prover.cancel();
    desk.busy(false);
    await desk.pass(5000);
    expect(desk.requests).toEqual([]);
    expect(desk.prover.state).toMatchObject({ underWay: null, held: false });
  });

  it('goes as soon as the kernel is free', async () => {
    const desk = new Desk();
    desk.busy(true);
    void desk.prover.writeCanary('s3://lake/tmp');
    desk.busy(false);
    await desk.pass();
    expect(desk.requests).toEqual(['canary']);
  });

  it('does not go between two cells that follow each other at once', async () => {
    const desk = new Desk();
    desk.busy(true);
    void desk.prover.writeCanary('s3://lake/tmp');
    desk.busy(false);
    await desk.pass(5);
    desk.busy(true);
    await desk.pass(5000);
    expect(desk.requests).toEqual([]);
  });

  it('is never written where nothing is in force', async () => {
    for (const state of ['not set', 'waiting'] as const) {
      const desk = new Desk(state);
      void desk.prover.writeCanary('s3://lake/tmp');
      await desk.pass(5000);
      expect(desk.requests).toEqual([]);
      expect(desk.prover.state.underWay).toBeNull();
    }
  });

  it('that was refused says why, and changes neither state nor memory', async () => {
    const desk = new Desk();
    desk.answers.push({ ok: false, error: ERROR, canary: null });
    void desk.prover.writeCanary('s3://nowhere');
    await desk.pass();
    expect(desk.prover.state.failed).toEqual({
      errand: 'canary',
      error: ERROR
    });
    expect(desk.walk.kind).toBe('set');
    expect(desk.kept).toEqual([]);
  });

  it('is forgotten where another profile comes into force', async () => {
    const desk = new Desk();
    desk.answers.push({ canary: canary(), fingerprint: 'f1' });
    void desk.prover.writeCanary('s3://lake/tmp');
    await desk.pass();
    expect(desk.prover.state.canary).not.toBeNull();
    desk.do({
      type: 'told',
      generation: desk.walk.snapshot.generation,
      report: { ...applied(A), fingerprint: 'f2' }
    });
    expect(desk.prover.state.canary).toBeNull();
  });

  it('is one at a time', async () => {
    const desk = new Desk();
    void desk.prover.writeCanary('s3://lake/tmp');
    void desk.prover.writeCanary('s3://lake/other');
    void desk.prover.checkWrites();
    await desk.pass();
    expect(desk.requests).toEqual(['canary']);
  });
});

describe('a pending renewal', () => {
  it('is cancelled by a request of its own', async () => {
    const desk = new Desk();
    void desk.prover.cancelRenewal();
    await desk.pass();
    expect(desk.requests).toEqual(['cancelRenewal']);
  });

  it('is asked of executors behind Spark Connect in the same way', async () => {
    const desk = new Desk();
    void desk.prover.renew();
    await desk.pass();
    expect(desk.requests).toEqual(['renew']);
  });
});

describe('an audit', () => {
  const page = (from: number, more: Partial<IStoredObject>): IStoredObject[] =>
    Array.from({ length: PAGE }, (_, n) =>
      object({ path: `s3a://lake/${from + n}`, ...more })
    );

  it('goes on from page to page, and keeps the counts and one page', async () => {
    const desk = new Desk('not set');
    desk.answers.push(
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
    void desk.prover.audit(options);
    await desk.pass();
    expect(desk.sent).toEqual([
      ['audit', { ...options, page: PAGE }, 'person'],
      ['audit', { token: 't' }, 'person']
    ]);
    const shown = desk.prover.state.audit!;
    expect(shown.checked).toBe(402);
    expect(shown.objects).toHaveLength(PAGE);
    expect(shown.objects.slice(0, 3)).toEqual([
      OTHER,
      UNREADABLE,
      page(0, {})[0]
    ]);
    expect(desk.prover.state.underWay).toBeNull();
    expect(desk.history.entries).toHaveLength(1);
  });

  it('lets cells run between its pages', async () => {
    const desk = new Desk();
    desk.answers.push(
      { audit: audit({ token: 't' }) },
      { audit: audit({ token: null }) }
    );
    void desk.prover.audit({ path: 's3://lake', limit: 9, sample: 'newest' });
    await jest.advanceTimersByTimeAsync(50);
    desk.busy(true);
    await desk.pass(5000);
    expect(desk.requests).toEqual(['audit']);
    expect(desk.prover.state).toMatchObject({ underWay: 'audit', held: true });
    desk.busy(false);
    await desk.pass();
    expect(desk.requests).toEqual(['audit', 'audit']);
  });

  it('that is cancelled keeps what it found, and lets go of it in the kernel', async () => {
    const desk = new Desk();
    desk.answers.push({ audit: audit({ token: 't', checked: 7 }) });
    void desk.prover.audit({ path: 's3://lake', limit: 9, sample: 'first' });
    await jest.advanceTimersByTimeAsync(50);
    desk.prover.cancel();
    await desk.pass();
    expect(desk.requests).toEqual(['audit', 'cancelAudit']);
    expect(desk.sent[1]![1]).toEqual({ token: 't' });
    expect(desk.prover.state).toMatchObject({
      underWay: null,
      audit: { checked: 7, token: 't' }
    });
  });

  it('ends with a reason where the kernel goes away', async () => {
    const desk = new Desk();
    desk.answers.push({ audit: audit({ token: 't' }) }, new Error('gone'));
    void desk.prover.audit({ path: 's3://lake', limit: 9, sample: 'first' });
    await desk.pass();
    expect(desk.prover.state).toMatchObject({
      underWay: null,
      failed: { errand: 'audit', error: { code: 'kernel-gone' } }
    });
  });
});

describe('what is known of stored objects', () => {
  it('is forgotten with the process, and nothing that waited is sent to the next', async () => {
    const desk = new Desk();
    desk.answers.push({ writes: writes() });
    desk.prover.ran();
    await desk.pass(5000);
    desk.busy(true);
    void desk.prover.writeCanary('s3://lake/tmp');
    desk.watcher.fresh.emit({});
    desk.busy(false);
    await desk.pass(5000);
    expect(desk.requests).toEqual(['writes']);
    expect(desk.prover.state).toMatchObject({ writes: null, underWay: null });
  });

  it('is told to nobody after the session is gone', async () => {
    const desk = new Desk();
    const changed = jest.fn();
    desk.prover.changed.connect(changed);
    void desk.prover.writeCanary('s3://lake/tmp');
    desk.prover.dispose();
    changed.mockClear();
    await desk.pass(5000);
    expect(desk.requests).toEqual([]);
    expect(changed).not.toHaveBeenCalled();
  });
});
