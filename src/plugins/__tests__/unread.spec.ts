/**
 * A choice that the server cannot give is not taken for none: it is said, and cells are
 * held back in mode block. Without the server's part all is as without it.
 */

import type { ISessionContext } from '@jupyterlab/apputils';
import { ServerConnection } from '@jupyterlab/services';
import { StateDB } from '@jupyterlab/statedb';
import { Signal } from '@lumino/signaling';

import type { Profile } from '../../encryption/profile/profile';
import { ChoiceServer } from '../../preferences/choiceServer';
import { Memory } from '../../preferences/memory';
import { HOLD } from '../../session/hold';
import { EncryptionSession } from '../../session/session';

const KMS: Profile = { method: 'sse-kms', kmsKeyId: 'alias/lake' };

const answer = (status: number, body: unknown) => () =>
  Promise.resolve(new Response(JSON.stringify(body), { status }));

const NO: Record<string, [() => Promise<Response>, string]> = {
  'an error of the server': [
    answer(500, { message: 'The choice could not be read: No space' }),
    'could not be read: No space.'
  ],
  'a damaged file': [
    answer(500, { message: 'The choice that was kept is damaged.' }),
    'is damaged.'
  ],
  'a user without rights': [
    answer(403, { message: 'Forbidden' }),
    'Forbidden.'
  ],
  'a server that cannot be reached': [
    () => Promise.reject(new TypeError('Failed to fetch')),
    'Failed to fetch.'
  ],
  'a server that never answers': [
    () => new Promise(() => undefined),
    'The Jupyter server does not answer.'
  ],
  'an answer that is no choice': [
    answer(200, { profile: { method: 'rot13' } }),
    '.'
  ]
};

function opened(fetch: () => Promise<Response>) {
  const server = { fetch };
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
      return {
        done: Promise.resolve({ content: { status: 'error' } }),
        dispose: () => undefined
      };
    }
  };
  const context = {
    name: 'a',
    path: 'a',
    session: { kernel },
    kernelPreference: {},
    sessionManager: { running: () => [][Symbol.iterator]() },
    specsManager: { specs: { kernelspecs: { echo: { language: 'python' } } } },
    kernelChanged: new Signal<object, unknown>({}),
    disposed: new Signal<object, void>({})
  };
  const state = new StateDB();
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://localhost/',
    fetch: () => server.fetch()
  });
  const memory = new Memory(state, new ChoiceServer(settings));
  const session = new EncryptionSession({
    sessionContext: context as unknown as ISessionContext,
    reapplyOnRestart: () => true,
    connector: () => 'auto',
    recall: () => memory.recall('a.ipynb'),
    remember: profile => memory.remember('a.ipynb', profile)
  });
  const reasons: string[] = [];
  session.blocked.connect((_, why) => {
    reasons.push(why);
  });
  const holds = (): boolean =>
    sent.some(content => 'code' in content && content.code === HOLD);
  return { session, server, state, reasons, holds };
}

/** What is under way in the page and in the server comes to its end. */
const settle = async (): Promise<void> => {
  await jest.advanceTimersByTimeAsync(10_000);
};

beforeEach(() => {
  jest.useFakeTimers();
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
});

afterEach(() => {
  jest.useRealTimers();
});

describe.each(Object.entries(NO))('%s', (_name, [fetch, why]) => {
  it('is said, and holds cells back in mode block', async () => {
    const { session, reasons, holds } = opened(fetch);
    await settle();
    expect(session.unread).toContain(why);
    expect(session.isKnown).toBe(false);
    session.guardRun('lenient');
    await settle();
    expect(holds()).toBe(true);
    expect(reasons).toEqual([
      expect.stringContaining(
        `Your kept choice could not be read: ${session.unread!}`
      )
    ]);
    session.dispose();
  });

  it('holds nothing back in mode warn, or if the user runs cells anyway', async () => {
    const { session, reasons, holds } = opened(fetch);
    await settle();
    session.guardRun();
    session.guardRun('off');
    await settle();
    expect([holds(), reasons]).toEqual([false, []]);
    session.dispose();
  });

  it('holds cells back too if another document has a choice for the kernel', async () => {
    const { session, reasons } = opened(fetch);
    await settle();
    session.inherit(KMS);
    session.guardRun('lenient');
    await settle();
    expect(reasons).toHaveLength(1);
    session.dispose();
  });

  it('is over once it can be read', async () => {
    const { session, server, reasons } = opened(fetch);
    await settle();
    const seen: (string | null)[] = [];
    session.stateChanged.connect(({ unread }) => {
      seen.push(unread);
    });
    server.fetch = answer(200, { profile: KMS });
    session.guardRun('lenient');
    await settle();
    expect(reasons).toHaveLength(1);
    expect(session.unread).toBeNull();
    expect(seen[0]).toBeNull();
    expect(session.profile).toEqual(KMS);
    session.dispose();
  });

  it('is over once the user has chosen', async () => {
    const { session } = opened(fetch);
    await settle();
    void session.apply(KMS).catch(() => undefined);
    await settle();
    expect(session.unread).toBeNull();
    session.dispose();
  });
});

it('a server without the part is one without a choice, or with that of this page', async () => {
  const { session, reasons, holds } = opened(answer(404, {}));
  await settle();
  expect([session.unread, session.isKnown]).toEqual([null, true]);
  session.guardRun('lenient');
  await settle();
  expect([holds(), reasons]).toEqual([false, []]);
  session.dispose();
});
