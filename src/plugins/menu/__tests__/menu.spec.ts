/** The commands of the panel's menu, and the menu itself. */

import { Dialog, InputDialog, Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';

import { KMS, STATES } from '../../../panel/__tests__/fixtures';
import { reportText } from '../../../panel/ui/saveReport';
import { CLUSTER_COMMAND, MENU_COMMANDS } from '../../../shell/commandIds';
import {
  fakeApp,
  fakePreferences,
  FakeSession,
  FakeTracker
} from '../../__tests__/fakes';
import { menu } from '../menu';
import { openMenu } from '../openMenu';

function setUp(site: Record<string, unknown> = {}) {
  const { app, commands } = fakeApp();
  const tracker = new FakeTracker();
  const saved = jest.fn().mockResolvedValue(undefined);
  const known = [{ name: 'Finance', method: 'sse-s3' }];
  const registry = {
    load: () =>
      Promise.resolve({
        get: () => ({ composite: known, user: known }),
        user: { profiles: known },
        set: saved
      })
  };
  const preferences = fakePreferences({ profiles: known }, site);
  void menu.activate(app, tracker, preferences, registry, null, null);
  return { commands, tracker, saved };
}

function enter(value: string | null): jest.SpyInstance {
  return jest
    .spyOn(InputDialog, 'getText')
    .mockResolvedValue({ value, button: Dialog.okButton(), isChecked: null });
}

beforeEach(() => {
  jest.spyOn(Notification, 'success').mockReturnValue('');
  jest.spyOn(Notification, 'error').mockReturnValue('');
});

afterEach(() => {
  jest.restoreAllMocks();
});

const { documentation: _own, ...OWN } = MENU_COMMANDS;

it.each(Object.values(OWN))(
  'has a label, a caption and a description of arguments: %s',
  async id => {
    const { commands } = setUp();
    expect(commands.label(id)).not.toBe('');
    expect(commands.caption(id)).not.toBe('');
    expect((await commands.describedBy(id)).args).toMatchObject({
      type: 'object'
    });
  }
);

it('saves the choice of the notebook under the name that is entered', async () => {
  const { commands, tracker, saved } = setUp();
  expect(commands.isEnabled(MENU_COMMANDS.saveProfile)).toBe(false);
  tracker.setCurrent(new FakeSession(STATES.set!));
  expect(commands.isEnabled(MENU_COMMANDS.saveProfile)).toBe(true);
  enter(' Lake ');
  await commands.execute(MENU_COMMANDS.saveProfile);
  expect(saved).toHaveBeenCalledWith('profiles', [
    { name: 'Finance', method: 'sse-s3' },
    { ...KMS, name: 'Lake' }
  ]);
});

it('saves nothing without a name, and says that one is too long', async () => {
  const { commands, tracker, saved } = setUp();
  tracker.setCurrent(new FakeSession(STATES.set!));
  enter(null);
  await commands.execute(MENU_COMMANDS.saveProfile);
  enter('n'.repeat(101));
  await commands.execute(MENU_COMMANDS.saveProfile);
  expect(saved).not.toHaveBeenCalled();
  expect(Notification.error).toHaveBeenCalledTimes(1);
});

it('replaces a profile only after it has asked', async () => {
  const { commands, tracker, saved } = setUp();
  tracker.setCurrent(new FakeSession(STATES.set!));
  enter('Finance');
  const ask = jest.spyOn(Dialog.prototype, 'launch');
  ask.mockResolvedValueOnce({
    button: Dialog.cancelButton(),
    value: null,
    isChecked: null
  });
  await commands.execute(MENU_COMMANDS.saveProfile);
  expect(saved).not.toHaveBeenCalled();
  ask.mockResolvedValueOnce({
    button: Dialog.warnButton(),
    value: null,
    isChecked: null
  });
  await commands.execute(MENU_COMMANDS.saveProfile);
  expect(saved).toHaveBeenCalledWith('profiles', [{ ...KMS, name: 'Finance' }]);
});

it('saves no profile where the site sets the encryption', () => {
  const { commands, tracker } = setUp({ locked: true, profile: KMS });
  tracker.setCurrent(new FakeSession(STATES.set!));
  expect(commands.isEnabled(MENU_COMMANDS.saveProfile)).toBe(false);
});

it('the file of the report has what the panel says, and the requests', () => {
  const read = JSON.parse(
    reportText(new FakeSession(STATES.failed!), nullTranslator.load('x'))
  ) as Record<string, unknown>;
  expect(read).toMatchObject({
    document: 'a.ipynb',
    kernel: 'Python 3',
    state: { kind: 'failed' },
    requests: []
  });
  expect(read.error).not.toBeNull();
});

it('opens below its button with what there is, and gives the focus back', () => {
  const { commands } = setUp();
  const label = 'Documents';
  commands.addCommand(CLUSTER_COMMAND, { label, execute: () => 0 });
  const button = document.createElement('button');
  document.body.append(button);
  button.focus();
  openMenu(commands, button);
  expect(button.getAttribute('aria-expanded')).toBe('true');
  const shown = [...document.querySelectorAll('.lm-Menu-itemLabel')].map(
    item => item.textContent
  );
  expect(shown.filter(Boolean)).toEqual([
    'Save as Profile…',
    'Delete Profile…',
    'Save Report as File',
    'Documents',
    'Settings'
  ]);
  const open = document.querySelector('.lm-Menu')!;
  open.dispatchEvent(
    new KeyboardEvent('keydown', { key: 'Escape', keyCode: 27, bubbles: true })
  );
  expect(document.activeElement).toBe(button);
  expect(button.getAttribute('aria-expanded')).toBe('false');
});
