/** Claims, findings, settings and the history in the panel. */

import { nullTranslator } from '@jupyterlab/translation';
import { cleanup, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import type { LifecycleState } from '../../encryption/lifecycle/types';
import type { IReport } from '../../contract/report';
import { statusWords } from '../state/status';
import { HISTORY, KMS, report, STATES } from './fixtures';
import { button, show } from './show';

const STALE = STATES.stale as Extract<LifecycleState, { kind: 'set' }>;

describe('what is known', () => {
  it.each([
    ['set', ['yes', 'not known', 'not done']],
    ['stale', ['yes', 'no', 'not done']],
    ['in effect', ['yes', 'yes', 'not done']],
    ['proven', ['yes', 'yes', 'yes']],
    ['changed', ['no', 'not known', 'not done']]
  ])('is said for each claim: %s', (name, words) => {
    show(STATES[name]!);
    const lines = within(
      screen.getByRole('list', { name: 'Claims' })
    ).getAllByRole('listitem');
    expect(
      lines.map(line => line.querySelector('span + span')!.textContent)
    ).toEqual([
      `Set: ${words[0]}`,
      `In effect: ${words[1]}`,
      `Proven: ${words[2]}`
    ]);
  });

  it('says of each Python library whether it is covered, and why not', () => {
    const row = { writer: 'boto3', loaded: true, covered: true, reason: null };
    const reason = 'pyarrow has no setting for it.';
    const writers = [
      row,
      { ...row, writer: 's3fs', loaded: false },
      { writer: 'pyarrow', loaded: true, covered: false, reason }
    ];
    const set = STATES.set as Extract<LifecycleState, { kind: 'set' }>;
    show({ ...set, report: report({ writers }) });
    const list = screen.getByRole('list', { name: 'Python writers' });
    const lines = within(list).getAllByRole('listitem');
    expect(lines.map(({ textContent }) => textContent)).toEqual([
      'boto3: covered',
      's3fs: covered, not loaded',
      `pyarrow: not covered${reason}`
    ]);
    expect(lines.map(({ className }) => className)).toEqual([
      'jp-mod-yes',
      'jp-mod-yes',
      'jp-mod-no'
    ]);
  });

  it('says nothing of Python libraries if nobody asked', () => {
    show(STATES.set!);
    expect(screen.queryByRole('list', { name: 'Python writers' })).toBeNull();
  });

  it('shows no claims if nothing was applied', () => {
    show(STATES['not set, cluster']!);
    expect(screen.queryByRole('list', { name: 'Claims' })).toBeNull();
  });

  it('shows the worst finding first, with a button for its fix', async () => {
    const onApply = jest.fn().mockResolvedValue([]);
    show(STATES.stale!, { onApply });
    const [first, second] = within(
      screen.getByRole('list', { name: 'Findings' })
    ).getAllByRole('listitem');
    expect(first!.textContent).toMatch(/^Warning: s3a:\/\/raw-zone/);
    expect(second!.textContent).toMatch(/^Note: RDD/);
    await userEvent.click(within(first!).getByRole('button'));
    expect(onApply).toHaveBeenCalledWith(KMS);
  });

  it('has reasons for a lower claim between the state and the form, and mere notes below it', () => {
    const isAbove = (state: LifecycleState): boolean => {
      show(state);
      const findings = screen.getByRole('list', { name: 'Findings' });
      const form = button('Change');
      const above =
        findings.compareDocumentPosition(form) ===
        Node.DOCUMENT_POSITION_FOLLOWING;
      cleanup();
      return above;
    };
    const [note, warning] = STALE.report.findings;
    expect(isAbove(STALE)).toBe(true);
    expect(warning!.severity).toBe('warning');
    const noted = { ...STALE.report, findings: [note!] };
    expect(isAbove({ ...STALE, report: noted })).toBe(false);
  });

  it.each(['in-effect', 'proven'] as const)(
    'has an amber title if something is warned of: %s',
    kind => {
      const tone = (findings: IReport['findings']): string =>
        statusWords(
          { kind, profile: KMS, report: { ...STALE.report, findings } },
          nullTranslator.load('')
        ).tone;
      const [note, warning] = STALE.report.findings;
      expect(tone([note!])).toBe('good');
      expect(tone([note!, warning!])).toBe('warning');
    }
  );

  it('shows what changed and sets it again', async () => {
    const onApply = jest.fn().mockResolvedValue([]);
    show(STATES.changed!, { onApply });
    const changed = screen.getByRole('list', { name: 'What changed' });
    expect(changed.textContent).toContain('applied: SSE-KMS');
    expect(changed.textContent).toContain('now: AES256');
    await userEvent.click(button('Set again'));
    expect(onApply).toHaveBeenCalledWith(KMS);
  });

  it('says what failed, in which field, and what to do', () => {
    show(STATES['failed on fields']!);
    expect(screen.getByText('The profile is not valid.')).toBeTruthy();
    expect(screen.getByText('Not a KMS key.')).toBeTruthy();
    expect(screen.getByText(/Correct the fields/)).toBeTruthy();
  });

  it('shows an error once if it is also a finding', () => {
    const failed = STATES.failed as Extract<LifecycleState, { kind: 'failed' }>;
    show({
      ...failed,
      report: report({
        findings: [
          {
            code: 'x',
            severity: 'error',
            message: failed.error.message,
            fix: null
          }
        ]
      })
    });
    expect(screen.getAllByText(failed.error.message)).toHaveLength(1);
  });

  it('shows the settings with their origin, and not those that are absent', () => {
    show(STATES.set!);
    const table = screen
      .getByText('Settings in this kernel (2)')
      .closest('details')!;
    expect(table.textContent).toContain('fs.s3a.encryption.algorithm');
    expect(table.textContent).toContain('this session');
    expect(table.textContent).not.toContain('fs.s3a.encryption.context');
  });

  it('shows open file systems and which of them are stale', () => {
    show(STATES.stale!);
    const table = screen.getByText('Open file systems (2)').closest('details')!;
    expect(table.textContent).toContain('s3a://raw-zone');
    expect(table.textContent).toContain('older settings');
  });

  it('shows what was run, newest first, with the exact code to copy', async () => {
    const onCopy = jest.fn();
    show(STATES.set!, { history: HISTORY, onCopy });
    const entries = within(
      screen.getByRole('list', { name: 'Requests, newest first' })
    ).getAllByRole('listitem');
    expect(entries[0]!.textContent).toMatch(/^Guard, aborted/);
    expect(entries[1]!.textContent).toContain('SSE-KMS is set.');
    // Folded content has no role until it is opened, so it is found by label.
    await userEvent.click(within(entries[1]!).getByLabelText('Copy the code'));
    expect(onCopy).toHaveBeenCalledWith(HISTORY[0]!.code);
  });
});
