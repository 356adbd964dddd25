/**
 * Notebooks with real kernels for the specs of the session: opened by a spec,
 * closed after it. Must not know what the specs look at.
 */

import type { SessionContext } from '@jupyterlab/apputils';
import { KernelAPI, type Kernel } from '@jupyterlab/services';

import type { Profile } from '../../../encryption/profile/profile';
import { EncryptionSession } from '../../session';
import { ARMED, Page, cell } from './realKernel';

export const KMS: Profile = { method: 'sse-kms', kmsKeyId: 'alias/lake' };
export const S3: Profile = { method: 'sse-s3' };
export const SSE_C: Profile = { method: 'sse-c' };
export const KEY = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';
export const SLEEP = 'import time; time.sleep(1)';
export const DIE = 'import os; os.kill(os.getpid(), 9)';
export /** What a spec works with; `page` and the lists are new for each spec. */
interface INotebooks {
  page: Page;
  /** Disposed after the spec, the last one first. */
  open: { dispose(): void }[];
  /** Their kernels are shut down after the spec. */
  started: SessionContext[];
  /** What the state database holds, by path. */
  remembered: Map<string, Profile | null>;
  watch(context: SessionContext, reapply?: () => boolean): EncryptionSession;
  notebook(
    name?: string,
    reapply?: () => boolean
  ): Promise<{
    context: SessionContext;
    session: EncryptionSession;
    kernel: Kernel.IKernelConnection;
  }>;
}

/** Registers what opens a page before each spec and closes everything after it. */
export function useNotebooks(): INotebooks {
  const on = {
    open: [],
    started: [],
    remembered: new Map(),
    watch,
    notebook
  } as unknown as INotebooks;

  beforeEach(async () => {
    const page = await Page.open();
    on.page = page;
    on.open = [
      {
        dispose: () => {
          page.close();
        }
      }
    ];
    on.started = [];
    on.remembered = new Map();
  });

  afterEach(async () => {
    for (const context of on.started) {
      const id = context.session?.kernel?.id;
      if (id !== undefined) {
        await KernelAPI.shutdownKernel(id, on.page.settings);
      }
    }
    for (const one of on.open.reverse()) {
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
        on.remembered.set(path, profile);
        return Promise.resolve();
      },
      recall: () => Promise.resolve(on.remembered.get(path) ?? null)
    });
    on.open.push(session);
    return session;
  }

  async function notebook(
    name?: string,
    reapply?: () => boolean
  ): ReturnType<INotebooks['notebook']> {
    const context = on.page.notebook(name);
    on.started.push(context);
    const session = watch(context, reapply);
    await context.initialize();
    const kernel = context.session!.kernel!;
    await kernel.info;
    return { context, session, kernel };
  }

  return on;
}

/** What is armed in a kernel, as its agent says. */
export async function armedIn(
  kernel: Kernel.IKernelConnection
): Promise<unknown> {
  return JSON.parse((await cell(kernel, ARMED)).printed) as unknown;
}
