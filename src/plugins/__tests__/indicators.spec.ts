/** The status item, the toolbar button and the notifications. */

import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import { OTHER, written } from '../../contract/__tests__/objects';
import { PANEL_ID } from '../../panel/widget';
import type { LifecycleState } from '../../encryption/lifecycle/types';
import type { Profile } from '../../encryption/profile/profile';
import { KMS, STATES } from '../../panel/__tests__/fixtures';
import { CommandIDs } from '../../shell/commandIds';
import { notifications } from '../notifications';
import { statusItem } from '../statusItem';
import { StateButton } from '../toolbarButton';
import { fakeApp, fakePreferences, FakeSession, FakeTracker } from './fakes';
import { settled } from './fakes';

const trans = nullTranslator.load('');

describe('the status item', () => {
  function setUp(composite: Record<string, unknown> = {}) {
    const { app, commands: registry } = fakeApp();
    const tracker = new FakeTracker();
    const registered: { item: Widget; isActive: () => boolean }[] = [];
    void statusItem.activate(
      app,
      tracker,
      fakePreferences(composite),
      {
        registerStatusItem: (
          _id: string,
          item: (typeof registered)[number]
        ) => {
          registered.push(item);
        }
      },
      null
    );
    return { tracker, registry, ...registered[0]! };
  }

  it('is there only if a notebook or a console is in front', () => {
    const { tracker, isActive } = setUp();
    expect(isActive()).toBe(false);
    tracker.setCurrent(new FakeSession());
    expect(isActive()).toBe(true);
  });

  it('is not there if the settings say so', () => {
    const { tracker, isActive } = setUp({ showStatusItem: false });
    tracker.setCurrent(new FakeSession());
    expect(isActive()).toBe(false);
  });

  it('says the state in words and opens the panel', async () => {
    const { tracker, item, registry } = setUp();
    const open = jest.fn();
    registry.addCommand(CommandIDs.openPanel, { execute: open });
    const session = new FakeSession();
    tracker.setCurrent(session);
    Widget.attach(item, document.body);
    session.become(STATES.set!);
    await settled();
    const button = item.node.querySelector('button')!;
    expect(button.textContent).toBe('S3: SSE-KMS, set');
    button.click();
    expect(open).toHaveBeenCalledTimes(1);
    item.dispose();
  });
});

it.each([
  ['set', 'S3: SSE-KMS, set', 'neutral'],
  ['in effect', 'S3: SSE-KMS, in effect', 'good'],
  ['changed', 'S3: SSE-KMS, changed', 'warning'],
  ['failed', 'S3: SSE-KMS, failed', 'error']
])('the status item has a colour and words: %s', async (name, words, tone) => {
  const { app } = fakeApp();
  const tracker = new FakeTracker();
  const bar = { registerStatusItem: jest.fn() };
  void statusItem.activate(app, tracker, fakePreferences(), bar, null);
  const [, { item }] = bar.registerStatusItem.mock.calls[0] as [
    string,
    { item: Widget }
  ];
  Widget.attach(item, document.body);
  tracker.setCurrent(new FakeSession(STATES[name]!));
  await settled();
  const button = item.node.querySelector('button')!;
  expect(button.textContent).toBe(words);
  expect(button.className).toContain(`jp-mod-${tone}`);
  item.dispose();
});

describe('the toolbar button', () => {
  it('shows the state of its own notebook, also before there is a session', async () => {
    const tracker = new FakeTracker();
    const notebook = new Widget();
    const button = new StateButton(
      tracker,
      notebook as never,
      trans,
      jest.fn()
    );
    Widget.attach(button, document.body);
    const title = async (): Promise<string> => {
      await settled();
      return button.node.querySelector('[title]')!.getAttribute('title')!;
    };
    expect(await title()).toBe('S3 Encryption');
    tracker.add(new FakeSession(STATES.waiting!), new Widget());
    expect(await title()).toBe('S3 Encryption');
    tracker.add(new FakeSession(STATES.set!), notebook);
    expect(await title()).toBe('S3 Encryption (SSE-KMS, set)');
    button.dispose();
  });
});

describe('the notifications', () => {
  function setUp(composite: Record<string, unknown> = {}) {
    const fake = fakeApp();
    const tracker = new FakeTracker();
    const pages = { open: jest.fn() };
    const preferences = fakePreferences(composite);
    void notifications.activate(fake.app, tracker, preferences, null, pages);
    const session = new FakeSession();
    tracker.add(session, new Widget());
    const notify = jest.spyOn(Notification, 'error').mockReturnValue('');
    notify.mockClear();
    return { ...fake, tracker, session, notify, pages };
  }

  it('report a failure once, with a way to the panel', async () => {
    const { session, notify, commands: registry } = setUp();
    session.become(STATES.failed!);
    session.become(STATES.failed!);
    expect(notify).toHaveBeenCalledTimes(1);
    const [message, options] = notify.mock.calls[0]!;
    expect(message).toContain('a.ipynb');
    expect(message).toContain('No S3 connector');
    const open = jest.fn();
    registry.addCommand(CommandIDs.openPanel, {
      execute: open
    });
    options!.actions![0]!.callback(new MouseEvent('click'));
    await settled();
    expect(open).toHaveBeenCalledTimes(1);
  });

  it('say once that a kept choice could not be read, and again if it happens again', () => {
    const { session, notify } = setUp();
    session.unread = 'It is damaged.';
    session.become(STATES['not set, nothing asked']!);
    session.become(STATES['not set, nothing asked']!);
    expect(notify).toHaveBeenCalledTimes(1);
    expect(notify.mock.calls[0]![0]).toBe(
      'Your kept choice for a.ipynb is not applied: it could not be read. It is damaged.'
    );
    session.unread = null;
    session.become(STATES['not set, nothing asked']!);
    session.unread = 'No network.';
    session.become(STATES['not set, nothing asked']!);
    expect(notify).toHaveBeenCalledTimes(2);
  });

  it('leave it to the cells that are held back in mode block', () => {
    const { session, notify } = setUp({ mode: 'block' });
    session.unread = 'It is damaged.';
    session.become(STATES['not set, nothing asked']!);
    expect(notify).not.toHaveBeenCalled();
  });

  it('do not report a guard’s failure beside the notice that cells were not run', async () => {
    const { session, notify } = setUp();
    const failed = STATES['failed on fields']!;
    session.blocked.emit('No key.');
    session.become({ ...failed });
    expect(notify).not.toHaveBeenCalled();
    await settled();
    session.become({ ...STATES.failed! });
    expect(notify).toHaveBeenCalledTimes(1);
  });

  it('do not repeat what the open panel shows', () => {
    const { tracker, session, sidebar, notify } = setUp();
    const widget = new Widget();
    widget.id = PANEL_ID;
    Widget.attach(widget, document.body);
    sidebar.push(widget);
    tracker.setCurrent(session);
    session.become({ ...STATES['failed on fields']! });
    expect(notify).not.toHaveBeenCalled();
    widget.dispose();
  });

  describe('of a change that was not made here', () => {
    const CHANGED = STATES.changed as LifecycleState & { kind: 'changed' };
    const set = STATES.set!;

    function warned() {
      const fake = setUp();
      const warn = jest.spyOn(Notification, 'warning').mockReturnValue('w');
      const gone = jest.spyOn(Notification, 'dismiss').mockReturnValue();
      warn.mockClear();
      gone.mockClear();
      return { ...fake, warn, gone };
    }

    it('say once what changed, with one action that sets it again, and go when it is set', async () => {
      const { session, warn, gone } = warned();
      session.become(set);
      session.become(CHANGED);
      session.become({ ...CHANGED });
      expect(warn).toHaveBeenCalledTimes(1);
      const [text, options] = warn.mock.calls[0]!;
      const [change] = CHANGED.report.changed;
      expect(text).toContain('Code that ran in the kernel of a.ipynb');
      expect(text).toContain(change!.key);
      expect(options!.actions).toHaveLength(1);
      options!.actions![0]!.callback(new MouseEvent('click'));
      await settled();
      expect(session.apply).toHaveBeenCalledWith(CHANGED.profile);
      expect(gone).not.toHaveBeenCalled();
      session.become(set);
      expect(gone).toHaveBeenCalledWith('w');
      session.become(CHANGED);
      expect(warn).toHaveBeenCalledTimes(2);
    });

    it('name the notebook of this page that shares the kernel and has what it holds now', () => {
      const { tracker, session, shell, warn } = warned();
      const inKernel: Profile = { method: 'sse-s3' };
      const context = { sessionContext: { session: { kernel: { id: 'k' } } } };
      const [mine, theirs] = [1, 2].map(() =>
        Object.assign(new Widget(), context)
      );
      const other = new FakeSession({ ...CHANGED, profile: inKernel });
      Object.assign(other.label, { document: 'b.ipynb' });
      tracker.sessions.set(mine!, session);
      tracker.sessions.set(theirs!, other);
      jest
        .spyOn(shell, 'widgets')
        .mockImplementation(() => [mine!, theirs!].values());
      const { profile, report } = CHANGED;
      session.become({ kind: 'foreign', profile, inKernel, report });
      expect(warn.mock.calls[0]![0]).toBe(
        'The kernel of a.ipynb now holds SSE-S3 in place of SSE-KMS, set by b.ipynb.'
      );
      session.become({ kind: 'foreign', profile, inKernel: null, report });
      expect(warn.mock.calls[1]![0]).toBe(
        'The kernel of a.ipynb no longer holds SSE-KMS: it was cleared by another page, or code in a cell.'
      );
    });

    it('say nothing if nothing was chosen, the panel shows it, or cells were just not run', async () => {
      const { tracker, session, sidebar, warn } = warned();
      const { report } = CHANGED;
      session.become({
        kind: 'foreign',
        profile: null,
        inKernel: KMS,
        report
      });
      session.blocked.emit('Changed.');
      session.become(CHANGED);
      await settled();
      session.become(set);
      const widget = new Widget();
      widget.id = PANEL_ID;
      Widget.attach(widget, document.body);
      sidebar.push(widget);
      tracker.setCurrent(session);
      session.become(CHANGED);
      expect(warn).not.toHaveBeenCalled();
      widget.dispose();
    });
  });

  it('report objects that are not encrypted as chosen, with the audit one click away', async () => {
    const { shell, tracker, session, pages, commands: registry } = setUp();
    const warned = jest.spyOn(Notification, 'warning').mockReturnValue('');
    const open = jest.fn();
    registry.addCommand(CommandIDs.openPanel, { execute: open });
    const document = new Widget();
    document.id = 'notebook-1';
    tracker.sessions.set(document, session);
    jest.spyOn(shell, 'widgets').mockReturnValue([document].values());
    const wrong = written({ other: 2, objects: [OTHER] });
    session.objectChecks.mismatched.emit([
      wrong,
      { ...wrong, path: 's3a://b/c' }
    ]);
    expect(warned).toHaveBeenCalledTimes(1);
    const [message, options] = warned.mock.calls[0]!;
    expect(message).toContain('2 of 10 checked objects under s3a://lake/sales');
    expect(message).toContain('1 more path');
    const [action] = options!.actions!;
    expect(action!.label).toBe('Audit…');
    action!.callback(new MouseEvent('click'));
    await settled();
    expect(shell.activateById).toHaveBeenCalledWith('notebook-1');
    expect(pages.open).toHaveBeenCalledWith(
      session,
      'audit',
      's3a://lake/sales'
    );
    expect(open).toHaveBeenCalledTimes(1);
    warned.mockRestore();
  });
});
