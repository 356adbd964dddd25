/** The check of the user's own writes: when it is sent, and what is reported. */

import { OTHER, writes, written } from '../../contract/__tests__/objects';
import { A, applied } from '../../encryption/lifecycle/__tests__/driver';
import { ObjectChecksHarness, withFakeClock } from './harness';

withFakeClock();

describe('the check of own writes', () => {
  it('follows a run once the kernel has been quiet', async () => {
    const harness = new ObjectChecksHarness();
    harness.answers.push({ writes: writes() });
    harness.busy(true);
    harness.objectChecks.ran();
    await harness.pass(1000);
    harness.busy(false);
    await harness.pass(300);
    expect(harness.requests).toEqual([]);
    await harness.pass(300);
    expect(harness.sent).toEqual([['writes', { budget: 120 }, 'run']]);
    expect(harness.objectChecks.state.writes).toEqual(writes());
  });

  it('says how many cells have run since', async () => {
    const harness = new ObjectChecksHarness();
    const { objectChecks, watcher } = harness;
    watcher.ran.emit();
    expect(objectChecks.state.cellsSinceWrites ?? 0).toBe(0);
    harness.answers.push({ writes: writes() }, { writes: writes() });
    void objectChecks.checkWrites();
    await harness.pass();
    watcher.ran.emit();
    watcher.ran.emit();
    expect(objectChecks.state.cellsSinceWrites).toBe(2);
    void objectChecks.checkWrites();
    await harness.pass();
    expect(objectChecks.state.cellsSinceWrites).toBe(0);
  });

  it('is one for many cells', async () => {
    const harness = new ObjectChecksHarness();
    for (let cell = 0; cell < 5; cell++) {
      harness.objectChecks.ran();
    }
    await harness.pass(5000);
    expect(harness.requests).toEqual(['writes']);
  });

  it('goes on at further quiet moments while there is more, and not for ever', async () => {
    const harness = new ObjectChecksHarness();
    harness.answers.push(
      { writes: writes({ pending: true }) },
      { writes: writes({ pending: true }) },
      { writes: writes() }
    );
    harness.objectChecks.ran();
    await harness.pass(60_000);
    expect(harness.requests).toHaveLength(3);
    for (let answer = 0; answer < 200; answer++) {
      harness.answers.push({ writes: writes({ pending: true }) });
    }
    harness.objectChecks.ran();
    await harness.pass(600_000);
    expect(harness.requests).toHaveLength(3 + 40);
  });

  it('never starts if nothing is armed, or if the settings say so', async () => {
    const nothing = new ObjectChecksHarness('not set');
    nothing.objectChecks.ran();
    await nothing.pass(5000);
    expect(nothing.requests).toEqual([]);
    for (const checks of ['onDemand', 'off'] as const) {
      const harness = new ObjectChecksHarness();
      harness.checks = checks;
      harness.objectChecks.ran();
      await harness.pass(5000);
      expect(harness.requests).toEqual([]);
    }
  });

  it('is only on demand if each check is a statement of a remote session', async () => {
    const harness = new ObjectChecksHarness();
    harness.client.isRemote = true;
    harness.objectChecks.ran();
    await harness.pass(5000);
    expect(harness.requests).toEqual([]);
    expect(harness.objectChecks.checks).toBe('onDemand');
    void harness.objectChecks.checkWrites();
    await harness.pass(5000);
    expect(harness.requests).toEqual(['writes']);
  });

  it('waits for Spark if a profile is armed', async () => {
    const harness = new ObjectChecksHarness('waiting');
    harness.objectChecks.ran();
    await harness.pass(5000);
    expect(harness.requests).toEqual([]);
    const { generation } = harness.driver.snapshot;
    harness.do({ type: 'reportReceived', generation, report: applied(A) });
    await harness.pass(5000);
    expect(harness.requests).toEqual(['writes']);
  });

  it('reports each mismatch once', async () => {
    const harness = new ObjectChecksHarness();
    const wrong = written({ other: 2, wanted: 8, objects: [OTHER] });
    const later = written({ ...wrong, execution: 4 });
    harness.answers.push(
      { writes: writes({ paths: [wrong, written({ execution: 1 })] }) },
      { writes: writes({ paths: [later, wrong] }) }
    );
    harness.objectChecks.ran();
    await harness.pass(5000);
    expect(harness.mismatched).toEqual([wrong]);
    harness.objectChecks.ran();
    await harness.pass(5000);
    expect(harness.mismatched).toEqual([wrong, later]);
  });

  it('is recorded only if it found something new', async () => {
    const harness = new ObjectChecksHarness();
    harness.answers.push({ writes: writes() }, { writes: writes() });
    harness.objectChecks.ran();
    await harness.pass(5000);
    harness.objectChecks.ran();
    await harness.pass(5000);
    expect(harness.requests).toHaveLength(2);
    expect(harness.history.entries).toHaveLength(1);
  });

  it("lets the user's own requests go first", async () => {
    const harness = new ObjectChecksHarness();
    harness.busy(true);
    harness.objectChecks.ran();
    void harness.objectChecks.writeCanary('s3://lake/tmp');
    harness.busy(false);
    await harness.pass(5000);
    expect(harness.requests).toEqual(['canary', 'writes']);
  });
});
