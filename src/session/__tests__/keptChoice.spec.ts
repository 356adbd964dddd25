/** What is kept for a notebook may be unreadable, or another page's by now: neither is missed. */

import type { ISessionContext } from '@jupyterlab/apputils';
import { Signal } from '@lumino/signaling';

import { initialSnapshot, transition } from '../../encryption/lifecycle';
import type { Profile } from '../../encryption/profile/profile';
import { HOLD } from '../hold';
import { KeptChoice } from '../keptChoice';
import { EncryptionSession } from '../session';

const MINE: Profile = { method: 'sse-s3' };
const THIRD: Profile = { method: 'dsse-kms', kmsKeyId: 'alias/third' };
const OTHER: Profile = { method: 'sse-kms', kmsKeyId: 'alias/other' };

/** A store that another page can change. */
function store(first: Profile | null | Error) {
  const kept = { now: first, written: [] as (Profile | null)[] };
  return {
    kept,
    reapplyOnRestart: () => true,
    recall: () =>
      kept.now instanceof Error
        ? Promise.reject(kept.now)
        : Promise.resolve(kept.now),
    remember: (profile: Profile | null) => {
      kept.now = profile;
      kept.written.push(profile);
      return Promise.resolve();
    }
  };
}

const chosen = (profile: Profile) =>
  transition(initialSnapshot(), { type: 'restored', profile })[0];

beforeEach(() => {
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
});

const news = (profile: Profile) => [
  { type: 'restored', profile },
  { type: 'apply', profile, key: null, reason: 'elsewhere' }
];

it('is the newest of all pages if this page itself has chosen nothing', async () => {
  const { kept, ...options } = store(MINE);
  const choice = new KeptChoice(options);
  expect(await choice.read()).toEqual(MINE);
  expect(await choice.news(() => chosen(MINE))).toEqual([]);
  kept.now = OTHER;
  expect(await choice.news(() => chosen(MINE))).toEqual(news(OTHER));
  kept.now = MINE;
  expect(await choice.news(() => initialSnapshot())).toEqual(news(MINE));
});

it('is that of this page once it was made here, whatever other pages keep', async () => {
  const { kept, ...options } = store(null);
  const choice = new KeptChoice(options);
  await choice.read();
  choice.rewrite(MINE);
  for (const now of [OTHER, null, new Error('No network.')]) {
    kept.now = now;
    expect(await choice.news(() => chosen(MINE))).toEqual([]);
    expect(choice.isRead).toBe(true);
  }
});

it('is nothing if it was cleared here, whatever other pages keep', async () => {
  const { kept, ...options } = store(MINE);
  const choice = new KeptChoice(options);
  await choice.read();
  choice.rewrite(null);
  kept.now = OTHER;
  expect(await choice.news(() => initialSnapshot())).toEqual([]);
});

it('stays where another page cleared it', async () => {
  const { kept, ...options } = store(MINE);
  const choice = new KeptChoice(options);
  await choice.read();
  kept.now = null;
  expect(await choice.news(() => chosen(MINE))).toEqual([]);
});

it('is not replaced by one whose key only another page has', async () => {
  const { kept, ...options } = store(MINE);
  const choice = new KeptChoice(options);
  await choice.read();
  kept.now = { method: 'sse-c' };
  expect(await choice.news(() => chosen(MINE))).toEqual([]);
  // Without any choice it is shown that the key is missing.
  expect(await choice.news(() => initialSnapshot())).toEqual(news(kept.now));
});

it('is not replaced while a choice made here waits for its answer', async () => {
  const { kept, ...options } = store(MINE);
  const choice = new KeptChoice(options);
  await choice.read();
  kept.now = OTHER;
  const python = transition(chosen(MINE), {
    type: 'kernelStarted',
    language: 'python',
    reapply: false
  })[0];
  const [asked] = transition(python, {
    type: 'apply',
    profile: THIRD,
    key: null
  });
  expect(await choice.news(() => asked)).toEqual([]);
});

it('does not take what the user chose meanwhile for older than what was read', async () => {
  const { kept, ...options } = store(OTHER);
  const choice = new KeptChoice(options);
  await choice.read();
  const snapshots = [chosen(THIRD), chosen(MINE)];
  const found = await choice.news(() => snapshots.shift() ?? chosen(MINE));
  expect(found).toEqual([]);
  expect(kept.written).toEqual([]);
});

it('does not write back what it has read, but writes what the user applies again', async () => {
  const { kept, ...options } = store(MINE);
  const choice = new KeptChoice(options);
  await choice.read();
  choice.write(MINE);
  expect(kept.written).toEqual([]);
  kept.now = OTHER;
  choice.rewrite(MINE);
  expect(kept.now).toEqual(MINE);
});

it('what cannot be read is not none: cells are held back in mode block, and it is read again', async () => {
  const { kept, ...options } = store(new Error('No network.'));
  const sent: object[] = [];
  const kernel = {
    id: 'k',
    name: 'echo',
    clientId: 'me',
    status: 'idle',
    isDisposed: false,
    statusChanged: new Signal<object, string>({}),
    connectionStatusChanged: new Signal<object, string>({}),
    iopubMessage: new Signal<object, object>({}),
    info: new Promise(() => undefined),
    requestExecute: (content: object) => {
      sent.push(content);
      return { done: Promise.resolve({ content: { status: 'error' } }) };
    }
  };
  const context = {
    name: 'a',
    path: 'a',
    session: null as object | null,
    kernelPreference: {},
    sessionManager: { running: () => [][Symbol.iterator]() },
    specsManager: { specs: { kernelspecs: { echo: { language: 'python' } } } },
    kernelChanged: new Signal<object, unknown>({}),
    disposed: new Signal<object, void>({})
  };
  const session = new EncryptionSession({
    ...options,
    sessionContext: context as unknown as ISessionContext,
    connector: () => 'auto'
  });
  await session.ready;
  context.session = { kernel };
  const reasons: string[] = [];
  const blocked = new Promise<void>(resolve => {
    session.blocked.connect((_, why) => {
      reasons.push(why);
      resolve();
    });
  });
  kept.now = OTHER;
  const restored = new Promise<void>(resolve => {
    session.stateChanged.connect(() => {
      resolve();
    });
  });
  session.guardRun('lenient');
  await blocked;
  expect(sent.at(-1)).toMatchObject({ code: HOLD });
  expect(reasons).toEqual([expect.stringContaining('could not be read')]);
  await restored;
  expect(session.profile).toEqual(OTHER);
  session.dispose();
});
