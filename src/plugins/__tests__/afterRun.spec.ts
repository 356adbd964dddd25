/** When a waiting session is looked at again. */

import type { ISessionContext } from '@jupyterlab/apputils';
import { Signal } from '@lumino/signaling';

import { STATES } from '../../panel/__tests__/fixtures';
import { QUIET, verifyWhenQuiet } from '../afterRun';
import { FakeSession } from './fakes';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

function setUp() {
  const kernel = { status: 'idle' };
  const statusChanged = new Signal<object, string>({});
  const context = {
    isDisposed: false,
    session: { kernel },
    statusChanged
  } as unknown as ISessionContext;
  const session = new FakeSession(STATES.waiting!);
  const ran = verifyWhenQuiet(context, () => session);
  const become = (status: string): void => {
    kernel.status = status;
    statusChanged.emit(status);
  };
  return { session, ran, become };
}

describe('after a run', () => {
  it('a session that waits for Spark is verified once', () => {
    const { session, ran } = setUp();
    ran();
    ran();
    jest.advanceTimersByTime(QUIET);
    expect(session.verify).toHaveBeenCalledTimes(1);
    jest.runAllTimers();
    expect(session.verify).toHaveBeenCalledTimes(1);
  });

  it('nothing is sent in any other state', () => {
    const { session, ran } = setUp();
    session.become(STATES.set!);
    ran();
    session.become(STATES.waiting!);
    jest.runAllTimers();
    expect(session.verify).not.toHaveBeenCalled();
  });

  it('nothing is sent where the state is known by then', () => {
    const { session, ran } = setUp();
    ran();
    session.become(STATES.set!);
    jest.runAllTimers();
    expect(session.verify).not.toHaveBeenCalled();
  });

  it('nothing is asked between the cells of one run', () => {
    const { session, ran, become } = setUp();
    ran();
    become('busy');
    jest.advanceTimersByTime(10 * QUIET);
    expect(session.verify).not.toHaveBeenCalled();
    become('idle');
    become('busy');
    jest.advanceTimersByTime(10 * QUIET);
    expect(session.verify).not.toHaveBeenCalled();
    become('idle');
    jest.advanceTimersByTime(QUIET);
    expect(session.verify).toHaveBeenCalledTimes(1);
  });
});
