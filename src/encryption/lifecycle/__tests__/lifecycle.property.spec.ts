/**
 * Any sequence of events: what must hold whatever happens.
 */

import fc from 'fast-check';

import {
  initialSnapshot,
  transition,
  type Effect,
  type ISnapshot,
  type LifecycleEvent
} from '..';
import type { Profile } from '../../profile/profile';
import type { Claim, IReport } from '../../../contract/report';
import { makeReport } from '../../../contract/__tests__/reports';

const PROFILES: Profile[] = [
  { method: 'sse-s3' },
  { method: 'sse-kms', kmsKeyId: 'alias/a' },
  { method: 'sse-c' }
];
const CLAIMS: Claim[] = ['none', 'set', 'inEffect', 'proven'];
const SHOWN: Record<string, number> = {
  set: 1,
  'in-effect': 2,
  proven: 3
};

/** An event; what it answers is decided when it happens. */
type Move =
  | { kind: 'event'; event: LifecycleEvent }
  | { kind: 'report'; ago: number; report: IReport }
  | { kind: 'answer'; which: number; report: IReport | null }
  | { kind: 'lose'; which: number; code: string };

const profile = fc.constantFrom(...PROFILES);
const report = fc
  .record({
    profile: fc.option(profile),
    claim: fc.constantFrom(...CLAIMS),
    waiting: fc.boolean(),
    ok: fc.boolean(),
    changed: fc.constantFrom<IReport['changed']>(
      [],
      [{ key: 'fs.s3a.encryption.key', applied: null, found: 'x' }]
    )
  })
  .map(parts =>
    makeReport({
      ...parts,
      error: parts.ok
        ? null
        : { code: 'internal', message: '', fields: [], settings: 'mixed' }
    })
  );
const event: fc.Arbitrary<LifecycleEvent> = fc.oneof(
  fc.record({ type: fc.constant('restored' as const), profile }),
  fc.record({
    type: fc.constant('kernelGone' as const),
    starting: fc.boolean()
  }),
  fc.record({
    type: fc.constantFrom(
      'kernelStarted' as const,
      'kernelReconnected' as const
    ),
    language: fc.constantFrom('python', 'python', 'python', 'r'),
    reapply: fc.boolean()
  }),
  fc.record({ type: fc.constant('busy' as const), busy: fc.boolean() }),
  fc.record({
    type: fc.constant('inherited' as const),
    profile: fc.option(profile)
  }),
  fc.record({
    type: fc.constant('apply' as const),
    profile,
    key: fc.option(fc.nat(9))
  }),
  fc.constantFrom<LifecycleEvent>(
    { type: 'run' },
    { type: 'ran' },
    { type: 'clear' },
    { type: 'verify' },
    { type: 'cancel' }
  )
);
const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 3,
    arbitrary: event.map(e => ({ kind: 'event' as const, event: e }))
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const),
      which: fc.nat(),
      report: fc.option(report)
    })
  },
  fc.record({
    kind: fc.constant('report' as const),
    ago: fc.constantFrom(0, 0, 1),
    report
  }),
  fc.record({
    kind: fc.constant('lose' as const),
    which: fc.nat(),
    code: fc.constantFrom('kernel-gone', 'aborted', 'bad-answer')
  })
);

type Sent = Extract<Effect, { type: 'send' }>;

/** Plays moves; answers go to any request that was ever sent, once each. */
function play(
  moves: Move[],
  look: (
    snapshot: ISnapshot,
    effects: readonly Effect[],
    lastReport: { generation: number; claim: Claim } | null,
    before: ISnapshot,
    event: LifecycleEvent
  ) => void
): void {
  let snapshot = initialSnapshot();
  const open: Sent[] = [];
  let last: { generation: number; claim: Claim } | null = null;
  for (const step of moves) {
    let event: LifecycleEvent;
    if (step.kind === 'event') {
      event = step.event;
    } else if (step.kind === 'report') {
      const generation = snapshot.generation - step.ago;
      event = { type: 'reportReceived', generation, report: step.report };
      if (step.ago === 0) {
        last = { generation, claim: step.report.claim };
      }
    } else {
      const [sent] = open.splice(step.which % Math.max(open.length, 1), 1);
      if (sent === undefined) {
        continue;
      }
      const { generation, id } = sent;
      if (step.kind === 'answer') {
        event = { type: 'answered', generation, id, report: step.report };
        if (step.report !== null && generation === snapshot.generation) {
          last = { generation, claim: step.report.claim };
        }
      } else {
        const error = {
          code: step.code,
          message: '',
          fields: [],
          settings: 'unknown' as const
        };
        event = { type: 'requestFailed', generation, id, error };
      }
    }
    const before = snapshot;
    const [next, effects] = transition(before, event);
    snapshot = next;
    open.push(
      ...effects.filter((effect): effect is Sent => effect.type === 'send')
    );
    look(snapshot, effects, last, before, event);
  }
}

const sequences = fc.array(move, { maxLength: 40 });
const RUNS = { numRuns: 2000 };

describe('any sequence of events', () => {
  it('never throws, and never changes a snapshot that was given out', () => {
    fc.assert(
      fc.property(sequences, moves => {
        play(moves, snapshot => {
          Object.freeze(snapshot);
          Object.freeze(snapshot.state);
        });
      }),
      RUNS
    );
  });

  it('is “applying” exactly while a request is sent or queued', () => {
    fc.assert(
      fc.property(sequences, moves => {
        play(moves, ({ state, sent, queued }) => {
          expect(state.kind === 'applying').toBe(
            sent !== null || queued !== null
          );
        });
      }),
      RUNS
    );
  });

  it('queues a request only for a reason', () => {
    fc.assert(
      fc.property(sequences, moves => {
        play(moves, ({ sent, queued, busy }) => {
          expect(queued === null || sent !== null || busy).toBe(true);
        });
      }),
      RUNS
    );
  });

  it('never shows a claim that the last report of this process did not make', () => {
    fc.assert(
      fc.property(sequences, moves => {
        play(moves, ({ state, generation }, _effects, last) => {
          const shown = SHOWN[state.kind] ?? 0;
          const claimed =
            last?.generation === generation ? CLAIMS.indexOf(last.claim) : 0;
          expect(shown).toBeLessThanOrEqual(claimed);
        });
      }),
      RUNS
    );
  });

  it('has one request in the queue of a process, guards of runs apart', () => {
    fc.assert(
      fc.property(sequences, moves => {
        play(moves, (snapshot, effects) => {
          const sent = effects.filter(
            effect => effect.type === 'send' && effect.reason !== 'run'
          );
          expect(sent.length).toBeLessThanOrEqual(1);
          expect(
            sent.every(
              one => one.type === 'send' && one.id === snapshot.sent?.id
            )
          ).toBe(true);
        });
      }),
      RUNS
    );
  });

  it('keeps the request in the queue until it is answered, lost, or the process is another', () => {
    fc.assert(
      fc.property(sequences, moves => {
        play(moves, (snapshot, _effects, _last, before, event) => {
          const ended =
            (event.type === 'answered' || event.type === 'requestFailed') &&
            event.id === before.sent?.id;
          expect(
            before.sent === null ||
              ended ||
              snapshot.generation !== before.generation ||
              snapshot.sent?.id === before.sent.id
          ).toBe(true);
        });
      }),
      RUNS
    );
  });

  it('sends nothing to a kernel that is not there or speaks another language', () => {
    fc.assert(
      fc.property(sequences, moves => {
        play(moves, ({ kernel }, effects) => {
          expect(
            kernel === 'python' || effects.every(({ type }) => type !== 'send')
          ).toBe(true);
        });
      }),
      RUNS
    );
  });

  it('sends SSE-C only with a key, or as a guard of what the kernel holds', () => {
    fc.assert(
      fc.property(sequences, moves => {
        play(moves, (_snapshot, effects, _last, before) => {
          for (const effect of effects) {
            const keyless =
              effect.type === 'send' &&
              effect.request !== 'probe' &&
              effect.target?.profile.method === 'sse-c' &&
              effect.target.key === null &&
              effect.request !== 'clear';
            expect(
              !keyless ||
                (effect.request === 'guard' && before.armed === effect.target)
            ).toBe(true);
          }
        });
      }),
      RUNS
    );
  });

  it('remembers nothing that was neither applied nor restored, and arms nothing that was not inherited either', () => {
    fc.assert(
      fc.property(sequences, moves => {
        const chosen = new Set<string>();
        const known = new Set<string>();
        play(moves, (_snapshot, effects, _last, _before, happened) => {
          if (happened.type === 'apply' || happened.type === 'restored') {
            chosen.add(happened.profile.method);
            known.add(happened.profile.method);
          } else if (happened.type === 'inherited' && happened.profile) {
            known.add(happened.profile.method);
          }
          for (const effect of effects) {
            const [about, from] =
              effect.type === 'remember'
                ? [effect.profile?.method, chosen]
                : effect.type === 'send' && effect.request !== 'clear'
                  ? [effect.target?.profile.method, known]
                  : [undefined, known];
            expect(about === undefined || from.has(about)).toBe(true);
          }
        });
      }),
      RUNS
    );
  });

  it('comes to rest when the kernel answers all that it is sent', () => {
    fc.assert(
      fc.property(sequences, moves => {
        let snapshot = initialSnapshot();
        play(moves, next => {
          snapshot = next;
        });
        [snapshot] = transition(snapshot, { type: 'busy', busy: false });
        for (let n = 0; n < 6 && snapshot.sent !== null; n++) {
          const { generation, sent } = snapshot;
          const { request, target, id } = sent;
          const armed = request === 'clear' ? null : (target?.profile ?? null);
          [snapshot] = transition(snapshot, {
            type: 'answered',
            generation,
            id,
            report: makeReport({
              profile: armed,
              claim: armed ? 'set' : 'none'
            })
          });
        }
        expect(snapshot.state.kind).not.toBe('applying');
      }),
      RUNS
    );
  });
});
