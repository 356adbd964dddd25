/**
 * Replies and messages of a kernel, and metadata of a notebook, that nobody would
 * write, for a notebook and a console on one kernel: none throws, none takes long, and
 * nothing is set, remembered or agreed to but what the user applied.
 */

import { setImmediate } from 'node:timers/promises';

import type { ISessionContext } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import fc from 'fast-check';

import { makeReport } from '../../contract/__tests__/reports';
import { ENGLISH } from '../../contract/messages';
import type { Profile } from '../../contract/profile';
import { loadAgent } from '../../kernel/agentText';
import { IpykernelChannel } from '../../kernel/ipykernelChannel';
import { MIME_TYPE, type IRequest } from '../../kernel/protocol';
import { Proposals } from '../../plugins/proposals';
import { Options } from '../../preferences/settings';
import { Memory } from '../../preferences/memory';
import { Trust } from '../../preferences/trust';
import { FakeKernel } from '../../session/__tests__/fakeKernel';
import { EncryptionSession } from '../../session/session';
import { EncryptionTracker } from '../../session/tracker';
import { GOOD, LIMIT, json, profile, report, text, written } from './inputs';

const RUNS = Number(process.env.S3E_FUZZ ?? 100);
const THEIRS: Profile = { method: 'sse-kms', kmsKeyId: 'alias/theirs' };

/** Good reports of a profile that nobody here has chosen. */
const foreign = fc.constantFrom(
  makeReport({ profile: THEIRS, claim: 'set', fingerprint: 'theirs' }),
  makeReport({ profile: THEIRS, waiting: true }),
  makeReport({ profile: { method: 'sse-c' }, claim: 'set' }),
  makeReport({ profile: null })
);
const answer = fc.oneof(
  foreign,
  report,
  json,
  fc.constantFrom(
    { protocol: 1, agentMissing: true },
    { protocol: 1, unchanged: true }
  )
);
const content = fc.oneof(
  answer.map(data => ({
    status: 'ok',
    user_expressions: { s3enc: { status: 'ok', data: { [MIME_TYPE]: data } } }
  })),
  fc.record({
    status: fc.constant('error'),
    ename: fc.oneof(fc.constant('S3EncryptionBlocked'), text),
    evalue: fc.oneof(
      text,
      fc
        .record({ why: json, sentences: json, report: answer })
        .map(value => written(value))
    )
  }),
  json.map(value => ({ status: 'ok', user_expressions: value }))
);
const message = fc.record({
  header: fc.record({
    msg_type: fc.oneof(
      fc.constantFrom(
        's3_encryption_changed',
        'status',
        'stream',
        'execute_input',
        'comm_open',
        'comm_msg'
      ),
      text
    ),
    session: fc.oneof(fc.constantFrom('one', 'two', ''), text)
  }),
  parent_header: fc.oneof(
    fc.constantFrom<object | null>({}, null, { msg_type: 'execute_request' }),
    fc.record({ session: json, msg_type: json, msg_id: json })
  ),
  content: fc.oneof(
    fc.record({ execution_state: fc.constantFrom('busy', 'idle') }),
    fc.record({ execution_state: text, data: json, comm_id: text })
  ),
  metadata: fc.constant({})
});
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ reply: fc.nat(3), content }) },
  { weight: 3, arbitrary: fc.record({ message }) },
  { weight: 2, arbitrary: fc.record({ proposed: profile }) },
  {
    weight: 1,
    arbitrary: fc.record({ status: fc.constantFrom('restarting', 'idle') })
  },
  {
    weight: 2,
    arbitrary: fc.record({
      run: fc.constantFrom(undefined, 'lenient' as const, 'strict' as const)
    })
  }
);

/** One of the page's connections to the kernel. */
class Connection extends FakeKernel {
  readonly requests: IRequest[] = [];

  requestExecute(
    _: object,
    __: boolean,
    metadata: Record<string, { request: IRequest }> = {}
  ): object {
    const payload = metadata['s3-encryption'];
    if (payload !== undefined) {
      this.requests.push(payload.request);
    }
    return this.wait();
  }
}

/** A notebook or console, with its part of a notebook's model. */
class Fake extends Widget {
  readonly connection = new Connection();
  readonly sessionContext = {
    name: 'n',
    path: 'n',
    kernelDisplayName: 'Python',
    session: { kernel: this.connection },
    sessionManager: { running: () => [].values() },
    specsManager: {
      specs: { kernelspecs: { python3: { language: 'python' } } }
    },
    kernelChanged: new Signal<object, unknown>(this),
    disposed: new Signal<object, void>(this)
  } as unknown as ISessionContext;
  proposed: unknown = null;
  readonly metadataChanged = new Signal<object, unknown>(this);
  readonly context = {
    path: 'n',
    ready: Promise.resolve(),
    model: {
      getMetadata: () => this.proposed,
      metadataChanged: this.metadataChanged
    }
  };
}

type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

/** One input, from an opened notebook on; the longest time of a step, in milliseconds of this process. */
async function play(chooses: boolean, steps: readonly Step[]): Promise<number> {
  const kept: unknown[] = [];
  const keep = (profile: unknown): Promise<void> => {
    kept.push(profile);
    return Promise.resolve();
  };
  const documents = ['notebook', 'console'].map(() => new Fake());
  const notebook = documents[0]!;
  const tracker: EncryptionTracker = new EncryptionTracker({
    createSession: document =>
      new EncryptionSession({
        sessionContext: document.sessionContext,
        reapplyOnRestart: () => true,
        connector: () => 'auto',
        remember: keep,
        recall: () => Promise.resolve(null),
        mayInherit: () => tracker.mayInherit(document),
        checkWrites: () => 'off',
        keepLocation: keep,
        channelFor: kernel => new IpykernelChannel(kernel, [])
      }),
    createExcluded: () => {
      throw new Error('No kernel is excluded here.');
    },
    isExcluded: () => false
  });
  const options = new Options(ENGLISH);
  options.settle();
  const store = {
    fetch: () => Promise.resolve(undefined),
    save: (_: string, value: unknown) => keep(value),
    remove: () => Promise.resolve(),
    list: () => Promise.resolve({ ids: [], values: [] })
  };
  const proposals = new Proposals({
    options,
    trust: new Trust(store),
    memory: new Memory(store)
  });
  const sessions = documents.map(fake => {
    tracker.add(fake);
    return tracker.find(fake) as EncryptionSession;
  });
  const session = sessions[0]!;
  proposals.watch(notebook as unknown as NotebookPanel, session);
  await setImmediate();
  if (chooses) {
    const applied = session.apply(GOOD);
    await setImmediate();
    const data = makeReport({ profile: GOOD, claim: 'set' });
    notebook.connection.reply(0, {
      status: 'ok',
      user_expressions: { s3enc: { status: 'ok', data: { [MIME_TYPE]: data } } }
    });
    await applied;
  }
  const mine = chooses ? GOOD : null;
  expect(session.profile).toEqual(mine);
  let longest = 0;
  for (const one of steps) {
    const before = process.cpuUsage();
    for (const { connection } of documents) {
      if ('reply' in one) {
        connection.reply(one.reply, one.content);
      } else if ('message' in one) {
        connection.iopubMessage.emit(one.message);
      } else if ('status' in one) {
        connection.statusChanged.emit(one.status);
      }
    }
    if ('proposed' in one) {
      notebook.proposed = one.proposed;
      notebook.metadataChanged.emit(null);
    } else if ('run' in one) {
      sessions.forEach(each => {
        each.guardRun(one.run);
      });
    }
    await setImmediate();
    const { user, system } = process.cpuUsage(before);
    longest = Math.max(longest, (user + system) / 1000);
    // The console may not know the choice of its kernel yet; another it has not.
    expect(session.profile).toEqual(mine);
    expect([null, mine]).toContainEqual(sessions[1]!.profile);
  }
  const sent = documents.flatMap(({ connection }) => connection.requests);
  const set = sent.filter(({ request, arguments: args }) =>
    request === 'apply' || request === 'guard' || request === 'clear'
      ? mine === null || JSON.stringify(args.profile) !== JSON.stringify(mine)
      : !['probe', 'verify'].includes(request)
  );
  expect(set).toEqual([]);
  expect(kept).toEqual(mine === null ? [] : [mine]);
  documents.forEach(document => {
    document.dispose();
  });
  return longest;
}

beforeAll(async () => {
  await loadAgent();
});

it(
  'nothing is set without consent, nothing hangs and nothing throws, whatever a kernel and a notebook say',
  async () => {
    const errors = jest.spyOn(console, 'error');
    let slowest = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(step, { minLength: 1, maxLength: 8 }),
        async (chooses, steps) => {
          let longest = await play(chooses, steps);
          // Again if it took long, because the first run of a function is slow.
          for (let left = 3; longest > LIMIT && left > 0; left--) {
            longest = await play(chooses, steps);
          }
          slowest = Math.max(slowest, longest);
          expect(longest).toBeLessThanOrEqual(LIMIT);
        }
      ),
      { numRuns: RUNS }
    );
    expect(errors).not.toHaveBeenCalled();
    errors.mockRestore();
    if (process.env.S3E_FUZZ !== undefined) {
      process.stdout.write(`sessions: ${RUNS}, longest ${slowest} ms\n`);
    }
  },
  30_000 + RUNS * 100
);
