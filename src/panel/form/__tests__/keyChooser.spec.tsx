/** The keys of KMS in the key field: asked for by a button, found by typing, chosen by keyboard. */

import { act, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import {
  KEY_A,
  KEY_B,
  keys,
  listedKey,
  writes,
  written
} from '../../../contract/__tests__/objects';
import { FakeObjectChecks } from '../../objects/__tests__/fakeObjectChecks';
import { showWith } from '../../objects/__tests__/showStored';
import {
  button,
  choose,
  isEnabled,
  NOT_SET,
  radio
} from '../../__tests__/show';
import { SHOWN } from '../keyChoices';

beforeAll(() => {
  // What the page scrolls with; this DOM has no layout.
  Element.prototype.scrollIntoView = () => undefined;
});

const LIST = 'List keys for: KMS key';
const [, ID] = KEY_A.split('/');
const CHOOSE = 'Choose a key for: KMS key';
const TYPE = 'You can still type a key.';

function field(): HTMLInputElement {
  return screen.getByRole('textbox', { name: 'KMS key' });
}
function search(): HTMLInputElement {
  return screen.getByRole('combobox', { name: 'Find a key for: KMS key' });
}
function options(): HTMLElement[] {
  const list = screen.getByRole('listbox', { name: 'Keys for: KMS key' });
  return within(list).getAllByRole('option');
}
function active(): HTMLElement | null {
  return document.getElementById(
    search().getAttribute('aria-activedescendant') ?? ''
  );
}

/** The form for a method, with the checks of a kernel. */
async function showForm(
  change: ConstructorParameters<typeof FakeObjectChecks>[0] = {},
  more: Parameters<typeof showWith>[2] = {},
  method = 'SSE-KMS'
): Promise<FakeObjectChecks> {
  const checks = new FakeObjectChecks(change);
  await showWith(checks, NOT_SET, more);
  await userEvent.click(radio(method));
  return checks;
}

/** The form with the list open. */
async function showList(
  list = keys(),
  more: Parameters<typeof showWith>[2] = {},
  method?: string
): Promise<FakeObjectChecks> {
  const checks = await showForm({ keys: list }, more, method);
  await userEvent.click(button(CHOOSE));
  return checks;
}

describe('keys of KMS', () => {
  it('are asked for by the button only, and shown when they come', async () => {
    const checks = await showForm();
    await userEvent.type(field(), KEY_A);
    expect(checks.listKeys).not.toHaveBeenCalled();
    await userEvent.click(button(LIST));
    expect(checks.listKeys).toHaveBeenCalledTimes(1);
    act(() => {
      checks.become({ underWay: 'keys' });
    });
    expect(screen.getByText('Asking KMS for its keys.')).toBeTruthy();
    expect(isEnabled(LIST)).toBe(false);
    act(() => {
      checks.become({ underWay: null, keys: keys() });
    });
    expect(options()).toHaveLength(3);
    expect(document.activeElement).toBe(search());
    expect(search().getAttribute('aria-expanded')).toBe('true');
  });

  it('do not take the focus from where the user has gone meanwhile', async () => {
    const checks = await showForm();
    await userEvent.click(button(LIST));
    await userEvent.click(field());
    act(() => {
      checks.become({ keys: keys() });
    });
    expect(options()).toHaveLength(3);
    expect(document.activeElement).toBe(field());
  });

  it('are named by alias, end of the ID, account and Region', async () => {
    await showList();
    expect(options()[0]!.textContent).toBe(
      'alias/finance…444455556666111122223333 · eu-west-1Reports of finance'
    );
    expect(options()[2]!.textContent).toBe(
      'Nightly export…999900001111111122223333 · eu-west-1'
    );
  });

  it('whose IDs end alike are shown with all of the ID', async () => {
    const twin = KEY_A.replace('0a1b2c3d', 'ffffffff');
    await showList(
      keys({ keys: [listedKey(), listedKey({ arn: twin, aliases: [] })] })
    );
    expect(options()[1]!.textContent).toContain(
      'ffffffff-1111-2222-3333-444455556666'
    );
  });

  it('are chosen by keyboard, and nothing is applied by it', async () => {
    const onApply = jest.fn().mockResolvedValue([]);
    await showList(keys(), { onApply });
    await userEvent.keyboard('{ArrowDown}');
    expect(active()).toBe(options()[0]);
    await userEvent.keyboard('{ArrowUp}');
    expect(active()).toBe(options()[2]);
    await userEvent.keyboard('{Enter}');
    expect(field().value).toBe(KEY_B);
    expect(screen.queryByRole('listbox')).toBeNull();
    expect(document.activeElement).toBe(button(CHOOSE));
    expect(onApply).not.toHaveBeenCalled();
    await userEvent.click(button('Apply'));
    expect(onApply).toHaveBeenCalledWith(
      { method: 'sse-kms', kmsKeyId: KEY_B },
      undefined
    );
  });

  it('are found by words of alias, description and ID', async () => {
    await showList();
    await userEvent.type(search(), 'NIGHTLY 0000');
    expect(options()).toHaveLength(1);
    expect(screen.getByText('One key')).toBeTruthy();
    await userEvent.keyboard('{Enter}');
    expect(field().value).toBe(KEY_B);
  });

  it('that match nothing leave an empty list, and Enter chooses nothing', async () => {
    const onApply = jest.fn();
    await showList(keys(), { onApply });
    await userEvent.type(search(), 'nowhere{Enter}');
    expect(screen.queryAllByRole('option')).toEqual([]);
    expect(screen.getByText('0 keys')).toBeTruthy();
    expect(field().value).toBe('');
    expect(onApply).not.toHaveBeenCalled();
  });

  it('that S3 cannot use say why, and cannot be chosen', async () => {
    await showList();
    const disabled = options()[1]!;
    expect(disabled.getAttribute('aria-disabled')).toBe('true');
    expect(disabled.textContent).toContain('this one is Disabled.');
    fireEvent.click(disabled);
    expect(field().value).toBe('');
    await userEvent.click(search());
    await userEvent.keyboard('{ArrowDown}{ArrowDown}');
    expect(active()).toBe(disabled);
    await userEvent.keyboard('{Enter}');
    expect(field().value).toBe('');
    fireEvent.click(options()[0]!);
    expect(field().value).toBe(KEY_A);
  });

  it('of AWS itself cannot be chosen if Spark encrypts', async () => {
    const managed = listedKey({ aliases: ['alias/aws/s3'], manager: 'AWS' });
    await showList(keys({ keys: [managed] }), {}, 'CSE-KMS');
    expect(options()[0]!.getAttribute('aria-disabled')).toBe('true');
    expect(options()[0]!.textContent).toContain('only be used through S3');
  });

  it('are closed by Escape, and the focus is on the button again', async () => {
    await showList();
    await userEvent.keyboard('{Escape}');
    expect(screen.queryByRole('listbox')).toBeNull();
    expect(document.activeElement).toBe(button(CHOOSE));
    expect(button(CHOOSE).getAttribute('aria-expanded')).toBe('false');
  });

  it('are asked for again by a button of their own', async () => {
    const checks = await showList();
    expect(checks.listKeys).not.toHaveBeenCalled();
    await userEvent.click(button('List again'));
    expect(checks.listKeys).toHaveBeenCalledTimes(1);
  });

  it('are drawn up to a number, and all are found by typing', async () => {
    const many = Array.from({ length: 500 }, (_item, n) =>
      listedKey({
        arn: `${KEY_A.slice(0, -3)}${String(n).padStart(3, '0')}`,
        aliases: [`alias/key-${n}`]
      })
    );
    await showList(keys({ keys: many, total: 2000 }));
    expect(options()).toHaveLength(SHOWN);
    expect(
      screen.getByText('The first 100 of 500 keys: type to find others.')
    ).toBeTruthy();
    expect(screen.getByText(/^500 of 2.?000 keys are listed/)).toBeTruthy();
    await userEvent.type(search(), 'key-499');
    expect(options()).toHaveLength(1);
  });

  it('that may not be listed leave a sentence, and typing as it was', async () => {
    const denied = 'Not allowed to list keys: this needs kms:ListKeys.';
    const checks = await showForm({
      keys: keys({ keys: [], total: 0, unread: [denied] })
    });
    await userEvent.click(button(LIST));
    expect(screen.getByText(denied)).toBeTruthy();
    expect(screen.getByText(TYPE)).toBeTruthy();
    expect(screen.queryByText('No key was listed.')).toBeNull();
    expect(screen.queryByRole('listbox')).toBeNull();
    await userEvent.type(field(), KEY_A);
    expect(field().getAttribute('aria-invalid')).toBe('false');
    // There is nothing to choose from: the same button asks again.
    expect(screen.queryByRole('button', { name: 'List again' })).toBeNull();
    await userEvent.click(button(LIST));
    expect(checks.listKeys).toHaveBeenCalledTimes(2);
  });

  it('are said to be none if the account has none', async () => {
    await showForm({ keys: keys({ keys: [], total: 0 }) });
    await userEvent.click(button(LIST));
    expect(screen.getByText('No key was listed.')).toBeTruthy();
  });

  it('that could not be asked for leave the reason at the field', async () => {
    const checks = await showForm();
    await userEvent.click(button(LIST));
    const message = 'This kernel has no boto3, which lists the keys of KMS.';
    const error = {
      code: 'keys-not-read',
      message,
      fields: [],
      settings: 'unchanged' as const
    };
    act(() => {
      checks.become({ failed: { request: 'keys', error } });
    });
    expect(screen.getByRole('alert').textContent).toBe(`${message} ${TYPE}`);
  });

  it('can be withdrawn while the kernel is busy', async () => {
    const checks = await showForm();
    await userEvent.click(button(LIST));
    act(() => {
      checks.become({ underWay: 'keys', queued: true });
    });
    expect(screen.getByText(/^Waiting for the kernel/)).toBeTruthy();
    await userEvent.click(button('Cancel'));
    expect(checks.cancel).toHaveBeenCalledTimes(1);
  });

  it('go into the rule of a bucket too', async () => {
    await showForm({ keys: keys() });
    await userEvent.click(button('Add a rule'));
    choose(
      screen.getByRole('combobox', { name: 'Method of rule 1' }),
      'sse-kms'
    );
    await userEvent.click(button('Choose a key for: Key of rule 1'));
    fireEvent.click(screen.getAllByRole('option').at(-1)!);
    expect(
      screen.getByRole<HTMLInputElement>('textbox', { name: 'Key of rule 1' })
        .value
    ).toBe(KEY_B);
    expect(field().value).toBe('');
  });

  it('cannot be asked for if there is no session', async () => {
    await showWith(new FakeObjectChecks(), NOT_SET, { objects: null });
    await userEvent.click(radio('SSE-KMS'));
    expect(screen.queryByRole('button', { name: LIST })).toBeNull();
  });
});

describe('a key in the field', () => {
  it('shows all of its ID, which the field is too narrow for, with its account and Region', async () => {
    await showForm();
    await userEvent.type(field(), KEY_A);
    const [name] = field().getAttribute('aria-describedby')!.split(' ');
    expect(document.getElementById(name!)!.textContent).toBe(ID);
    expect(screen.getByText(/in account 111122223333, eu-west-1/)).toBeTruthy();
  });

  it.each([
    KEY_A,
    ID!,
    'alias/finance',
    'arn:aws:kms:eu-west-1:111122223333:alias/finance'
  ])('shows the alias that KMS has for it: %s', async typed => {
    await showForm({ keys: keys() });
    await userEvent.type(field(), typed);
    const name = document.getElementById(
      field().getAttribute('aria-describedby')!.split(' ')[0]!
    );
    expect(name!.textContent).toBe(`alias/finance${ID}`);
  });

  it('of another account or Region has no alias of this one', async () => {
    await showForm({ keys: keys() });
    await userEvent.type(field(), KEY_A.replace('eu-west-1', 'eu-west-2'));
    expect(screen.queryByText('alias/finance')).toBeNull();
  });

  it('that is listed as disabled is allowed, with the reason', async () => {
    await showForm({ keys: keys() });
    await userEvent.type(field(), 'alias/old-reports');
    expect(field().getAttribute('aria-invalid')).toBe('false');
    expect(screen.getByText(/this one is Disabled\.$/)).toBeTruthy();
  });
});

describe('requests to KMS', () => {
  const seen = writes({ paths: [written({ total: 1240 })] });
  const sentences = (): string[] =>
    screen
      .queryAllByText(/requests to KMS/)
      .map(({ textContent }) => textContent);

  /** Adds a rule for the bucket that was written to, or for another one. */
  async function addRule(method: string, bucket = 'lake'): Promise<void> {
    await userEvent.click(button('Add a rule'));
    const n = screen.getAllByRole('group', { name: /^Rule \d/ }).length;
    await userEvent.type(
      screen.getByRole('textbox', { name: `Bucket of rule ${n}` }),
      bucket
    );
    choose(
      screen.getByRole('combobox', { name: `Method of rule ${n}` }),
      method
    );
  }

  it('are said with and without bucket keys, from what was written', async () => {
    await showForm({ writes: seen });
    expect(sentences()).toEqual([
      expect.stringMatching(
        /at least 1.?240 objects with KMS keys: as many requests to KMS without S3 Bucket Keys, down to 13 with them\./
      )
    ]);
  });

  it('of a method without bucket keys have no second number', async () => {
    await showForm({ writes: seen }, {}, 'DSSE-KMS');
    expect(sentences()).toEqual([
      expect.stringContaining('for DSSE-KMS has no bucket keys.')
    ]);
    expect(screen.queryByText(/down to/)).toBeNull();
  });

  it('are said once, however many rules have a key', async () => {
    await showForm({ writes: seen });
    await addRule('sse-kms');
    await addRule('sse-kms', 'other');
    expect(
      screen.getAllByRole('textbox', { name: /^(KMS key|Key of rule)/ })
    ).toHaveLength(3);
    expect(sentences()).toHaveLength(1);
  });

  it('are those of the rule if only a rule has a key', async () => {
    await showForm({ writes: seen }, {}, 'SSE-S3');
    expect(sentences()).toEqual([]);
    await addRule('dsse-kms');
    expect(sentences()).toEqual([expect.stringContaining('for DSSE-KMS')]);
  });

  it('leave out a bucket whose rule has no key', async () => {
    const elsewhere = written({ path: 's3a://other/sales', total: 7 });
    await showForm({ writes: writes({ paths: [...seen.paths, elsewhere] }) });
    await addRule('sse-s3');
    expect(sentences()).toEqual([
      expect.stringContaining('at least 7 objects')
    ]);
  });

  it.each([null, writes({ paths: [] })])(
    'are not mentioned if no write is known',
    async none => {
      await showForm({ writes: none });
      expect(sentences()).toEqual([]);
    }
  );
});
