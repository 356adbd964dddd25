/** The panel once something is applied: one line, what comes next, and how old it is. */

import { cleanup, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import type { LifecycleState, Resting } from '../../encryption/lifecycle/types';
import { writes, written } from '../../contract/__tests__/objects';
import { FakeObjectChecks } from '../objects/__tests__/fakeObjectChecks';
import { lastRequest, showWith } from '../objects/__tests__/showStored';
import { KMS, report, STATES } from './fixtures';
import { button, change, isFolded, NOT_SET, radio, show } from './show';

const RULED = {
  ...KMS,
  name: 'Finance',
  encryptionContext: { team: 'sales' },
  buckets: { raw: { method: 'sse-s3' }, tmp: { method: 'sse-s3' } },
  writers: ['python']
} as const;

function main(): HTMLElement | null {
  return screen
    .getByRole('group', { name: 'Actions' })
    .querySelector('.jp-mod-main');
}

describe('a choice that is applied', () => {
  it.each(Object.keys(STATES).filter(name => isFolded(STATES[name]!)))(
    'is one line, and Change opens the form: %s',
    name => {
      show(STATES[name]!);
      expect(screen.queryByRole('radio')).toBeNull();
      change();
      expect(radio('SSE-KMS').checked).toBe(true);
      expect(main()!.textContent).toBe('Apply');
    }
  );

  it('is said with all that belongs to it', () => {
    show({ kind: 'set', profile: RULED, report: report({ profile: RULED }) });
    expect(button('Change').previousElementSibling!.textContent).toBe(
      'Finance: SSE-KMS, key …444455556666 · 1 context pair · 2 rules · Python writers'
    );
  });

  it('stays one line while it is verified, and a form that is open stays open', () => {
    const pending = {
      request: 'verify',
      stage: 'sent',
      behindCell: false,
      withdrawn: false
    } as const;
    const before = STATES.set as Resting;
    const verifying: LifecycleState = {
      kind: 'applying',
      profile: KMS,
      pending,
      before,
      report: report()
    };
    show(verifying, { objectChecks: new FakeObjectChecks() });
    expect(button('Change')).toBeTruthy();
    expect(main()!.getAttribute('aria-disabled')).toBe('true');
    cleanup();
    show({ ...verifying, before: NOT_SET as Resting });
    expect(radio('SSE-KMS').getAttribute('aria-disabled')).toBe('true');
  });

  it('is one line again after it was applied again', async () => {
    const onApply = jest.fn().mockResolvedValue([]);
    show(STATES.set!, { onApply });
    change();
    await userEvent.click(button('Apply'));
    expect(button('Change')).toBeTruthy();
  });

  it('that the site has locked is one line before it is applied, and only shown', async () => {
    const locked = 'Your site sets the encryption.';
    show({ kind: 'needs-key', profile: KMS, report: null }, { locked });
    expect(screen.queryByRole('button', { name: 'Change' })).toBeNull();
    await userEvent.click(button('Show'));
    expect(radio('SSE-KMS').getAttribute('aria-disabled')).toBe('true');
    expect(button('Apply').getAttribute('aria-disabled')).toBe('true');
    await userEvent.click(button('Close'));
    expect(screen.queryByRole('radio')).toBeNull();
  });
});

describe('edits', () => {
  it('are said at the state, and Discard takes them back', async () => {
    show(STATES['in effect']!);
    expect(screen.queryByRole('button', { name: 'Discard' })).toBeNull();
    change();
    await userEvent.click(radio('SSE-S3'));
    expect(screen.getByText(/Your edits are not applied/)).toBeTruthy();
    await userEvent.click(button('Discard'));
    expect(screen.queryByText(/Your edits/)).toBeNull();
    expect(screen.queryByRole('radio')).toBeNull();
    change();
    expect(radio('SSE-KMS').checked).toBe(true);
  });

  it('that are discarded take with them what was said of them', async () => {
    const onApply = jest
      .fn()
      .mockResolvedValue([{ field: 'kmsKeyId', message: 'No such key.' }]);
    show({ ...(STATES.failed as Resting) }, { onApply });
    await userEvent.click(radio('Bucket default'));
    await userEvent.click(radio('SSE-KMS'));
    await userEvent.clear(screen.getByRole('textbox', { name: 'KMS key' }));
    await userEvent.click(button('Apply'));
    expect(await screen.findByText('No such key.')).toBeTruthy();
    await userEvent.click(button('Discard'));
    expect(screen.queryByText('No such key.')).toBeNull();
  });
});

/** The main buttons of the whole panel. */
function mains(): (string | null)[] {
  return [...document.querySelectorAll('.jp-mod-main')].map(
    ({ textContent }) => textContent
  );
}

const DIFFER: LifecycleState = {
  kind: 'set',
  profile: KMS,
  report: report({
    findings: [
      {
        code: 'external-writers',
        severity: 'warning',
        message: 'Others write too.',
        fix: { message: 'Look at them.' }
      },
      {
        code: 'objects-differ',
        severity: 'error',
        message: 'Your writes differ.',
        fix: { message: 'See which.', action: 'audit' }
      }
    ]
  })
};

describe('the main button', () => {
  it.each<[string, string | null]>([
    ['not known', 'Look'],
    ['not set, nothing asked', 'Apply'],
    ['not set, cluster', 'Apply'],
    ['key needed', 'Apply'],
    ['waiting', null],
    ['set', 'Prove it…'],
    ['stale', 'Set again'],
    ['in effect', 'Prove it…'],
    ['proven', 'Audit objects…'],
    ['changed', 'Set again'],
    ['foreign', 'Put mine back'],
    ['foreign, no choice', 'Take it out'],
    ['foreign, cleared', 'Put mine back'],
    ['failed', 'Apply']
  ])('is one: %s', async (name, label) => {
    await showWith(new FakeObjectChecks(), STATES[name]!);
    expect(mains()).toEqual(label === null ? [] : [label]);
  });

  it.each(Object.keys(STATES))(
    'is Apply while the form is edited, or there is none: %s',
    async name => {
      await showWith(new FakeObjectChecks(), STATES[name]!);
      if (screen.queryByRole('button', { name: 'Change' })) {
        change();
      }
      const before = mains();
      expect(before.length).toBeLessThanOrEqual(1);
      const method = screen.queryByRole('radio', { name: /^Bucket default/ });
      if (method) {
        await userEvent.click(method);
      }
      expect(mains()).toEqual(method ? ['Apply'] : before);
    }
  );

  it('is at the worst finding that has a fix, and stays away from the rest while it is done', async () => {
    await showWith(new FakeObjectChecks(), DIFFER);
    expect(mains()).toEqual(['Audit…']);
    cleanup();
    await showWith(new FakeObjectChecks({ underWay: 'audit' }), DIFFER);
    expect(mains()).toEqual([]);
    cleanup();
    const { pending } = STATES.verifying as Extract<
      LifecycleState,
      { kind: 'applying' }
    >;
    await showWith(new FakeObjectChecks(), {
      ...(STATES.stale as Resting & { report: null }),
      kind: 'applying',
      pending,
      before: STATES.stale as Resting
    });
    expect(mains()).toEqual([]);
  });

  it('is left to what the notebook proposes', async () => {
    await showWith(new FakeObjectChecks(), STATES['not set, nothing asked']!, {
      offered: true
    });
    expect(mains()).toEqual([]);
  });
});

describe('what comes next', () => {
  it.each([
    ['set', 'Prove it…', 'canary'],
    ['in effect', 'Prove it…', 'canary'],
    ['proven', 'Audit objects…', 'audit']
  ])('is the main button: %s', async (name, label, page) => {
    await showWith(new FakeObjectChecks(), STATES[name]!);
    expect(main()!.textContent).toBe(label);
    await userEvent.click(main()!);
    expect(lastRequest()?.page).toBe(page);
  });

  it.each(['waiting', 'changed'])(
    'is nothing to press there: %s',
    async name => {
      await showWith(new FakeObjectChecks(), STATES[name]!);
      expect(main()).toBeNull();
    }
  );

  it('is at each claim that does not hold', async () => {
    await showWith(new FakeObjectChecks(), STATES.set!);
    const [set, effect, proven] = within(
      screen.getByRole('list', { name: 'Claims' })
    ).getAllByRole('listitem');
    expect(within(set!).queryByRole('button')).toBeNull();
    expect(within(effect!).getByRole('button').textContent).toBe('Check again');
    await userEvent.click(within(proven!).getByRole('button'));
    expect(lastRequest()?.page).toBe('canary');
  });

  it('begins where the session wrote last', async () => {
    const path = 's3a://lake/sales/2026';
    const checks = new FakeObjectChecks({
      writes: writes({ paths: [written({ path })] })
    });
    await showWith(checks, STATES['in effect']!, {
      locations: ['s3://other/x']
    });
    await userEvent.click(button('Prove it…'));
    const field = await screen.findByRole<HTMLInputElement>('textbox', {
      name: 'Canary location'
    });
    // Beside it: others may read it.
    expect(field.value).toBe('s3a://lake/sales');
    cleanup();
    await showWith(checks, STATES.proven!);
    await userEvent.click(button('Audit objects…'));
    const audited = await screen.findByRole<HTMLInputElement>('textbox', {
      name: 'Path'
    });
    expect(audited.value).toBe(path);
  });
});

describe('what was known before the last cell', () => {
  const old = (cellsSince: number): LifecycleState => ({
    ...(STATES['in effect'] as Extract<LifecycleState, { kind: 'in-effect' }>),
    cellsSince
  });

  it.each([
    [1, 'Checked before the last cell ran.'],
    [3, 'Checked 3 cells ago.']
  ])('says how old it is, and is not green: %s', (cells, words) => {
    show(old(cells));
    expect(screen.getAllByText(words)).toHaveLength(2);
    expect(document.querySelector('.jp-mod-good')).toBeNull();
    expect(document.querySelectorAll('.jp-mod-yes.jp-mod-old')).toHaveLength(2);
    // It is not read out after each cell.
    expect(screen.getByRole('status').textContent).not.toContain(words);
  });

  it('is checked again by one click', async () => {
    const onVerify = jest.fn();
    show(old(1), { onVerify });
    await userEvent.click(button('Check again'));
    expect(onVerify).toHaveBeenCalledTimes(1);
  });
});
