/** The page of re-encryptions: the way to it, the plan, the run, and what came of it. */

import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import {
  audit,
  object,
  OTHER,
  reencrypted,
  reencryption,
  reencryptionPlan,
  writes,
  written
} from '../../../contract/__tests__/objects';
import type { IReportError } from '../../../contract/report';
import { resultOf } from '../../../encryption/reencryptionRows';
import { FakeObjectChecks } from './fakeObjectChecks';
import { button } from '../../__tests__/show';
import { open, showWith, type } from './showStored';

const RUN = 'Re-encrypt 1,204 objects';
const ERROR: IReportError = {
  code: 'plan-outdated',
  message: 'What is applied has changed since the plan was made.',
  fields: [],
  settings: 'unchanged'
};

describe('the way to a plan', () => {
  it('is one button below an audit with objects that differ', async () => {
    const objectChecks = new FakeObjectChecks({ audit: audit() });
    await showWith(objectChecks);
    await open(objectChecks, 'audit');
    await userEvent.click(button('Plan re-encryption…'));
    expect(objectChecks.planReencryption).toHaveBeenCalledWith({
      path: audit().path,
      versions: false
    });
    // Its page is open, with the same path.
    await screen.findByRole('button', { name: 'Plan re-encryption' });
    const shown = screen
      .getAllByRole<HTMLInputElement>('textbox', { name: 'Path' })
      .map(({ value }) => value);
    expect(shown.filter(value => value === audit().path)).toHaveLength(2);
    expect(objectChecks.reencrypt).not.toHaveBeenCalled();
  });

  it('is not there if all objects are as chosen', async () => {
    const objectChecks = new FakeObjectChecks({
      audit: audit({ counts: [], objects: [object()] })
    });
    await showWith(objectChecks);
    await open(objectChecks, 'audit');
    expect(
      screen.queryByRole('button', { name: 'Plan re-encryption…' })
    ).toBeNull();
  });

  it('is one button at a write of the user that differs', async () => {
    const path = 's3a://lake/mine';
    const objectChecks = new FakeObjectChecks({
      writes: writes({
        paths: [written({ path, other: 1, objects: [OTHER] })]
      })
    });
    await showWith(objectChecks);
    await open(objectChecks, 'writes');
    await userEvent.click(button(`Plan re-encryption of ${path}…`));
    expect(objectChecks.planReencryption).toHaveBeenCalledWith({
      path,
      versions: false
    });
  });

  it('is a form, too, which offers old versions', async () => {
    const objectChecks = new FakeObjectChecks();
    await showWith(objectChecks);
    await open(objectChecks, 'reencryption');
    await userEvent.click(button('Plan re-encryption'));
    expect(screen.getByText(/address like/)).toBeTruthy();
    expect(objectChecks.planReencryption).not.toHaveBeenCalled();
    type('Path', 's3://lake/sales ');
    await userEvent.click(
      screen.getByRole('checkbox', { name: 'Old versions too' })
    );
    await userEvent.keyboard('{Tab}{Enter}');
    expect(objectChecks.planReencryption).toHaveBeenCalledWith({
      path: 's3://lake/sales',
      versions: true
    });
  });

  it('is closed as long as nothing is applied', async () => {
    const objectChecks = new FakeObjectChecks({ audit: audit() });
    objectChecks.armed = false;
    await showWith(objectChecks);
    await open(objectChecks, 'audit');
    const way = button('Plan re-encryption…');
    expect(way.getAttribute('aria-disabled')).toBe('true');
    await userEvent.click(way);
    expect(objectChecks.planReencryption).not.toHaveBeenCalled();
  });
});

describe('a plan', () => {
  it('says how far it is and that nothing is changed, and can be cancelled', async () => {
    const objectChecks = new FakeObjectChecks({
      underWay: 'reencryptionPlan',
      reencryptionPlan: reencryptionPlan({
        token: 't',
        plan: null,
        changes: null,
        seen: 3000
      })
    });
    await showWith(objectChecks);
    await open(objectChecks, 'reencryption');
    expect(
      screen.getByText('3,000 objects looked at so far. Nothing is changed.')
    ).toBeTruthy();
    expect(screen.queryByRole('button', { name: /^Re-encrypt/ })).toBeNull();
    await userEvent.click(button('Cancel'));
    expect(objectChecks.cancel).toHaveBeenCalledTimes(1);
  });

  it('says what would be done, what it costs, what cannot be and why', async () => {
    const objectChecks = new FakeObjectChecks({
      reencryptionPlan: reencryptionPlan()
    });
    await showWith(objectChecks);
    await open(objectChecks, 'reencryption');
    const region = screen.getByRole('region', {
      name: 'Plan of the re-encryption'
    });
    const plan = within(region);
    expect(region.querySelector('p')!.textContent).toMatch(
      /^1,204 of 1,300 objects under s3:\/\/lake\/sales would be re-encrypted to SSE-KMS.*93 have it already\. Nothing has been changed so far\.$/
    );
    const [ways] = plan.getAllByRole('list', {
      name: 'How objects are changed'
    });
    expect(
      within(ways!)
        .getAllByRole('listitem')
        .map(({ textContent }) => textContent)
    ).toEqual([
      '1,200 objects (5 MB) by UpdateObjectEncryption: nothing is copied.',
      '4 objects (4 kB) by a copy onto themselves.',
      '1,204 PUT or COPY, 2,408 GET or HEAD and at most 4,816 KMS requests; 4 kB copied inside S3. List price in US East (N. Virginia): $0.0214.'
    ]);
    expect(
      plan.getAllByRole('heading', { name: '3 objects cannot be changed' })
    ).not.toEqual([]);
    expect(plan.getAllByText(/Object Lock protects it/)).not.toEqual([]);
    expect(plan.getAllByText('s3://lake/sales/locked')).not.toEqual([]);
    expect(plan.getAllByText('and 2 more')).not.toEqual([]);
    expect(
      plan.getByRole('heading', {
        name: 'If the store does not know UpdateObjectEncryption'
      })
    ).toBeTruthy();
    expect(plan.getByText('Old versions stay as they are.')).toBeTruthy();
  });

  it('is carried out only by the button that says what it does', async () => {
    const objectChecks = new FakeObjectChecks({
      reencryptionPlan: reencryptionPlan()
    });
    await showWith(objectChecks);
    await open(objectChecks, 'reencryption');
    expect(objectChecks.reencrypt).not.toHaveBeenCalled();
    await userEvent.click(button(RUN));
    expect(objectChecks.reencrypt).toHaveBeenCalledTimes(1);
    expect(objectChecks.reencrypt).toHaveBeenCalledWith('p1');
  });

  it('is dropped by Cancel', async () => {
    const objectChecks = new FakeObjectChecks({
      reencryptionPlan: reencryptionPlan()
    });
    await showWith(objectChecks);
    await open(objectChecks, 'reencryption');
    await userEvent.click(button('Cancel'));
    expect(objectChecks.cancel).toHaveBeenCalledTimes(1);
    expect(objectChecks.reencrypt).not.toHaveBeenCalled();
  });

  it.each([
    [1, 'Re-encrypt 1 object'],
    [0, null]
  ])('of %d objects has the button %s', async (objects, name) => {
    const { changes } = reencryptionPlan();
    const ways = [{ way: 'update' as const, objects, bytes: 1 }];
    const objectChecks = new FakeObjectChecks({
      reencryptionPlan: reencryptionPlan({ changes: { ...changes!, ways } })
    });
    await showWith(objectChecks);
    await open(objectChecks, 'reencryption');
    const found = screen.queryByRole('button', { name: /^Re-encrypt/ });
    expect(found?.textContent ?? null).toBe(name);
  });

  it('that the kernel refuses says why', async () => {
    const objectChecks = new FakeObjectChecks({
      failed: { request: 'reencryption', error: ERROR }
    });
    await showWith(objectChecks);
    await open(objectChecks, 'reencryption');
    expect(screen.getByRole('alert').textContent).toBe(ERROR.message);
  });
});

describe('a run', () => {
  it('says its count, rate and time left, and can be stopped', async () => {
    const running = reencryption({
      token: 'r1',
      done: 400,
      left: 2,
      failed: 1,
      rate: 200.4,
      seconds: 83.2
    });
    const objectChecks = new FakeObjectChecks({
      underWay: 'reencryption',
      reencryption: resultOf(null, running)
    });
    await showWith(objectChecks);
    await open(objectChecks, 'reencryption');
    const words =
      '403 of 1,204 objects, 200 a second. 1:23 left. 2 left alone, 1 failed.';
    const bar = screen.getByRole('progressbar', { name: 'Re-encryption' });
    expect(bar.getAttribute('aria-valuenow')).toBe('403');
    expect(bar.getAttribute('aria-valuemax')).toBe('1204');
    expect(bar.getAttribute('aria-valuetext')).toBe(words);
    expect(screen.getByText(words)).toBeTruthy();
    await userEvent.click(button('Stop'));
    expect(objectChecks.cancel).toHaveBeenCalledTimes(1);
    act(() => {
      objectChecks.become({ stopping: true });
    });
    expect(screen.getByText(/^Stopping: what is begun/)).toBeTruthy();
    await userEvent.click(button('Stop'));
    expect(objectChecks.cancel).toHaveBeenCalledTimes(1);
  });

  it('says that it waits while a cell runs', async () => {
    const objectChecks = new FakeObjectChecks({
      underWay: 'reencryption',
      queued: true,
      reencryption: resultOf(null, reencryption({ token: 'r1' }))
    });
    await showWith(objectChecks);
    await open(objectChecks, 'reencryption');
    expect(screen.getByText(/^Paused until the kernel is idle/)).toBeTruthy();
  });
});

describe('the result', () => {
  const ENDED = resultOf(
    null,
    reencryption({
      done: 1,
      left: 1,
      failed: 1,
      notes: ['The store does not know the update.'],
      objects: [
        reencrypted(),
        reencrypted({ path: 's3://lake/l', state: 'left', reason: 'Gone.' }),
        reencrypted({ path: 's3://lake/f', state: 'failed', reason: 'Denied.' })
      ]
    })
  );

  it('says what was changed, left alone and failed, and why', async () => {
    const objectChecks = new FakeObjectChecks({ reencryption: ENDED });
    await showWith(objectChecks);
    await open(objectChecks, 'reencryption');
    const region = screen.getByRole('region', {
      name: 'Result of the re-encryption'
    });
    const result = within(region);
    expect(region.textContent).toContain(
      '1 of 1,204 objects under s3://lake/sales was re-encrypted and read back.'
    );
    for (const [title, reason, path] of [
      ['1 object failed', 'Denied.', 's3://lake/f'],
      ['1 object left alone', 'Gone.', 's3://lake/l']
    ] as const) {
      const list = result.getByRole('list', { name: title, hidden: true });
      expect(list.textContent).toContain(reason);
      expect(list.textContent).toContain(path);
    }
    expect(
      result.getByText('The store does not know the update.')
    ).toBeTruthy();
  });

  it.each([
    [{ cancelled: true }, false, 'stopped before its end'],
    [{ token: 'r1' }, false, 'may have been changed, too'],
    [{}, true, 'ended early'],
    [{}, false, 'is over']
  ])('says how the run ended: %j, failed %s', async (change, failed, words) => {
    const objectChecks = new FakeObjectChecks({
      reencryption: { ...ENDED, ...change },
      failed: failed ? { request: 'reencryption', error: ERROR } : null
    });
    await showWith(objectChecks);
    await open(objectChecks, 'reencryption');
    const region = screen.getByRole('region', {
      name: 'Result of the re-encryption'
    });
    expect(region.textContent).toContain(words);
  });

  it('is saved as CSV and JSON, and leads to another audit', async () => {
    const saved: string[] = [];
    jest
      .spyOn(HTMLAnchorElement.prototype, 'click')
      .mockImplementation(function (this: HTMLAnchorElement) {
        saved.push(this.download);
      });
    URL.createObjectURL = () => 'blob:x';
    URL.revokeObjectURL = () => undefined;
    const objectChecks = new FakeObjectChecks({
      reencryption: ENDED,
      reencryptionFiles: { csv: new Blob(['a']), json: new Blob(['{}']) }
    });
    await showWith(objectChecks);
    await open(objectChecks, 'reencryption');
    await userEvent.click(button('Save as CSV'));
    await userEvent.click(button('Save as JSON'));
    expect(saved).toEqual([
      'lake_sales-re-encryption.csv',
      'lake_sales-re-encryption.json'
    ]);
    await userEvent.click(button('Audit again'));
    expect(objectChecks.audit).toHaveBeenCalledWith({
      path: 's3://lake/sales',
      limit: 1000,
      sample: 'first'
    });
    await waitFor(() => {
      expect(screen.getByRole('button', { name: 'Audit' })).toBeTruthy();
    });
    jest.restoreAllMocks();
  });
});
