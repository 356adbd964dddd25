/** The form: what is valid is sent, what is not is said at its field. */

import { fireEvent, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import type { Profile } from '../../../encryption/profile/profile';
import { draftOf } from '../draft';
import { KEY, KMS, report, STATES } from '../../__tests__/fixtures';
import {
  button,
  change,
  choose,
  NOT_SET,
  radio,
  show,
  unfold
} from '../../__tests__/show';

/** base64 of 32 bytes. */
const CUSTOMER_KEY = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';

describe('the form', () => {
  it('applies what was chosen', async () => {
    const onApply = jest.fn().mockResolvedValue([]);
    show(NOT_SET, { onApply });
    await userEvent.click(radio('SSE-KMS'));
    await userEvent.type(screen.getByRole('textbox', { name: 'KMS key' }), KEY);
    expect(
      screen.getByText('Key in account 111122223333, eu-west-1')
    ).toBeTruthy();
    await userEvent.click(button('Apply'));
    expect(onApply).toHaveBeenCalledWith(KMS, undefined);
  });

  it('can be used by keyboard alone', async () => {
    const onApply = jest.fn().mockResolvedValue([]);
    show(STATES.set!, { onApply });
    change();
    await userEvent.tab();
    expect(document.activeElement).toBe(radio('SSE-KMS'));
    await userEvent.keyboard('{ArrowUp}');
    expect(document.activeElement).toBe(radio('SSE-S3'));
    while (document.activeElement !== button('Apply')) {
      await userEvent.tab();
    }
    await userEvent.keyboard('{Enter}');
    expect(onApply).toHaveBeenCalledWith({ method: 'sse-s3' }, undefined);
  });

  it('shows a wrong key at the field as it is typed, and sends nothing', async () => {
    const onApply = jest.fn();
    show(NOT_SET, { onApply });
    await userEvent.click(radio('SSE-KMS'));
    const field = screen.getByRole('textbox', { name: 'KMS key' });
    fireEvent.change(field, { target: { value: 'arn:aws:s3:::bucket' } });
    expect(field.getAttribute('aria-invalid')).toBe('true');
    const message = document.getElementById(
      field.getAttribute('aria-describedby')!
    );
    expect(message!.textContent).toContain('the ARN names the service “s3”');
    await userEvent.click(button('Apply'));
    expect(onApply).not.toHaveBeenCalled();
    expect(document.activeElement).toBe(field);
  });

  it('asks for a method if none is chosen, and sends nothing', async () => {
    const onApply = jest.fn();
    show(NOT_SET, { onApply });
    expect(screen.queryByText('Choose a method.')).toBeNull();
    await userEvent.click(button('Apply'));
    expect(screen.getByText('Choose a method.')).toBeTruthy();
    expect(onApply).not.toHaveBeenCalled();
  });

  it('shows fields that were refused after sending', async () => {
    const onApply = jest
      .fn()
      .mockResolvedValue([{ field: 'kmsKeyId', message: 'No such key.' }]);
    show(STATES.set!, { onApply });
    change();
    await userEvent.click(button('Apply'));
    expect(await screen.findByText('No such key.')).toBeTruthy();
    expect(document.activeElement).toBe(
      screen.getByRole('textbox', { name: 'KMS key' })
    );
  });

  it('takes a known key', async () => {
    show(
      { ...NOT_SET },
      { knownKeys: [{ keyId: KEY, from: 'recently used' }] }
    );
    await userEvent.click(radio('SSE-KMS'));
    choose(
      screen.getByRole('combobox', { name: 'Known keys for: KMS key' }),
      KEY
    );
    expect(
      screen.getByRole<HTMLInputElement>('textbox', { name: 'KMS key' }).value
    ).toBe(KEY);
  });

  it('asks for Python libraries too if the box is ticked', async () => {
    const onApply = jest.fn().mockResolvedValue([]);
    show(STATES.set!, { onApply });
    change();
    unfold();
    const box = screen.getByRole('checkbox', { name: /^Also cover Python/ });
    expect(box).toHaveProperty('checked', false);
    await userEvent.click(box);
    await userEvent.click(button('Apply'));
    const wanted = { ...KMS, writers: ['python'] };
    expect(onApply).toHaveBeenCalledWith(wanted, undefined);
    const other = screen.getByRole('checkbox', { name: /Iceberg catalogs/ });
    await userEvent.click(other);
    await userEvent.click(box);
    await userEvent.click(button('Apply'));
    expect(onApply).toHaveBeenLastCalledWith(
      { ...KMS, writers: ['iceberg'] },
      undefined
    );
  });

  it('fills the form from a named profile and keeps its name', async () => {
    const profile: Profile = { ...KMS, name: 'Finance' };
    const onApply = jest.fn().mockResolvedValue([]);
    show(NOT_SET, { profiles: [profile], onApply });
    choose(screen.getByRole('combobox', { name: 'Profile' }), 'Finance');
    await userEvent.click(button('Apply'));
    expect(onApply).toHaveBeenCalledWith(profile, undefined);
  });

  it('says that a proposal is not applied', () => {
    show(NOT_SET, { proposed: true, draft: draftOf(KMS) });
    expect(
      screen.getByText('Proposed by your settings, not applied yet.')
    ).toBeTruthy();
  });

  it('adds, checks and removes rules per bucket', async () => {
    const onApply = jest.fn().mockResolvedValue([]);
    show(STATES.set!, { onApply });
    change();
    fireEvent.click(screen.getByText('Rules per bucket (0)'));
    await userEvent.click(button('Add a rule'));
    await userEvent.click(button('Apply'));
    expect(onApply).not.toHaveBeenCalled();
    const bucket = screen.getByRole('textbox', { name: 'Bucket of rule 1' });
    expect(document.activeElement).toBe(bucket);
    expect(bucket.getAttribute('aria-invalid')).toBe('true');
    await userEvent.type(bucket, 'raw-zone');
    choose(
      screen.getByRole('combobox', { name: 'Method of rule 1' }),
      'sse-s3'
    );
    await userEvent.click(button('Apply'));
    expect(onApply).toHaveBeenLastCalledWith(
      { ...KMS, buckets: { 'raw-zone': { method: 'sse-s3' } } },
      undefined
    );
    await userEvent.click(button('Remove rule 1'));
    expect(
      screen.queryByRole('textbox', { name: 'Bucket of rule 1' })
    ).toBeNull();
  });

  it('has an encryption context for SSE-KMS and none for CSE-KMS', async () => {
    const onApply = jest.fn().mockResolvedValue([]);
    show(STATES.set!, { onApply });
    change();
    fireEvent.click(screen.getByText('Encryption context (0)'));
    await userEvent.click(button('Add a pair'));
    await userEvent.type(
      screen.getByRole('textbox', { name: 'Context name 1' }),
      'team'
    );
    await userEvent.type(
      screen.getByRole('textbox', { name: 'Context value 1' }),
      'sales'
    );
    await userEvent.click(button('Apply'));
    expect(onApply).toHaveBeenCalledWith(
      { ...KMS, encryptionContext: { team: 'sales' } },
      undefined
    );
    unfold();
    await userEvent.click(radio('CSE-KMS'));
    expect(screen.queryByText(/^Encryption context/)).toBeNull();
  });

  it('puts the choice on the clipboard or into a cell as code', async () => {
    const onCode = jest.fn();
    show(STATES.set!, { onCode });
    await userEvent.click(button('Copy as code'));
    await userEvent.click(button('Insert as cell'));
    expect(onCode.mock.calls).toEqual([
      [KMS, 'copy'],
      [KMS, 'cell']
    ]);
  });
});

describe('the key of SSE-C', () => {
  const state = STATES['key needed']!;

  it('is checked, sent once and then gone from the page', async () => {
    const onApply = jest.fn().mockResolvedValue([]);
    show(state, { onApply });
    const field = screen.getByLabelText<HTMLInputElement>('Customer key');
    expect(field.type).toBe('password');
    await userEvent.click(button('Apply'));
    expect(onApply).not.toHaveBeenCalled();
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(document.activeElement).toBe(field);
    await userEvent.type(field, 'dG9vIHNob3J0');
    expect(screen.getByText(/has 9 bytes/)).toBeTruthy();
    await userEvent.clear(field);
    await userEvent.type(field, CUSTOMER_KEY);
    expect(document.documentElement.outerHTML).not.toContain(CUSTOMER_KEY);
    await userEvent.click(button('Apply'));
    expect(onApply).toHaveBeenCalledWith({ method: 'sse-c' }, CUSTOMER_KEY);
    expect(field.value).toBe('');
  });

  it('may stay empty if the page still has it', async () => {
    const profile = { method: 'sse-c' } as const;
    const onApply = jest.fn().mockResolvedValue([]);
    show({ kind: 'set', profile, report: report({ profile }) }, { onApply });
    change();
    await userEvent.click(button('Apply'));
    expect(onApply).toHaveBeenCalledWith(profile, undefined);
  });
});
