/**
 * The watcher with a kernel whose signals the spec emits: the sequences that
 * were measured. What real kernels do is in session.kernel.spec.ts.
 */

import type { Kernel, KernelMessage } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';

import { KernelWatcher, type IWatched } from '../restart';

class FakeKernel {
  constructor(readonly id: string) {}
  readonly isDisposed = false;
  readonly status = 'idle';
  readonly statusChanged = new Signal<this, KernelMessage.Status>(this);
  readonly connectionStatusChanged = new Signal<this, Kernel.ConnectionStatus>(
    this
  );
  readonly iopubMessage = new Signal<this, KernelMessage.IIOPubMessage>(this);

  /** Something that the process with this `header.session` publishes. */
  says(
    session: string,
    content: object = { execution_state: 'busy' },
    msgType = 'status',
    parent: object = { msg_id: 'm' }
  ): void {
    this.iopubMessage.emit({
      header: { session, msg_type: msgType },
      parent_header: parent,
      content
    } as unknown as KernelMessage.IIOPubMessage);
  }
}

class FakeContext {
  constructor(
    kernel: FakeKernel | null,
    readonly listed: { id: string; execution_state: string }[] = []
  ) {
    this.session = { kernel };
  }
  session: { kernel: FakeKernel | null };
  readonly kernelChanged = new Signal<this, object>(this);
  readonly sessionManager = {
    running: () => this.listed.map(kernel => ({ kernel })).values()
  };

  change(newValue: FakeKernel | null): void {
    const oldValue = this.session.kernel;
    this.session = { kernel: newValue };
    this.kernelChanged.emit({ name: 'kernel', oldValue, newValue });
  }
}

function watch(context: FakeContext): {
  watcher: KernelWatcher;
  seen: string[];
} {
  const watcher = new KernelWatcher(context as unknown as IWatched);
  const seen: string[] = [];
  watcher.started.connect((_, { id }) => seen.push(`fresh ${id}`));
  watcher.reconnected.connect((_, { id }) => seen.push(`found ${id}`));
  watcher.gone.connect(() => seen.push('gone'));
  watcher.busyChanged.connect((_, busy) => seen.push(busy ? 'busy' : 'idle'));
  return { watcher, seen };
}

const turn = (): Promise<void> => Promise.resolve();

describe('watching a kernel', () => {
  it('tells when a cell has ended, and not when a silent request has', () => {
    const kernel = new FakeKernel('k');
    const { watcher } = watch(new FakeContext(kernel));
    let cells = 0;
    watcher.ran.connect(() => cells++);
    const status = (id: string, state: string): void => {
      kernel.says('p', { execution_state: state }, 'status', {
        msg_id: id,
        msg_type: 'execute_request'
      });
    };
    status('cell', 'busy');
    kernel.says('p', {}, 'execute_input', { msg_id: 'cell' });
    status('other', 'idle');
    expect(cells).toBe(0);
    status('cell', 'idle');
    expect(cells).toBe(1);
    status('silent', 'busy');
    status('silent', 'idle');
    expect(cells).toBe(1);
  });

  it('waits one microtask after “restarting”: before, messages reach the old process', async () => {
    const kernel = new FakeKernel('k');
    const { seen } = watch(new FakeContext(kernel));
    kernel.statusChanged.emit('restarting');
    expect(seen).toEqual([]);
    await turn();
    expect(seen).toEqual(['fresh k']);
  });

  it('gives one signal for a restart by the server, which has two statuses', async () => {
    const kernel = new FakeKernel('k');
    const { seen } = watch(new FakeContext(kernel));
    void turn().then(() => {
      kernel.statusChanged.emit('autorestarting');
    });
    kernel.statusChanged.emit('restarting');
    await turn();
    kernel.connectionStatusChanged.emit('connecting');
    kernel.connectionStatusChanged.emit('connected');
    kernel.statusChanged.emit('starting');
    expect(seen).toEqual(['fresh k']);
  });

  it('gives one signal for a restart by the user, which ends with kernelChanged', async () => {
    const kernel = new FakeKernel('k');
    const context = new FakeContext(kernel);
    const { seen } = watch(context);
    kernel.says('old');
    kernel.statusChanged.emit('restarting');
    await turn();
    // The old process may still say goodbye.
    kernel.says('old', { restart: true }, 'shutdown_reply');
    kernel.says('old');
    kernel.says('new');
    context.change(kernel);
    expect(seen).toEqual(['fresh k']);
  });

  it('gives two signals for two restarts', async () => {
    const kernel = new FakeKernel('k');
    const { seen } = watch(new FakeContext(kernel));
    for (let n = 0; n < 2; n++) {
      kernel.statusChanged.emit('restarting');
      await turn();
    }
    expect(seen).toEqual(['fresh k', 'fresh k']);
  });

  it('notices a restart from elsewhere by the process that speaks', () => {
    const kernel = new FakeKernel('k');
    const { seen } = watch(new FakeContext(kernel));
    kernel.says('old');
    kernel.says('new');
    kernel.says('new');
    kernel.says('old');
    expect(seen).toEqual(['fresh k']);
  });

  it('does not take the status messages of the server for another process', () => {
    const kernel = new FakeKernel('k');
    const { seen } = watch(new FakeContext(kernel));
    kernel.says('process');
    kernel.says('server', { execution_state: 'restarting' });
    kernel.says('server', { execution_state: 'idle' }, 'status', {});
    kernel.says('process');
    expect(seen).toEqual([]);
  });

  it('distinguishes a new kernel from one that was already running', () => {
    const context = new FakeContext(null, [
      { id: 'running', execution_state: 'idle' },
      { id: 'starting', execution_state: 'starting' }
    ]);
    const { seen } = watch(context);
    context.change(new FakeKernel('running'));
    context.change(new FakeKernel('starting'));
    context.change(new FakeKernel('unlisted'));
    expect(seen).toEqual(['found running', 'fresh starting', 'fresh unlisted']);
  });

  it('asks again after a lost connection, and not after the first one', () => {
    const kernel = new FakeKernel('k');
    const { seen } = watch(new FakeContext(kernel));
    kernel.connectionStatusChanged.emit('connecting');
    kernel.connectionStatusChanged.emit('connected');
    expect(seen).toEqual([]);
    kernel.says('process');
    kernel.connectionStatusChanged.emit('connecting');
    kernel.connectionStatusChanged.emit('connected');
    expect(seen).toEqual(['found k']);
  });

  it('says that a kernel is gone, and forgets a restart that never came', async () => {
    const kernel = new FakeKernel('k');
    const context = new FakeContext(kernel);
    const { watcher, seen } = watch(context);
    kernel.statusChanged.emit('restarting');
    kernel.statusChanged.emit('dead');
    await turn();
    expect(seen).toEqual(['gone']);
    expect(watcher.kernel).toBeNull();
    context.change(null);
    expect(seen).toEqual(['gone', 'gone']);
  });

  it('reports when the kernel is busy, whatever else it answers meanwhile', () => {
    const kernel = new FakeKernel('k');
    const { seen } = watch(new FakeContext(kernel));
    const status = (state: string, msg_type: string): void => {
      const parent = { msg_id: 'm', msg_type };
      kernel.says('one', { execution_state: state }, 'status', parent);
    };
    status('busy', 'execute_request');
    status('busy', 'debug_request');
    status('idle', 'debug_request');
    kernel.statusChanged.emit('idle');
    expect(seen).toEqual(['busy']);
    status('idle', 'execute_request');
    expect(seen).toEqual(['busy', 'idle']);
    kernel.statusChanged.emit('idle');
    expect(seen).toEqual(['busy', 'idle', 'idle']);
  });

  it('hears nothing from the previous kernel, and nothing once it is disposed', async () => {
    const [old, next] = [new FakeKernel('old'), new FakeKernel('next')];
    const context = new FakeContext(old);
    const { watcher, seen } = watch(context);
    context.change(next);
    old.statusChanged.emit('restarting');
    next.statusChanged.emit('restarting');
    watcher.dispose();
    await turn();
    next.says('two', { execution_state: 'busy' }, 'status', {
      msg_id: 'm',
      msg_type: 'execute_request'
    });
    context.change(old);
    expect(seen).toEqual(['fresh next']);
  });
});
