/** A real kernel that a real server starts with the choice: the page leaves the guard to it. */

import { KernelAPI, ServerConnection } from '@jupyterlab/services';
import { URLExt } from '@jupyterlab/coreutils';

import { KMS, S3, armedIn, useNotebooks } from './notebooks';
import { cell, countRequests, until, useServer } from './realKernel';

useServer();

describe('a kernel with a gate', () => {
  const on = useNotebooks();

  it('has the settings before each first cell, and gets no guard', async () => {
    const { settings } = on.page;
    const context = on.page.notebook();
    const { path } = context;
    const url = URLExt.join(settings.baseUrl, 's3-encryption/choices', path);
    const init = { method: 'PUT', body: JSON.stringify(KMS) };
    const kept = await ServerConnection.makeRequest(url, init, settings);
    expect(kept.status).toBe(200);
    on.remembered.set(path, KMS);
    on.started.push(context);
    const session = on.watch(context);
    await context.initialize();
    const kernel = context.session!.kernel!;
    const gate = (): object | null =>
      session.state.kind === 'waiting' ? session.state.report.gate : null;
    await until('the gate is known', () => gate() !== null);
    expect(gate()).toEqual({ mode: 'warn', profile: KMS, passed: false });
    const requests = countRequests(kernel);
    session.guardRun('warn');
    expect(await armedIn(kernel)).toEqual(KMS);
    expect(requests.count).toBe(1);

    // A restart that this page hears of by itself, and a first cell right behind it.
    await KernelAPI.restartKernel(kernel.id, settings);
    session.guardRun('warn');
    expect(await armedIn(kernel)).toEqual(KMS);

    // What a cell arms is news to the page: its own guard is ahead again.
    await until('the gate is known again', () => gate() !== null);
    const applied = `import jupyterlab_s3_encryption as s3; s3.apply(method='sse-s3')`;
    await cell(kernel, applied);
    await until('the page has heard', () => session.state.kind === 'foreign');
    expect(session.state).toMatchObject({ profile: KMS, inKernel: S3 });
    const before = requests.count;
    session.guardRun('warn');
    expect(requests.count).toBe(before + 1);
  });
});
