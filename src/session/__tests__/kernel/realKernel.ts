/**
 * A real Jupyter server with real kernels, for specs. Not a spec, and not part
 * of the product.
 */

import { SessionContext } from '@jupyterlab/apputils';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import {
  KernelManager,
  KernelSpecManager,
  ServerConnection,
  SessionManager
} from '@jupyterlab/services';
import { JupyterServer } from '@jupyterlab/testutils';
import { UUID } from '@lumino/coreutils';

/** One server per spec file; as root it needs a flag. */
export function useServer(specs: Readonly<Record<string, object>> = {}): void {
  const server = new JupyterServer();
  beforeAll(async () => {
    await server.start({
      configData: {
        ServerApp: { allow_root: true, log_level: 'INFO' },
        // Kernels are killed on purpose, again and again.
        AsyncIOLoopKernelRestarter: { restart_limit: 1000 }
      },
      additionalKernelSpecs: {
        unnamed: {
          argv: [
            'python',
            '-m',
            'ipykernel_launcher',
            '-f',
            '{connection_file}'
          ],
          display_name: 'No language given',
          language: ''
        },
        ...specs
      }
    });
  }, 60000);
  afterAll(async () => {
    await server.shutdown();
  }, 30000);
}

/** What one browser page has of a server. */
export class Page {
  private constructor() {
    const serverSettings = ServerConnection.makeSettings();
    this.settings = serverSettings;
    this.kernels = new KernelManager({ serverSettings });
    this.specs = new KernelSpecManager({ serverSettings });
    this.sessions = new SessionManager({
      serverSettings,
      kernelManager: this.kernels
    });
  }

  static async open(): Promise<Page> {
    const page = new Page();
    await Promise.all([page.sessions.ready, page.specs.ready]);
    return page;
  }

  /** A notebook of this page; its kernel starts, or is the running one of that path. */
  notebook(name = 'ipython', path = `${UUID.uuid4()}.ipynb`): SessionContext {
    const context = new SessionContext({
      kernelManager: this.kernels,
      sessionManager: this.sessions,
      specsManager: this.specs,
      path,
      name: path,
      type: 'notebook',
      kernelPreference: { name, shutdownOnDispose: false }
    });
    this._contexts.push(context);
    return context;
  }

  /** Leaves the kernels running, as closing a browser tab does. */
  close(): void {
    for (const context of this._contexts) {
      context.dispose();
    }
    this.sessions.dispose();
    this.kernels.dispose();
    this.specs.dispose();
  }

  readonly settings: ServerConnection.ISettings;
  readonly kernels: KernelManager;
  readonly specs: KernelSpecManager;
  readonly sessions: SessionManager;
  private readonly _contexts: SessionContext[] = [];
}

/** Run code as a cell of the notebook; returns the texts that it printed. */
export async function cell(
  kernel: Kernel.IKernelConnection,
  code: string
): Promise<{ count: number | null; printed: string }> {
  const future = kernel.requestExecute({ code, store_history: true });
  let printed = '';
  future.onIOPub = message => {
    if (message.header.msg_type === 'stream') {
      printed += (message.content as KernelMessage.IStreamMsg['content']).text;
    }
  };
  const { content } = await future.done;
  return { count: content.execution_count, printed: printed.trim() };
}

/** The profile that the agent in the kernel holds, read without the agent. */
export const ARMED = [
  'import sys as _sys, json as _json',
  "_state = getattr(_sys.modules.get('_jupyterlab_s3_encryption_state'), 'state', None)",
  'print(_json.dumps(_state and _state.profile))'
].join('\n');

/** Futures that a kernel connection still waits for. */
export function openFutures(kernel: Kernel.IKernelConnection): number {
  return (kernel as unknown as { _futures: Map<string, unknown> })._futures
    .size;
}

/** Counts the requests to run something that a kernel connection sends. */
export function countRequests(kernel: Kernel.IKernelConnection): {
  readonly count: number;
} {
  const counter = { count: 0 };
  kernel.anyMessage.connect((_, { direction, msg }) => {
    if (direction === 'send' && msg.header.msg_type === 'execute_request') {
      counter.count++;
    }
  });
  return counter;
}

/** Waits until something is so, for ten seconds. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  const end = Date.now() + 10000;
  while (!isSo()) {
    if (Date.now() > end) {
      throw new Error(`Waited in vain: ${what}`);
    }
    // eslint-disable-next-line no-restricted-syntax -- a pause between two looks
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
