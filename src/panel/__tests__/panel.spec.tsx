/** The pages of the panel, by role and name, as a user finds them. */

import { act, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { firstWords, HISTORY, STATES } from './fixtures';
import {
  button,
  isEnabled,
  isFolded,
  NOT_SET,
  radio,
  show,
  unfold
} from './show';

describe('the panel', () => {
  it.each(Object.entries(STATES))(
    'has one status, which begins with the word of the state: %s',
    (_name, state) => {
      show(state);
      const text = screen.getByRole('status').textContent;
      expect(text.startsWith(firstWords(state))).toBe(true);
    }
  );

  it.each(Object.entries(STATES))(
    'has the three buttons exactly if there is a Python kernel: %s',
    (_name, state) => {
      show(state, { history: HISTORY });
      const there =
        state !== null &&
        state.kind !== 'no-kernel' &&
        state.kind !== 'not-python';
      // What is applied is one line, and the form is opened by its button.
      const first = isFolded(state) ? 'Change' : 'Apply';
      for (const name of [first, 'Verify', 'Clear']) {
        // Also as a part of the name: no other button may be taken for it.
        const found = screen.queryAllByRole('button', {
          name: new RegExp(name, 'i')
        });
        expect(found).toHaveLength(there ? 1 : 0);
      }
    }
  );

  it('offers every method by its name, and explains it apart from the name', () => {
    show(NOT_SET);
    unfold();
    for (const name of [
      'Bucket default',
      'SSE-S3',
      'SSE-KMS',
      'DSSE-KMS',
      'SSE-C',
      'CSE-KMS'
    ]) {
      const id = radio(name).getAttribute('aria-describedby');
      expect(document.getElementById(id!)!.textContent).not.toBe('');
    }
    expect(screen.getAllByRole('radio')).toHaveLength(6);
  });

  it('has what few notebooks need in a fold, which names what of it is chosen', async () => {
    show(NOT_SET);
    const fold = screen.getByText('More').closest('details')!;
    expect(fold.open).toBe(false);
    expect(within(fold).getAllByRole('radio')).toHaveLength(3);
    unfold();
    await userEvent.click(radio('SSE-KMS'));
    await userEvent.click(screen.getByRole('checkbox', { name: /Iceberg/ }));
    await userEvent.click(radio('DSSE-KMS'));
    expect(screen.getByText('More: DSSE-KMS, Iceberg catalogs')).toBeTruthy();
    expect(screen.getByRole('textbox', { name: 'KMS key' })).toBeTruthy();
  });

  it('says why there is nothing to do without a notebook', () => {
    show(null);
    expect(screen.queryByRole('radio')).toBeNull();
    expect(screen.getByRole('status').textContent).toContain('Open a notebook');
  });

  it('has the notebook and each folded part as headings', () => {
    show(STATES.set!, { history: HISTORY });
    const names = screen.getAllByRole('heading').map(node => node.textContent);
    expect(names[0]).toBe('a.ipynb');
    for (const summary of document.querySelectorAll(
      '.jp-S3Encryption-section > summary'
    )) {
      expect(names).toContain(summary.textContent);
    }
  });

  it('confirms what was copied for a while, also to a screen reader', () => {
    jest.useFakeTimers();
    const onCopy = jest.fn();
    show(STATES.set!, { history: HISTORY, onCopy });
    const copy = screen.getAllByRole('button', { name: 'Copy the code' })[0]!;
    const heard = copy.nextElementSibling!;
    expect(heard.getAttribute('aria-live')).toBe('polite');
    fireEvent.click(copy);
    expect(onCopy).toHaveBeenCalledTimes(1);
    expect([copy.textContent, heard.textContent]).toEqual(['Copied', 'Copied']);
    act(() => {
      jest.runOnlyPendingTimers();
    });
    expect([copy.textContent, heard.textContent]).toEqual(['Copy', '']);
    jest.useRealTimers();
  });

  it('offers to look at a kernel that was not asked', async () => {
    const onVerify = jest.fn();
    show({ kind: 'not-known', profile: null }, { onVerify });
    await userEvent.click(button('Look'));
    expect(onVerify).toHaveBeenCalledTimes(1);
  });

  it('offers to choose a kernel if there is none', async () => {
    const onChooseKernel = jest.fn();
    show(STATES['no kernel']!, { onChooseKernel });
    await userEvent.click(button('Choose a kernel…'));
    expect(onChooseKernel).toHaveBeenCalledTimes(1);
  });

  it('says that what is kept could not be read, and reads it again', async () => {
    const onReadAgain = jest.fn();
    const unread = 'It is damaged.';
    show(NOT_SET, { unread, onReadAgain });
    expect(screen.getByRole('alert').textContent).toContain(
      'Your kept choice could not be read: It is damaged.'
    );
    await userEvent.click(button('Read it again'));
    expect(onReadAgain).toHaveBeenCalledTimes(1);
  });

  it('shows nothing to press for a kernel that the settings exclude', () => {
    show(NOT_SET, { excluded: true });
    expect(screen.queryAllByRole('button')).toHaveLength(0);
    expect(screen.getByRole('status').textContent).toMatch(/^Not set/);
  });

  it('names the notebook, the kernel and the version of Spark', () => {
    show(STATES.set!);
    for (const text of ['a.ipynb', 'Python 3', 'Spark 4.1.4']) {
      expect(screen.getByText(text)).toBeTruthy();
    }
  });
});

describe('while a request is under way', () => {
  it('nothing can be edited, and it can be withdrawn', async () => {
    const onCancel = jest.fn();
    const onApply = jest.fn();
    show(STATES.queued!, { onCancel, onApply });
    expect(radio('SSE-S3').getAttribute('aria-disabled')).toBe('true');
    expect(['Apply', 'Verify', 'Clear'].filter(isEnabled)).toEqual([]);
    await userEvent.click(button('Apply'));
    expect(onApply).not.toHaveBeenCalled();
    await userEvent.click(button('Cancel'));
    expect(onCancel).toHaveBeenCalledTimes(1);
  });

  it('no field loses the focus, and what is typed there changes nothing', async () => {
    const onApply = jest.fn();
    show(STATES.queued!, { onApply });
    const key = screen.getByRole<HTMLInputElement>('textbox', {
      name: 'KMS key'
    });
    const { value } = key;
    for (const field of [radio('SSE-KMS'), key]) {
      field.focus();
      expect(document.activeElement).toBe(field);
      expect(field.matches(':disabled')).toBe(false);
    }
    await userEvent.type(key, 'x');
    await userEvent.click(radio('SSE-S3'));
    expect(key.value).toBe(value);
    expect(radio('SSE-KMS').checked).toBe(true);
  });

  it('says that the running cell is not interrupted', () => {
    show(STATES.queued!);
    const text = screen.getByRole('status').textContent;
    expect(text).toContain('Queued behind the running cell');
    expect(text).toContain('not interrupted');
  });

  it('Clear can be pressed only if something is set from here', () => {
    show(STATES.set!);
    expect(isEnabled('Clear')).toBe(true);
  });

  it('Clear cannot be pressed if nothing is set from here', () => {
    show(NOT_SET);
    expect(isEnabled('Clear')).toBe(false);
  });
});
