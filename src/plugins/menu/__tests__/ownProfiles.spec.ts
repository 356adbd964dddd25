/** Where a user's own profiles are: saved, deleted and moved, and nothing is lost on the way. */

import { Dialog, InputDialog, Notification } from '@jupyterlab/apputils';

import { KMS, STATES } from '../../../panel/__tests__/fixtures';
import { MENU_COMMANDS } from '../../../shell/commandIds';
import {
  fakeApp,
  fakePreferences,
  FakeSaved,
  FakeSession,
  FakeTracker,
  settled
} from '../../__tests__/fakes';
import { menu } from '../menu';

interface IBefore {
  /** Of the site, as defaults. */
  site?: readonly object[];
  /** In the user's own settings. */
  user?: readonly object[];
  /** In the file; absent: the server keeps none. */
  file?: readonly object[];
  locked?: boolean;
}

const A = { name: 'A', method: 'sse-s3' };
const B = { name: 'B', method: 'sse-kms', kmsKeyId: 'alias/b', mode: 'block' };

/** A page with these profiles; `user()` and `file()` are what there is in the end. */
function setUp({ site, user, file, locked = false }: IBefore) {
  const { app, commands } = fakeApp();
  const tracker = new FakeTracker();
  tracker.setCurrent(new FakeSession(STATES.set!));
  let own: readonly object[] | undefined = user;
  const saved = new FakeSaved(file ?? null);
  const composite = (): readonly object[] => own ?? site ?? [];
  const preferences = fakePreferences(
    { profiles: composite() },
    locked ? { locked, profile: KMS } : {},
    saved
  );
  const change = (to: readonly object[] | undefined): Promise<void> => {
    own = to;
    preferences.set({ profiles: composite() });
    return Promise.resolve();
  };
  const settings = {
    get: () => ({ composite: composite(), user: own }),
    user: { profiles: user },
    set: (_: string, to: readonly object[]) => change(to),
    remove: () => change(undefined)
  };
  const registry = { load: () => Promise.resolve(settings) };
  void menu.activate(app, tracker, preferences, registry, null, null);
  return {
    commands,
    user: () => own,
    file: () => saved.profiles,
    saved,
    preferences,
    names: () => preferences.options.current.profiles.map(({ name }) => name)
  };
}

function enter(value: string): void {
  const answer = { value, button: Dialog.okButton(), isChecked: null };
  jest.spyOn(InputDialog, 'getText').mockResolvedValue(answer);
  jest.spyOn(InputDialog, 'getItem').mockResolvedValue(answer);
  jest
    .spyOn(Dialog.prototype, 'launch')
    .mockResolvedValue({ ...answer, button: Dialog.warnButton() });
}

beforeEach(() => {
  for (const kind of ['success', 'error', 'info'] as const) {
    jest.spyOn(Notification, kind).mockReturnValue('');
  }
});

afterEach(() => {
  jest.restoreAllMocks();
});

const many = (count: number): object[] =>
  Array.from({ length: count }, (_, index) => ({ ...A, name: `A${index}` }));

describe('A profile that is saved', () => {
  it.each<[string, IBefore, IBefore]>([
    [
      "goes to the file, and the site's stay its own",
      { site: [A], file: [] },
      { file: [{ ...KMS, name: 'New' }] }
    ],
    [
      'goes to the settings if the server keeps none',
      { user: [A] },
      { user: [A, { ...KMS, name: 'New' }] }
    ]
  ])('%s', async (_, before, after) => {
    const page = setUp(before);
    enter('New');
    await page.commands.execute(MENU_COMMANDS.saveProfile);
    expect(page.user()).toEqual(after.user);
    expect(page.file()).toEqual(after.file ?? null);
    expect(page.names()).toContain('New');
  });

  it.each<[string, IBefore, IBefore]>([
    [
      'in the settings',
      { user: [B, A], file: [] },
      { user: [{ ...KMS, name: 'B', mode: 'block' }, A], file: [] }
    ],
    [
      'in the file, which stands for one of the settings',
      { user: [{ ...A, name: 'B' }], file: [B] },
      {
        user: [{ ...A, name: 'B' }],
        file: [{ ...KMS, name: 'B', mode: 'block' }]
      }
    ],
    [
      "among the site's, from then on in the file",
      { site: [{ ...A, name: 'B' }], file: [] },
      { file: [{ ...KMS, name: 'B' }] }
    ]
  ])(
    'replaces the one of its name where it is, and keeps its mode: %s',
    async (_, before, after) => {
      const page = setUp(before);
      enter('B');
      await page.commands.execute(MENU_COMMANDS.saveProfile);
      expect(page.user()).toEqual(after.user);
      expect(page.file()).toEqual(after.file);
      const { profiles } = page.preferences.options.current;
      expect(profiles.filter(({ name }) => name === 'B')).toEqual([
        { ...KMS, name: 'B' }
      ]);
    }
  );
});

describe('A profile that is deleted', () => {
  it("is gone from the file and from the settings; the site's are not offered", async () => {
    const page = setUp({ user: [A, B], file: [A] });
    enter('A');
    await page.commands.execute(MENU_COMMANDS.deleteProfile);
    expect(page.user()).toEqual([B]);
    expect(page.file()).toEqual([]);
    expect(page.names()).toEqual(['B']);
    const offered = setUp({ site: [A], file: [] });
    await offered.commands.execute(MENU_COMMANDS.deleteProfile);
    expect(Notification.info).toHaveBeenCalledTimes(1);
    expect(InputDialog.getItem).toHaveBeenCalledTimes(1);
  });
});

describe('Profiles that are moved', () => {
  it('are in the file with their modes, and in the settings no more', async () => {
    const page = setUp({ user: [A, B], file: [] });
    await page.commands.execute(MENU_COMMANDS.moveProfiles);
    expect(page.file()).toEqual([A, B]);
    expect(page.user()).toBeUndefined();
    expect(page.names()).toEqual(['A', 'B']);
    expect(page.preferences.options.current.modes.get('B')).toBe('block');
  });

  it('stay if they cannot be used, or if another one in the file has the name', async () => {
    const bad = { name: 'Bad', method: 'rot13' };
    const twice = { ...A, method: 'dsse-kms' };
    const other = { name: 'B', method: 'sse-s3' };
    const page = setUp({ user: [bad, A, twice, B], file: [other] });
    await page.commands.execute(MENU_COMMANDS.moveProfiles);
    expect(page.file()).toEqual([other, A]);
    expect(page.user()).toEqual([bad, twice, B]);
  });

  it('can be moved again if the settings could not be changed', async () => {
    const page = setUp({ user: [A], file: [A] });
    await page.commands.execute(MENU_COMMANDS.moveProfiles);
    expect(page.file()).toEqual([A]);
    expect(page.user()).toBeUndefined();
  });

  it.each([
    ['keeps none', { user: [A] }],
    ['says no', { user: [A], file: [] }]
  ])('stay in the settings if the server %s', async (_, before) => {
    const page = setUp(before);
    if ('file' in before) {
      page.saved.ask = () => Promise.reject(new Error('The disk is full.'));
    }
    await page.commands.execute(MENU_COMMANDS.moveProfiles);
    expect(page.user()).toEqual([A]);
    expect(Notification.error).toHaveBeenCalledTimes(1);
  });

  it('are offered to be moved only if they are many, and the user has not said no', async () => {
    for (const [user, file, locked] of [
      [many(100), [], false],
      [many(101), undefined, false],
      [many(101), [], true]
    ] as const) {
      setUp({ user, locked, ...(file ? { file } : {}) });
    }
    await settled();
    expect(Notification.info).not.toHaveBeenCalled();

    const page = setUp({ user: many(101), file: [] });
    await settled();
    const [[text, options] = []] = jest.mocked(Notification.info).mock.calls;
    expect(text).toContain('101 profiles');
    expect(text!.length).toBeLessThanOrEqual(140);
    options!.actions![0]!.callback(new MouseEvent('click'));
    await settled();
    expect(page.file()).toHaveLength(101);
    expect(page.user()).toBeUndefined();
  });
});
