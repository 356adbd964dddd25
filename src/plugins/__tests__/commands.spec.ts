/** The commands, and their place in the palette. */

import {
  Dialog,
  InputDialog,
  Notification,
  type ISessionContext
} from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';
import { ENGLISH } from '../../contract/messages';
import { ProfileError } from '../../encryption/profile/profile';
import { PANEL_ID } from '../../panel/widget';
import { KMS, STATES } from '../../panel/__tests__/fixtures';
import { ExcludedSession } from '../../session/excluded/excludedSession';
import { commands } from '../commands';
import { CommandIDs } from '../../shell/commandIds';
import { fakeApp, fakePreferences, FakeSession, FakeTracker } from './fakes';

describe('the commands', () => {
  function setUp(composite: Record<string, unknown> = {}) {
    const { app, shell, commands: registry } = fakeApp();
    const tracker = new FakeTracker();
    const preferences = fakePreferences(composite);
    const items: { command: string; category: string; args?: object }[] = [];
    const palette = {
      addItem: (item: (typeof items)[number]) => {
        items.push(item);
        return {
          isDisposed: false,
          dispose: () => {
            items.splice(items.indexOf(item), 1);
          }
        };
      }
    };
    const notebooks = { currentWidget: null };
    const pages = { open: jest.fn() };
    void commands.activate(
      app,
      tracker,
      notebooks,
      preferences,
      palette,
      null,
      pages
    );
    return { registry, shell, tracker, preferences, items, pages };
  }

  it.each(Object.values(CommandIDs))(
    'have a label, a caption and a description of arguments: %s',
    async id => {
      const { registry } = setUp();
      expect(registry.label(id)).not.toBe('');
      expect(registry.caption(id)).not.toBe('');
      const { args } = await registry.describedBy(id);
      expect(args).toMatchObject({ type: 'object' });
    }
  );

  it('are all in the palette, under one category', () => {
    const { items } = setUp();
    expect(items.map(({ command }) => command).sort()).toEqual(
      Object.values(CommandIDs).sort()
    );
    expect(new Set(items.map(({ category }) => category))).toEqual(
      new Set(['S3 Encryption'])
    );
  });

  it('are in the palette once more for each named profile of the settings', () => {
    const { items, preferences } = setUp();
    preferences.set({ profiles: [{ name: 'Finance', method: 'sse-s3' }] });
    expect(
      items.filter(({ command }) => command === CommandIDs.applyProfile)
    ).toHaveLength(2);
    preferences.set({});
    expect(items).toHaveLength(Object.values(CommandIDs).length);
  });

  it('are in the palette for at most 20 profiles; the others are found in the chooser, by their names', async () => {
    const profiles = Array.from({ length: 2000 }, (_, index) => ({
      name: `Team ${index}`,
      method: 'sse-s3'
    }));
    const { items, registry, tracker } = setUp({ profiles });
    expect(items).toHaveLength(Object.values(CommandIDs).length + 20);
    const session = new FakeSession();
    tracker.setCurrent(session);
    const ask = jest.spyOn(InputDialog, 'getItem');
    const error = jest.spyOn(Notification, 'error').mockReturnValue('');
    const answer = async (value: string): Promise<void> => {
      ask.mockResolvedValueOnce({
        button: Dialog.okButton(),
        isChecked: null,
        value
      });
      await registry.execute(CommandIDs.applyProfile);
    };
    await answer('Team 1999');
    expect(ask.mock.calls[0]![0]).toMatchObject({ editable: true });
    // The dialog begins with the first of them.
    const { items: offered } = ask.mock.calls[0]![0];
    expect([offered.length, offered[0]]).toEqual([2001, '']);
    expect(session.apply).toHaveBeenCalledWith(profiles[1999]);
    await answer('Team');
    expect(error.mock.calls[0]![0]).toContain('There is no profile “Team”.');
    expect(session.apply).toHaveBeenCalledTimes(1);
    ask.mockRestore();
    error.mockRestore();
  });

  it('can be run only if they do something', () => {
    const { registry, tracker } = setUp();
    const enabled = (): string[] =>
      Object.values(CommandIDs).filter(id => registry.isEnabled(id));
    expect(enabled()).toEqual([CommandIDs.openPanel]);
    const bare = new FakeSession();
    bare.objectChecks.armed = false;
    tracker.setCurrent(bare);
    expect(enabled()).toEqual([
      CommandIDs.apply,
      CommandIDs.verify,
      CommandIDs.openPanel,
      CommandIDs.audit
    ]);
    tracker.setCurrent(new ExcludedSession({} as ISessionContext, ENGLISH));
    expect(enabled()).toEqual([CommandIDs.openPanel]);
    tracker.setCurrent(new FakeSession(STATES.set!));
    expect(enabled()).toContain(CommandIDs.clear);
    expect(enabled()).toContain(CommandIDs.copyCode);
    expect(enabled()).toContain(CommandIDs.canary);
    expect(enabled()).toContain(CommandIDs.checkWrites);
  });

  it('are off while something else than a notebook is in front', () => {
    const { registry, tracker, shell } = setUp();
    const session = new FakeSession(STATES.set!);
    const widget = new Widget();
    tracker.add(session, widget);
    tracker.setCurrent(session);
    shell.currentWidget = widget;
    expect(registry.isEnabled(CommandIDs.verify)).toBe(true);
    shell.currentWidget = new Widget();
    expect(
      Object.values(CommandIDs).filter(id => registry.isEnabled(id))
    ).toEqual([CommandIDs.openPanel]);
  });

  it('apply a profile by its name', async () => {
    const { registry, tracker } = setUp({
      profiles: [{ name: 'Finance', ...KMS }]
    });
    const session = new FakeSession();
    tracker.setCurrent(session);
    await registry.execute(CommandIDs.applyProfile, { name: 'Finance' });
    expect(session.apply).toHaveBeenCalledWith({ name: 'Finance', ...KMS });
    await expect(
      registry.execute(CommandIDs.applyProfile, { name: 'Other' })
    ).rejects.toThrow('no profile');
  });

  it('open the panel if a profile needs the SSE-C key', async () => {
    const { registry, tracker, shell } = setUp({
      profiles: [{ name: 'C', method: 'sse-c' }]
    });
    const notify = jest.spyOn(Notification, 'error').mockReturnValue('');
    const session = new FakeSession();
    session.apply.mockRejectedValue(
      new ProfileError([{ field: 'customerKey', message: 'Enter the key.' }])
    );
    tracker.setCurrent(session);
    await registry.execute(CommandIDs.applyProfile, { name: 'C' });
    expect(shell.activateById).toHaveBeenCalledWith(PANEL_ID);
    expect(notify.mock.calls[0]![0]).toContain('Enter the key.');
    notify.mockRestore();
  });

  it('verify and clear the notebook in front', async () => {
    const { registry, tracker } = setUp();
    const session = new FakeSession(STATES.set!);
    tracker.setCurrent(session);
    await registry.execute(CommandIDs.verify);
    await registry.execute(CommandIDs.clear);
    expect(session.verify).toHaveBeenCalledTimes(1);
    expect(session.clear).toHaveBeenCalledTimes(1);
  });

  it('open a page of the panel with its field filled in, and send nothing', async () => {
    const { registry, tracker, shell, pages } = setUp();
    const session = new FakeSession(STATES.set!);
    tracker.setCurrent(session);
    await registry.execute(CommandIDs.canary, { location: 's3://lake/tmp' });
    expect(pages.open).toHaveBeenLastCalledWith(
      session,
      'canary',
      's3://lake/tmp'
    );
    await registry.execute(CommandIDs.audit, { path: 's3://lake' });
    expect(pages.open).toHaveBeenLastCalledWith(session, 'audit', 's3://lake');
    await registry.execute(CommandIDs.audit);
    expect(pages.open).toHaveBeenLastCalledWith(session, 'audit', '');
    expect(shell.activateById).toHaveBeenCalledTimes(3);
    expect(session.objectChecks.writeCanary).not.toHaveBeenCalled();
    expect(session.objectChecks.audit).not.toHaveBeenCalled();
  });

  it('check what was written, and show it', async () => {
    const { registry, tracker, shell, pages } = setUp();
    const session = new FakeSession(STATES.set!);
    tracker.setCurrent(session);
    await registry.execute(CommandIDs.checkWrites);
    expect(session.objectChecks.checkWrites).toHaveBeenCalledTimes(1);
    expect(pages.open).toHaveBeenLastCalledWith(session, 'writes', '');
    expect(shell.activateById).toHaveBeenCalledWith(PANEL_ID);
    session.objectChecks.checks = 'off';
    expect(registry.isEnabled(CommandIDs.checkWrites)).toBe(false);
  });
});
