import {
  can,
  initialSnapshot,
  statusOf,
  transition,
  type Effect,
  type ISnapshot,
  type LifecycleEvent
} from '../lifecycle';
import type { Profile } from '../profile';
import type { IReport } from '../report';
import { makeReport } from './reports';

const A: Profile = { method: 'sse-kms', kmsKeyId: 'alias/a' };
const B: Profile = { method: 'sse-s3' };
const C: Profile = { method: 'sse-c' };
const FRESH: LifecycleEvent = {
  type: 'fresh',
  language: 'python',
  reapply: true
};
const FOUND: LifecycleEvent = { ...FRESH, type: 'found' };
const GONE: LifecycleEvent = { type: 'gone', starting: false };
const BUSY: LifecycleEvent = { type: 'busy', busy: true };
const IDLE: LifecycleEvent = { type: 'busy', busy: false };

const applied = (profile: Profile): IReport =>
  makeReport({ profile, claim: 'set' });

/** Walks the lifecycle and keeps the effects of the last event. */
class Walk {
  constructor(...events: LifecycleEvent[]) {
    this.do(...events);
  }

  snapshot: ISnapshot = initialSnapshot();
  effects: readonly Effect[] = [];

  do(...events: LifecycleEvent[]): this {
    for (const event of events) {
      [this.snapshot, this.effects] = transition(this.snapshot, event);
    }
    return this;
  }

  apply(profile: Profile, key: number | null = null): this {
    return this.do({ type: 'apply', profile, key });
  }

  answer(report: IReport | null): this {
    const { generation, sent } = this.snapshot;
    return this.do({ type: 'answered', generation, id: sent!.id, report });
  }

  lose(code: string): this {
    const { generation, sent } = this.snapshot;
    const error = {
      code,
      message: code,
      fields: [],
      settings: 'unknown' as const
    };
    return this.do({ type: 'lost', generation, id: sent!.id, error });
  }

  get kind(): string {
    return this.snapshot.state.kind;
  }

  /** The requests that the last event sent, with the method that is applied. */
  get sent(): string[] {
    return this.effects.flatMap(effect => {
      if (effect.type !== 'send') {
        return [];
      }
      const { request, target } = effect;
      return request === 'apply' || request === 'guard'
        ? [`${request} ${target!.profile.method}`]
        : [request];
    });
  }

  get remembered(): (Profile | null)[] {
    return this.effects.flatMap(effect =>
      effect.type === 'remember' ? [effect.profile] : []
    );
  }

  get dropped(): number[] {
    return this.effects.flatMap(effect =>
      effect.type === 'drop' ? [effect.id] : []
    );
  }
}

const inForce = (profile: Profile, key: number | null = null): Walk =>
  new Walk(FRESH).apply(profile, key).answer(applied(profile));

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
    expect(walk.do(FRESH).sent).toEqual(['apply sse-kms']);
  });

  it('keeps the choice where it failed with nothing in force', () => {
    const walk = new Walk(FRESH).apply(A).lose('bad-answer');
    expect(walk.kind).toBe('failed');
    expect(walk.do(FRESH).sent).toEqual(['apply sse-kms']);
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
    expect(walk.sent).toEqual(['apply sse-kms']);
  });

  it('puts a re-apply back to nothing and keeps the choice', () => {
    const walk = inForce(A).do(FRESH, { type: 'cancel' }).answer(applied(A));
    expect(walk.sent).toEqual(['clear']);
    expect(walk.answer(makeReport()).kind).toBe('not-set');
    expect(walk.snapshot.wanted?.profile).toEqual(A);
  });
});

describe('a restart', () => {
  it('applies again at once, busy or not', () => {
    const walk = inForce(A).do(BUSY, FRESH);
    expect(walk.sent).toEqual(['apply sse-kms']);
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
    expect(walk.do(FRESH).sent).toEqual(['apply sse-kms']);
  });
});

describe('a page that is loaded again', () => {
  const recalled = (profile: Profile): Walk =>
    new Walk({ type: 'recalled', profile });

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
    expect(walk.sent).toEqual(['apply sse-kms']);
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

  it('is not sent behind a request that is ahead of the run already', () => {
    expect(new Walk(FRESH).apply(A).do({ type: 'run' }).sent).toEqual([]);
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
