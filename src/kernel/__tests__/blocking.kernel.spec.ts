/** The guard of mode “block” against a real ipykernel: what runs, and what shows. */

import type { SessionContext } from '@jupyterlab/apputils';
import type { Kernel, KernelMessage } from '@jupyterlab/services';

import {
  ARMED,
  Page,
  cell,
  openFutures,
  until,
  useServer
} from '../../session/__tests__/kernel/realKernel';
import type { IArguments } from '../../contract/requests';
import { BlockedError } from '../channel';
import { IpykernelChannel } from '../ipykernelChannel';
import { makeRequest } from '../protocol';

useServer();

const GOOD = { profile: { method: 'sse-s3' } as const };
/** The kernel refuses it: SSE-C without its key cannot be applied. */
const BAD = { profile: { method: 'sse-c' } as const };
const TRACE =
  'import json as _json\n' +
  'print(_json.dumps([len(In), sorted(Out), repr(_), ' +
  "[n for n in globals() if n[:1] != '_'], " +
  '[row[2] for row in get_ipython().history_manager.get_range()]]))';

describe('a guard that blocks cells', () => {
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

  const guard = (
    args: IArguments['guard'],
    block?: 'lenient' | 'strict' | 'off'
  ): Promise<unknown> =>
    channel
      .send(makeRequest({ request: 'guard', args }), {
        withAgent: true,
        ...(block ? { block } : {})
      })
      .catch((reason: unknown) => reason);

  /** How cells end that are sent right behind something. */
  const statuses = (codes: string[]): Promise<string[]> =>
    Promise.all(
      codes.map(async code => {
        const future = kernel.requestExecute({ code, stop_on_error: true });
        return (await future.done).content.status;
      })
    );

  it('lets the cells run if the settings are in place', async () => {
    const first = guard(GOOD, 'lenient');
    const ran = statuses(['ran = 1', 'ran += 1']);
    expect(await first).toMatchObject({ ok: true, waiting: true });
    expect(await ran).toEqual(['ok', 'ok']);
    const again = guard(GOOD, 'strict');
    expect(await statuses(['ran += 1'])).toEqual(['ok']);
    expect(await again).toBeNull();
    expect((await cell(kernel, 'print(ran)')).printed).toBe('3');
  });

  it('aborts the cells behind it if the settings cannot be applied', async () => {
    await cell(kernel, 'ran = 0');
    const blocked = guard(BAD, 'lenient');
    const ran = statuses(Array.from({ length: 30 }, () => 'ran += 1'));
    expect(await blocked).toBeInstanceOf(BlockedError);
    expect(await blocked).toMatchObject({
      message: expect.stringContaining('key') as string,
      report: { ok: false, error: { code: 'invalid-profile' } }
    });
    expect(new Set(await ran)).toEqual(new Set(['aborted']));
    const look = guard({}, 'off');
    expect((await cell(kernel, 'print(ran)')).printed).toBe('0');
    await look;
    expect(openFutures(kernel)).toBe(0);
  });

  it('also blocks a cell that reaches the kernel just after that, until it is released', async () => {
    await cell(kernel, 'ran = 0');
    await guard(BAD, 'lenient');
    const [late] = await statuses(['ran += 1']);
    expect(late).not.toBe('ok');
    await guard(BAD, 'off');
    const { printed } = await cell(kernel, 'print(ran)');
    expect(printed).toBe('0');
  });

  it('shows nothing in the notebook, whether it fails or not', async () => {
    await cell(kernel, '6 * 7');
    await cell(kernel, TRACE);
    const first = await cell(kernel, TRACE);
    const seen: KernelMessage.IIOPubMessage[] = [];
    kernel.iopubMessage.connect((_, message) => {
      seen.push(message);
    });
    await guard(GOOD, 'lenient');
    await guard(GOOD, 'strict');
    await guard(BAD, 'off');
    const types = new Set(seen.map(({ header }) => header.msg_type as string));
    expect(types).toEqual(
      new Set(['status', 'execute_input', 's3_encryption_changed'])
    );
    const second = await cell(kernel, TRACE);
    const [length, out, last, names] = JSON.parse(first.printed) as unknown[];
    const after = JSON.parse(second.printed) as unknown[];
    expect(second.count).toBe(first.count! + 1);
    expect(after.slice(0, 4)).toEqual([
      (length as number) + 1,
      out,
      last,
      names
    ]);
    expect(after[4]).toHaveLength(length as number);
  });

  it('adds nothing to counts and history if it fails', async () => {
    await cell(kernel, '6 * 7');
    const first = await cell(kernel, TRACE);
    await guard(BAD, 'lenient');
    await guard(BAD, 'off');
    const second = await cell(kernel, TRACE);
    expect(second.count).toBe(first.count! + 1);
    const [before, after] = [first, second].map(
      ({ printed }) => JSON.parse(printed) as [number, ...unknown[]]
    );
    expect(after).toEqual([
      before![0] + 1,
      ...before!.slice(1, 4),
      [...(before![4] as string[]), TRACE]
    ]);
  });

  it('counts a cleared profile as a failure only if it is strict', async () => {
    await channel.send(makeRequest({ request: 'apply', args: GOOD }), {
      withAgent: true
    });
    await channel.send(makeRequest({ request: 'clear', args: {} }), {
      withAgent: false
    });
    expect(await guard(GOOD, 'lenient')).toMatchObject({
      ok: true,
      profile: null
    });
    expect(await guard(GOOD, 'strict')).toMatchObject({
      message: expect.stringContaining('cleared') as string
    });
    await guard(GOOD, 'off');
    expect((await cell(kernel, ARMED)).printed).toBe('null');
  });

  it('blocks cells even if the agent itself cannot be loaded', async () => {
    await cell(
      kernel,
      "import sys; sys.modules['jupyterlab_s3_encryption'] = None; ran = 0"
    );
    const blocked = channel
      .send(makeRequest({ request: 'guard', args: GOOD }), {
        withAgent: false,
        block: 'lenient'
      })
      .catch((reason: unknown) => reason);
    const ran = statuses(['ran += 1']);
    expect(await blocked).toMatchObject({ report: null });
    expect(await ran).toEqual(['aborted']);
    await guard(GOOD, 'lenient');
    expect((await cell(kernel, 'print(ran)')).printed).toBe('0');
  });

  it('keeps the key of SSE-C out of the traceback', async () => {
    const customerKey = 'c2VjcmV0LWtleS1vZi0zMi1ieXRlcy1mb3ItdGVzdHM=';
    expect(
      // A list, which no page sends.
      await guard({ ...BAD, customerKey: [customerKey] } as never, 'lenient')
    ).toBeInstanceOf(BlockedError);
    await guard(BAD, 'off');
    const texts = await cell(
      kernel,
      [
        'import sys',
        'tb, found = sys.last_traceback, []',
        'while tb is not None:',
        '    names = tb.tb_frame.f_locals',
        '    leaked = "c2Vjcm" + "V0" in repr([v for k, v in names.items() if k not in ("tb", "names")])',
        '    found.append((tb.tb_frame.f_code.co_name, leaked))',
        '    tb = tb.tb_next',
        'print(found[-1])'
      ].join('\n')
    );
    expect(texts.printed).toBe("('<module>', False)");
    await until('free', () => kernel.status === 'idle');
  });
});
