/** The channel to a real ipykernel: answers, failures, and no trace. */

import type { Profile } from '../../contract/profile';
import type { SessionContext } from '@jupyterlab/apputils';
import type { Kernel, KernelMessage } from '@jupyterlab/services';

import {
  ARMED,
  Page,
  cell,
  countRequests,
  openFutures,
  useServer
} from '../../session/__tests__/kernel/realKernel';
import { ChannelError } from '../channel';
import { IpykernelChannel } from '../ipykernelChannel';
import { makeRequest } from '../protocol';

useServer();

describe('the channel to an ipykernel', () => {
  let page: Page;
  let context: SessionContext;
  let kernel: Kernel.IKernelConnection;
  let channel: IpykernelChannel;

  beforeEach(async () => {
    page = await Page.open();
    context = page.notebook();
    await context.initialize();
    kernel = context.session!.kernel!;
    await kernel.info;
    channel = new IpykernelChannel(kernel);
  });

  afterEach(async () => {
    channel.dispose();
    await context.shutdown();
    page.close();
  });

  it('brings back the report of the agent in the kernel', async () => {
    const report = await channel.send(
      makeRequest({ request: 'probe', args: {} }),
      {
        withAgent: true
      }
    );
    expect(report).toMatchObject({
      request: 'probe',
      ok: true,
      profile: null,
      session: { kind: 'none' }
    });
    expect(openFutures(kernel)).toBe(0);
  });

  it('sends the agent along only if the kernel has none', async () => {
    // The kernel of a machine on which the Python package is not installed.
    await cell(
      kernel,
      "import sys; sys.modules['jupyterlab_s3_encryption'] = None"
    );
    const requests = countRequests(kernel);
    const first = await channel.send(
      makeRequest({ request: 'probe', args: {} }),
      {
        withAgent: false
      }
    );
    expect(first?.agent.source).toBe('shipped');
    expect(requests.count).toBe(2);
    await channel.send(makeRequest({ request: 'probe', args: {} }), {
      withAgent: false
    });
    expect(requests.count).toBe(3);
  });

  it('leaves no trace in counts, history, output or namespace', async () => {
    const names = 'print(sorted(dir()), len(In), list(Out))';
    const first = await cell(kernel, names);
    const seen: string[] = [];
    kernel.iopubMessage.connect((_, message) => {
      seen.push(message.header.msg_type);
    });
    const profile: Profile = { method: 'sse-s3' };
    await channel.send(makeRequest({ request: 'apply', args: { profile } }), {
      withAgent: true
    });
    await channel.send(makeRequest({ request: 'verify', args: {} }), {
      withAgent: false
    });
    // The second is for the other pages of this kernel; nothing shows it.
    expect(new Set(seen)).toEqual(new Set(['status', 's3_encryption_changed']));
    const second = await cell(kernel, names);
    expect([first.count, second.count]).toEqual([1, 2]);
    const length = (text: string): string => text.replace(/\d+ \[\]$/, '');
    // IPython itself adds the names of a second cell.
    const added = ['_i', '_i1', '_i2', '_ii', '_iii', '_exit_code'];
    const plain = (text: string): string[] =>
      length(text)
        .split(/[^\w]+/)
        .filter(name => name && !added.includes(name));
    expect(plain(second.printed)).toEqual(plain(first.printed));
    const history = await kernel.requestHistory({
      output: false,
      raw: true,
      hist_access_type: 'range',
      session: 0,
      start: 1,
      stop: 10
    });
    const { content } = history;
    const lines = (content as unknown as { history: unknown[][] }).history;
    expect(lines.map(line => line[2])).toEqual([names, names]);
  });

  it('sends a request again if a failing cell removed it from the queue', async () => {
    const requests = countRequests(kernel);
    const failing = kernel.requestExecute({
      code: 'import time; time.sleep(0.3); 1 / 0',
      stop_on_error: true
    });
    const profile: Profile = { method: 'sse-s3' };
    const report = await channel.send(
      makeRequest({ request: 'apply', args: { profile } }),
      {
        withAgent: true
      }
    );
    expect((await failing.done).content.status).toBe('error');
    expect(report).toMatchObject({ ok: true, waiting: true, profile });
    expect(requests.count).toBeGreaterThan(2);
    expect(openFutures(kernel)).toBe(0);
  });

  it('gives up after its last try, and says so', async () => {
    const impatient = new IpykernelChannel(kernel, []);
    const failing = kernel.requestExecute({
      code: 'import time; time.sleep(0.3); 1 / 0',
      stop_on_error: true
    });
    const sent = impatient.send(makeRequest({ request: 'probe', args: {} }), {
      withAgent: true
    });
    await expect(sent).rejects.toMatchObject({ code: 'aborted' });
    await failing.done;
    impatient.dispose();
  });

  it('sends what covers Python libraries along with a profile that asks for it', async () => {
    await cell(
      kernel,
      "import sys; sys.modules['jupyterlab_s3_encryption'] = None"
    );
    const profile: Profile = { method: 'sse-s3', writers: ['python'] };
    await channel.send(makeRequest({ request: 'probe', args: {} }), {
      withAgent: true
    });
    const report = await channel.send(
      makeRequest({ request: 'apply', args: { profile } }),
      {
        withAgent: false
      }
    );
    expect(report).toMatchObject({ agent: { source: 'shipped' }, profile });
    expect(report?.writers?.find(({ writer }) => writer === 'boto3')).toEqual({
      writer: 'boto3',
      loaded: false,
      covered: true,
      reason: null
    });
    const cleared = await channel.send(
      makeRequest({ request: 'clear', args: {} }),
      {
        withAgent: false
      }
    );
    expect(cleared).toMatchObject({ ok: true, profile: null });
    expect(cleared?.writers).toBeNull();
  });

  it('passes on what the agent says about a bad profile', async () => {
    const profile: Profile = {
      method: 'sse-kms',
      kmsKeyId: 'arn:aws:s3:::bucket'
    };
    const report = await channel.send(
      makeRequest({ request: 'apply', args: { profile } }),
      {
        withAgent: true
      }
    );
    expect(report).toMatchObject({
      ok: false,
      error: { code: 'invalid-profile', fields: [{ field: 'kmsKeyId' }] }
    });
    expect((await cell(kernel, ARMED)).printed).toBe('null');
  });

  it('ends with “kernel-gone” if the kernel dies first', async () => {
    const dying = kernel.requestExecute({
      code: 'import os, time; time.sleep(0.3); os.kill(os.getpid(), 9)'
    });
    dying.done.catch(() => undefined);
    const sent = channel.send(makeRequest({ request: 'probe', args: {} }), {
      withAgent: true
    });
    await expect(sent).rejects.toMatchObject({ code: 'kernel-gone' });
    // Its status may stay unknown: the server does not wait until a kernel that
    // died busy is heard. What is asked next is answered all the same.
    const report = await channel.send(
      makeRequest({ request: 'probe', args: {} }),
      {
        withAgent: true
      }
    );
    expect(report).toMatchObject({ ok: true, profile: null });
  });

  it('takes an answer whose idle status was lost on the way', async () => {
    const lost = kernel as unknown as {
      _handleMessage(message: KernelMessage.IMessage): Promise<void>;
    };
    const handle = lost._handleMessage.bind(kernel);
    lost._handleMessage = async message => {
      if (message.header.msg_type !== 'status') {
        await handle(message);
      }
    };
    const report = await channel.send(
      makeRequest({ request: 'probe', args: {} }),
      {
        withAgent: true
      }
    );
    expect(report).toMatchObject({ ok: true, profile: null });
    expect(openFutures(kernel)).toBe(0);
  });

  it('ends with “kernel-gone” if it is disposed first, and releases everything', async () => {
    const sleeping = kernel.requestExecute({
      code: 'import time; time.sleep(0.5)'
    });
    const before = openFutures(kernel);
    const sent = channel.send(makeRequest({ request: 'probe', args: {} }), {
      withAgent: true
    });
    channel.dispose();
    await expect(sent).rejects.toBeInstanceOf(ChannelError);
    expect(openFutures(kernel)).toBe(before);
    await sleeping.done;
  });

  it('rejects at once if it is already disposed', async () => {
    channel.dispose();
    const requests = countRequests(kernel);
    const sent = channel.send(makeRequest({ request: 'probe', args: {} }), {
      withAgent: true
    });
    await expect(sent).rejects.toMatchObject({ code: 'kernel-gone' });
    expect(requests.count).toBe(0);
  });
});
