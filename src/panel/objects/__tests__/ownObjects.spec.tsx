/** The pages of the canary and of the user's own writes. */

import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import {
  canary,
  OTHER,
  UNREADABLE,
  writes,
  written
} from '../../../contract/__tests__/objects';
import { FakeObjectChecks } from './fakeObjectChecks';
import { button, choose, isEnabled } from '../../__tests__/show';
import { lastRequest, open, showWith, type } from './showStored';

const TIME = '2026-01-02T03:04:05Z';

describe('a canary', () => {
  it('is written to the chosen location, after that was checked', async () => {
    const objectChecks = new FakeObjectChecks();
    await showWith(objectChecks);
    await open(objectChecks, 'canary');
    type('Canary location', 'lake/tmp');
    await userEvent.click(button('Write canary'));
    expect(objectChecks.writeCanary).not.toHaveBeenCalled();
    const field = screen.getByRole('textbox', {
      name: 'Canary location'
    });
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(screen.getByText(/address like/)).toBeTruthy();
    type('Canary location', ' s3://lake/tmp');
    await userEvent.click(button('Write canary'));
    expect(objectChecks.writeCanary).toHaveBeenCalledWith('s3://lake/tmp');
  });

  it('starts with the location that was used last, and offers those of other buckets', async () => {
    const objectChecks = new FakeObjectChecks();
    await showWith(objectChecks, undefined, {
      locations: ['s3://lake/tmp', 's3://other/x']
    });
    await open(objectChecks, 'canary');
    const field = screen.getByRole<HTMLInputElement>('textbox', {
      name: 'Canary location'
    });
    expect(field.value).toBe('s3://lake/tmp');
    choose(
      screen.getByRole('combobox', { name: 'Known locations' }),
      's3://other/x'
    );
    expect(field.value).toBe('s3://other/x');
  });

  it('counts the seconds while it is in the kernel', async () => {
    const objectChecks = new FakeObjectChecks({ underWay: 'canary' });
    await showWith(objectChecks);
    await open(objectChecks, 'canary');
    act(() => {
      objectChecks.become({ queued: true, since: null });
    });
    expect(screen.queryByText(/so far$/)).toBeNull();
    act(() => {
      objectChecks.become({ queued: false, since: Date.now() - 7000 });
    });
    const seconds = screen.getByText(/^7 seconds so far$/);
    // It is not read out each second.
    expect(seconds.closest('[aria-live]')).toBeNull();
  });

  it('shows the result of each executor, and that everything was removed', async () => {
    const objectChecks = new FakeObjectChecks({
      canary: { ...canary(), time: TIME }
    });
    await showWith(objectChecks);
    await open(objectChecks, 'canary');
    expect(
      screen.getByText(/2 of 2 objects as chosen, from 2 of 2 executors/)
    ).toBeTruthy();
    const rows = within(
      screen.getByRole('table', { name: 'Canary by executor' })
    ).getAllByRole('row');
    expect(rows[1]!.textContent).toContain('17@host-1');
    expect(rows[1]!.textContent).toContain('SSE-KMS, …444455556666');
    expect(rows[1]!.textContent).toContain('as chosen');
    expect(screen.getByText(/written has been removed/)).toBeTruthy();
    expect(screen.getByText(new Date(TIME).toLocaleString())).toBeTruthy();
  });

  it('counts no executors if it is not known how many there are', async () => {
    const executors = { total: null, wrote: 2 };
    const objectChecks = new FakeObjectChecks({
      canary: { ...canary({ executors }), time: TIME }
    });
    await showWith(objectChecks);
    await open(objectChecks, 'canary');
    expect(
      screen.getByText(
        /from 2 executors; the total number of executors is not known/
      )
    ).toBeTruthy();
  });

  it('says what differs, what cannot be read and what was left behind', async () => {
    const [first] = canary().objects;
    const objectChecks = new FakeObjectChecks({
      canary: {
        time: TIME,
        ...canary({
          objects: [
            { ...first!, ...OTHER },
            { ...first!, ...UNREADABLE, executor: null }
          ],
          readBy: null,
          removed: false,
          left: ['s3a://lake/tmp/x']
        })
      }
    });
    await showWith(objectChecks);
    await open(objectChecks, 'canary');
    expect(screen.getByText(/0 of 2 objects as chosen/)).toBeTruthy();
    expect(screen.getByText(/cannot read the headers back/)).toBeTruthy();
    expect(screen.getByText('Access denied.')).toBeTruthy();
    expect(screen.getByText('s3a://lake/tmp/x')).toBeTruthy();
    expect(screen.queryByText(/has been removed/)).toBeNull();
  });

  it("shows the kernel's objection to the location at its field", async () => {
    const objectChecks = new FakeObjectChecks({
      failed: {
        request: 'canary',
        error: {
          code: 'invalid-location',
          message: 'Not here.',
          fields: [{ field: 'location', message: 'Not here.' }],
          settings: 'unchanged'
        }
      }
    });
    await showWith(objectChecks);
    await open(objectChecks, 'canary');
    const field = screen.getByRole('textbox', {
      name: 'Canary location'
    });
    const described = field.getAttribute('aria-describedby')!;
    expect(document.getElementById(described)!.textContent).toBe('Not here.');
    expect(screen.getAllByText('Not here.')).toHaveLength(1);
  });

  it('can be withdrawn only while it waits', async () => {
    const objectChecks = new FakeObjectChecks({
      underWay: 'canary',
      queued: true
    });
    await showWith(objectChecks);
    await open(objectChecks, 'canary');
    await userEvent.click(button('Cancel'));
    expect(objectChecks.cancel).toHaveBeenCalledTimes(1);
    act(() => {
      objectChecks.become({ queued: false });
    });
    expect(screen.queryByRole('button', { name: 'Cancel' })).toBeNull();
  });
});

describe('own writes', () => {
  it('are listed with what their objects say, and lead to an audit', async () => {
    const objectChecks = new FakeObjectChecks({
      writes: writes({
        unseen: ['RDD saves are not seen.'],
        paths: [
          written({
            other: 2,
            wanted: 7,
            unreadable: 1,
            objects: [OTHER, UNREADABLE]
          }),
          written({ path: 's3a://lake/good', execution: 2, total: null })
        ]
      })
    });
    await showWith(objectChecks);
    await open(objectChecks, 'writes');
    expect(screen.getByText('Your writes (2)')).toBeTruthy();
    const list = screen.getByRole('list', {
      name: 'Your writes, newest first'
    });
    const [first, second] = list.children;
    expect(first!.textContent).toContain('7 as chosen, 2 differ, 1 not known');
    expect(first!.textContent).toContain('10 of 40 objects checked (a sample)');
    expect(first!.textContent).toContain('SSE-S3');
    expect(second!.textContent).toContain('10 objects checked');
    expect(screen.getByText('RDD saves are not seen.')).toBeTruthy();
    await userEvent.click(button('Audit s3a://lake/sales…'));
    expect(lastRequest()).toEqual({
      page: 'audit',
      text: 's3a://lake/sales'
    });
  });

  it('say how old their check is', async () => {
    const objectChecks = new FakeObjectChecks({
      writes: writes({ paths: [] }),
      cellsSinceWrites: 2
    });
    await showWith(objectChecks);
    await open(objectChecks, 'writes');
    expect(screen.getByText('Checked 2 cells ago.')).toBeTruthy();
  });

  it('are checked when the user asks', async () => {
    const objectChecks = new FakeObjectChecks({
      writes: writes({ paths: [] })
    });
    await showWith(objectChecks);
    await open(objectChecks, 'writes');
    expect(screen.getByText(/No Spark SQL write/)).toBeTruthy();
    await userEvent.click(button('Check now'));
    expect(objectChecks.checkWrites).toHaveBeenCalledTimes(1);
  });

  it('are not checked if the settings turn that off, and the page says so', async () => {
    const objectChecks = new FakeObjectChecks();
    objectChecks.checks = 'off';
    await showWith(objectChecks);
    await open(objectChecks, 'writes');
    expect(isEnabled('Check now')).toBe(false);
    expect(screen.getByText(/this is turned off in the settings/)).toBeTruthy();
  });

  it('say what to do if the agent in the kernel is too old', async () => {
    const objectChecks = new FakeObjectChecks({
      failed: {
        request: 'writes',
        error: {
          code: 'unknown-request',
          message: 'There is no request writes.',
          fields: [],
          settings: 'unchanged'
        }
      }
    });
    await showWith(objectChecks);
    await open(objectChecks, 'writes');
    expect(screen.getByRole('alert').textContent).toContain('too old');
  });
});
