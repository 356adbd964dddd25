/** Two pages on one real kernel: each shows what the other did there, and takes it over only if it is asked to. */

import type { SessionContext } from '@jupyterlab/apputils';
import { KernelAPI } from '@jupyterlab/services';

import type { Profile } from '../../../encryption/profile/profile';
import type { EncryptionSession } from '../../session';
import { KMS, S3, SSE_C, KEY, armedIn, useNotebooks } from './notebooks';
import { Page, cell, countRequests, until, useServer } from './realKernel';

useServer();

describe('two pages of one kernel', () => {
  const on = useNotebooks();

  async function second(path: string): Promise<{
    context: SessionContext;
    session: EncryptionSession;
  }> {
    const page = await Page.open();
    on.open.push({
      dispose: () => {
        page.close();
      }
    });
    const context = page.notebook(undefined, path);
    const session = on.watch(context);
    await context.initialize();
    await context.session!.kernel!.info;
    await session.ready;
    return { context, session };
  }

  /** Both at rest, each in its state, and nothing more is sent. */
  async function settled(
    one: EncryptionSession,
    two: EncryptionSession,
    kind: string,
    kindOfTwo = kind
  ): Promise<void> {
    const counts = (): string =>
      JSON.stringify([one, two].map(({ history }) => history.length));
    let before = '';
    for (let n = 0; before !== counts(); n++) {
      // Pages that answer each other would never come to rest.
      expect(n).toBeLessThan(8);
      before = counts();
      // eslint-disable-next-line no-restricted-syntax -- pages that answer each other would do so in this time
      await new Promise(resolve => setTimeout(resolve, 500));
    }
    await until(
      `${kind} and ${kindOfTwo}`,
      () => one.state.kind === kind && two.state.kind === kindOfTwo
    );
  }

  it('show what one of them applied, changed and cleared', async () => {
    const { context, session: one, kernel } = await on.notebook();
    const { session: two } = await second(context.path);
    await one.apply(KMS);
    await settled(one, two, 'waiting', 'foreign');
    expect(two.state).toMatchObject({ profile: null, inKernel: KMS });
    expect(two.history.map(({ reason }) => reason)).toEqual(['elsewhere']);
    await two.apply(S3);
    await settled(one, two, 'foreign', 'waiting');
    expect(one.state).toMatchObject({ profile: KMS, inKernel: S3 });
    expect(await armedIn(kernel)).toEqual(S3);
    await one.apply(S3);
    await settled(one, two, 'waiting');
    await one.clear();
    await settled(one, two, 'not-set', 'foreign');
    expect(two.state).toMatchObject({ profile: S3, inKernel: null });
    expect(await armedIn(kernel)).toBeNull();
  });

  it('that apply at the same time end in one state', async () => {
    const { context, session: one, kernel } = await on.notebook();
    const { session: two } = await second(context.path);
    await Promise.all([one.apply(KMS), two.apply(S3)]);
    const { method } = (await armedIn(kernel)) as Profile;
    const [last, other] = method === S3.method ? [two, one] : [one, two];
    await settled(last, other, 'waiting', 'foreign');
    expect(await armedIn(kernel)).toEqual(last.profile);
  });

  it('arm a restarted kernel once, and both know it', async () => {
    const { context, session: one, kernel } = await on.notebook();
    const { session: two } = await second(context.path);
    await one.apply(KMS);
    await two.apply(KMS);
    await settled(one, two, 'waiting');
    await context.restartKernel();
    one.guardRun();
    two.guardRun();
    await settled(one, two, 'waiting');
    expect(await armedIn(kernel)).toEqual(KMS);
    await KernelAPI.restartKernel(kernel.id, on.page.settings);
    // The order of two connections is not known: each guards its own cells.
    two.guardRun();
    one.guardRun();
    expect(await armedIn(kernel)).toEqual(KMS);
    await settled(one, two, 'waiting');
  });

  it('apply their own choice again after a restart, and no other', async () => {
    const { context, session: one, kernel } = await on.notebook();
    const { session: two } = await second(context.path);
    await one.apply(KMS);
    await settled(one, two, 'waiting', 'foreign');
    await two.clear();
    await settled(one, two, 'foreign', 'not-set');
    await context.restartKernel();
    await settled(one, two, 'waiting', 'foreign');
    expect(await armedIn(kernel)).toEqual(KMS);
    expect(two.profile).toBeNull();
  });

  it('apply the newest choice after a restart, if only one of them has chosen', async () => {
    const { context, session: one, kernel } = await on.notebook();
    await one.apply(KMS);
    const { session: two } = await second(context.path);
    await settled(one, two, 'waiting');
    await one.apply(S3);
    await settled(one, two, 'waiting', 'foreign');
    expect(two.profile).toEqual(KMS);
    await context.restartKernel();
    await settled(one, two, 'waiting');
    expect(await armedIn(kernel)).toEqual(S3);
    expect(two.profile).toEqual(S3);
    await one.clear();
    await settled(one, two, 'not-set', 'foreign');
    await context.restartKernel();
    await settled(one, two, 'foreign', 'waiting');
    expect(await armedIn(kernel)).toEqual(S3);
  });

  it('share what the kernel holds of an SSE-C key, and only one page has the key', async () => {
    const { context, session: one } = await on.notebook();
    const { session: two } = await second(context.path);
    await one.apply(SSE_C, KEY);
    await settled(one, two, 'waiting', 'foreign');
    expect(JSON.stringify([two.state, two.history])).not.toContain(KEY);
  });

  it('guard runs without overriding each other', async () => {
    const { context, session: one, kernel } = await on.notebook();
    const { session: two } = await second(context.path);
    await one.apply(KMS);
    await two.apply(KMS);
    await settled(one, two, 'waiting');
    const requests = countRequests(kernel);
    for (let run = 0; run < 5; run++) {
      one.guardRun();
      two.guardRun();
      await cell(kernel, '1');
    }
    await settled(one, two, 'waiting');
    // Our guards and the cells; no answer made the other page ask.
    expect(requests.count).toBe(10);
    expect(await armedIn(kernel)).toEqual(KMS);
  });
});
