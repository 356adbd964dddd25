/** The session of a notebook: what it sends to a real kernel, and what it leaves alone. */

import { KernelAPI } from '@jupyterlab/services';

import { ProfileError } from '../../../encryption/profile/profile';
import { EXPRESSION } from '../../../kernel/ipykernelChannel';
import { KMS, S3, SSE_C, SLEEP, armedIn, useNotebooks } from './notebooks';
import {
  cell,
  countRequests,
  openFutures,
  until,
  useServer
} from './realKernel';

useServer();

describe('the session of a notebook with a real kernel', () => {
  const on = useNotebooks();
  const { notebook, watch } = on;

  it('sends nothing if nothing is armed and nobody asked', async () => {
    const context = on.page.notebook();
    on.started.push(context);
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

  it('arms a kernel without Spark, and says so', async () => {
    const { session, kernel } = await notebook();
    const states: string[] = [];
    session.stateChanged.connect((_, { kind }) => states.push(kind));
    const report = await session.apply(KMS);
    expect(report).toMatchObject({ ok: true, waiting: true, profile: KMS });
    expect(states).toEqual(['applying', 'waiting']);
    expect(await armedIn(kernel)).toEqual(KMS);
    expect([...on.remembered.values()]).toEqual([KMS]);
    expect(session.history).toHaveLength(1);
    expect(session.history[0]).toMatchObject({
      request: 'apply',
      reason: 'user',
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
    expect([...on.remembered.values()]).toEqual([null]);
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

  it('queues a request while a cell runs, and drops it if it is cancelled', async () => {
    const { session, kernel } = await notebook();
    const requests = countRequests(kernel);
    const running = cell(kernel, SLEEP);
    await until('busy', () => kernel.status === 'busy');
    const asked = session.apply(KMS);
    await until('queued', () => session.state.kind === 'applying');
    expect(session.state).toMatchObject({
      pending: { stage: 'queued', behindCell: true }
    });
    session.cancel();
    expect(await asked).toBeNull();
    await running;
    expect(await armedIn(kernel)).toBeNull();
    expect(requests.count).toBe(2);
  });

  it('sends the queued request when the kernel is idle', async () => {
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
    await until('queued', () => session.state.kind === 'applying');
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

  it('names the language of a kernel that is not Python, and sends it nothing', async () => {
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

  it('releases everything when the notebook is closed', async () => {
    const { context, session, kernel } = await notebook();
    await session.apply(KMS);
    const beside = on.page.kernels.connectTo({ model: kernel.model });
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
    await KernelAPI.shutdownKernel(beside.id, on.page.settings);
    beside.dispose();
  });
});
