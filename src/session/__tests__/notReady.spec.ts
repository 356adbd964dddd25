/** A document whose session is still being loaded: its choice counts, and in mode block nothing runs. */

import type { ISessionContext } from '@jupyterlab/apputils';
import { Signal } from '@lumino/signaling';

import type { Profile } from '../../encryption/profile/profile';
import { HOLD } from '../hold';
import { EncryptionSession } from '../session';

// A part of the page that never arrives.
jest.mock('../../kernel/kernelChannel', () => ({
  ...jest.requireActual<object>('../../kernel/kernelChannel'),
  prepare: () => new Promise(() => undefined)
}));

const MINE: Profile = { method: 'sse-kms', kmsKeyId: 'alias/lake' };
const SITE: Profile = { method: 'sse-s3' };

/** What a kernel answers when it is to hold cells back. */
const FAILED = { content: { status: 'error' } };
const IGNORED = { content: { status: 'ok' } };
/** The kernel waits for the cells to arrive, and then fails. */
const DROPPED = [
  expect.objectContaining({ code: '', silent: true }) as object,
  expect.objectContaining({ code: HOLD, stop_on_error: true }) as object
];

function opened(
  language: string,
  required: Profile | null = null,
  {
    name = 'one',
    reply = Promise.resolve<object>(FAILED),
    status = 'idle'
  } = {}
) {
  const sent: object[] = [];
  const kernel = {
    id: 'k',
    name,
    clientId: 'me',
    status,
    isDisposed: false,
    statusChanged: new Signal<object, string>({}),
    connectionStatusChanged: new Signal<object, string>({}),
    iopubMessage: new Signal<object, object>({}),
    requestExecute: (content: object) => {
      sent.push(content);
      return { done: reply };
    }
  };
  const session = new EncryptionSession({
    sessionContext: {
      name: 'a',
      path: 'a',
      session: { kernel },
      sessionManager: { running: () => [][Symbol.iterator]() },
      specsManager: { specs: { kernelspecs: { [name]: { language } } } },
      kernelChanged: new Signal<object, unknown>({}),
      disposed: new Signal<object, void>({})
    } as unknown as ISessionContext,
    reapplyOnRestart: () => true,
    connector: () => 'auto',
    remember: () => Promise.resolve(),
    recall: () => Promise.resolve(MINE),
    site: {
      required,
      refuse: () => [],
      changed: new Signal<object, unknown>({})
    }
  });
  const reasons: string[] = [];
  session.blocked.connect((_, why) => {
    reasons.push(why);
  });
  return { session, sent, reasons };
}

const turn = (): Promise<void> => new Promise(resolve => setTimeout(resolve));

it("has the site's profile at once", () => {
  expect(opened('python', SITE).session.profile).toEqual(SITE);
});

it('has what is remembered as soon as that is read', async () => {
  const { session } = opened('python');
  await turn();
  expect(session.profile).toEqual(MINE);
});

it.each(['lenient', 'strict'] as const)(
  'holds cells back in mode block, %s, and says so',
  async block => {
    const { session, sent, reasons } = opened('python');
    session.guardRun(block);
    await turn();
    expect(sent).toEqual(DROPPED);
    expect(reasons).toEqual([expect.stringContaining('still being loaded')]);
  }
);

it.each(['pysparkkernel', 'spark-here'])(
  'holds cells back in a kernel whose Spark may be elsewhere: %s',
  async name => {
    const { session, sent, reasons } = opened('python', null, { name });
    session.guardRun('strict');
    await turn();
    expect(sent).toEqual(DROPPED);
    expect(reasons).toHaveLength(1);
  }
);

it('sends no empty statement to a session of Glue', async () => {
  const { session, sent, reasons } = opened('python', null, {
    name: 'glue_pyspark'
  });
  session.guardRun('strict');
  await turn();
  expect(sent).toEqual(DROPPED.slice(1));
  expect(reasons).toHaveLength(1);
});

it('holds cells back in a kernel whose language nobody has said yet', async () => {
  const { session, sent, reasons } = opened('');
  session.guardRun('lenient');
  await turn();
  expect(sent).toEqual(DROPPED);
  expect(reasons).toHaveLength(1);
});

it('says nothing of a kernel that is dead: no cell can be sent to it', async () => {
  const { session, sent, reasons } = opened('python', null, { status: 'dead' });
  session.guardRun('strict');
  await turn();
  expect([...sent, ...reasons]).toEqual([]);
});

it('does not say that cells were held back if the kernel ran them', async () => {
  const { session, reasons } = opened('python', null, {
    name: 'glue_pyspark',
    reply: Promise.resolve(IGNORED)
  });
  session.guardRun('strict');
  await turn();
  expect(reasons).toEqual([]);
});

it('says that cells were held back if the kernel went away with them', async () => {
  const { session, reasons } = opened('python', null, {
    reply: Promise.reject(new Error('gone'))
  });
  session.guardRun('strict');
  await turn();
  expect(reasons).toHaveLength(1);
});

it.each([
  ['python', undefined],
  ['python', 'off'],
  ['R', 'strict']
] as const)('holds nothing back: %s, %s', (language, block) => {
  const { session, sent, reasons } = opened(language);
  session.guardRun(block);
  expect([...sent, ...reasons]).toEqual([]);
});
