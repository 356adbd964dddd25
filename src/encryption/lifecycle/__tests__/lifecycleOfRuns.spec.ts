/** The lifecycle: guards that hold cells back, other pages, and the site’s choice. */

import { can, transition } from '..';
import type { LifecycleEvent } from '../types';
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

const RUN: LifecycleEvent = { type: 'run', block: 'lenient' };
const ELSEWHERE: LifecycleEvent = { type: 'changedElsewhere' };

describe('a guard that blocks cells', () => {
  it('is sent if the choice could not be applied, unlike another guard', () => {
    const driver = new LifecycleDriver(FRESH).apply(A).lose('bad-answer');
    expect(driver.do({ type: 'run' }).sent).toEqual([]);
    expect(driver.do(RUN).sent).toEqual(['guard sse-kms']);
    expect(driver.effects[0]).toMatchObject({
      block: 'lenient',
      reason: 'run'
    });
  });

  it('follows the queued request, which is sent now', () => {
    const driver = withSettings(A).do(BUSY).apply(B);
    expect(driver.do(RUN).sent).toEqual(['apply sse-s3', 'guard sse-s3']);
  });

  it('is sent for SSE-C whose key is lost, so that its cells do not run', () => {
    const driver = withSettings(C, 1).do({ ...FRESH, reapply: false });
    driver.do({ type: 'restored', profile: C });
    expect(driver.do(RUN).sent).toEqual(['guard sse-c']);
  });

  it('is not sent if nothing is desired, or a clear is pending', () => {
    expect(new LifecycleDriver(FRESH).do(RUN).sent).toEqual([]);
    expect(withSettings(A).do({ type: 'clear' }, RUN).sent).toEqual([]);
  });

  it('shows why it failed', () => {
    const driver = new LifecycleDriver(FRESH)
      .apply(A)
      .lose('bad-answer')
      .do(RUN);
    const { generation, nextId } = driver.snapshot;
    const error = {
      code: 'no-connector',
      message: 'None.',
      fields: [],
      settings: 'unchanged' as const
    };
    const report = makeReport({ request: 'guard', ok: false, error });
    driver.do({ type: 'answered', generation, id: nextId - 1, report });
    expect(driver.snapshot.state).toMatchObject({
      kind: 'failed',
      error,
      profile: A
    });
  });
});

describe('a change by another page', () => {
  it('is checked once, and shown', () => {
    const driver = new LifecycleDriver(FRESH).do(ELSEWHERE);
    expect(driver.sent).toEqual(['probe']);
    expect(driver.answer(applied(A)).snapshot.state).toMatchObject({
      kind: 'foreign',
      profile: null,
      inKernel: A
    });
    expect(driver.effects).toEqual([]);
  });

  it('waits until the kernel is idle, and is one check for many changes', () => {
    const driver = new LifecycleDriver(FRESH, BUSY).do(ELSEWHERE);
    expect(driver.do(ELSEWHERE).sent).toEqual([]);
    expect(driver.do(IDLE).sent).toEqual(['probe']);
    expect(driver.answer(applied(A)).sent).toEqual([]);
  });

  it('that came while we asked is checked after our answer', () => {
    const driver = new LifecycleDriver(FRESH).apply(A).do(ELSEWHERE);
    expect(driver.sent).toEqual([]);
    expect(driver.answer(applied(A)).sent).toEqual(['probe']);
    expect(driver.answer(applied(B)).snapshot.state).toMatchObject({
      kind: 'foreign',
      profile: A,
      inKernel: B
    });
  });

  it('that cleared is shown, and a restart applies the choice again', () => {
    const driver = withSettings(A).do(ELSEWHERE).answer(makeReport());
    expect(driver.snapshot.state).toMatchObject({
      kind: 'foreign',
      profile: A,
      inKernel: null
    });
    expect(driver.effects).toEqual([]);
    expect(driver.do(FRESH).sent).toEqual(['guard sse-kms']);
  });

  it('of a process that is gone is forgotten with it', () => {
    const driver = withSettings(A).do(BUSY, ELSEWHERE, FRESH);
    expect(driver.sent).toEqual(['guard sse-kms']);
    expect(driver.answer(applied(A)).sent).toEqual([]);
  });

  it('never makes two pages answer each other', () => {
    const driver = withSettings(A);
    let sent = 0;
    for (let n = 0; n < 10; n++) {
      driver.do(ELSEWHERE).answer(applied(n % 2 ? A : B));
      sent += driver.effects.filter(({ type }) => type === 'send').length;
    }
    expect(sent).toBe(0);
  });
});

describe('the choice of the site', () => {
  const REQUIRED: LifecycleEvent = { type: 'siteProfileChanged', profile: A };

  it('is applied in every new kernel, and is not remembered as the user’s', () => {
    const driver = new LifecycleDriver(REQUIRED, FRESH);
    expect(driver.sent).toEqual(['guard sse-kms']);
    driver.answer(applied(A));
    expect(driver.kind).toBe('set');
    expect(driver.remembered).toEqual([]);
  });

  it('wins over what was remembered', () => {
    const driver = new LifecycleDriver(
      REQUIRED,
      { type: 'restored', profile: B },
      FRESH
    );
    expect(driver.sent).toEqual(['guard sse-kms']);
  });

  it('cannot be cleared or cancelled', () => {
    const driver = new LifecycleDriver(REQUIRED, FRESH);
    const sent = driver.snapshot;
    for (const type of ['clear', 'cancel'] as const) {
      expect(transition(sent, { type })[0]).toBe(sent);
    }
    driver.answer(applied(A));
    expect(transition(driver.snapshot, { type: 'clear' })[0]).toBe(
      driver.snapshot
    );
    expect(can(driver.snapshot, 'clear')).toBe(false);
  });

  it('stays the choice if something else is armed in the kernel, and says so', () => {
    const driver = new LifecycleDriver(REQUIRED, FOUND).answer(applied(B));
    expect(driver.snapshot.state).toMatchObject({
      kind: 'changed',
      profile: A
    });
    expect(driver.snapshot.desired?.profile).toEqual(A);
    expect(driver.do(FRESH).sent).toEqual(['guard sse-kms']);
  });

  it('stays the choice if a cell cleared it', () => {
    const driver = new LifecycleDriver(REQUIRED, FRESH)
      .answer(applied(A))
      .do({ type: 'run', block: 'strict' });
    const { generation, nextId } = driver.snapshot;
    const report = makeReport({ request: 'guard' });
    driver.do({ type: 'answered', generation, id: nextId - 1, report });
    expect(driver.kind).toBe('not-set');
    expect(driver.do({ type: 'run', block: 'strict' }).sent).toEqual([
      'guard sse-kms'
    ]);
  });

  it('is looked for in a kernel that runs already when the settings come', () => {
    const driver = new LifecycleDriver(FRESH).do(REQUIRED);
    expect(driver.sent).toEqual(['probe']);
    expect(driver.answer(makeReport()).sent).toEqual(['guard sse-kms']);
  });

  it('can be lifted', () => {
    const driver = new LifecycleDriver(REQUIRED, FRESH).answer(applied(A));
    driver.do({ type: 'siteProfileChanged', profile: null });
    expect(driver.do({ type: 'clear' }).sent).toEqual(['clear']);
  });
});
