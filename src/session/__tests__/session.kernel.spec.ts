import type { SessionContext } from '@jupyterlab/apputils';
import { KernelAPI, type Kernel } from '@jupyterlab/services';
import { signalToPromise } from '@jupyterlab/testutils';

import type { Profile } from '../../encryption/profile';
import { ProfileError } from '../../encryption/profile';
import { EXPRESSION } from '../../kernel/ipykernelChannel';
import { EncryptionSession } from '../session';
import {
  ARMED,
  Page,
  cell,
  countRequests,
  openFutures,
  until,
  useServer
} from './realKernel';

const KMS: Profile = { method: 'sse-kms', kmsKeyId: 'alias/lake' };
const S3: Profile = { method: 'sse-s3' };
const SSE_C: Profile = { method: 'sse-c' };
const KEY = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';
const SLEEP = 'import time; time.sleep(1)';
const DIE = 'import os; os.kill(os.getpid(), 9)';

useServer();

describe('the session of a notebook with a real kernel', () => {
  let page: Page;
  let open: { dispose(): void }[];
  let started: SessionContext[];

  /** What the state database holds, by path. */
  let remembered: Map<string, Profile | null>;

  beforeEach(async () => {
    page = await Page.open();
    open = [page].map(one => ({
      dispose: () => {
        one.close();
      }
    }));
    started = [];
    remembered = new Map();
  });

  afterEach(async () => {
    for (const context of started) {
      const id = context.session?.kernel?.id;
      if (id !== undefined) {
        await KernelAPI.shutdownKernel(id, page.settings);
      }
    }
    for (const one of open.reverse()) {
      one.dispose();
    }
  });

  function watch(
    context: SessionContext,
    reapply: () => boolean = () => true
  ): EncryptionSession {
    const { path } = context;
    const session = new EncryptionSession({
      sessionContext: context,
      reapplyOnRestart: reapply,
      connector: () => 'auto',
      remember: profile => {
        remembered.set(path, profile);
        return Promise.resolve();
      },
      recall: () => Promise.resolve(remembered.get(path) ?? null)
    });
    open.push(session);
    return session;
  }

  async function notebook(
    name?: string,
    reapply?: () => boolean
  ): Promise<{
    context: SessionContext;
    session: EncryptionSession;
    kernel: Kernel.IKernelConnection;
  }> {
    const context = page.notebook(name);
    started.push(context);
    const session = watch(context, reapply);
    await context.initialize();
    const kernel = context.session!.kernel!;
    await kernel.info;
    return { context, session, kernel };
  }

  const armedIn = async (kernel: Kernel.IKernelConnection): Promise<unknown> =>
    JSON.parse((await cell(kernel, ARMED)).printed) as unknown;

  it('sends nothing where nothing is armed and nobody asked', async () => {
    const context = page.notebook();
    started.push(context);
    const session = watch(context);
    await context.initialize();
    const kernel = context.session!.kernel!;
    const requests = countRequests(kernel);
    await kernel.info;
    session.guardRun();
    await context.restartKernel();
    await kernel.info;
    session.guardRun();
    expect(requests.count).toBe(0);
    expect(session.state.kind).toBe('not-set');
    expect(session.history).toEqual([]);
  });

  it('arms a kernel without Spark, and tells how', async () => {
    const { session, kernel } = await notebook();
    const states: string[] = [];
    session.stateChanged.connect((_, { kind }) => states.push(kind));
    const report = await session.apply(KMS);
    expect(report).toMatchObject({ ok: true, waiting: true, profile: KMS });
    expect(states).toEqual(['applying', 'waiting']);
    expect(await armedIn(kernel)).toEqual(KMS);
    expect([...remembered.values()]).toEqual([KMS]);
    expect(session.history).toHaveLength(1);
    expect(session.history[0]).toMatchObject({
      request: 'apply',
      reason: 'person',
      outcome: 'ok',
      code: EXPRESSION,
      arguments: JSON.stringify({ profile: KMS, connector: 'auto' }),
      kernelId: kernel.id
    });
  });

  it('clears what it armed', async () => {
    const { session, kernel } = await notebook();
    await session.apply(KMS);
    await session.clear();
    expect(session.state.kind).toBe('not-set');
    expect(await armedIn(kernel)).toBeNull();
    expect([...remembered.values()]).toEqual([null]);
  });

  it('sends nothing for a profile that is not valid', async () => {
    const { session, kernel } = await notebook();
    const requests = countRequests(kernel);
    const bad = { method: 'sse-kms', kmsKeyId: 'arn:aws:s3:::b' } as const;
    await expect(session.apply(bad)).rejects.toBeInstanceOf(ProfileError);
    await expect(session.apply(SSE_C)).rejects.toMatchObject({
      fields: [{ field: 'customerKey' }]
    });
    expect(requests.count).toBe(0);
  });

  it('is ahead of the first cell after a restart', async () => {
    const { context, session, kernel } = await notebook();
    await session.apply(KMS);
    const restarted = context.restartKernel();
    await Promise.resolve();
    // What “Restart and Run All” does, and earlier than it does it.
    const first = cell(kernel, ARMED);
    await restarted;
    const { printed, count } = await first;
    expect(JSON.parse(printed)).toEqual(KMS);
    expect(count).toBe(1);
    await until('armed again', () => session.state.kind === 'waiting');
    expect(session.history.map(({ reason }) => reason)).toEqual([
      'person',
      'restart'
    ]);
  });

  it('gives one re-apply for one restart', async () => {
    const { context, session, kernel } = await notebook();
    await session.apply(KMS);
    const requests = countRequests(kernel);
    await context.restartKernel();
    await until('armed again', () => session.state.kind === 'waiting');
    await cell(kernel, '1');
    expect(requests.count).toBe(2);
  });

  it('leaves a restarted kernel alone where re-applying is off', async () => {
    const { context, session, kernel } = await notebook(undefined, () => false);
    await session.apply(KMS);
    await context.restartKernel();
    await kernel.info;
    expect(session.state.kind).toBe('not-set');
    expect(session.profile).toEqual(KMS);
    expect(await armedIn(kernel)).toBeNull();
  });

  it('is in force again after the kernel was killed', async () => {
    const { session, kernel } = await notebook();
    await session.apply(KMS);
    const restarting = signalToPromise(session.stateChanged);
    kernel.requestExecute({ code: DIE }).done.catch(() => undefined);
    await restarting;
    expect(session.state.kind).toBe('applying');
    const first = cell(kernel, ARMED);
    expect(JSON.parse((await first).printed)).toEqual(KMS);
    await until('armed again', () => session.state.kind === 'waiting');
  });

  it('answers a request in whose middle the kernel died', async () => {
    const { session, kernel } = await notebook();
    kernel
      .requestExecute({ code: `import time; time.sleep(0.5); ${DIE}` })
      .done.catch(() => undefined);
    await until('busy', () => kernel.status === 'busy');
    const asked = session.apply(KMS);
    session.guardRun();
    expect(await asked).toMatchObject({ waiting: true, profile: KMS });
    expect(await armedIn(kernel)).toEqual(KMS);
  });

  it('notices a restart from elsewhere, and its guard is ahead of the next cell', async () => {
    const { session, kernel } = await notebook();
    await session.apply(KMS);
    await KernelAPI.restartKernel(kernel.id, page.settings);
    session.guardRun();
    expect(await armedIn(kernel)).toEqual(KMS);
    await until('armed again', () =>
      session.history.some(({ reason }) => reason !== 'person')
    );
    expect(session.state.kind).toBe('waiting');
  });

  it('holds a request while a cell runs, and drops it where it is cancelled', async () => {
    const { session, kernel } = await notebook();
    const requests = countRequests(kernel);
    const running = cell(kernel, SLEEP);
    await until('busy', () => kernel.status === 'busy');
    const asked = session.apply(KMS);
    await until('held', () => session.state.kind === 'applying');
    expect(session.state).toMatchObject({
      pending: { stage: 'held', behindCell: true }
    });
    session.cancel();
    expect(await asked).toBeNull();
    await running;
    expect(await armedIn(kernel)).toBeNull();
    expect(requests.count).toBe(2);
  });

  it('sends what it held when the kernel is idle', async () => {
    const { session, kernel } = await notebook();
    const running = cell(kernel, SLEEP);
    await until('busy', () => kernel.status === 'busy');
    const report = await session.apply(KMS);
    expect(report).toMatchObject({ waiting: true });
    await running;
  });

  it('undoes a request that was cancelled after it was sent', async () => {
    const { session, kernel } = await notebook();
    await session.apply(S3);
    const running = cell(kernel, SLEEP);
    await until('busy', () => kernel.status === 'busy');
    const asked = session.apply(KMS);
    await until('held', () => session.state.kind === 'applying');
    session.guardRun();
    session.cancel();
    expect(await asked).toBeNull();
    await running;
    await until('undone', () => session.state.kind === 'waiting');
    expect(session.profile).toEqual(S3);
    expect(await armedIn(kernel)).toEqual(S3);
    expect(session.history.map(({ outcome }) => outcome)).toEqual([
      'ok',
      'cancelled',
      'ok'
    ]);
  });

  it('asks the kernel after a reload, and applies nothing that is there', async () => {
    const { context, session } = await notebook();
    await session.apply(KMS);
    const other = await Page.open();
    open.push({
      dispose: () => {
        other.close();
      }
    });
    const again = other.notebook(undefined, context.path);
    const reloaded = watch(again);
    await again.initialize();
    expect(again.session!.kernel!.id).toBe(context.session!.kernel!.id);
    await until('asked', () => reloaded.state.kind === 'waiting');
    expect(reloaded.state).toMatchObject({ profile: KMS });
    expect(reloaded.history.map(({ request }) => request)).toEqual(['probe']);
  });

  it('asks for the SSE-C key after a reload only where the kernel lost it', async () => {
    const { context, session } = await notebook();
    await session.apply(SSE_C, KEY);
    expect(JSON.stringify([session.state, session.history])).not.toContain(KEY);
    const other = await Page.open();
    open.push({
      dispose: () => {
        other.close();
      }
    });
    const again = other.notebook(undefined, context.path);
    const reloaded = watch(again);
    await again.initialize();
    await until('asked', () => reloaded.state.kind === 'waiting');
    await again.restartKernel();
    await until('lost', () => reloaded.state.kind === 'needs-key');
  });

  it('remembers an SSE-C key for restarts, in this page only', async () => {
    const { context, session, kernel } = await notebook();
    await session.apply(SSE_C, KEY);
    await context.restartKernel();
    await until('armed again', () => session.state.kind === 'waiting');
    expect(await armedIn(kernel)).toEqual(SSE_C);
    expect(JSON.stringify([...remembered])).not.toContain(KEY);
  });

  it('never mixes up two notebooks', async () => {
    const [one, two] = await Promise.all([notebook(), notebook()]);
    await Promise.all([one.session.apply(KMS), two.session.apply(S3)]);
    await one.context.restartKernel();
    await until('armed again', () => one.session.state.kind === 'waiting');
    expect(await armedIn(one.kernel)).toEqual(KMS);
    expect(await armedIn(two.kernel)).toEqual(S3);
    expect(one.session.profile).toEqual(KMS);
    expect(two.session.profile).toEqual(S3);
    expect(two.session.history).toHaveLength(1);
  });

  it('says what a kernel speaks that is not Python, and sends it nothing', async () => {
    const { session, kernel } = await notebook('echo');
    const requests = countRequests(kernel);
    expect(session.state).toMatchObject({ kind: 'not-python' });
    await expect(session.apply(KMS)).rejects.toMatchObject({
      code: 'no-kernel'
    });
    session.guardRun();
    expect(requests.count).toBe(0);
  });

  it('asks a kernel whose specification names no language', async () => {
    const { session } = await notebook('unnamed');
    await until('known', () => session.state.kind === 'not-set');
    expect(await session.apply(S3)).toMatchObject({ waiting: true });
  });

  it('follows the notebook to another kernel and to none', async () => {
    const { context, session, kernel } = await notebook();
    await session.apply(KMS);
    await context.changeKernel({ name: 'unnamed' });
    await until('armed again', () => session.state.kind === 'waiting');
    const next = context.session!.kernel!;
    expect(next.id).not.toBe(kernel.id);
    expect(await armedIn(next)).toEqual(KMS);
    await context.shutdown();
    expect(session.state).toMatchObject({ kind: 'no-kernel', profile: KMS });
  });

  it('lets go of everything when the notebook is closed', async () => {
    const { context, session, kernel } = await notebook();
    await session.apply(KMS);
    const beside = page.kernels.connectTo({ model: kernel.model });
    await beside.info;
    const waiting = cell(beside, SLEEP);
    await until('busy', () => kernel.status === 'busy');
    const asked = session.apply(S3);
    session.guardRun();
    const changes: string[] = [];
    session.stateChanged.connect((_, { kind }) => changes.push(kind));
    context.dispose();
    expect(session.isDisposed).toBe(true);
    expect(await asked).toBeNull();
    expect(openFutures(kernel)).toBe(0);
    await waiting;
    expect(changes).toEqual([]);
    await KernelAPI.shutdownKernel(beside.id, page.settings);
    beside.dispose();
  });
});
