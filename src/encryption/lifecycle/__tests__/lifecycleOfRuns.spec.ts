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
  Walk,
  applied,
  inForce
} from './walk';

const RUN: LifecycleEvent = { type: 'run', block: 'lenient' };
const ELSEWHERE: LifecycleEvent = { type: 'elsewhere' };

describe('a guard that holds cells back', () => {
  it('is sent where the choice could not be applied, which another guard is not', () => {
    const walk = new Walk(FRESH).apply(A).lose('bad-answer');
    expect(walk.do({ type: 'run' }).sent).toEqual([]);
    expect(walk.do(RUN).sent).toEqual(['guard sse-kms']);
    expect(walk.effects[0]).toMatchObject({ block: 'lenient', reason: 'run' });
  });

  it('goes behind what was held, which is sent now', () => {
    const walk = inForce(A).do(BUSY).apply(B);
    expect(walk.do(RUN).sent).toEqual(['apply sse-s3', 'guard sse-s3']);
  });

  it('is sent for SSE-C whose key is lost, so that its cells do not run', () => {
    const walk = inForce(C, 1).do({ ...FRESH, reapply: false });
    walk.do({ type: 'recalled', profile: C });
    expect(walk.do(RUN).sent).toEqual(['guard sse-c']);
  });

  it('is not sent where nothing is wanted, or a clear is on its way', () => {
    expect(new Walk(FRESH).do(RUN).sent).toEqual([]);
    expect(inForce(A).do({ type: 'clear' }, RUN).sent).toEqual([]);
  });

  it('shows why it failed', () => {
    const walk = new Walk(FRESH).apply(A).lose('bad-answer').do(RUN);
    const { generation, nextId } = walk.snapshot;
    const error = {
      code: 'no-connector',
      message: 'None.',
      fields: [],
      settings: 'unchanged' as const
    };
    const report = makeReport({ request: 'guard', ok: false, error });
    walk.do({ type: 'answered', generation, id: nextId - 1, report });
    expect(walk.snapshot.state).toMatchObject({
      kind: 'failed',
      error,
      profile: A
    });
  });
});

describe('a change by another page', () => {
  it('is looked at, once, and taken over', () => {
    const walk = new Walk(FRESH).do(ELSEWHERE);
    expect(walk.sent).toEqual(['probe']);
    expect(walk.answer(applied(A)).kind).toBe('set');
    expect(walk.remembered).toEqual([A]);
    expect(walk.sent).toEqual([]);
  });

  it('waits until the kernel is free, and is one look for many changes', () => {
    const walk = new Walk(FRESH, BUSY).do(ELSEWHERE);
    expect(walk.do(ELSEWHERE).sent).toEqual([]);
    expect(walk.do(IDLE).sent).toEqual(['probe']);
    expect(walk.answer(applied(A)).sent).toEqual([]);
  });

  it('that came while we asked is looked at after our answer', () => {
    const walk = new Walk(FRESH).apply(A).do(ELSEWHERE);
    expect(walk.sent).toEqual([]);
    expect(walk.answer(applied(A)).sent).toEqual(['probe']);
    expect(walk.answer(applied(B)).snapshot.state).toMatchObject({
      kind: 'set',
      profile: B
    });
  });

  it('that cleared clears here too, also what a restart would apply again', () => {
    const walk = inForce(A).do(ELSEWHERE).answer(makeReport());
    expect(walk.kind).toBe('not-set');
    expect(walk.remembered).toEqual([null]);
    expect(walk.do(FRESH).sent).toEqual([]);
  });

  it('of a process that is gone is forgotten with it', () => {
    const walk = inForce(A).do(BUSY, ELSEWHERE, FRESH);
    expect(walk.sent).toEqual(['guard sse-kms']);
    expect(walk.answer(applied(A)).sent).toEqual([]);
  });

  it('never makes two pages answer each other', () => {
    const walk = inForce(A);
    let sent = 0;
    for (let n = 0; n < 10; n++) {
      walk.do(ELSEWHERE).answer(applied(n % 2 ? A : B));
      sent += walk.effects.filter(({ type }) => type === 'send').length;
    }
    expect(sent).toBe(0);
  });
});

describe('the choice of the site', () => {
  const REQUIRED: LifecycleEvent = { type: 'required', profile: A };

  it('is applied in every fresh kernel, and is not remembered as the person’s', () => {
    const walk = new Walk(REQUIRED, FRESH);
    expect(walk.sent).toEqual(['guard sse-kms']);
    walk.answer(applied(A));
    expect(walk.kind).toBe('set');
    expect(walk.remembered).toEqual([]);
  });

  it('wins over what was remembered', () => {
    const walk = new Walk(REQUIRED, { type: 'recalled', profile: B }, FRESH);
    expect(walk.sent).toEqual(['guard sse-kms']);
  });

  it('cannot be cleared or cancelled', () => {
    const walk = new Walk(REQUIRED, FRESH);
    const sent = walk.snapshot;
    for (const type of ['clear', 'cancel'] as const) {
      expect(transition(sent, { type })[0]).toBe(sent);
    }
    walk.answer(applied(A));
    expect(transition(walk.snapshot, { type: 'clear' })[0]).toBe(walk.snapshot);
    expect(can(walk.snapshot, 'clear')).toBe(false);
  });

  it('stays the choice where the kernel holds something else, and says so', () => {
    const walk = new Walk(REQUIRED, FOUND).answer(applied(B));
    expect(walk.snapshot.state).toMatchObject({ kind: 'changed', profile: A });
    expect(walk.snapshot.wanted?.profile).toEqual(A);
    expect(walk.do(FRESH).sent).toEqual(['guard sse-kms']);
  });

  it('stays the choice where a cell cleared', () => {
    const walk = new Walk(REQUIRED, FRESH)
      .answer(applied(A))
      .do({ type: 'run', block: 'strict' });
    const { generation, nextId } = walk.snapshot;
    const report = makeReport({ request: 'guard' });
    walk.do({ type: 'answered', generation, id: nextId - 1, report });
    expect(walk.kind).toBe('not-set');
    expect(walk.do({ type: 'run', block: 'strict' }).sent).toEqual([
      'guard sse-kms'
    ]);
  });

  it('is looked for in a kernel that runs already when the settings come', () => {
    const walk = new Walk(FRESH).do(REQUIRED);
    expect(walk.sent).toEqual(['probe']);
    expect(walk.answer(makeReport()).sent).toEqual(['guard sse-kms']);
  });

  it('can be lifted', () => {
    const walk = new Walk(REQUIRED, FRESH).answer(applied(A));
    walk.do({ type: 'required', profile: null });
    expect(walk.do({ type: 'clear' }).sent).toEqual(['clear']);
  });
});
