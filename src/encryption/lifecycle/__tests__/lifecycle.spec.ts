/** The lifecycle: what a person asks for, step by step. */

import { can, statusOf } from '..';
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

describe('a person applies a profile', () => {
  it('sends it at once to a kernel that is free', () => {
    const walk = new Walk(FRESH).apply(A);
    expect(walk.sent).toEqual(['apply sse-kms']);
    expect(walk.snapshot.state).toMatchObject({
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
    const walk = new Walk(FRESH).apply(A);
    walk.answer(makeReport({ profile: A, claim }));
    expect(walk.kind).toBe(kind);
    expect(walk.remembered).toEqual([A]);
  });

  it('waits for Spark where there is no session, whatever is claimed', () => {
    const report = makeReport({ profile: A, waiting: true, claim: 'set' });
    expect(new Walk(FRESH).apply(A).answer(report).kind).toBe('waiting');
  });

  it('shows what changed behind its back', () => {
    const walk = inForce(A).do({ type: 'verify' });
    const changed = [{ key: 'fs.s3a.encryption.key', applied: 'a', found: '' }];
    walk.answer(makeReport({ profile: A, claim: 'none', changed }));
    expect(walk.kind).toBe('changed');
    expect(walk.snapshot.wanted?.profile).toEqual(A);
  });

  it('fails with the reason of the kernel, and still wants what is in force', () => {
    const error = {
      code: 'spark-refused',
      message: 'no',
      fields: [],
      settings: 'old' as const
    };
    const walk = inForce(A).apply(B);
    walk.answer(makeReport({ ok: false, error, profile: A, claim: 'set' }));
    expect(walk.snapshot.state).toMatchObject({
      kind: 'failed',
      profile: A,
      error
    });
    expect(walk.do(FRESH).sent).toEqual(['guard sse-kms']);
  });

  it('keeps the choice where it failed with nothing in force', () => {
    const walk = new Walk(FRESH).apply(A).lose('bad-answer');
    expect(walk.kind).toBe('failed');
    expect(walk.do(FRESH).sent).toEqual(['guard sse-kms']);
  });

  it('cannot be asked of no kernel or of another language', () => {
    const foreign = new Walk({ ...FRESH, language: 'r' });
    expect(foreign.kind).toBe('not-python');
    for (const walk of [new Walk(), foreign]) {
      expect(walk.apply(A).sent).toEqual([]);
      expect(can(walk.snapshot.state, 'apply')).toBe(false);
      expect(can(walk.snapshot.state, 'verify')).toBe(false);
    }
  });
});

describe('a kernel that is busy', () => {
  it('holds the request in the page until the kernel is idle', () => {
    const walk = new Walk(FRESH, BUSY).apply(A);
    expect(walk.sent).toEqual([]);
    expect(walk.snapshot.state).toMatchObject({
      kind: 'applying',
      pending: { stage: 'held', behindCell: true }
    });
    expect(walk.do(IDLE).sent).toEqual(['apply sse-kms']);
  });

  it('lets a held request be cancelled with no trace in the kernel', () => {
    const walk = inForce(B).do(BUSY).apply(A);
    const { id } = walk.snapshot.queued!;
    expect(walk.do({ type: 'cancel' }).dropped).toEqual([id]);
    expect(walk.kind).toBe('set');
    expect(walk.do(IDLE).sent).toEqual([]);
  });

  it('sends what is held ahead of the cells of a new run', () => {
    const walk = new Walk(FRESH, BUSY).apply(A).do({ type: 'run' });
    expect(walk.sent).toEqual(['apply sse-kms']);
    expect(walk.snapshot.sent?.behindCell).toBe(true);
  });

  it('has one request in its queue at most, and the later of two wins', () => {
    const walk = new Walk(FRESH).apply(A).apply(B);
    expect(walk.sent).toEqual([]);
    const { id } = walk.snapshot.queued!;
    walk.apply(A);
    expect(walk.dropped).toEqual([id]);
    expect(walk.answer(applied(A)).sent).toEqual(['apply sse-kms']);
  });

  it('verifies nothing on top of a request that verifies itself', () => {
    const walk = new Walk(FRESH).apply(A);
    expect(can(walk.snapshot, 'verify')).toBe(false);
  });
});

describe('a request that is cancelled after it was sent', () => {
  it('is undone by the profile of before as soon as it has run', () => {
    const walk = inForce(A).apply(B).do({ type: 'cancel' });
    expect(walk.snapshot.state).toMatchObject({ pending: { withdrawn: true } });
    expect(can(walk.snapshot.state, 'cancel')).toBe(false);
    walk.do(BUSY).answer(applied(B));
    expect(walk.sent).toEqual(['apply sse-kms']);
    expect(walk.answer(applied(A)).kind).toBe('set');
    expect(walk.snapshot.wanted?.profile).toEqual(A);
  });

  it('is undone by a clear where there was none before', () => {
    const walk = new Walk(FRESH).apply(A).do({ type: 'cancel' });
    expect(walk.answer(applied(A)).sent).toEqual(['clear']);
    expect(walk.answer(makeReport()).kind).toBe('not-set');
    expect(walk.snapshot.wanted).toBeNull();
  });

  it('is not undone where the kernel refused it by itself', () => {
    const error = {
      code: 'no-connector',
      message: 'no',
      fields: [],
      settings: 'old' as const
    };
    const walk = inForce(A).apply(B).do({ type: 'cancel' });
    walk.answer(makeReport({ ok: false, error, profile: A, claim: 'set' }));
    expect(walk.sent).toEqual([]);
    expect(walk.kind).toBe('set');
  });

  it('cannot bring back SSE-C without its key: it clears, and asks for the key', () => {
    const walk = new Walk({ type: 'recalled', profile: C }, FOUND);
    walk.answer(applied(C)).apply(A).do({ type: 'cancel' });
    expect(walk.answer(applied(A)).sent).toEqual(['clear']);
    expect(walk.answer(makeReport()).kind).toBe('needs-key');
  });

  it('gives way to what was asked for next, at once', () => {
    const walk = inForce(A).apply(B).do({ type: 'cancel' }).apply(A).do(BUSY);
    expect(walk.answer(applied(B)).sent).toEqual(['apply sse-kms']);
  });

  it('is not applied again by a restart', () => {
    const walk = inForce(A).apply(B).do({ type: 'cancel' }, FRESH);
    expect(walk.sent).toEqual(['guard sse-kms']);
  });

  it('puts a re-apply back to nothing and keeps the choice', () => {
    const walk = inForce(A).do(FRESH, { type: 'cancel' }).answer(applied(A));
    expect(walk.sent).toEqual(['clear']);
    expect(walk.answer(makeReport()).kind).toBe('not-set');
    expect(walk.snapshot.wanted?.profile).toEqual(A);
  });
});

describe('clear', () => {
  it('forgets the choice when the kernel has done it', () => {
    const walk = inForce(A).do({ type: 'clear' });
    expect(walk.sent).toEqual(['clear']);
    expect(walk.remembered).toEqual([]);
    expect(walk.answer(makeReport({ request: 'clear' })).kind).toBe('not-set');
    expect(walk.remembered).toEqual([null]);
  });

  it('can only be asked for where there is something to clear', () => {
    expect(can(new Walk(FRESH).snapshot.state, 'clear')).toBe(false);
    expect(can(inForce(A).snapshot.state, 'clear')).toBe(true);
  });

  it('forgets a choice that is not in the kernel without asking the kernel', () => {
    const walk = inForce(A).do({ ...FRESH, reapply: false });
    expect(walk.do({ type: 'clear' }).sent).toEqual([]);
    expect(walk.remembered).toEqual([null]);
  });
});

describe('the status', () => {
  it('begins with the words that tests and people rely on', () => {
    expect(statusOf(null).word).toBe('No notebook');
    expect(statusOf(new Walk().snapshot.state).word).toBe('No kernel');
    expect(statusOf(inForce(A).snapshot.state).word).toBe('Set');
    const applying = new Walk(FRESH, BUSY).apply(A).snapshot.state;
    expect(statusOf(applying)).toMatchObject({
      word: 'Applying',
      pending: { stage: 'held' }
    });
  });
});
