/** The channel of a kernel whose kind is found out: which way requests go, and when they leave. */

import type { Kernel } from '@jupyterlab/services';

import type { IReport } from '../../contract/report';
import { makeReport } from '../../contract/__tests__/reports';
import { loadAgent } from '../agentText';
import type { IAgentChannel } from '../channel';
import { KernelChannel, prepare } from '../kernelChannel';
import { LIVY, livyChannel } from '../remote/livyChannel';
import { makeRequest } from '../protocol';

const REPORT = makeReport();
const REQUEST = makeRequest({
  request: 'guard',
  args: { profile: { method: 'sse-s3' }, connector: 's3a' }
});

/** Keeps what is sent to it; answers nothing. */
class FakeKernel {
  readonly isDisposed = false;
  readonly sent: [
    { code: string; stop_on_error: boolean },
    { 's3-encryption': Record<string, unknown> }
  ][] = [];

  requestExecute(
    content: FakeKernel['sent'][0][0],
    _: boolean,
    metadata: FakeKernel['sent'][0][1]
  ): unknown {
    this.sent.push([content, metadata]);
    return { done: new Promise(() => undefined), dispose: () => undefined };
  }

  get asKernel(): Kernel.IKernelConnection {
    return this as unknown as Kernel.IKernelConnection;
  }
}

class FakeChannel implements IAgentChannel {
  readonly code = 'other';
  readonly blockingCode = 'other';
  readonly sent: unknown[] = [];
  isDisposed = false;

  dispose(): void {
    this.isDisposed = true;
  }

  send(request: unknown): Promise<IReport | null> {
    this.sent.push(request);
    return Promise.resolve(REPORT);
  }
}

const NOW = { withAgent: false };

describe('the channel of a kernel', () => {
  // First: from then on the agent is there.
  it('is not ready without the agent: cells could overtake a request', async () => {
    const channel = new KernelChannel(new FakeKernel().asKernel);
    expect(channel.isReady).toBe(false);
    await loadAgent();
    expect(channel.isReady).toBe(true);
    channel.dispose();
  });

  it('is an ipykernel channel until another kind is known', () => {
    const kernel = new FakeKernel();
    const channel = new KernelChannel(kernel.asKernel);
    void channel.send(REQUEST, NOW);
    expect(kernel.sent).toHaveLength(1);
    expect(channel.isRemote).toBe(false);
    channel.dispose();
  });

  it('reports that the other kind could not be loaded, and sends nothing through the wrong channel', async () => {
    const kernel = new FakeKernel();
    const channel = new KernelChannel(kernel.asKernel, () =>
      Promise.reject(new Error('offline'))
    );
    channel.setKind('glue');
    await expect(channel.send(REQUEST, NOW)).rejects.toMatchObject({
      code: 'not-loaded',
      message: 'Error: offline'
    });
    expect(kernel.sent).toHaveLength(0);
    channel.dispose();
  });

  it('waits for what is loaded once, and then sends at once, for each kernel', async () => {
    const other = new FakeChannel();
    const kernel = new FakeKernel();
    const loads: string[] = [];
    const load = (kind: string): Promise<() => IAgentChannel> => {
      loads.push(kind);
      return Promise.resolve(() => other);
    };
    const channel = new KernelChannel(kernel.asKernel, load);
    channel.setKind('sparkmagic');
    expect(channel.isRemote).toBe(true);
    const first = channel.send(REQUEST, NOW);
    expect(other.sent).toHaveLength(0);
    expect(await first).toBe(REPORT);
    void channel.send(REQUEST, NOW);
    expect(other.sent).toHaveLength(2);

    const next = new KernelChannel(kernel.asKernel, load);
    next.setKind('sparkmagic');
    void next.send(REQUEST, NOW);
    expect(other.sent).toHaveLength(3);
    expect(loads).toEqual(['sparkmagic']);
    expect(next.code).toBe('other');
    channel.dispose();
    next.dispose();
    expect(other.isDisposed).toBe(true);
    other.dispose();
  });
});

describe('the channel of a kernel that may be sparkmagic, by its name', () => {
  it('asks as an ipykernel until more is loaded, and then finds out in the kernel', async () => {
    const kernel = new FakeKernel();
    const channel = new KernelChannel(kernel.asKernel);
    channel.setKind('undetermined');
    expect(channel.isRemote).toBe(false);
    void channel.send(REQUEST, NOW);
    expect(kernel.sent).toHaveLength(1);
    await prepare({ kernelPreference: { name: 'pysparkkernel' } });
    const next = new KernelChannel(kernel.asKernel);
    next.setKind('undetermined');
    void next.send(REQUEST, NOW);
    const payload = kernel.sent[1]![1]['s3-encryption'];
    expect(payload.bootstrap).toContain('spark_controller');
    expect(payload.livy).toMatchObject({ relay: LIVY.bootstrap });
    channel.dispose();
    next.dispose();
  });
});

describe('a request to a sparkmagic kernel', () => {
  it('is an empty cell with the relay, and what the next session is started with', () => {
    const kernel = new FakeKernel();
    const channel = livyChannel(kernel.asKernel);
    void channel.send(REQUEST, NOW);
    const [content, metadata] = kernel.sent[0]!;
    expect(content.code).toBe('');
    expect(metadata['s3-encryption']).toMatchObject({
      bootstrap: LIVY.bootstrap,
      livy: {
        conf: { 'spark.hadoop.fs.s3a.encryption.algorithm': 'AES256' },
        refused: null
      }
    });
    channel.dispose();
  });

  it('carries why a profile is refused, with what that sentence is made of', () => {
    const kernel = new FakeKernel();
    const channel = livyChannel(kernel.asKernel);
    const request = makeRequest({
      request: 'apply',
      args: { profile: { method: 'sse-kms' }, connector: 'emrfs' }
    });
    void channel.send(request, NOW);
    const message =
      'This connector needs a KMS key for this method; without one it would not use KMS.';
    expect(kernel.sent[0]![1]['s3-encryption']).toMatchObject({
      livy: {
        refused: {
          message,
          sentences: { [message]: { text: message, values: [] } }
        }
      }
    });
    channel.dispose();
  });

  it('is a local cell if it has to block cells', () => {
    const kernel = new FakeKernel();
    const channel = livyChannel(kernel.asKernel);
    void channel.send(REQUEST, { ...NOW, block: 'lenient' });
    const [content] = kernel.sent[0]!;
    expect(content.code).toMatch(/^%%local\nif /);
    expect(content.code).toBe(channel.blockingCode);
    expect(content.stop_on_error).toBe(true);
    channel.dispose();
  });
});

describe('a channel', () => {
  it('is not ready while another kind is loaded: cells could overtake a request', async () => {
    const kernel = new FakeKernel();
    const channel = new KernelChannel(kernel.asKernel, () =>
      Promise.resolve(() => new FakeChannel())
    );
    expect(channel.isReady).toBe(true);
    channel.setKind('glue');
    expect(channel.isReady).toBe(false);
    await channel.send(REQUEST, NOW);
    expect(channel.isReady).toBe(true);
    channel.dispose();
  });
});
