/** What a kernel holds although nobody chose it here: shown, never remembered and never armed by itself. */

import { can, transition } from '..';
import { makeReport } from '../../../contract/__tests__/reports';
import type { IReport } from '../../../contract/report';
import type { Profile } from '../../profile/profile';
import {
  A,
  B,
  C,
  FOUND,
  FRESH,
  GONE,
  LifecycleDriver,
  applied,
  withSettings
} from './driver';

const proven = (profile: Profile): IReport =>
  makeReport({ profile, claim: 'proven' });

/** The ways in which a report arrives that is about something nobody asked for. */
const WAYS: [string, (driver: LifecycleDriver, report: IReport) => void][] = [
  [
    'a verify',
    (driver, report) => {
      driver.do({ type: 'verify' }).answer(report);
    }
  ],
  [
    'news of another page',
    (driver, report) => {
      driver.do({ type: 'changedElsewhere' }).answer(report);
    }
  ],
  [
    'a request about objects',
    (driver, report) => {
      const { generation } = driver.snapshot;
      driver.do({ type: 'reportReceived', generation, report });
    }
  ],
  [
    'the guard of a run',
    (driver, report) => {
      driver.do({ type: 'run', block: 'lenient' });
      const { generation, nextId } = driver.snapshot;
      driver.do({ type: 'answered', generation, id: nextId - 1, report });
    }
  ]
];

describe.each(WAYS)(
  'a profile of the kernel that comes with %s',
  (_, report) => {
    it('is shown without a claim, and the choice stays', () => {
      const driver = withSettings(A);
      report(driver, proven(B));
      expect(driver.snapshot.state).toMatchObject({
        kind: 'foreign',
        profile: A,
        inKernel: B
      });
      expect(driver.remembered).toEqual([]);
      expect(driver.snapshot.desired?.profile).toEqual(A);
    });

    it('is still nobody’s choice when it is reported again', () => {
      const driver = withSettings(A);
      for (let n = 0; n < 3; n++) {
        report(driver, proven(B));
        expect(driver.kind).toBe('foreign');
        expect(driver.remembered).toEqual([]);
      }
    });

    it('arms no later kernel', () => {
      for (const next of [FRESH, FOUND]) {
        const driver = withSettings(A);
        report(driver, proven(B));
        driver.do(GONE, next);
        const sent = driver.effects.filter(({ type }) => type === 'send');
        expect(sent).toMatchObject([{ target: { profile: A } }]);
      }
    });

    it('can be kept, or replaced by the choice, at the user’s request', () => {
      const driver = withSettings(A);
      report(driver, proven(B));
      const [kept] = [new LifecycleDriver()];
      kept.snapshot = driver.snapshot;
      kept.apply(B).answer(applied(B));
      expect(kept.snapshot.state).toMatchObject({ kind: 'set', profile: B });
      expect(kept.remembered).toEqual([B]);
      driver.apply(A).answer(applied(A));
      expect(driver.snapshot.state).toMatchObject({ kind: 'set', profile: A });
      expect(driver.remembered).toEqual([]);
    });
  }
);

describe.each(WAYS)(
  'a kernel that has lost its profile, says %s',
  (_, report) => {
    it('does not make the page forget the choice', () => {
      const driver = withSettings(A);
      report(driver, makeReport());
      expect(driver.snapshot.state).toMatchObject({
        kind: 'foreign',
        profile: A,
        inKernel: null
      });
      expect(driver.remembered).toEqual([]);
      expect(driver.do(FRESH).sent).toEqual(['guard sse-kms']);
    });
  }
);

describe('a kernel that holds what nobody chose', () => {
  it('leaves a notebook without a choice without one', () => {
    const driver = new LifecycleDriver(FRESH).do({ type: 'verify' });
    driver.answer(proven(A));
    expect(driver.snapshot.state).toMatchObject({
      kind: 'foreign',
      profile: null,
      inKernel: A
    });
    expect(driver.remembered).toEqual([]);
    expect(driver.do({ type: 'run' }).sent).toEqual([]);
    expect(driver.do(FRESH).sent).toEqual([]);
  });

  it('can be cleared, also if there is no choice', () => {
    const driver = new LifecycleDriver(FRESH).do({ type: 'verify' });
    driver.answer(proven(A));
    expect(can(driver.snapshot.state, 'clear')).toBe(true);
    expect(driver.do({ type: 'clear' }).sent).toEqual(['clear']);
    expect(driver.answer(makeReport()).kind).toBe('not-set');
  });

  it('does not get it back if a request is cancelled too late', () => {
    const driver = withSettings(A).do({ type: 'verify' }).answer(proven(B));
    driver.apply(C, 1).do({ type: 'cancel' }).answer(applied(C));
    expect(driver.sent).toEqual(['clear']);
    driver.answer(makeReport());
    expect(driver.remembered).toEqual([]);
    expect(driver.snapshot.desired?.profile).toEqual(A);
  });

  it('is not what was asked for under another name only', () => {
    const named = { ...A, name: 'Somebody’s' };
    const driver = withSettings(A)
      .do({ type: 'verify' })
      .answer(applied(named));
    expect(driver.snapshot.state).toMatchObject({ kind: 'set', profile: A });
    expect(driver.remembered).toEqual([]);
  });

  it('stays the same under the next event', () => {
    const driver = withSettings(A).do({ type: 'verify' }).answer(proven(B));
    const before = driver.snapshot;
    expect(transition(before, { type: 'busy', busy: false })[0]).toBe(before);
  });
});
