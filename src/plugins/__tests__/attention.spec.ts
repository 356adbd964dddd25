/** What leads to the panel: the mark on its tab, the line below a cell, the notification of a proposal. */

import { Notification } from '@jupyterlab/apputils';
import { Signal } from '@lumino/signaling';
import { PanelLayout, Widget } from '@lumino/widgets';

import type { IDiagnosis } from '../../encryption/diagnosis';
import type { Proposal } from '../../preferences/proposal';
import { KMS, STATES } from '../../panel/__tests__/fixtures';
import { PANEL_ID } from '../../panel/widget';
import type { IEncryptionSession } from '../../tokens';
import { attention } from '../attention';
import { CommandIDs } from '../../shell/commandIds';
import { FakeSession, FakeTracker, fakeApp, settled } from './fakes';

const DIAGNOSIS = { code: 'key-disabled', cause: 'The key is disabled.' };

function setUp() {
  const fake = fakeApp();
  const open = jest.fn();
  fake.commands.addCommand(CommandIDs.openPanel, { execute: open });
  const tracker = new FakeTracker();
  const proposals = {
    open: null as Proposal | null,
    of: () => proposals.open,
    changed: new Signal<object, IEncryptionSession>({})
  };
  const cell = Object.assign(new Widget(), { layout: new PanelLayout() });
  const diagnoses = {
    known: null as IDiagnosis | null,
    of: () => diagnoses.known,
    cellOf: () => (diagnoses.known === null ? null : cell),
    changed: new Signal<object, IEncryptionSession>({})
  };
  const panel = new Widget();
  panel.id = PANEL_ID;
  fake.sidebar.push(panel);
  void attention.activate(fake.app, tracker, proposals, diagnoses, null);
  const session = new FakeSession();
  tracker.add(session, new Widget());
  tracker.setCurrent(session);
  return { ...fake, open, tracker, proposals, diagnoses, cell, panel, session };
}

it('the tab has a mark, and says why, while there is something to see', () => {
  const { panel, session, proposals, diagnoses, tracker } = setUp();
  const shown = (): string[] => [panel.title.className, panel.title.caption];
  const marked = (why: string): string[] => [
    'jp-S3Encryption-attention',
    `S3 Encryption: ${why}`
  ];
  const plain = ['', 'S3 Encryption'];
  expect(shown()).toEqual(plain);
  session.become(STATES.changed!);
  expect(shown()).toEqual(marked('Changed: no longer SSE-KMS'));
  session.become(STATES['in effect']!);
  expect(shown()).toEqual(plain);
  proposals.open = { profile: KMS, errors: [] } as unknown as Proposal;
  proposals.changed.emit(session);
  expect(shown()).toEqual(marked('the notebook proposes an encryption'));
  diagnoses.known = DIAGNOSIS as IDiagnosis;
  diagnoses.changed.emit(session);
  expect(shown()).toEqual(marked('an error is explained'));
  tracker.setCurrent(null);
  expect(shown()).toEqual(plain);
});

it('a line below the cell leads to its explanation, and goes with it', async () => {
  const { open, cell, diagnoses, session } = setUp();
  const lines = () =>
    cell.node.querySelectorAll<HTMLElement>('.jp-S3Encryption-cellLine button');
  diagnoses.known = DIAGNOSIS as IDiagnosis;
  diagnoses.changed.emit(session);
  diagnoses.changed.emit(session);
  expect([...lines()].map(line => line.textContent)).toEqual([
    'S3 Encryption: The key is disabled.'
  ]);
  lines()[0]!.click();
  await settled();
  expect(open).toHaveBeenCalledTimes(1);
  diagnoses.known = null;
  diagnoses.changed.emit(session);
  expect(lines()).toHaveLength(0);
});

it('a proposal is one notification while the panel is closed, until it is answered', async () => {
  const { open, proposals, panel, session } = setUp();
  const notify = jest.spyOn(Notification, 'info').mockReturnValue('p');
  const gone = jest.spyOn(Notification, 'dismiss').mockReturnValue();
  proposals.open = { profile: KMS, errors: [] } as unknown as Proposal;
  proposals.changed.emit(session);
  proposals.changed.emit(session);
  expect(notify).toHaveBeenCalledTimes(1);
  const [text, options] = notify.mock.calls[0]!;
  expect(text).toBe(
    'a.ipynb proposes an S3 encryption: SSE-KMS. Nothing is applied until you agree.'
  );
  options!.actions![0]!.callback({} as MouseEvent);
  await settled();
  expect(open).toHaveBeenCalledTimes(1);
  proposals.open = null;
  proposals.changed.emit(session);
  expect(gone).toHaveBeenCalledWith('p');
  Widget.attach(panel, document.body);
  proposals.open = { profile: KMS, errors: [] } as unknown as Proposal;
  proposals.changed.emit(session);
  expect(notify).toHaveBeenCalledTimes(1);
  panel.dispose();
  jest.restoreAllMocks();
});
