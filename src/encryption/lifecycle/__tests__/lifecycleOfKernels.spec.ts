/** The lifecycle: what kernels, reloads and runs do to it. */

import { can } from '..';
import type { Profile } from '../../profile/profile';
import type { IReport } from '../../../contract/report';
import { makeReport } from '../../../contract/__tests__/reports';
import {
  A,
  B,
  BUSY,
  C,
  FOUND,
  FRESH,
  GONE,
  LifecycleDriver,
  applied,
  withSettings
} from './driver';

const recalledOnly = (profile: Profile): LifecycleDriver =>
  new LifecycleDriver({ type: 'restored', profile });

describe('a restart', () => {
  it('applies again at once, busy or not', () => {
    const driver = withSettings(A).do(BUSY, FRESH);
    expect(driver.sent).toEqual(['guard sse-kms']);
    expect(driver.effects[0]).toMatchObject({
      reason: 'restart',
      generation: 2
    });
  });

  it('shows no claim of the process before', () => {
    const driver = withSettings(A).do({ ...FRESH, reapply: false });
    expect(driver.snapshot.state).toEqual({
      kind: 'not-set',
      profile: null,
      report: null
    });
    expect(driver.sent).toEqual([]);
    expect(driver.snapshot.desired?.profile).toEqual(A);
  });

  it('in the middle of a request sends it again under its number', () => {
    const driver = withSettings(B).apply(A);
    const { id } = driver.snapshot.sent!;
    driver.do({ ...FRESH, reapply: false });
    expect(driver.sent).toEqual(['apply sse-kms']);
    expect(driver.snapshot.sent?.id).toBe(id);
    expect(driver.dropped).toEqual([]);
  });

  it('ignores the late answer of the process before', () => {
    const driver = new LifecycleDriver(FRESH).apply(A);
    const { generation, sent } = driver.snapshot;
    driver.do(FRESH);
    const before = driver.snapshot;
    const report = applied(A);
    driver.do({ type: 'answered', generation, id: sent!.id, report });
    expect(driver.snapshot).toBe(before);
  });

  it('makes a clear that was under way true by itself', () => {
    const driver = withSettings(A).do({ type: 'clear' }, FRESH);
    expect(driver.sent).toEqual([]);
    expect(driver.kind).toBe('not-set');
    expect(driver.remembered).toEqual([null]);
  });

  it('uses the SSE-C key that the page still has', () => {
    expect(withSettings(C, 7).do(FRESH).effects[0]).toMatchObject({
      type: 'send',
      target: { profile: C, key: 7 }
    });
  });

  it('after a kernel that died applies what was desired', () => {
    const driver = new LifecycleDriver(FRESH).apply(A).do(GONE);
    expect(driver.snapshot.state).toEqual({ kind: 'no-kernel', profile: A });
    expect(driver.do(FRESH).sent).toEqual(['guard sse-kms']);
  });
});

describe('a page that is loaded again', () => {
  const recalled = recalledOnly;

  it('sends nothing if nothing is remembered', () => {
    const driver = new LifecycleDriver(FOUND);
    expect(driver.sent).toEqual([]);
    // Another page may have set something there.
    expect(driver.kind).toBe('not-known');
  });

  it('knows what a kernel holds that it was asked to look at', () => {
    const look = (report: IReport): LifecycleDriver =>
      new LifecycleDriver(FOUND).do({ type: 'verify' }).answer(report);
    expect(look(makeReport()).kind).toBe('not-set');
    expect(look(applied(A)).kind).toBe('foreign');
    expect(look(applied(A)).snapshot.desired).toBeNull();
  });

  it('still does not know after a look that was withdrawn while it waited', () => {
    const driver = new LifecycleDriver(FOUND, BUSY, { type: 'verify' });
    expect(driver.kind).toBe('applying');
    expect(driver.do({ type: 'cancel' }).kind).toBe('not-known');
  });

  it('can clear a kernel that it does not know', () => {
    const driver = new LifecycleDriver(FOUND, { type: 'clear' });
    expect(driver.sent).toEqual(['clear']);
  });

  it('asks the kernel, and applies nothing if all is in place', () => {
    const driver = recalled(A).do(FOUND);
    expect(driver.sent).toEqual(['probe']);
    expect(driver.answer(applied(A)).sent).toEqual([]);
    expect(driver.kind).toBe('set');
  });

  it('applies what is remembered if nothing is armed in the kernel', () => {
    const driver = recalled(A).do(FOUND).answer(makeReport());
    expect(driver.sent).toEqual(['guard sse-kms']);
    expect(driver.effects[0]).toMatchObject({ reason: 'reload' });
  });

  it('has a guard ahead of a run that does not wait for the answer', () => {
    expect(recalled(A).do(FOUND, { type: 'run' }).sent).toEqual([
      'guard sse-kms'
    ]);
  });

  it('shows what the kernel holds instead, and keeps the choice', () => {
    const driver = recalled(A).do(FOUND).answer(applied(B));
    expect(driver.snapshot.state).toMatchObject({
      kind: 'foreign',
      profile: A,
      inKernel: B
    });
    expect(driver.remembered).toEqual([]);
  });

  it('only asks if re-applying is off', () => {
    const driver = recalled(A).do({ ...FOUND, reapply: false });
    expect(driver.sent).toEqual(['probe']);
    expect(driver.answer(makeReport()).sent).toEqual([]);
    expect(driver.kind).toBe('not-set');
  });

  it('asks for the SSE-C key if nothing is armed in the kernel', () => {
    const driver = recalled(C).do(FOUND);
    expect(driver.sent).toEqual(['probe']);
    expect(driver.answer(makeReport()).kind).toBe('needs-key');
    expect(can(driver.snapshot.state, 'apply')).toBe(true);
  });

  it('needs no SSE-C key if the kernel still has it', () => {
    expect(recalled(C).do(FOUND).answer(applied(C)).kind).toBe('set');
  });

  it('asks for the SSE-C key after a restart', () => {
    const driver = recalled(C).do(FOUND).answer(applied(C)).do(FRESH);
    expect(driver.kind).toBe('needs-key');
    expect(driver.sent).toEqual([]);
  });

  it('begins again if the connection was lost in the middle', () => {
    const driver = withSettings(A).apply(B).do(FOUND);
    expect(driver.sent).toEqual(['apply sse-s3']);
  });
});

describe('the guard of a run', () => {
  it('is sent only if something is armed', () => {
    expect(new LifecycleDriver(FRESH, { type: 'run' }).sent).toEqual([]);
    expect(withSettings(A).do({ type: 'run' }).sent).toEqual(['guard sse-kms']);
  });

  it('does not change the state if all is in place', () => {
    const driver = withSettings(A).do({ type: 'run' });
    const { state, generation, nextId } = driver.snapshot;
    driver.do({ type: 'answered', generation, id: nextId - 1, report: null });
    expect(driver.snapshot.state).toBe(state);
  });

  it('is sent also behind a request that is under way: its process may be gone by now', () => {
    const run = { type: 'run' } as const;
    expect(new LifecycleDriver(FRESH).apply(A).do(run).sent).toEqual([
      'guard sse-kms'
    ]);
    expect(withSettings(A).do({ type: 'verify' }, run).sent).toEqual([
      'guard sse-kms'
    ]);
    expect(withSettings(A).apply(B).do(run).sent).toEqual(['guard sse-s3']);
  });

  it('is not sent behind a request that undoes the settings or only reads them', () => {
    const run = { type: 'run' } as const;
    expect(withSettings(A).do({ type: 'clear' }, run).sent).toEqual([]);
    expect(recalledOnly(A).do({ ...FOUND, reapply: false }, run).sent).toEqual(
      []
    );
  });

  it('shows what it found', () => {
    const driver = withSettings(A).do({ type: 'run' });
    const { generation, nextId } = driver.snapshot;
    const report = makeReport({ profile: A, waiting: true });
    driver.do({ type: 'answered', generation, id: nextId - 1, report });
    expect(driver.kind).toBe('waiting');
  });

  it('shows that the notebook itself has cleared, and keeps the choice', () => {
    const driver = withSettings(A).do({ type: 'run' });
    const { generation, nextId } = driver.snapshot;
    const report = makeReport({ request: 'guard' });
    driver.do({ type: 'answered', generation, id: nextId - 1, report });
    expect(driver.snapshot.state).toMatchObject({
      kind: 'foreign',
      profile: A,
      inKernel: null
    });
    expect(driver.remembered).toEqual([]);
  });
});

describe('what is remembered and read late', () => {
  const late = { type: 'restored' as const, profile: A };

  it('counts although a question that sets nothing is open', () => {
    const driver = new LifecycleDriver(FRESH, { type: 'changedElsewhere' });
    expect(driver.sent).toEqual(['probe']);
    expect(driver.do(late).snapshot.desired?.profile).toEqual(A);
    expect(driver.remembered).toEqual([]);
    expect(driver.do({ type: 'run', block: 'lenient' }).sent).toEqual([
      'guard sse-kms'
    ]);
  });

  it('does not count against what is just being applied', () => {
    const driver = new LifecycleDriver(FRESH).apply(B).do(late);
    expect(driver.answer(applied(B)).snapshot.desired?.profile).toEqual(B);
  });

  it('is asked after a restart if another page was heard in it: that may have armed it before we are connected', () => {
    const empty = makeReport({ request: 'probe', profile: null });
    const driver = new LifecycleDriver(FRESH, { type: 'changedElsewhere' });
    driver.answer(empty);
    expect(driver.kind).toBe('not-set');
    driver.do(FRESH);
    expect(driver.effects).toEqual([
      expect.objectContaining({ type: 'send', request: 'probe', target: null })
    ]);
    driver.answer(applied(B));
    expect(driver.snapshot.state).toMatchObject({
      kind: 'foreign',
      inKernel: B
    });
  });

  it('is not asked after a restart if nothing is chosen and nobody else was heard in it', () => {
    const driver = new LifecycleDriver(FRESH, FRESH);
    expect(driver.effects).toEqual([]);
    expect(driver.kind).toBe('not-set');
  });
});
