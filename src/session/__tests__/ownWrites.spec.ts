/** The check of the person's own writes: when it is sent, and what is told. */

import { OTHER, writes, written } from '../../contract/__tests__/objects';
import { A, applied } from '../../encryption/lifecycle/__tests__/walk';
import { Desk, withFakeClock } from './desk';

withFakeClock();

describe('the check of own writes', () => {
  it('follows a run once the kernel has been quiet', async () => {
    const desk = new Desk();
    desk.answers.push({ writes: writes() });
    desk.busy(true);
    desk.prover.ran();
    await desk.pass(1000);
    desk.busy(false);
    await desk.pass(300);
    expect(desk.requests).toEqual([]);
    await desk.pass(300);
    expect(desk.sent).toEqual([['writes', { budget: 120 }, 'run']]);
    expect(desk.prover.state.writes).toEqual(writes());
  });

  it('is one for many cells', async () => {
    const desk = new Desk();
    for (let cell = 0; cell < 5; cell++) {
      desk.prover.ran();
    }
    await desk.pass(5000);
    expect(desk.requests).toEqual(['writes']);
  });

  it('goes on at further quiet moments while there is more, and not for ever', async () => {
    const desk = new Desk();
    desk.answers.push(
      { writes: writes({ pending: true }) },
      { writes: writes({ pending: true }) },
      { writes: writes() }
    );
    desk.prover.ran();
    await desk.pass(60_000);
    expect(desk.requests).toHaveLength(3);
    for (let answer = 0; answer < 200; answer++) {
      desk.answers.push({ writes: writes({ pending: true }) });
    }
    desk.prover.ran();
    await desk.pass(600_000);
    expect(desk.requests).toHaveLength(3 + 40);
  });

  it('never starts where nothing is armed, or where the settings say so', async () => {
    const nothing = new Desk('not set');
    nothing.prover.ran();
    await nothing.pass(5000);
    expect(nothing.requests).toEqual([]);
    for (const checks of ['onDemand', 'off'] as const) {
      const desk = new Desk();
      desk.checks = checks;
      desk.prover.ran();
      await desk.pass(5000);
      expect(desk.requests).toEqual([]);
    }
  });

  it('is only on demand where each look is a statement of a session elsewhere', async () => {
    const desk = new Desk();
    desk.client.isRemote = true;
    desk.prover.ran();
    await desk.pass(5000);
    expect(desk.requests).toEqual([]);
    expect(desk.prover.checks).toBe('onDemand');
    void desk.prover.checkWrites();
    await desk.pass(5000);
    expect(desk.requests).toEqual(['writes']);
  });

  it('waits for Spark where a profile is armed', async () => {
    const desk = new Desk('waiting');
    desk.prover.ran();
    await desk.pass(5000);
    expect(desk.requests).toEqual([]);
    const { generation } = desk.walk.snapshot;
    desk.do({ type: 'told', generation, report: applied(A) });
    await desk.pass(5000);
    expect(desk.requests).toEqual(['writes']);
  });

  it('tells of each mismatch once', async () => {
    const desk = new Desk();
    const wrong = written({ other: 2, wanted: 8, objects: [OTHER] });
    const later = written({ ...wrong, execution: 4 });
    desk.answers.push(
      { writes: writes({ paths: [wrong, written({ execution: 1 })] }) },
      { writes: writes({ paths: [later, wrong] }) }
    );
    desk.prover.ran();
    await desk.pass(5000);
    expect(desk.mismatched).toEqual([wrong]);
    desk.prover.ran();
    await desk.pass(5000);
    expect(desk.mismatched).toEqual([wrong, later]);
  });

  it('is written down only where it found something new', async () => {
    const desk = new Desk();
    desk.answers.push({ writes: writes() }, { writes: writes() });
    desk.prover.ran();
    await desk.pass(5000);
    desk.prover.ran();
    await desk.pass(5000);
    expect(desk.requests).toHaveLength(2);
    expect(desk.history.entries).toHaveLength(1);
  });

  it('lets what the person asks for go first', async () => {
    const desk = new Desk();
    desk.busy(true);
    desk.prover.ran();
    void desk.prover.writeCanary('s3://lake/tmp');
    desk.busy(false);
    await desk.pass(5000);
    expect(desk.requests).toEqual(['canary', 'writes']);
  });
});
