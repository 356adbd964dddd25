/** Which notebook is the current one, as the shell brings widgets to the front. */

import { NotebookActions } from '@jupyterlab/notebook';
import type { INotebookTracker } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';

import type { IEncryptionSession } from '../../tokens';
import { tracker } from '../tracker';
import { fakeApp, fakePreferences, settled } from './fakes';

class FakeNotebook extends Widget {
  readonly context = { path: 'a.ipynb' };
  readonly sessionContext = {
    name: 'a.ipynb',
    path: 'a.ipynb',
    kernelDisplayName: 'Echo',
    kernelChanged: new Signal<object, unknown>({}),
    session: { kernel: { id: 'one', name: 'echo' } }
  };
}

function setUp(restored: Promise<void> = Promise.resolve()) {
  const { app, shell } = fakeApp();
  Object.assign(app, { restored });
  const widgetAdded = new Signal<object, Widget>({});
  const all: Widget[] = [];
  const notebooks = {
    find: (fits: (widget: Widget) => boolean) => all.find(fits),
    filter: (fits: (widget: Widget) => boolean) => all.filter(fits),
    has: (widget: Widget) => widget instanceof FakeNotebook,
    widgetAdded
  } as unknown as INotebookTracker;
  // Kernels that are left out: their sessions never send anything.
  const preferences = fakePreferences({ kernels: ['python*'] });
  const found = tracker.activate(
    app,
    notebooks,
    preferences,
    null,
    null,
    null
  ) as unknown as {
    current: IEncryptionSession | null;
    find: (widget: Widget) => IEncryptionSession | null;
    mayInherit: (widget: Widget) => boolean;
    currentChanged: Signal<object, IEncryptionSession | null>;
  };
  const changes: (IEncryptionSession | null)[] = [];
  found.currentChanged.connect((_, session) => {
    changes.push(session);
  });
  const toFront = (newValue: Widget | null): void => {
    shell.currentWidget = newValue;
    shell.currentChanged.emit({ newValue });
  };
  return { all, found, changes, toFront, widgetAdded };
}

it('the notebook in front is the current one', () => {
  const { found, changes, toFront } = setUp();
  const one = new FakeNotebook();
  const two = new FakeNotebook();
  toFront(one);
  toFront(two);
  expect(changes).toEqual([found.find(one), found.find(two)]);
  expect(found.current).toBe(found.find(two));
});

it('the last notebook stays the current one while something else is in front', () => {
  const { found, changes, toFront } = setUp();
  const one = new FakeNotebook();
  toFront(one);
  toFront(new Widget());
  toFront(null);
  toFront(one);
  expect(found.current).toBe(found.find(one));
  expect(changes).toHaveLength(1);
});

it('a notebook that is closed behind something else is no longer the current one', () => {
  const { found, changes, toFront } = setUp();
  const one = new FakeNotebook();
  toFront(one);
  toFront(new Widget());
  one.dispose();
  expect(found.current).toBeNull();
  expect(changes.at(-1)).toBeNull();
});

it('a notebook behind something else has a session before its first cell runs', () => {
  const { all, found } = setUp();
  const content = {};
  const one = Object.assign(new FakeNotebook(), { content });
  all.push(one);
  expect(found.find(one)).toBeNull();
  (
    NotebookActions.executionScheduled as unknown as Signal<object, object>
  ).emit({ notebook: content, cell: {} });
  expect(found.find(one)).not.toBeNull();
});

it('a notebook may have a choice for its kernel until its memory was read, whoever else is in that kernel', async () => {
  const { all, found, toFront, widgetAdded } = setUp();
  await settled();
  const one = new FakeNotebook();
  toFront(one);
  expect(found.mayInherit(one)).toBe(false);
  const two = new FakeNotebook();
  all.push(two);
  expect(found.mayInherit(one)).toBe(true);
  widgetAdded.emit(two);
  await settled();
  expect(found.find(two)).toBeNull();
  expect(found.mayInherit(one)).toBe(false);
  const elsewhere = new FakeNotebook();
  elsewhere.sessionContext.session.kernel.id = 'two';
  all.push(elsewhere);
  expect(found.mayInherit(one)).toBe(false);
});

it('any document may be missing while the page opens those of before, for ten seconds at most', async () => {
  const one = new FakeNotebook();
  let restored = (): void => undefined;
  const page = setUp(
    new Promise(resolve => {
      restored = resolve;
    })
  );
  page.toFront(one);
  expect(page.found.mayInherit(one)).toBe(true);
  restored();
  await settled();
  expect(page.found.mayInherit(one)).toBe(false);
  jest.useFakeTimers();
  const slow = setUp(new Promise(() => undefined));
  slow.toFront(one);
  jest.advanceTimersByTime(9_999);
  expect(slow.found.mayInherit(one)).toBe(true);
  jest.advanceTimersByTime(1);
  expect(slow.found.mayInherit(one)).toBe(false);
  jest.useRealTimers();
});
