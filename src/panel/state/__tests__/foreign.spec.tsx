/** What the kernel holds and nobody chose here: the user decides, and sees why a decision was refused. */

import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import type { LifecycleState } from '../../../encryption/lifecycle/types';
import { KEY, KMS, STATES } from '../../__tests__/fixtures';
import { button, isEnabled, show } from '../../__tests__/show';

const foreign = STATES.foreign as Extract<LifecycleState, { kind: 'foreign' }>;
const region = (): HTMLElement =>
  screen.getByRole('region', { name: 'What this kernel holds' });
const none = (): Promise<[]> => Promise.resolve([]);

describe('a profile that nobody chose here', () => {
  it('is shown with its key and without a claim, and the form keeps the choice', () => {
    show(STATES.foreign!);
    const status = screen.getByRole('status').textContent;
    expect(status).toMatch(/^This kernel holds SSE-KMS/);
    expect(status).not.toContain('Proven');
    expect(region().textContent).toContain(KEY);
    expect(screen.queryByRole('list', { name: 'Claims' })).toBeNull();
    expect(screen.getByRole('radio', { name: 'SSE-S3' })).toHaveProperty(
      'checked',
      true
    );
  });

  it('is shown whole, and its texts change nothing of how the rest looks', () => {
    show({
      ...foreign,
      inKernel: {
        method: 'sse-kms',
        kmsKeyId: KEY,
        name: 'Fin\u202e\u0007\u2028ance',
        encryptionContext: { team: 'sales\u200b' },
        buckets: {
          raw: { method: 'sse-s3' },
          lake: { method: 'cse-kms', kmsKeyId: 'alias/lake' }
        },
        writers: ['python', 'iceberg']
      }
    });
    const text = region().textContent;
    for (const part of [
      KEY,
      'Account 111122223333',
      'Name: Finance',
      'team=sales\\u{200b}',
      'raw: SSE-S3',
      'lake: CSE-KMS',
      'alias/lake',
      'Python writers',
      'Iceberg catalogs'
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });

  it.each([
    ['the same', [{ ...KMS, name: 'Relaxed' }], { ...KMS, name: 'Relaxed' }],
    ['another', [{ method: 'sse-s3', name: 'Relaxed' }], KMS]
  ] as const)(
    'keeps its name only if the settings call the same so: %s',
    async (_, profiles, applied) => {
      const onApply = jest.fn(none);
      show(
        { ...foreign, inKernel: { ...KMS, name: 'Relaxed' } },
        { onApply, profiles }
      );
      await userEvent.click(button('Keep'));
      expect(onApply.mock.calls).toEqual([[applied]]);
    }
  );

  it.each([
    ['foreign', 'Keep', [KMS], 0],
    ['foreign', 'Put mine back', [{ method: 'sse-s3' }], 0],
    ['foreign, no choice', 'Keep', [KMS], 0],
    ['foreign, no choice', 'Take it out', [], 1],
    ['foreign, cleared', 'Keep', [], 1],
    ['foreign, cleared', 'Put mine back', [KMS], 0]
  ])('%s: %s', async (name, label, applied, cleared) => {
    const onApply = jest.fn(none);
    const onClear = jest.fn();
    show(STATES[name]!, { onApply, onClear });
    await userEvent.click(button(label));
    expect(onApply.mock.calls.flat()).toEqual(applied);
    expect(onClear).toHaveBeenCalledTimes(cleared);
  });

  it('says why it cannot be kept if the site does not allow it', async () => {
    const message = 'Your site does not allow this key.';
    const onApply = jest
      .fn()
      .mockResolvedValue([{ field: 'kmsKeyId', message }]);
    show(STATES.foreign!, { onApply });
    await userEvent.click(button('Keep'));
    expect(await screen.findByText(message)).toBeTruthy();
  });

  it('of SSE-C cannot be kept without its key', () => {
    show({ ...foreign, inKernel: { method: 'sse-c' } });
    expect(isEnabled('Keep')).toBe(false);
    expect(isEnabled('Put mine back')).toBe(true);
  });
});
