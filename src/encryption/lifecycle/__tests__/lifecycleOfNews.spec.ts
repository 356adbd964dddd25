/** News that come with requests that change nothing. */

import { cellsSinceReport } from '..';
import { makeReport } from '../../../contract/__tests__/reports';
import {
  A,
  BUSY,
  FRESH,
  GONE,
  LifecycleDriver,
  applied,
  withSettings
} from './driver';

describe('news of the kernel', () => {
  const news = (
    driver: LifecycleDriver,
    parts: Parameters<typeof makeReport>[0]
  ): LifecycleDriver =>
    driver.do({
      type: 'reportReceived',
      generation: driver.snapshot.generation,
      report: makeReport({ request: 'canary', profile: A, ...parts })
    });

  it('raise and lower the claim as a verify does', () => {
    const driver = news(withSettings(A), { claim: 'proven' });
    expect(driver.kind).toBe('proven');
    expect(news(driver, { claim: 'set' }).kind).toBe('set');
    const changed = [{ key: 'k', applied: 'a', found: 'b' }];
    expect(news(driver, { claim: 'none', changed }).kind).toBe('changed');
  });

  it('are older with each cell that has run since, until there are new ones', () => {
    const driver = withSettings(A);
    expect(cellsSinceReport(driver.snapshot.state)).toBe(0);
    driver.do({ type: 'ran' }, { type: 'ran' });
    expect(driver.effects).toEqual([]);
    expect(cellsSinceReport(driver.snapshot.state)).toBe(2);
    expect(driver.kind).toBe('set');
    // A guard that had nothing to do has not looked.
    const { generation } = driver.snapshot;
    driver.do({ type: 'answered', generation, id: 99, report: null });
    expect(cellsSinceReport(driver.snapshot.state)).toBe(2);
    news(driver, { claim: 'inEffect' });
    expect(cellsSinceReport(driver.snapshot.state)).toBe(0);
  });

  it('have no age if nothing is claimed', () => {
    const driver = new LifecycleDriver(FRESH);
    const before = driver.snapshot;
    expect(driver.do({ type: 'ran' }).snapshot).toBe(before);
  });

  it('send nothing and remember nothing new', () => {
    expect(news(withSettings(A), { claim: 'proven' }).effects).toEqual([]);
  });

  it('are no failure of the settings if the request itself failed', () => {
    const error = {
      code: 'invalid-location',
      message: 'm',
      fields: [],
      settings: 'unchanged' as const
    };
    const driver = news(withSettings(A), {
      ok: false,
      error,
      claim: 'inEffect'
    });
    expect(driver.snapshot.state).toMatchObject({
      kind: 'in-effect',
      report: { ok: true, error: null }
    });
  });

  it('of an older process do not count', () => {
    const driver = withSettings(A);
    const { generation } = driver.snapshot;
    driver.do(GONE);
    const before = driver.snapshot;
    const report = applied(A);
    expect(
      driver.do({ type: 'reportReceived', generation, report }).snapshot
    ).toBe(before);
  });

  it('do not count while a newer request is on its way', () => {
    const driver = withSettings(A).do({ type: 'verify' });
    const before = driver.snapshot;
    expect(news(driver, { claim: 'proven' }).snapshot).toBe(before);
  });

  it('leave a failure to be read', () => {
    const driver = new LifecycleDriver(FRESH)
      .apply(A)
      .lose('internal')
      .do(BUSY);
    expect(news(driver, { claim: 'set' }).kind).toBe('failed');
  });
});
