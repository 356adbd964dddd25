/** Errors of cells: which outputs are read, what is kept, and when it goes. */

import { NotebookActions } from '@jupyterlab/notebook';
import type { INotebookTracker } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';

import { diagnosis, errorText } from '../diagnosis';
import type { IDiagnoses } from '../diagnosis';
import { fakeApp, FakeSession, FakeTracker, settled } from './fakes';

const KEY =
  'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const DISABLED = {
  output_type: 'error',
  ename: 'ClientError',
  evalue: `An error occurred (KMS.DisabledException) when calling the PutObject operation: ${KEY} is disabled.`,
  traceback: ['\u001b[0;31m-----\u001b[0m']
};
const OTHER = {
  output_type: 'error',
  ename: 'NameError',
  evalue: "name 'x' is not defined",
  traceback: []
};

function cellWith(...outputs: object[]) {
  return { model: { toJSON: () => ({ cell_type: 'code', outputs }) } };
}

function notebook() {
  const content = {};
  const panel = Object.assign(new Widget(), { content });
  const tracker = new FakeTracker();
  const session = new FakeSession();
  const notebooks = {
    find: (test: (widget: object) => boolean) => (test(panel) ? panel : null)
  } as unknown as INotebookTracker;
  const diagnoses = diagnosis.activate(
    fakeApp().app,
    notebooks,
    tracker,
    null
  ) as IDiagnoses;
  tracker.add(session, panel);
  const ran = async (cell: object): Promise<void> => {
    const executed = NotebookActions.executed as unknown as Signal<
      object,
      object
    >;
    executed.emit({ notebook: content, cell, success: false });
    await settled();
  };
  return { diagnoses, session, ran };
}

afterEach(() => {
  Signal.disconnectSender(NotebookActions);
});

it('the error of a cell is explained', async () => {
  const { diagnoses, session, ran } = notebook();
  const changed = jest.fn();
  diagnoses.changed.connect(changed);
  await ran(cellWith(DISABLED));
  expect(diagnoses.of(session)?.code).toBe('key-disabled');
  expect(changed).toHaveBeenCalledTimes(1);
});

it('an explanation stays while other cells run well, and goes when its cell does', async () => {
  const { diagnoses, session, ran } = notebook();
  const outputs: object[] = [DISABLED];
  const cell = {
    model: { toJSON: () => ({ cell_type: 'code', outputs: [...outputs] }) }
  };
  await ran(cell);
  await ran(cellWith());
  expect(diagnoses.of(session)).not.toBeNull();
  outputs.pop();
  await ran(cell);
  expect(diagnoses.of(session)).toBeNull();
});

it('a newer error that is not recognised takes it away', async () => {
  const { diagnoses, session, ran } = notebook();
  await ran(cellWith(DISABLED));
  await ran(cellWith(OTHER));
  expect(diagnoses.of(session)).toBeNull();
});

it('errors of a remote kernel, which come on stderr, are read too', async () => {
  const { diagnoses, session, ran } = notebook();
  await ran(
    cellWith({
      output_type: 'stream',
      name: 'stderr',
      text: ['An error was encountered:\n', `${KEY} is pending deletion.\n`]
    })
  );
  expect(diagnoses.of(session)?.code).toBe('key-pending-deletion');
});

it('what is logged beside an error did not stop the cell', () => {
  const logged = {
    output_type: 'stream',
    name: 'stderr',
    text: `${KEY} is disabled.`
  };
  expect(errorText([logged, OTHER])).not.toContain(KEY);
  const pointer = { ...OTHER, ename: 'SparkStatementException' };
  expect(errorText([logged, pointer])).toContain(KEY);
});

it('what a cell prints is no error', () => {
  const printed = {
    output_type: 'stream',
    name: 'stdout',
    text: `${KEY} is disabled.`
  };
  expect(errorText([printed])).toBeNull();
});

it('the failure of an apply is explained', async () => {
  const { diagnoses, session } = notebook();
  session.become({
    kind: 'failed',
    profile: null,
    report: null,
    error: {
      code: 'spark-refused',
      message: 'java.io.IOException: Unknown encryption algorithm SSE-S3',
      fields: [],
      settings: 'old'
    }
  });
  await settled();
  expect(diagnoses.of(session)?.code).toBe('unknown-algorithm');
});

it('an explanation can be dismissed', async () => {
  const { diagnoses, session, ran } = notebook();
  await ran(cellWith(DISABLED));
  diagnoses.dismiss(session);
  expect(diagnoses.of(session)).toBeNull();
});

it('nothing is sent to the kernel', async () => {
  const { session, ran } = notebook();
  await ran(cellWith(DISABLED));
  expect(session.apply).not.toHaveBeenCalled();
  expect(session.verify).not.toHaveBeenCalled();
  expect(session.guardRun).not.toHaveBeenCalled();
});
