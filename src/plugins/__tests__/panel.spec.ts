/** The panel in the sidebar. */

import { Widget } from '@lumino/widgets';
import { STATES } from '../../panel/__tests__/fixtures';
import { panel } from '../panel';
import { fakeApp, fakePreferences, FakeSession, FakeTracker } from './fakes';
import { settled } from './fakes';

describe('the panel', () => {
  function setUp() {
    const { app, shell } = fakeApp();
    const tracker = new FakeTracker();
    const preferences = fakePreferences();
    void panel.activate(app, tracker, preferences, null, null);
    const [widget, area, options] = shell.add.mock.calls[0] as unknown as [
      Widget,
      string,
      object
    ];
    return { widget, area, options, tracker, preferences };
  }

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
});
