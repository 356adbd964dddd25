/** The panel in the sidebar. */

import type { INotebookTracker } from '@jupyterlab/notebook';
import { MessageLoop } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';

import { STATES } from '../../panel/__tests__/fixtures';
import { panel } from '../panel';
import type { IPanelPages } from '../panel';
import { fakeApp, fakePreferences, FakeSession, FakeTracker } from './fakes';
import { settled } from './fakes';

describe('the panel', () => {
  function setUp(settings: Parameters<typeof fakePreferences>[0] = {}) {
    const { app, shell } = fakeApp();
    const tracker = new FakeTracker();
    const preferences = fakePreferences(settings);
    const pages = panel.activate(
      app,
      tracker,
      preferences,
      null,
      null
    ) as IPanelPages;
    const [widget, area, options] = shell.add.mock.calls[0] as unknown as [
      Widget,
      string,
      object
    ];
    return { widget, area, options, tracker, preferences, pages };
  }

  it('brings its notebook to the front before it lets its kernel be chosen', async () => {
    const { app, shell, commands } = fakeApp();
    const tracker = new FakeTracker();
    const document = new Widget();
    const session = new FakeSession();
    tracker.add(session, document);
    const other = new Widget();
    const notebooks = {
      find: (fits: (widget: Widget) => boolean) => [other, document].find(fits),
      widgetAdded: new Signal<object, unknown>({})
    } as unknown as INotebookTracker;
    shell.activateById.mockImplementation((id: string) => {
      shell.currentWidget = id === document.id ? document : other;
    });
    const chosen: (Widget | null)[] = [];
    commands.addCommand('notebook:change-kernel', {
      isEnabled: () => shell.currentWidget === document,
      execute: () => chosen.push(shell.currentWidget)
    });
    const preferences = fakePreferences();
    const none = [null, null, null, null] as const;
    void panel.activate(app, tracker, preferences, ...none, notebooks, null);
    const [widget] = shell.add.mock.calls[0] as unknown as [Widget];
    Widget.attach(widget, window.document.body);
    tracker.setCurrent(session);
    session.become(STATES['no kernel']!);
    await settled();
    const button = [...widget.node.querySelectorAll('button')].find(node =>
      /kernel/i.test(node.textContent)
    );
    button!.click();
    expect(chosen).toEqual([document]);
    widget.dispose();
    document.dispose();
    other.dispose();
  });

  it('has the new name of a notebook that was renamed', async () => {
    const { app, shell } = fakeApp();
    const tracker = new FakeTracker();
    const session = new FakeSession();
    const widgetAdded = new Signal<object, object>({});
    const propertyChanged = new Signal<object, string>({});
    const notebooks = { widgetAdded } as unknown as INotebookTracker;
    const none = [null, null, null, null] as const;
    void panel.activate(
      app,
      tracker,
      fakePreferences(),
      ...none,
      notebooks,
      null
    );
    widgetAdded.emit({ sessionContext: { propertyChanged } });
    const [widget] = shell.add.mock.calls[0] as unknown as [Widget];
    Widget.attach(widget, window.document.body);
    tracker.setCurrent(session);
    await settled();
    expect(widget.node.textContent).toContain('a.ipynb');
    session.label.document = 'b.ipynb';
    propertyChanged.emit('name');
    await settled();
    expect(widget.node.textContent).toContain('b.ipynb');
    widget.dispose();
  });

  it('is a region of the left sidebar with an icon and a caption', () => {
    const { widget, area, options } = setUp();
    expect(area).toBe('left');
    expect(options).toMatchObject({ rank: 600 });
    expect(widget.id).toBe('s3-encryption');
    expect(widget.node.getAttribute('role')).toBe('region');
    expect(widget.node.getAttribute('aria-label')).toBe('S3 Encryption');
    expect(widget.title.caption).toBe('S3 Encryption');
    expect(widget.title.icon).toBeTruthy();
  });

  it('has the focus on the method that is chosen as soon as it is drawn, if it was opened by a command', async () => {
    const { widget, tracker } = setUp();
    const session = new FakeSession();
    tracker.setCurrent(session);
    session.become(STATES.failed!);
    widget.hide();
    Widget.attach(widget, document.body);
    widget.show();
    MessageLoop.sendMessage(widget, Widget.Msg.ActivateRequest);
    await settled();
    const active = document.activeElement as HTMLInputElement;
    expect([active.type, active.value, active.checked]).toEqual([
      'radio',
      'sse-kms',
      true
    ]);
    // Once: a change of the state is no reason to take the focus.
    active.blur();
    session.become(STATES['failed on fields']!);
    await settled();
    expect(document.activeElement).toBe(document.body);
    widget.dispose();
  });

  it('has the focus although the command palette, once it is left, activates the document in front', async () => {
    const { widget, tracker } = setUp();
    tracker.setCurrent(new FakeSession());
    Widget.attach(widget, document.body);
    await settled();
    const other = document.body.appendChild(document.createElement('button'));
    const inFront = new Widget({ node: other });
    MessageLoop.installMessageHook(inFront, (_, msg) => {
      if (msg.type === 'activate-request') {
        other.focus();
      }
      return true;
    });
    const palette = document.body.appendChild(document.createElement('input'));
    palette.focus();
    palette.addEventListener('blur', () => {
      inFront.activate();
    });
    widget.activate();
    await settled();
    expect(widget.node.contains(document.activeElement)).toBe(true);
    widget.dispose();
    palette.remove();
    inFront.dispose();
    other.remove();
  });

  it('leaves the focus to whoever went on to a field before it was drawn', async () => {
    const { widget, tracker } = setUp();
    tracker.setCurrent(new FakeSession());
    Widget.attach(widget, document.body);
    const palette = document.body.appendChild(document.createElement('input'));
    MessageLoop.sendMessage(widget, Widget.Msg.ActivateRequest);
    MessageLoop.flush();
    palette.focus();
    await settled();
    expect(widget.node.querySelector('input')).not.toBeNull();
    expect(document.activeElement).toBe(palette);
    widget.dispose();
    palette.remove();
  });

  it('draws nothing and asks for nothing while it is hidden', async () => {
    const { widget, tracker, preferences } = setUp();
    const load = jest.spyOn(preferences.memory, 'load');
    widget.hide();
    Widget.attach(widget, document.body);
    const session = new FakeSession();
    tracker.setCurrent(session);
    session.become(STATES.set!);
    await settled();
    expect(widget.node.childElementCount).toBe(0);
    expect(load).not.toHaveBeenCalled();
    widget.show();
    await settled();
    expect(widget.node.querySelector('[role=status]')!.textContent).toMatch(
      /^Set: SSE-KMS/
    );
    widget.dispose();
  });

  it('follows the notebook in front and its state', async () => {
    const { widget, tracker } = setUp();
    Widget.attach(widget, document.body);
    const status = async (): Promise<string> => {
      await settled();
      return widget.node.querySelector('[role=status]')!.textContent;
    };
    expect(await status()).toMatch(/^No notebook/);
    const session = new FakeSession();
    tracker.setCurrent(session);
    expect(await status()).toMatch(/^Not set/);
    session.become(STATES.waiting!);
    expect(await status()).toMatch(/^Waiting for Spark/);
    tracker.setCurrent(null);
    expect(await status()).toMatch(/^No notebook/);
    widget.dispose();
    session.become(STATES.set!);
  });

  it.each([true, false])(
    'ticks the box for Python writers if the setting says %s and nothing was chosen',
    async coverPythonWriters => {
      const { widget, tracker } = setUp({ coverPythonWriters });
      Widget.attach(widget, document.body);
      const session = new FakeSession();
      tracker.setCurrent(session);
      const ticked = async (): Promise<boolean> => {
        await settled();
        widget.node.querySelector<HTMLElement>('[value=sse-s3]')?.click();
        await settled();
        const box = '[type=checkbox]:checked';
        return widget.node.querySelector(box) !== null;
      };
      expect(await ticked()).toBe(coverPythonWriters);
      const other = new FakeSession();
      other.become(STATES.set!);
      tracker.setCurrent(other);
      expect(await ticked()).toBe(false);
      widget.dispose();
    }
  );

  it('keeps what was typed for one notebook away from another', async () => {
    const { widget, tracker } = setUp();
    Widget.attach(widget, document.body);
    const chosen = async (): Promise<string | undefined> => {
      await settled();
      return widget.node.querySelector<HTMLInputElement>('input:checked')
        ?.value;
    };
    const one = new FakeSession();
    const two = new FakeSession();
    tracker.setCurrent(one);
    await settled();
    widget.node.querySelector<HTMLInputElement>('input[value=sse-s3]')!.click();
    expect(await chosen()).toBe('sse-s3');
    tracker.setCurrent(two);
    expect(await chosen()).toBeUndefined();
    tracker.setCurrent(one);
    expect(await chosen()).toBe('sse-s3');
    widget.dispose();
    one.dispose();
    two.dispose();
  });

  it('opens a page with a text in its field, once', async () => {
    const { widget, tracker, pages } = setUp();
    Widget.attach(widget, document.body);
    const one = new FakeSession(STATES['in effect']!);
    const two = new FakeSession(STATES['in effect']!);
    const field = (): HTMLInputElement | null =>
      widget.node.querySelector('details[open] input[placeholder^="s3:"]');
    tracker.setCurrent(one);
    pages.open(two, 'canary', 's3://two');
    pages.open(one, 'audit', 's3://lake');
    await settled();
    await settled();
    expect(field()!.value).toBe('s3://lake');
    expect(document.activeElement).toBe(field());
    tracker.setCurrent(two);
    await settled();
    expect(field()!.value).toBe('s3://two');
    tracker.setCurrent(one);
    await settled();
    expect(field()).toBeNull();
    widget.dispose();
  });
});
