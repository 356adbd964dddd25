/** When the page leaves the guard to the kernel. */

import {
  A,
  applied,
  B,
  FRESH,
  LifecycleDriver
} from '../../encryption/lifecycle/__tests__/driver';
import type { ISnapshot } from '../../encryption/lifecycle';
import type { IReport } from '../../contract/report';
import { makeReport } from '../../contract/__tests__/reports';
import { gateHolds } from '../hold';
import { askedBy } from '../lifecycleRequests';

const GATE = { mode: 'lenient', profile: A, passed: false } as const;

function armed(gate: IReport['gate'], more: Partial<IReport> = {}): ISnapshot {
  const driver = new LifecycleDriver(FRESH);
  driver.apply(A).answer(makeReport({ ...applied(A), ...more, gate }));
  return driver.snapshot;
}

it('sends no guard where the kernel looks for the same profile in the same mode', () => {
  expect(gateHolds(armed(GATE), 'lenient', true)).toBe(true);
  expect(gateHolds(armed(GATE, { waiting: true }), 'lenient', true)).toBe(true);
  expect(gateHolds(armed({ ...GATE, mode: 'warn' }), 'warn', true)).toBe(true);
  // After a cell there is nothing to hold back.
  expect(gateHolds(armed(GATE), undefined, true)).toBe(true);
});

it.each([
  ['there is no gate', null],
  ['it looks for another profile', { ...GATE, profile: B }],
  ['nothing is chosen there', { ...GATE, profile: null }],
  ['it holds nothing back', { ...GATE, mode: 'warn' }],
  ['it is stricter', { ...GATE, mode: 'strict' }],
  ['it lets cells pass', { ...GATE, passed: true }]
] as const)('sends its guard if %s', (_, gate) => {
  expect(gateHolds(armed(gate), 'lenient', true)).toBe(false);
});

it('sends its guard to run cells anyway', () => {
  expect(gateHolds(armed(GATE), 'off', true)).toBe(false);
});

it('sends its guard if the next process would not have the choice', () => {
  expect(gateHolds(armed(GATE), 'lenient', false)).toBe(false);
  const inherited = { ...armed(GATE), inherited: true };
  expect(gateHolds(inherited, 'lenient', true)).toBe(false);
  // The site's profile is not kept: the server knows it by itself.
  expect(gateHolds({ ...armed(GATE), fixed: true }, 'lenient', false)).toBe(
    true
  );
});

it('sends its guard until it knows what another page has changed', () => {
  expect(gateHolds({ ...armed(GATE), stale: true }, 'lenient', true)).toBe(
    false
  );
  const driver = new LifecycleDriver(FRESH);
  driver.apply(A);
  expect(gateHolds(driver.snapshot, 'lenient', true)).toBe(false);
});

it('tells a gate, and nothing else, that cells run in any case', () => {
  const run = {
    type: 'send',
    id: 1,
    generation: 1,
    request: 'guard',
    reason: 'run',
    target: { profile: A, key: null }
  } as const;
  const withGate = makeReport({ ...applied(A), gate: GATE });
  const without = makeReport(applied(A));
  const modeOf = (...rest: [IReport, boolean]): unknown =>
    askedBy(run, { connector: 'auto' }, null, ...rest).args;
  expect(modeOf(withGate, true)).toMatchObject({ mode: 'warn' });
  expect(modeOf(without, true)).not.toHaveProperty('mode');
  expect(modeOf(withGate, false)).not.toHaveProperty('mode');
});
