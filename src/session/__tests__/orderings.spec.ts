/**
 * A notebook whose choice cannot be applied, and a console on its kernel that has a
 * connection of its own: in whatever order all of that becomes known to the page, no
 * cell of the console goes out with nothing ahead of it.
 */

import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';

import { makeReport } from '../../contract/__tests__/reports';
import type { IReport } from '../../contract/report';
import type { Profile } from '../../encryption/profile/profile';
import { loadAgent } from '../../kernel/agentText';
import { HOLD } from '../hold';
import { EncryptionSession } from '../session';
import { EncryptionTracker, type Document } from '../tracker';
import { FakeKernel } from './fakeKernel';

const SSE_C: Profile = { method: 'sse-c' };

/** One of the page's connections to the kernel, with what was sent on it. */
class Connection extends FakeKernel {
  override readonly id = 'one';
  override readonly clientId = `client-${Math.random()}`;
  override readonly info = Promise.resolve({
    language_info: { name: 'python' }
  });
  readonly sent: string[] = [];
  readonly answers: (() => void)[] = [];

  requestExecute({ code }: { code: string }) {
    this.sent.push(code === HOLD ? 'hold' : 'wait');
    return { done: new Promise(() => undefined) };
  }

  /** The agent behind it has nothing armed, and no key. */
  readonly channel = {
    code: '',
    blockingCode: '',
    isDisposed: false,
    dispose: () => undefined,
    send: ({ request }: { request: string }, { block = '' }) => {
      this.sent.push(`${request} ${block}`.trim());
      return new Promise<IReport>(resolve => {
        this.answers.push(() => {
          resolve(makeReport({ request: request, profile: null }));
        });
      });
    }
  };
}

class Fake extends Widget {
  readonly connection = new Connection();
  readonly kernelChanged = new Signal<object, unknown>(this);
  readonly sessionContext = {
    name: 'a',
    path: 'a',
    kernelDisplayName: 'Python',
    session: null as null | { kernel: Connection },
    sessionManager: {
      running: () =>
        [{ kernel: { id: 'one', execution_state: 'idle' } }].values()
    },
    specsManager: {
      specs: { kernelspecs: { python3: { language: 'python' } } }
    },
    kernelChanged: this.kernelChanged,
    disposed: new Signal<object, void>(this)
  };

  connect(): void {
    const { connection } = this;
    this.sessionContext.session = { kernel: connection };
    this.kernelChanged.emit({ oldValue: null, newValue: connection });
  }
}

function world() {
  const notebook = new Fake();
  const console_ = new Fake();
  const open: Fake[] = [];
  let choose: (profile: Profile) => void = () => undefined;
  const choice = new Promise<Profile>(resolve => {
    choose = resolve;
  });
  const tracker: EncryptionTracker = new EncryptionTracker({
    createSession: document => {
      const { connection } = document as unknown as Fake;
      return new EncryptionSession({
        sessionContext: document.sessionContext,
        reapplyOnRestart: () => true,
        connector: () => 'auto',
        remember: () => Promise.resolve(),
        recall: () =>
          (document as Widget) === notebook ? choice : Promise.resolve(null),
        mayInherit: () => tracker.mayInherit(document),
        channelFor: () => connection.channel
      });
    },
    createExcluded: () => {
      throw new Error('No kernel is excluded here.');
    },
    isExcluded: () => false,
    open: () => open as unknown as Document[]
  });
  const asDocument = (fake: Fake): Document => fake as unknown as Document;
  /** What happens, and what of it has to be there for a cell to be the kernel's. */
  const events = {
    'the notebook is open': () => {
      open.push(notebook);
    },
    'the notebook has the kernel': () => {
      notebook.connect();
    },
    'the console is known': () => {
      tracker.add(asDocument(console_));
    },
    'the console has a connection': () => {
      console_.connect();
    },
    'the notebook is known': () => {
      tracker.add(asDocument(notebook));
    },
    'its choice is read': () => {
      choose(SSE_C);
    },
    'the console hears of a change elsewhere': () => {
      console_.connection.iopubMessage.emit({
        header: { msg_type: 's3_encryption_changed', session: 'process' },
        parent_header: { session: 'another page' },
        content: {}
      });
    },
    'the kernel answers': () => {
      for (const { connection } of [notebook, console_]) {
        connection.answers.splice(0).forEach(answer => {
          answer();
        });
      }
    }
  };
  /** What is sent in the turn in which the console sends a cell. */
  const run = (): string[] => {
    const { sent } = console_.connection;
    const before = sent.length;
    tracker.find(console_)!.guardRun('lenient');
    return sent.slice(before);
  };
  return { events, run, documents: [notebook, console_] };
}

type Name = keyof ReturnType<typeof world>['events'];

function orders(names: readonly Name[]): Name[][] {
  return names.length < 2
    ? [[...names]]
    : names.flatMap(name =>
        orders(names.filter(other => other !== name)).map(rest => [
          name,
          ...rest
        ])
      );
}

const ALL = Object.keys(world().events) as Name[];
const NEEDED = ALL.slice(0, 4);

beforeAll(async () => {
  await loadAgent();
});

it.each([
  ['in one turn', 0, 1],
  ['with a pause behind each', 20, 7]
])(
  'a cell of the console has a guard or a hold ahead of it, whatever happens when, %s',
  async (_, pauses, every) => {
    const unguarded = new Set<string>();
    let cells = 0;
    for (const order of orders(ALL).filter((_, at) => at % every === 0)) {
      const { events, run, documents } = world();
      for (const [index, name] of order.entries()) {
        events[name]();
        for (let n = 0; n < pauses; n++) {
          await Promise.resolve();
        }
        const past = order.slice(0, index + 1);
        if (NEEDED.every(needed => past.includes(needed))) {
          cells++;
          const ahead = run();
          if (!ahead.includes('hold') && !ahead.includes('guard lenient')) {
            unguarded.add(past.join(', '));
          }
        }
      }
      documents.forEach(document => {
        document.dispose();
      });
    }
    expect([...unguarded].slice(0, 5)).toEqual([]);
    expect(cells).toBeGreaterThan(40_000 / every);
  },
  120_000
);

it.each([
  'a connection that the session has not seen yet',
  'a channel that is still being loaded'
])('cells are held back on %s', async what => {
  const { events, run, documents } = world();
  for (const name of ALL) {
    events[name]();
    await new Promise(resolve => setTimeout(resolve));
  }
  expect(run()).toEqual(['guard lenient']);
  const [, console_] = documents;
  if (what.startsWith('a channel')) {
    Object.assign(console_!.connection.channel, { isReady: false });
  } else {
    const { sent } = console_!.connection;
    const next = Object.assign(new Connection(), { sent });
    console_!.sessionContext.session = { kernel: next };
  }
  expect(run()).toEqual(['wait', 'hold']);
});
