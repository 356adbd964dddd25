/** The guard of a run, and the list of plugins. */

import { NotebookActions } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import type { LifecycleState } from '../../encryption/lifecycle';
import plugins from '../../index';
import { STATES } from '../../panel/__tests__/fixtures';
import { runGuard } from '../runGuard';
import { fakeApp, fakePreferences, FakeSession, FakeTracker } from './fakes';
import { settled } from './fakes';

describe('the list of plugins', () => {
  it('has an id, a description and an own name for each', () => {
    const ids = plugins.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, description } of plugins) {
      expect(id).toMatch(/^jupyterlab-s3-encryption:[a-z-]+$/);
      expect(description).toMatch(/[.]$/);
    }
    expect(ids).toContain('jupyterlab-s3-encryption:plugin');
  });
});

describe('the guard of a run', () => {
  function setUp(state: LifecycleState, composite = {}) {
    const { app } = fakeApp();
    const tracker = new FakeTracker();
    const session = new FakeSession(state);
    const content = {};
    const widgetAdded = new Signal<object, Widget>({});
    const notebook = Object.assign(new Widget(), { content });
    tracker.add(session, notebook);
    void runGuard.activate(
      app,
      {
        find: (fits: (item: unknown) => boolean) =>
          fits(notebook) ? notebook : undefined
      },
      tracker,
      fakePreferences(composite),
      { widgetAdded }
    );
    const executed = new Signal<object, Date>({});
    const consolePanel = Object.assign(new Widget(), { console: { executed } });
    const consoleSession = new FakeSession(state);
    tracker.add(consoleSession, consolePanel);
    widgetAdded.emit(consolePanel);
    const ranInConsole = (): void => {
      executed.emit(new Date());
    };
    const run = (): void => {
      (
        NotebookActions.executionScheduled as unknown as Signal<object, object>
      ).emit({ notebook: content, cell: {} });
    };
    const ran = (): void => {
      (NotebookActions.executed as unknown as Signal<object, object>).emit({
        notebook: content,
        cell: {},
        success: true
      });
    };
    return { session, run, ran, consoleSession, ranInConsole };
  }

  it('asks after a cell whether Spark is there, while that is waited for', () => {
    const { session, ran } = setUp(STATES.waiting!);
    ran();
    expect(session.guardRun).toHaveBeenCalledTimes(1);
  });

  it('asks the same after a cell of a console', () => {
    const { session, consoleSession, ranInConsole } = setUp(STATES.waiting!);
    ranInConsole();
    expect(consoleSession.guardRun).toHaveBeenCalledTimes(1);
    expect(session.guardRun).not.toHaveBeenCalled();
  });

  it.each(
    Object.entries(STATES).filter(
      ([, state]) => state !== null && state.kind !== 'waiting'
    )
  )('is not sent after a cell in any other state: %s', (_name, state) => {
    const { session, ran, consoleSession, ranInConsole } = setUp(state!);
    ran();
    ranInConsole();
    expect(session.guardRun).not.toHaveBeenCalled();
    expect(consoleSession.guardRun).not.toHaveBeenCalled();
  });

  it('goes ahead of the first cell at once, and once per batch', async () => {
    const { session, run } = setUp(STATES.set!);
    run();
    expect(session.guardRun).toHaveBeenCalledTimes(1);
    run();
    run();
    expect(session.guardRun).toHaveBeenCalledTimes(1);
    await settled();
    run();
    expect(session.guardRun).toHaveBeenCalledTimes(2);
  });

  it('is not sent where nothing is chosen', () => {
    const { session, run } = setUp(STATES['not set, nothing asked']!);
    run();
    expect(session.guardRun).not.toHaveBeenCalled();
  });

  it('is not sent where the settings say so', () => {
    const { session, run } = setUp(STATES.set!, { runGuard: false });
    run();
    expect(session.guardRun).not.toHaveBeenCalled();
  });
});
