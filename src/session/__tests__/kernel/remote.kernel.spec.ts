/**
 * The session of a notebook whose Spark is elsewhere: the real kernels of
 * sparkmagic and of Glue, as far as they go without a server behind them. What a
 * real Livy does is in tests/livy/test_livy.py. AWS was never asked: the service of
 * Glue is a stand-in with real PySpark (tests/livy/glue_kernel.py).
 */

import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { CompressionStream } from 'node:stream/web';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import type { Kernel } from '@jupyterlab/services';

import type { IReport } from '../../../contract/report';
import { holdCells } from '../../hold';
import { KEY, KMS, SSE_C, armedIn, useNotebooks } from './notebooks';
import { cell, countRequests, until, useServer } from './realKernel';

Object.assign(globalThis, { CompressionStream });

const ROOT = resolve(__dirname, '../../../..');
const PYTHON = join(ROOT, '.venv-livy', 'bin', 'python');
const HERE = mkdtempSync(join(tmpdir(), 's3e-remote-'));
const LOG = join(HERE, 'glue.log');
const FOUND = 'spark-behind-magics';
/** Nothing listens there: a session that is started fails. */
const NOWHERE = 'http://127.0.0.1:9';

writeFileSync(
  join(HERE, 'config.json'),
  JSON.stringify({
    kernel_python_credentials: {
      username: '',
      password: '',
      url: NOWHERE,
      auth: 'None'
    },
    retry_policy: 'configurable',
    retry_seconds_to_sleep_list: [0.1],
    configurable_retry_policy_max_retries: 1
  })
);
writeFileSync(LOG, '');

/** What sparkmagic would start a session with. */
const PROPERTIES =
  '%%local\nimport sparkmagic.utils.configuration as c; print(c.get_session_properties("python"))';
const FILE = ['-f', '{connection_file}'];

/**
 * The kernel of Glue; `log` gets a line for each request to the service. `more`:
 * variables of its environment.
 */
function glueKernel(
  log: string,
  more: Record<string, string> = {}
): {
  argv: string[];
  display_name: string;
  language: string;
  env: Record<string, string>;
} {
  return {
    argv: [PYTHON, join(ROOT, 'tests/livy/glue_kernel.py'), ...FILE],
    display_name: 'Glue PySpark',
    language: 'python',
    env: {
      S3E_GLUE_LOG: log,
      S3E_JARS: join(ROOT, '.venv', 's3a-jars'),
      PYTHONPATH: join(ROOT, '.venv', 'opt', 'spark-3.5'),
      AWS_REGION: 'eu-west-1',
      glue_role_arn: 'arn:aws:iam::111122223333:role/nobody',
      SPARK_LOCAL_IP: '127.0.0.1',
      ...more
    }
  };
}

useServer({
  'spark-here': {
    argv: ['python', '-m', 'ipykernel_launcher', ...FILE],
    display_name: 'Spark here',
    language: 'python'
  },
  pysparkkernel: {
    argv: [
      PYTHON,
      '-m',
      'sparkmagic.kernels.pysparkkernel.pysparkkernel',
      ...FILE
    ],
    display_name: 'PySpark',
    language: 'python',
    env: { SPARKMAGIC_CONF_DIR: HERE, HOME: HERE }
  },
  // Its name gives no hint: it is taken for an ipykernel first.
  lake: {
    argv: [
      PYTHON,
      '-m',
      'sparkmagic.kernels.pysparkkernel.pysparkkernel',
      ...FILE
    ],
    display_name: 'Lake',
    language: 'python',
    env: { SPARKMAGIC_CONF_DIR: HERE, HOME: HERE }
  },
  glue_pyspark: glueKernel(LOG),
  // The same beside it, whose sessions do not count there. Cells reach its queue while a
  // statement is under way: nothing else keeps those back that are sent behind one that fails.
  glue_waits: glueKernel(join(HERE, 'waits.log'), { S3E_GLUE_SLOW: '1' })
});

/** Where the kernels are not installed there is nothing to test; the reason is the name. */
const whereInstalled = existsSync(PYTHON) ? describe : describe.skip;

/** Everything that a kernel publishes for requests of this page. */
function publishedBy(kernel: Kernel.IKernelConnection): Set<string> {
  const types = new Set<string>();
  kernel.iopubMessage.connect((_, { header }) => {
    types.add(header.msg_type);
  });
  return types;
}

describe('a kernel that may be sparkmagic, by its name', () => {
  const on = useNotebooks();
  const remembering = async (
    name: string
  ): Promise<Kernel.IKernelConnection> => {
    const context = on.page.notebook(name);
    on.started.push(context);
    on.remembered.set(context.path, KMS);
    const session = on.watch(context);
    await session.ready;
    await context.initialize();
    return context.session!.kernel!;
  };

  it('is armed ahead of its first cell if it is a plain one', async () => {
    expect(await armedIn(await remembering('spark-here'))).toEqual(KMS);
  });

  it('drops the cells of a document that is not ready if it is a plain one', async () => {
    const { context, kernel } = await on.notebook('spark-here');
    const dropped = holdCells(context);
    const { content } = await kernel.requestExecute({ code: '1' }).done;
    expect(content.status).toBe('aborted');
    expect(await dropped).toBe(true);
  });

  it('gets the settings ahead of its first cell if it is one', async () => {
    const name = existsSync(PYTHON) ? 'pysparkkernel' : null;
    const found =
      name && (await cell(await remembering(name), PROPERTIES)).printed;
    // Without .venv-livy there is no such kernel to ask.
    expect(found ?? 'alias/lake').toContain('alias/lake');
  });
});

whereInstalled('a sparkmagic kernel (needs .venv-livy)', () => {
  const on = useNotebooks();

  it.each(['pysparkkernel', 'lake'])(
    'is given the settings for its session, which is not started: %s',
    async name => {
      const { session, kernel } = await on.notebook(name);
      await until('asked', () => session.state.kind === 'not-set');
      const published = publishedBy(kernel);
      const report = await session.apply(KMS);
      expect(report).toMatchObject({ ok: true, waiting: true, profile: KMS });
      expect(session.state.kind).toBe('waiting');
      session.guardRun();
      await session.verify();
      expect([...published].sort()).toEqual([
        's3_encryption_changed',
        'status'
      ]);
      const { printed } = await cell(kernel, PROPERTIES);
      expect(printed).toContain(
        "'spark.hadoop.fs.s3a.encryption.key': 'alias/lake'"
      );
      expect(printed).toContain(
        "'spark.hadoop.fs.s3.serverSideEncryption.kms.keyId': 'alias/lake'"
      );
      await session.clear();
      expect(session.state.kind).toBe('not-set');
      const after = await cell(kernel, PROPERTIES);
      expect(after.printed).toBe("{'kind': 'pyspark'}");
    }
  );

  it('refuses SSE-C with the reason, and keeps what it had', async () => {
    const { session } = await on.notebook('pysparkkernel');
    await until('asked', () => session.state.kind === 'not-set');
    await session.apply(KMS);
    const report = await session.apply(SSE_C, KEY);
    expect(report?.error?.message).toContain('SSE-C is not offered');
    expect(JSON.stringify(report)).not.toContain(KEY);
    expect(report?.profile).toEqual(KMS);
  });

  it('has the settings again after a restart, before anything runs', async () => {
    const { context, session, kernel } = await on.notebook('pysparkkernel');
    await until('asked', () => session.state.kind === 'not-set');
    await session.apply(KMS);
    await context.restartKernel();
    const { printed } = await cell(kernel, PROPERTIES);
    expect(printed).toContain('alias/lake');
  });

  it('drops the cell behind a guard of mode block that fails', async () => {
    const { session, kernel } = await on.notebook('pysparkkernel');
    await until('asked', () => session.state.kind === 'not-set');
    await session.apply(KMS);
    await cell(
      kernel,
      "%%local\nget_ipython().magics_manager.registry.pop('KernelMagics') and None"
    );
    const why: string[] = [];
    session.blocked.connect((_, text) => why.push(text));
    session.guardRun('lenient');
    const future = kernel.requestExecute({ code: "%%local\nprint('ran')" });
    const { content } = await future.done;
    expect(content.status).toBe('aborted');
    await until('reported', () => why.length > 0);
    expect(why[0]).toContain('no known version of sparkmagic');
  });
});

whereInstalled('a document that is not ready (needs .venv-livy)', () => {
  const on = useNotebooks();

  it.each(['pysparkkernel', 'lake'])(
    'has its cells dropped by sparkmagic, which starts no session: %s',
    async name => {
      const { context, session, kernel } = await on.notebook(name);
      await until('asked', () => session.state.kind === 'not-set');
      const dropped = holdCells(context);
      const future = kernel.requestExecute({ code: "%%local\nprint('ran')" });
      expect((await future.done).content.status).toBe('aborted');
      expect(await dropped).toBe(true);
      const { printed } = await cell(
        kernel,
        "%%local\nprint(get_ipython().find_cell_magic('spark').__self__.session_started)"
      );
      expect(printed).toBe('False');
    }
  );

  it('has its cells dropped by a Glue session, and not by a kernel without one', async () => {
    const { context, session, kernel } = await on.notebook('glue_waits');
    await until('asked', () => session.state.kind === 'not-set');
    const ignored = holdCells(context);
    const { printed } = await cell(kernel, 'print(1 + 1)');
    expect(printed).toContain('has been created.');
    expect(await ignored).toBe(false);
    const dropped = holdCells(context);
    const { content } = await kernel.requestExecute({ code: 'print(2)' }).done;
    expect(content.status).toBe('aborted');
    expect(await dropped).toBe(true);
  }, 120000);
});

describe('a Python kernel whose Spark is behind magics', () => {
  const on = useNotebooks();
  const codes = (report: IReport | null): string[] =>
    (report?.findings ?? []).map(({ code }) => code);

  it('is reported once, after a cell, and only if there are such magics', async () => {
    const { session, kernel } = await on.notebook();
    expect(codes(await session.apply(KMS))).not.toContain(FOUND);
    session.guardRun();
    await cell(
      kernel,
      'get_ipython().register_magic_function(lambda line, cell=None: None, "line_cell", "sm_analytics")'
    );
    expect(session.state.kind).toBe('waiting');
    const requests = countRequests(kernel);
    session.guardRun();
    await until(
      'reported',
      () =>
        session.state.kind === 'waiting' &&
        codes(session.state.report).includes(FOUND)
    );
    expect(requests.count).toBe(2);
    session.guardRun();
    expect(codes(await session.verify())).toContain(FOUND);
    expect(requests.count).toBe(4);
  });
});

whereInstalled('a kernel of Glue sessions (needs .venv-livy)', () => {
  const on = useNotebooks();
  const calls = (): string[] =>
    readFileSync(LOG, 'utf8')
      .split('\n')
      .filter(line => line !== '')
      .map(line => (JSON.parse(line) as { call: string }).call);

  it('starts nothing, says how to configure it, is set after its first cell, and shows nothing of ours', async () => {
    const { session, kernel } = await on.notebook('glue_pyspark');
    await until('asked', () => session.state.kind === 'not-set');
    const report = await session.apply(KMS);
    expect(report).toMatchObject({ waiting: true, claim: 'none' });
    expect(report?.findings[0]?.code).toBe('glue-configure');
    expect(report?.findings[0]?.fix?.message).toContain(
      '%%configure {"--conf": "spark.hadoop.fs.s3a.encryption.algorithm=SSE-KMS --conf '
    );
    expect(calls()).toEqual([]);

    const requests = countRequests(kernel);
    session.guardRun();
    expect(requests.count).toBe(0);
    expect(session.state.kind).toBe('waiting');

    const { printed } = await cell(kernel, 'print(1 + 1)');
    expect(printed).toContain('has been created.');
    session.guardRun();
    await until('set', () => session.state.kind === 'in-effect');
    // The cell, then the agent in two statements, or one more: one does not hold it.
    const [created, ...statements] = calls();
    expect(created).toBe('create_session');
    expect(new Set(statements)).toEqual(new Set(['run_statement']));
    expect([3, 4]).toContain(statements.length);

    const sent = requests.count;
    session.guardRun();
    expect(requests.count).toBe(sent);

    const set = await cell(
      kernel,
      "print(spark.conf.get('fs.s3a.encryption.key'))"
    );
    expect(set.printed).toBe('alias/lake');
    const names = await cell(
      kernel,
      "print([name for name in globals() if 's3' in name.lower()])"
    );
    expect(names.printed).toBe('[]');

    await cell(kernel, '%stop_session');
    session.guardRun();
    await until('gone', () => session.state.kind === 'waiting');
    expect(calls().filter(name => name === 'create_session')).toHaveLength(1);
  }, 120000);
});
