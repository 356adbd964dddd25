/** What is kept for a notebook may be unreadable, or another page's by now: neither is missed. */

import type { ISessionContext } from '@jupyterlab/apputils';
import { Signal } from '@lumino/signaling';

import { initialSnapshot, transition } from '../../encryption/lifecycle';
import type { Profile } from '../../encryption/profile/profile';
import { HOLD } from '../hold';
import { KeptChoice } from '../keptChoice';
import { EncryptionSession } from '../session';

const MINE: Profile = { method: 'sse-s3' };
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

it('has what another page chose, and no news if that is what this page has or that page cleared it', async () => {
  const { kept, ...options } = store(MINE);
  const choice = new KeptChoice(options);
  expect(await choice.read()).toEqual(MINE);
  expect(await choice.news(() => chosen(MINE))).toEqual([]);
  kept.now = OTHER;
  const snapshot = chosen(MINE);
  expect(await choice.news(() => snapshot)).toMatchObject([
    { type: 'restored', profile: OTHER },
    { type: 'apply', profile: OTHER, reason: 'elsewhere' }
  ]);
  kept.now = null;
  expect(await choice.news(() => snapshot)).toEqual([]);
});

it('does not take what the user chose meanwhile for older than what was read', async () => {
  const { kept, ...options } = store(OTHER);
  const choice = new KeptChoice(options);
  await choice.read();
  const snapshots = [chosen(MINE), chosen(MINE)];
  const news = await choice.news(() => snapshots.shift() ?? chosen(MINE));
  expect(news).toEqual([]);
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
