/** The lifecycle: what a user asks for, step by step. */

import { can } from '..';
import { makeReport } from '../../../contract/__tests__/reports';
import {
  A,
  B,
  BUSY,
  C,
  FOUND,
  FRESH,
  IDLE,
  LifecycleDriver,
  applied,
  withSettings
} from './driver';

describe('a user applies a profile', () => {
  it('sends it at once to a kernel that is free', () => {
    const driver = new LifecycleDriver(FRESH).apply(A);
    expect(driver.sent).toEqual(['apply sse-kms']);
    expect(driver.snapshot.state).toMatchObject({
      kind: 'applying',
      profile: A,
      pending: { request: 'apply', stage: 'sent', behindCell: false }
    });
  });

  it.each([
    ['none', 'changed'],
    ['set', 'set'],
    ['inEffect', 'in-effect'],
    ['proven', 'proven']
  ] as const)('shows the claim “%s” as %s', (claim, kind) => {
    const driver = new LifecycleDriver(FRESH).apply(A);
    driver.answer(makeReport({ profile: A, claim }));
    expect(driver.kind).toBe(kind);
    expect(driver.remembered).toEqual([A]);
  });

  it('waits for Spark if there is no session, whatever is claimed', () => {
    const report = makeReport({ profile: A, waiting: true, claim: 'set' });
    expect(new LifecycleDriver(FRESH).apply(A).answer(report).kind).toBe(
      'waiting'
    );
  });

  it('shows what changed behind its back', () => {
    const driver = withSettings(A).do({ type: 'verify' });
    const changed = [{ key: 'fs.s3a.encryption.key', applied: 'a', found: '' }];
    driver.answer(makeReport({ profile: A, claim: 'none', changed }));
    expect(driver.kind).toBe('changed');
    expect(driver.snapshot.desired?.profile).toEqual(A);
  });

  it("fails with the kernel's reason, and keeps the profile that is in effect", () => {
    const error = {
      code: 'spark-refused',
      message: 'no',
      fields: [],
      settings: 'old' as const
    };
    const driver = withSettings(A).apply(B);
    driver.answer(makeReport({ ok: false, error, profile: A, claim: 'set' }));
    expect(driver.snapshot.state).toMatchObject({
      kind: 'failed',
      profile: A,
      error
    });
    expect(driver.do(FRESH).sent).toEqual(['guard sse-kms']);
  });

  it('keeps the choice if it failed with nothing in effect', () => {
    const driver = new LifecycleDriver(FRESH).apply(A).lose('bad-answer');
    expect(driver.kind).toBe('failed');
    expect(driver.do(FRESH).sent).toEqual(['guard sse-kms']);
  });

  it('cannot be asked of no kernel or of another language', () => {
    const foreign = new LifecycleDriver({ ...FRESH, language: 'r' });
    expect(foreign.kind).toBe('not-python');
    for (const driver of [new LifecycleDriver(), foreign]) {
      expect(driver.apply(A).sent).toEqual([]);
      expect(can(driver.snapshot.state, 'apply')).toBe(false);
      expect(can(driver.snapshot.state, 'verify')).toBe(false);
    }
  });
});

describe('a kernel that is busy', () => {
  it('queues the request in the page until the kernel is idle', () => {
    const driver = new LifecycleDriver(FRESH, BUSY).apply(A);
    expect(driver.sent).toEqual([]);
    expect(driver.snapshot.state).toMatchObject({
      kind: 'applying',
      pending: { stage: 'queued', behindCell: true }
    });
    expect(driver.do(IDLE).sent).toEqual(['apply sse-kms']);
  });

  it('lets a queued request be cancelled without a trace in the kernel', () => {
    const driver = withSettings(B).do(BUSY).apply(A);
    const { id } = driver.snapshot.queued!;
    expect(driver.do({ type: 'cancel' }).dropped).toEqual([id]);
    expect(driver.kind).toBe('set');
    expect(driver.do(IDLE).sent).toEqual([]);
  });

  it('sends the queued request ahead of the cells of a new run', () => {
    const driver = new LifecycleDriver(FRESH, BUSY)
      .apply(A)
      .do({ type: 'run' });
    expect(driver.sent).toEqual(['apply sse-kms']);
    expect(driver.snapshot.sent?.behindCell).toBe(true);
  });

  it('has one request in its queue at most, and the later of two wins', () => {
    const driver = new LifecycleDriver(FRESH).apply(A).apply(B);
    expect(driver.sent).toEqual([]);
    const { id } = driver.snapshot.queued!;
    driver.apply(A);
    expect(driver.dropped).toEqual([id]);
    expect(driver.answer(applied(A)).sent).toEqual(['apply sse-kms']);
  });

  it('verifies nothing on top of a request that verifies itself', () => {
    const driver = new LifecycleDriver(FRESH).apply(A);
    expect(can(driver.snapshot, 'verify')).toBe(false);
  });
});

describe('a request that is cancelled after it was sent', () => {
  it('is undone by the previous profile as soon as it has run', () => {
    const driver = withSettings(A).apply(B).do({ type: 'cancel' });
    expect(driver.snapshot.state).toMatchObject({
      pending: { withdrawn: true }
    });
    expect(can(driver.snapshot.state, 'cancel')).toBe(false);
    driver.do(BUSY).answer(applied(B));
    expect(driver.sent).toEqual(['apply sse-kms']);
    expect(driver.answer(applied(A)).kind).toBe('set');
    expect(driver.snapshot.desired?.profile).toEqual(A);
  });

  it('is undone by a clear if there was none before', () => {
    const driver = new LifecycleDriver(FRESH).apply(A).do({ type: 'cancel' });
    expect(driver.answer(applied(A)).sent).toEqual(['clear']);
    expect(driver.answer(makeReport()).kind).toBe('not-set');
    expect(driver.snapshot.desired).toBeNull();
  });

  it('is not undone if the kernel refused it', () => {
    const error = {
      code: 'no-connector',
      message: 'no',
      fields: [],
      settings: 'old' as const
    };
    const driver = withSettings(A).apply(B).do({ type: 'cancel' });
    driver.answer(makeReport({ ok: false, error, profile: A, claim: 'set' }));
    expect(driver.sent).toEqual([]);
    expect(driver.kind).toBe('set');
  });

  it('cannot bring back SSE-C without its key: it clears, and asks for the key', () => {
    const driver = new LifecycleDriver({ type: 'restored', profile: C }, FOUND);
    driver.answer(applied(C)).apply(A).do({ type: 'cancel' });
    expect(driver.answer(applied(A)).sent).toEqual(['clear']);
    expect(driver.answer(makeReport()).kind).toBe('needs-key');
  });

  it('gives way to what was asked for next, at once', () => {
    const driver = withSettings(A)
      .apply(B)
      .do({ type: 'cancel' })
      .apply(A)
      .do(BUSY);
    expect(driver.answer(applied(B)).sent).toEqual(['apply sse-kms']);
  });

  it('is not applied again by a restart', () => {
    const driver = withSettings(A).apply(B).do({ type: 'cancel' }, FRESH);
    expect(driver.sent).toEqual(['guard sse-kms']);
  });

  it('puts a re-apply back to nothing and keeps the choice', () => {
    const driver = withSettings(A)
      .do(FRESH, { type: 'cancel' })
      .answer(applied(A));
    expect(driver.sent).toEqual(['clear']);
    expect(driver.answer(makeReport()).kind).toBe('not-set');
    expect(driver.snapshot.desired?.profile).toEqual(A);
  });
});

describe('clear', () => {
  it('forgets the choice when the kernel has done it', () => {
    const driver = withSettings(A).do({ type: 'clear' });
    expect(driver.sent).toEqual(['clear']);
    expect(driver.remembered).toEqual([]);
    expect(driver.answer(makeReport({ request: 'clear' })).kind).toBe(
      'not-set'
    );
    expect(driver.remembered).toEqual([null]);
  });

  it('is only possible if there is something to clear', () => {
    expect(can(new LifecycleDriver(FRESH).snapshot.state, 'clear')).toBe(false);
    expect(can(withSettings(A).snapshot.state, 'clear')).toBe(true);
  });

  it('forgets a choice that is not in the kernel without asking the kernel', () => {
    const driver = withSettings(A).do({ ...FRESH, reapply: false });
    expect(driver.do({ type: 'clear' }).sent).toEqual([]);
    expect(driver.remembered).toEqual([null]);
  });
});

describe('the state', () => {
  it('has a kind for each of the words that are shown', () => {
    expect(new LifecycleDriver().snapshot.state.kind).toBe('no-kernel');
    expect(withSettings(A).snapshot.state.kind).toBe('set');
    const applying = new LifecycleDriver(FRESH, BUSY).apply(A).snapshot.state;
    expect(applying).toMatchObject({
      kind: 'applying',
      pending: { stage: 'queued' }
    });
  });
});
