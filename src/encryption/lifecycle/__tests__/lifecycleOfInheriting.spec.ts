/** A notebook or console without a choice of its own has that of its kernel. */

import { makeReport } from '../../../contract/__tests__/reports';
import type { Profile } from '../../profile/profile';
import type { LifecycleEvent } from '..';
import {
  A,
  B,
  FRESH,
  GONE,
  LifecycleDriver,
  applied,
  withSettings
} from './driver';

const from = (profile: Profile | null): LifecycleEvent => ({
  type: 'inherited',
  profile
});
const heir = (): LifecycleDriver =>
  new LifecycleDriver(FRESH, from(A)).answer(applied(A));

describe('an inherited choice', () => {
  it('is looked for in the kernel, shown, and not remembered', () => {
    const driver = new LifecycleDriver(FRESH, from(A));
    expect(driver.sent).toEqual(['probe']);
    driver.answer(applied(A));
    expect(driver.snapshot.state).toMatchObject({ kind: 'set', profile: A });
    expect(driver.effects).toEqual([]);
  });

  it('is guarded as one’s own, also over a restart', () => {
    const driver = heir();
    const run = { type: 'run', block: 'lenient' } as const;
    expect(driver.do(run).sent).toEqual(['guard sse-kms']);
    expect(driver.do(FRESH).sent).toEqual(['guard sse-kms']);
    expect(driver.remembered).toEqual([]);
  });

  it('that is known before the kernel is there arms nothing twice', () => {
    const driver = new LifecycleDriver(from(A));
    expect(driver.snapshot.state).toMatchObject({ profile: A });
    expect(driver.do(FRESH).sent).toEqual(['guard sse-kms']);
  });

  it('is guarded at once if the kernel is just being asked for news', () => {
    const driver = new LifecycleDriver(FRESH, { type: 'changedElsewhere' });
    expect(driver.sent).toEqual(['probe']);
    const run = { type: 'run', block: 'lenient' } as const;
    expect(driver.do(from(A), run).sent).toEqual(['guard sse-kms']);
    driver.do(from(A)).answer(applied(A));
    expect(driver.snapshot).toMatchObject({
      inherited: true,
      state: { kind: 'set', profile: A }
    });
  });

  it('does not replace what is just being applied', () => {
    const driver = new LifecycleDriver(FRESH).apply(B);
    expect(driver.do(from(A)).effects).toEqual([]);
    expect(driver.answer(applied(B)).snapshot.desired?.profile).toEqual(B);
  });

  it('ends when the other one clears, or with the kernel', () => {
    expect(heir().do(from(null)).kind).toBe('not-set');
    const moved = heir().do(GONE, from(null), FRESH);
    expect(moved.sent).toEqual([]);
    expect(moved.snapshot.desired).toBeNull();
  });

  it('never replaces one’s own, remembered or applied', () => {
    const own = withSettings(B);
    expect(own.do(from(A)).effects).toEqual([]);
    expect(own.snapshot.desired?.profile).toEqual(B);
    const late = new LifecycleDriver(from(A), { type: 'restored', profile: B });
    expect(late.do(FRESH).sent).toEqual(['guard sse-s3']);
    expect(late.do(from(null)).snapshot.desired?.profile).toEqual(B);
  });

  it('stays the other’s when a choice of one’s own was applied in vain', () => {
    const error = {
      code: 'spark-refused',
      message: '',
      fields: [],
      settings: 'mixed' as const
    };
    const driver = heir().apply(B);
    driver.answer(makeReport({ ok: false, error, profile: A }));
    expect(driver.remembered).toEqual([]);
    expect(driver.snapshot).toMatchObject({
      inherited: true,
      desired: { profile: A }
    });
  });

  it('sends nothing if a report came and no kernel is there', () => {
    const driver = new LifecycleDriver({
      type: 'reportReceived',
      generation: 0,
      report: makeReport({})
    });
    expect(driver.do(from(A)).sent).toEqual([]);
    expect(driver.snapshot.desired?.profile).toEqual(A);
  });

  it('becomes one’s own when it is applied here, and another one does too', () => {
    for (const profile of [A, B]) {
      const driver = heir().apply(profile);
      expect(driver.remembered).toEqual([]);
      driver.answer(applied(profile));
      expect(driver.remembered).toEqual([profile]);
      driver.do(from(null));
      expect(driver.snapshot.desired?.profile).toEqual(profile);
    }
  });

  it('does not replace the site’s', () => {
    const site = { type: 'siteProfileChanged', profile: B } as const;
    const driver = new LifecycleDriver(from(A), site, from(null), FRESH);
    expect(driver.sent).toEqual(['guard sse-s3']);
  });

  it('applies nothing if the kernel holds nothing', () => {
    const driver = new LifecycleDriver(FRESH, from(A)).answer(makeReport());
    expect(driver.sent).toEqual([]);
    expect(driver.kind).toBe('not-set');
  });
});
