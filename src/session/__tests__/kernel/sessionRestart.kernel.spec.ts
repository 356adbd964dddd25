/** The session of a notebook over restarts, deaths and page reloads of a real kernel. */

import { KernelAPI } from '@jupyterlab/services';
import { signalToPromise } from '@jupyterlab/testutils';

import { KEY, KMS, SSE_C, DIE, armedIn, useNotebooks } from './notebooks';
import {
  ARMED,
  Page,
  cell,
  countRequests,
  until,
  useServer
} from './realKernel';

useServer();

/** Null after so many milliseconds. */
async function later(milliseconds: number): Promise<null> {
  return new Promise(resolve => {
    // eslint-disable-next-line no-restricted-syntax -- a limit, not a wait
    setTimeout(resolve, milliseconds, null);
  });
}

describe('the session of a notebook whose kernel or page starts again', () => {
  const on = useNotebooks();
  const { notebook, watch } = on;

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
      'user',
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

  it('leaves a restarted kernel alone if re-applying is off', async () => {
    const { context, session, kernel } = await notebook(undefined, () => false);
    await session.apply(KMS);
    await context.restartKernel();
    await kernel.info;
    expect(session.state.kind).toBe('not-set');
    expect(session.profile).toEqual(KMS);
    expect(await armedIn(kernel)).toBeNull();
  });

  it('is in effect again after the kernel was killed', async () => {
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

  it('answers a request during which the kernel died', async () => {
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
    await KernelAPI.restartKernel(kernel.id, on.page.settings);
    // The server may lose what is sent while it connects to the new process: then both go again.
    let armed: unknown = null;
    for (let tries = 0; armed === null && tries < 4; tries++) {
      session.guardRun();
      const answer = armedIn(kernel).catch(() => null);
      armed = await Promise.race([answer, later(10_000)]);
    }
    expect(armed).toEqual(KMS);
    await until('armed again', () =>
      session.history.some(({ reason }) => reason !== 'user')
    );
    // A guard that was sent twice may still be on its way.
    await until('waiting', () => session.state.kind === 'waiting');
  });

  it('asks the kernel after a reload, and applies nothing that is there', async () => {
    const { context, session } = await notebook();
    await session.apply(KMS);
    const other = await Page.open();
    on.open.push({
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

  it('asks for the SSE-C key after a reload only if the kernel lost it', async () => {
    const { context, session } = await notebook();
    await session.apply(SSE_C, KEY);
    expect(JSON.stringify([session.state, session.history])).not.toContain(KEY);
    const other = await Page.open();
    on.open.push({
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
    expect(JSON.stringify([...on.remembered])).not.toContain(KEY);
  });
});
