/** The command that opens the cluster-wide documents. */

import { MainAreaWidget } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';

import { ClusterWidget } from '../../../cluster/page/widget';
import { KMS, STATES } from '../../../panel/__tests__/fixtures';
import { download } from '../../../shell/download';
import type { IWrites } from '../../../contract/storedObjects';
import { cluster } from '../cluster';
import { CLUSTER_COMMAND } from '../../../shell/commandIds';
import {
  fakeApp,
  FakeSession,
  FakeTracker,
  settled
} from '../../__tests__/fakes';

function start(lab = true) {
  const { app, shell, commands } = fakeApp();
  const tracker = new FakeTracker();
  tracker.current = new FakeSession({
    kind: 'not-set',
    profile: null,
    report: null
  });
  void cluster.activate(app, tracker, lab ? shell : null, null, null);
  return { commands, shell, tracker };
}

it('the command has a label and says what it takes', async () => {
  const { commands } = start();
  const id = CLUSTER_COMMAND;
  expect(commands.label(id)).toBe('Cluster-wide documents…');
  expect(commands.caption(id)).not.toBe('');
  expect((await commands.describedBy(id)).args).toMatchObject({
    type: 'object',
    properties: { service: { type: 'string' } }
  });
});

it('the command opens one page, and comes back to it', async () => {
  const { commands, shell } = start();
  await commands.execute(CLUSTER_COMMAND);
  await commands.execute(CLUSTER_COMMAND);
  expect(shell.add).toHaveBeenCalledTimes(1);
  expect(shell.activateById).toHaveBeenCalledTimes(2);
  const page = shell.add.mock.calls[0]![0];
  expect(page).toBeInstanceOf(MainAreaWidget);
  page.dispose();
  await commands.execute(CLUSTER_COMMAND);
  expect(shell.add).toHaveBeenCalledTimes(2);
});

it('the page is drawn when it is loaded', async () => {
  const { commands, shell } = start();
  await commands.execute(CLUSTER_COMMAND);
  const page = shell.add.mock.calls[0]![0];
  Widget.attach(page, document.body);
  await settled();
  await settled();
  expect(page.node.querySelectorAll('[role=tab]')).toHaveLength(10);
  page.dispose();
});

it('the page begins with the bucket that the notebook wrote to last', async () => {
  const { commands, shell, tracker } = start();
  const session = new FakeSession(STATES.set!);
  session.objectChecks.state = {
    ...session.objectChecks.state,
    writes: { paths: [{ path: 's3a://lake/raw/day' }] } as unknown as IWrites
  };
  tracker.current = session;
  await commands.execute(CLUSTER_COMMAND);
  const page = shell.add.mock.calls[0]![0];
  Widget.attach(page, document.body);
  await settled();
  await settled();
  const field = [...page.node.querySelectorAll('textarea')].find(
    ({ value }) => value === 'lake'
  );
  expect(field).toBeDefined();
  page.dispose();
});

it('the page follows the notebook in front, and stops when it is closed', async () => {
  const { commands, shell, tracker } = start();
  await commands.execute(CLUSTER_COMMAND);
  const set = jest.spyOn(ClusterWidget.prototype, 'setProfile');
  const page = shell.add.mock.calls[0]![0];
  const session = new FakeSession(STATES.set!);
  tracker.setCurrent(session);
  expect(set).toHaveBeenLastCalledWith(KMS);
  session.become(STATES['not set, nothing asked']!);
  expect(set).toHaveBeenLastCalledWith(null);
  tracker.setCurrent(null);
  expect(set).toHaveBeenCalledTimes(2);
  page.dispose();
  session.become(STATES.set!);
  expect(set).toHaveBeenCalledTimes(2);
});

it('without a main area it opens in a dialog', async () => {
  const { commands, shell } = start(false);
  const done = commands.execute(CLUSTER_COMMAND);
  await settled();
  expect(document.querySelector('.jp-Dialog')?.textContent).toContain(
    'Cluster-wide documents'
  );
  document
    .querySelector<HTMLElement>('.jp-Dialog button.jp-mod-accept')
    ?.click();
  await done;
  expect(shell.add).not.toHaveBeenCalled();
});

it('a download is a file with its name, and leaves nothing behind', () => {
  const create = jest.fn((_blob: Blob) => 'blob:x');
  const revoke = jest.fn();
  Object.assign(URL, { createObjectURL: create, revokeObjectURL: revoke });
  const clicked: string[] = [];
  const click = jest
    .spyOn(HTMLAnchorElement.prototype, 'click')
    .mockImplementation(function (this: HTMLAnchorElement) {
      clicked.push(this.download);
    });
  download('terraform.tf', 'text');
  expect(clicked).toEqual(['terraform.tf']);
  expect(revoke).toHaveBeenCalledWith('blob:x');
  expect(document.querySelector('a[download]')).toBeNull();
  click.mockRestore();
});
