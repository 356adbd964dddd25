/** The lifecycle: what kernels, reloads and runs do to it. */

import { can } from '..';
import type { Profile } from '../../profile/profile';
import { makeReport } from '../../../contract/__tests__/reports';
import {
  A,
  B,
  BUSY,
  C,
  FOUND,
  FRESH,
  GONE,
  Walk,
  applied,
  inForce
} from './walk';

const recalledOnly = (profile: Profile): Walk =>
  new Walk({ type: 'recalled', profile });

describe('a restart', () => {
  it('applies again at once, busy or not', () => {
    const walk = inForce(A).do(BUSY, FRESH);
    expect(walk.sent).toEqual(['guard sse-kms']);
    expect(walk.effects[0]).toMatchObject({ reason: 'restart', generation: 2 });
  });

  it('shows no claim of the process before', () => {
    const walk = inForce(A).do({ ...FRESH, reapply: false });
    expect(walk.snapshot.state).toEqual({
      kind: 'not-set',
      profile: null,
      report: null
    });
    expect(walk.sent).toEqual([]);
    expect(walk.snapshot.wanted?.profile).toEqual(A);
  });

  it('in the middle of a request sends it again under its number', () => {
    const walk = inForce(B).apply(A);
    const { id } = walk.snapshot.sent!;
    walk.do({ ...FRESH, reapply: false });
    expect(walk.sent).toEqual(['apply sse-kms']);
    expect(walk.snapshot.sent?.id).toBe(id);
    expect(walk.dropped).toEqual([]);
  });

  it('ignores the late answer of the process before', () => {
    const walk = new Walk(FRESH).apply(A);
    const { generation, sent } = walk.snapshot;
    walk.do(FRESH);
    const before = walk.snapshot;
    const report = applied(A);
    walk.do({ type: 'answered', generation, id: sent!.id, report });
    expect(walk.snapshot).toBe(before);
  });

  it('makes a clear that was under way true by itself', () => {
    const walk = inForce(A).do({ type: 'clear' }, FRESH);
    expect(walk.sent).toEqual([]);
    expect(walk.kind).toBe('not-set');
    expect(walk.remembered).toEqual([null]);
  });

  it('uses the SSE-C key that the page still holds', () => {
    expect(inForce(C, 7).do(FRESH).effects[0]).toMatchObject({
      type: 'send',
      target: { profile: C, key: 7 }
    });
  });

  it('after a kernel that died applies what was wanted', () => {
    const walk = new Walk(FRESH).apply(A).do(GONE);
    expect(walk.snapshot.state).toEqual({ kind: 'no-kernel', profile: A });
    expect(walk.do(FRESH).sent).toEqual(['guard sse-kms']);
  });
});

describe('a page that is loaded again', () => {
  const recalled = recalledOnly;

  it('sends nothing where nothing is remembered', () => {
    const walk = new Walk(FOUND);
    expect(walk.sent).toEqual([]);
    expect(walk.kind).toBe('not-set');
  });

  it('asks the kernel, and applies nothing where all is in place', () => {
    const walk = recalled(A).do(FOUND);
    expect(walk.sent).toEqual(['probe']);
    expect(walk.answer(applied(A)).sent).toEqual([]);
    expect(walk.kind).toBe('set');
  });

  it('applies what is remembered where the kernel holds nothing', () => {
    const walk = recalled(A).do(FOUND).answer(makeReport());
    expect(walk.sent).toEqual(['guard sse-kms']);
    expect(walk.effects[0]).toMatchObject({ reason: 'reload' });
  });

  it('has a guard ahead of a run that does not wait for the answer', () => {
    expect(recalled(A).do(FOUND, { type: 'run' }).sent).toEqual([
      'guard sse-kms'
    ]);
  });

  it('takes over what another page has applied', () => {
    const walk = recalled(A).do(FOUND).answer(applied(B));
    expect(walk.snapshot.state).toMatchObject({ kind: 'set', profile: B });
    expect(walk.remembered).toEqual([B]);
  });

  it('only asks where re-applying is off', () => {
    const walk = recalled(A).do({ ...FOUND, reapply: false });
    expect(walk.sent).toEqual(['probe']);
    expect(walk.answer(makeReport()).sent).toEqual([]);
    expect(walk.kind).toBe('not-set');
  });

  it('asks for the SSE-C key where the kernel holds nothing', () => {
    const walk = recalled(C).do(FOUND);
    expect(walk.sent).toEqual(['probe']);
    expect(walk.answer(makeReport()).kind).toBe('needs-key');
    expect(can(walk.snapshot.state, 'apply')).toBe(true);
  });

  it('needs no SSE-C key where the kernel still holds it', () => {
    expect(recalled(C).do(FOUND).answer(applied(C)).kind).toBe('set');
  });

  it('asks for the SSE-C key after a restart', () => {
    const walk = recalled(C).do(FOUND).answer(applied(C)).do(FRESH);
    expect(walk.kind).toBe('needs-key');
    expect(walk.sent).toEqual([]);
  });

  it('begins again where the connection was lost in the middle', () => {
    const walk = inForce(A).apply(B).do(FOUND);
    expect(walk.sent).toEqual(['apply sse-s3']);
  });
});

describe('the guard of a run', () => {
  it('is sent only where something is armed', () => {
    expect(new Walk(FRESH, { type: 'run' }).sent).toEqual([]);
    expect(inForce(A).do({ type: 'run' }).sent).toEqual(['guard sse-kms']);
  });

  it('does not change the state where all is in place', () => {
    const walk = inForce(A).do({ type: 'run' });
    const { state, generation, nextId } = walk.snapshot;
    walk.do({ type: 'answered', generation, id: nextId - 1, report: null });
    expect(walk.snapshot.state).toBe(state);
  });

  it('is sent also behind a request that is under way: its process may be gone by now', () => {
    const run = { type: 'run' } as const;
    expect(new Walk(FRESH).apply(A).do(run).sent).toEqual(['guard sse-kms']);
    expect(inForce(A).do({ type: 'verify' }, run).sent).toEqual([
      'guard sse-kms'
    ]);
    expect(inForce(A).apply(B).do(run).sent).toEqual(['guard sse-s3']);
  });

  it('is not sent behind what takes the settings back, or only looks', () => {
    const run = { type: 'run' } as const;
    expect(inForce(A).do({ type: 'clear' }, run).sent).toEqual([]);
    expect(recalledOnly(A).do({ ...FOUND, reapply: false }, run).sent).toEqual(
      []
    );
  });

  it('shows what it found', () => {
    const walk = inForce(A).do({ type: 'run' });
    const { generation, nextId } = walk.snapshot;
    const report = makeReport({ profile: A, waiting: true });
    walk.do({ type: 'answered', generation, id: nextId - 1, report });
    expect(walk.kind).toBe('waiting');
  });

  it('takes over that the notebook itself has cleared', () => {
    const walk = inForce(A).do({ type: 'run' });
    const { generation, nextId } = walk.snapshot;
    const report = makeReport({ request: 'guard' });
    walk.do({ type: 'answered', generation, id: nextId - 1, report });
    expect(walk.kind).toBe('not-set');
    expect(walk.remembered).toEqual([null]);
  });
});
