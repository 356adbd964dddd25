/** The guard of a run, and the list of plugins. */

import { Notification } from '@jupyterlab/apputils';
import { NotebookActions } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import type { LifecycleState } from '../../encryption/lifecycle/types';
import plugins from '../../index';
import { KMS, STATES } from '../../panel/__tests__/fixtures';
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
  function setUp(state: LifecycleState, composite = {}, site = {}) {
    const { app } = fakeApp();
    const tracker = new FakeTracker();
    const session = new FakeSession(state);
    const content = {};
    const sessionContext = {};
    const widgetAdded = new Signal<object, Widget>({});
    const notebook = Object.assign(new Widget(), {
      content,
      sessionContext
    });
    void runGuard.activate(
      app,
      {
        find: (fits: (item: unknown) => boolean) =>
          fits(notebook) ? notebook : undefined
      },
      tracker,
      fakePreferences(composite, site),
      { widgetAdded }
    );
    tracker.add(session, notebook);
    const executed = new Signal<object, Date>({});
    const cells = { changed: new Signal<object, { type: string }>({}) };
    const consolePanel = Object.assign(new Widget(), {
      console: { executed, cells }
    });
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
    const add = (type: string): void => {
      cells.changed.emit({ type });
    };
    return { session, run, ran, consoleSession, ranInConsole, add };
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

  it('is followed by news for the session of each cell that ran', () => {
    const { session, ran, consoleSession, ranInConsole } = setUp(STATES.set!);
    ran();
    expect(session.objectChecks.ran).toHaveBeenCalledTimes(1);
    expect(consoleSession.objectChecks.ran).not.toHaveBeenCalled();
    ranInConsole();
    expect(consoleSession.objectChecks.ran).toHaveBeenCalledTimes(1);
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

  it.each([
    [{ mode: 'block' }, {}, [['lenient']]],
    [{ profiles: [{ ...KMS, name: 'A', mode: 'block' }] }, {}, [['lenient']]],
    [{}, { requireBlock: true }, [['strict']]],
    [{}, {}, []]
  ])(
    'asks a session whose profile is not known yet to hold cells back: %p %p',
    (composite, site, calls) => {
      const { session, run } = setUp(
        STATES['not set, nothing asked']!,
        composite,
        site
      );
      run();
      expect(session.guardRun.mock.calls).toEqual(calls);
    }
  );

  it('asks a session to hold cells back whose own choice could not be read, whatever it inherits', () => {
    const settings = { profiles: [{ ...KMS, name: 'A', mode: 'block' }] };
    const { session, run } = setUp(STATES.set!, settings);
    session.unread = 'It is damaged.';
    run();
    expect(session.guardRun.mock.calls).toEqual([['lenient']]);
  });

  it('holds cells back if the settings say so, and the site more strictly', async () => {
    const block = { mode: 'block' };
    const { session, run } = setUp(STATES.set!, block);
    run();
    expect(session.guardRun).toHaveBeenLastCalledWith('lenient');
    const off = setUp(STATES.set!, { ...block, runGuard: false });
    off.run();
    expect(off.session.guardRun).toHaveBeenLastCalledWith('lenient');
    const site = { profile: KMS, locked: true, requireBlock: true };
    const locked = setUp(STATES.set!, { mode: 'warn' }, site);
    locked.run();
    expect(locked.session.guardRun).toHaveBeenLastCalledWith('strict');
    const blocked = setUp(
      STATES.set!,
      { mode: 'warn' },
      { requireBlock: true }
    );
    blocked.run();
    expect(blocked.session.guardRun).toHaveBeenLastCalledWith('strict');
    const plain = setUp(STATES.set!);
    plain.run();
    expect(plain.session.guardRun).toHaveBeenLastCalledWith('warn');
    await settled();
  });

  it('goes ahead of the cells of a console, which only says that one was added', async () => {
    const { consoleSession, add } = setUp(STATES.set!, { mode: 'block' });
    add('set');
    expect(consoleSession.guardRun).not.toHaveBeenCalled();
    add('add');
    expect(consoleSession.guardRun).toHaveBeenLastCalledWith('lenient');
    await settled();
  });

  it('says once why cells were not run, and runs them once if the user asks for it', async () => {
    const { session, run } = setUp(STATES.set!, { mode: 'block' });
    const notify = jest.spyOn(Notification, 'error').mockReturnValue('id');
    const gone = jest.spyOn(Notification, 'dismiss').mockReturnValue();
    const runCells = jest
      .spyOn(NotebookActions, 'runCells')
      .mockResolvedValue(true);
    run();
    run();
    session.blocked.emit('No connector.');
    session.blocked.emit('No connector.');
    expect(gone).toHaveBeenCalledTimes(1);
    expect(notify).toHaveBeenCalledTimes(2);
    const [text, options] = notify.mock.calls[1]!;
    expect(text).toBe('Cells of a.ipynb were not run. No connector.');
    const [panel, anyway] = options!.actions!;
    expect([panel!.label, anyway!.label]).toEqual([
      'Open panel',
      'Run anyway this time'
    ]);
    await settled();
    anyway!.callback({} as MouseEvent);
    expect(runCells.mock.calls[0]![1]).toHaveLength(2);
    run();
    expect(session.guardRun).toHaveBeenLastCalledWith('off');
    await settled();
    run();
    expect(session.guardRun).toHaveBeenLastCalledWith('lenient');
    await settled();
    jest.restoreAllMocks();
  });

  it('asks once before cells run without the key of SSE-C, in every mode', async () => {
    const { session, run } = setUp(STATES['key needed']!, {
      runGuard: false
    });
    const notify = jest.spyOn(Notification, 'error').mockReturnValue('id');
    jest.spyOn(NotebookActions, 'runCells').mockResolvedValue(true);
    run();
    expect(session.guardRun).toHaveBeenLastCalledWith('lenient');
    session.blocked.emit('The key is missing.');
    const [key, anyway] = notify.mock.calls[0]![1]!.actions!;
    expect([key!.label, anyway!.label]).toEqual([
      'Enter the key',
      'Run anyway'
    ]);
    await settled();
    anyway!.callback({} as MouseEvent);
    run();
    expect(session.guardRun).toHaveBeenLastCalledWith('off');
    await settled();
    run();
    expect(session.guardRun).toHaveBeenCalledTimes(2);
    await settled();
    // Another kernel, after one that had the key.
    session.become(STATES.set!);
    session.become(STATES['key needed']!);
    run();
    expect(session.guardRun).toHaveBeenLastCalledWith('lenient');
    await settled();
    jest.restoreAllMocks();
  });

  it('holds cells back while a kernel is asked whether it has the key of SSE-C', async () => {
    const { session, run } = setUp({
      ...(STATES.verifying as LifecycleState & { kind: 'applying' }),
      profile: { method: 'sse-c' },
      pending: {
        request: 'verify',
        stage: 'sent',
        behindCell: false,
        withdrawn: false
      }
    });
    run();
    expect(session.guardRun).toHaveBeenLastCalledWith('lenient');
    await settled();
  });

  it('offers no way around what the site requires', async () => {
    const { session } = setUp(STATES.set!, {}, { requireBlock: true });
    const notify = jest.spyOn(Notification, 'error').mockReturnValue('id');
    session.blocked.emit('No connector.');
    expect(notify.mock.calls[0]![1]!.actions).toHaveLength(1);
    await settled();
    jest.restoreAllMocks();
  });

  it('is not sent if nothing is chosen', () => {
    const { session, run } = setUp(STATES['not set, nothing asked']!);
    run();
    expect(session.guardRun).not.toHaveBeenCalled();
  });

  it('is not sent if the settings say so', () => {
    const { session, run } = setUp(STATES.set!, { runGuard: false });
    run();
    expect(session.guardRun).not.toHaveBeenCalled();
  });
});
