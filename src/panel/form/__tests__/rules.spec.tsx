/** Many rules per bucket: a page at a time, found by the bucket's name. */

import { fireEvent, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import type { Profile } from '../../../encryption/profile/profile';
import { draftOf } from '../draft';
import { KMS } from '../../__tests__/fixtures';
import { button, isEnabled, NOT_SET, show } from '../../__tests__/show';

const MANY: Profile = {
  ...KMS,
  buckets: Object.fromEntries(
    Array.from({ length: 25 }, (_, n) => [
      `bucket-${n + 1}`,
      { method: 'sse-s3' as const }
    ])
  )
};

function shown(): string[] {
  return screen
    .getAllByRole<HTMLInputElement>('textbox', { name: /^Bucket of rule/ })
    .map(({ value }) => value);
}

describe('many rules', () => {
  const onApply = jest.fn().mockResolvedValue([]);

  beforeEach(() => {
    onApply.mockClear();
    show(NOT_SET, { draft: draftOf(MANY), onApply });
    fireEvent.click(screen.getByText('Rules per bucket (25)'));
  });

  it('are shown ten at a time', async () => {
    expect(shown()).toHaveLength(10);
    expect(isEnabled('Previous rules')).toBe(false);
    await userEvent.click(button('Next rules'));
    await userEvent.click(button('Next rules'));
    expect(screen.getByText('21 to 25 of 25')).toBeTruthy();
    expect(shown()[0]).toBe('bucket-21');
    expect(isEnabled('Next rules')).toBe(false);
  });

  it('are found by the name of the bucket, and stay while that is edited', async () => {
    const search = screen.getByRole('searchbox', { name: 'Find a rule' });
    await userEvent.type(search, '-2');
    expect(shown()).toEqual([
      'bucket-2',
      ...Array.from({ length: 6 }, (_, n) => `bucket-${20 + n}`)
    ]);
    const [field] = screen.getAllByRole('textbox', { name: /^Bucket of rule/ });
    await userEvent.clear(field!);
    await userEvent.type(field!, 'raw-zone');
    expect(shown()[0]).toBe('raw-zone');
    await userEvent.click(button('Remove rule 20'));
    expect(shown()[1]).toBe('bucket-21');
    await userEvent.click(button('Apply'));
    const [[profile]] = onApply.mock.calls as [[Profile]];
    expect(Object.keys(profile.buckets!)).toHaveLength(24);
    expect(profile.buckets).toHaveProperty('raw-zone');
    expect(profile.buckets).not.toHaveProperty('bucket-20');
  });

  it('lead to the new one, and to the one that is wrong', async () => {
    await userEvent.click(button('Add a rule'));
    const added = screen.getByRole('textbox', { name: 'Bucket of rule 26' });
    expect(document.activeElement).toBe(added);
    for (let page = 0; page < 2; page++) {
      await userEvent.click(button('Previous rules'));
    }
    expect(shown()[0]).toBe('bucket-1');
    await userEvent.click(button('Apply'));
    expect(onApply).not.toHaveBeenCalled();
    expect(document.activeElement).toBe(
      screen.getByRole('textbox', { name: 'Bucket of rule 26' })
    );
  });
});
