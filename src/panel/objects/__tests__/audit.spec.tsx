/** The page of an audit. */

import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import {
  audit,
  KEY_A,
  object,
  OTHER,
  UNREADABLE
} from '../../../contract/__tests__/objects';
import type { Verdict } from '../../../contract/storedObjects';
import { FolderCounts } from '../../../encryption/auditFolders';
import { asRows, HEAD } from '../../../encryption/auditRows';
import { FakeObjectChecks } from './fakeObjectChecks';
import { button, choose } from '../../__tests__/show';
import { open, showWith, type } from './showStored';

describe('an audit', () => {
  it('asks for a path, at most so many objects and which of them', async () => {
    const objectChecks = new FakeObjectChecks();
    await showWith(objectChecks);
    await open(objectChecks, 'audit');
    await userEvent.click(button('Audit'));
    expect(screen.getByText(/address like/)).toBeTruthy();
    type('Path', 's3://lake/sales ');
    const limit = screen.getByRole('spinbutton', { name: 'At most' });
    for (const bad of ['0', '1.5', '', '1000001']) {
      choose(limit, bad);
      expect(limit.getAttribute('aria-invalid')).toBe('true');
      await userEvent.click(button('Audit'));
    }
    expect(objectChecks.audit).not.toHaveBeenCalled();
    choose(limit, '50');
    choose(screen.getByRole('combobox', { name: 'Which objects' }), 'newest');
    await userEvent.click(button('Audit'));
    expect(objectChecks.audit).toHaveBeenCalledWith({
      path: 's3://lake/sales',
      limit: 50,
      sample: 'newest'
    });
  });

  it("shows the kernel's objection to the limit", async () => {
    const message = 'The limit is a number from 1 to 100000.';
    const objectChecks = new FakeObjectChecks({
      failed: {
        request: 'audit',
        error: {
          code: 'invalid-path',
          message,
          fields: [{ field: 'limit', message }],
          settings: 'unchanged'
        }
      }
    });
    await showWith(objectChecks);
    await open(objectChecks, 'audit');
    expect(screen.getByRole('alert').textContent).toBe(message);
  });

  it('shows how far it is, and can be cancelled', async () => {
    const objectChecks = new FakeObjectChecks({
      underWay: 'audit',
      audit: audit({ token: 't', checked: 250, complete: false })
    });
    await showWith(objectChecks);
    await open(objectChecks, 'audit');
    const bar = screen.getByRole('progressbar', { name: 'Audit' });
    expect(bar.getAttribute('aria-valuenow')).toBe('250');
    expect(bar.getAttribute('aria-valuemax')).toBe('1000');
    expect(bar.getAttribute('aria-valuetext')).toBe(
      '250 of at most 1,000 objects'
    );
    await userEvent.click(button('Cancel'));
    expect(objectChecks.cancel).toHaveBeenCalledTimes(1);
    act(() => {
      objectChecks.become({ underWay: null });
    });
    expect(screen.queryByRole('progressbar')).toBeNull();
    expect(screen.getByText(/ended before it was complete/)).toBeTruthy();
  });

  it.each([
    [{ complete: true }, 'everything below'],
    [{ complete: false, seen: 1400, limit: 1000 }, 'a sample']
  ])('says whether that is all: %j', async (change, words) => {
    const objectChecks = new FakeObjectChecks({ audit: audit(change) });
    await showWith(objectChecks);
    await open(objectChecks, 'audit');
    expect(screen.getByText(new RegExp(words))).toBeTruthy();
  });

  it('counts per algorithm and key, in words beside the bars', async () => {
    const objectChecks = new FakeObjectChecks({ audit: audit() });
    await showWith(objectChecks);
    await open(objectChecks, 'audit');
    const [first, second] = within(
      screen.getByRole('list', { name: 'Objects per algorithm and key' })
    ).getAllByRole('listitem');
    expect(first!.textContent).toContain('SSE-S3');
    expect(first!.textContent).toContain('differs');
    expect(first!.textContent).toContain('2 objects (67 %), 2.5 kB');
    expect(second!.textContent).toContain('SSE-KMS, …444455556666');
    expect(second!.textContent).toContain('1 object (33 %), 1.2 kB');
  });

  it('lists what differs first, and sorts by any column both ways', async () => {
    const objectChecks = new FakeObjectChecks({ audit: audit() });
    await showWith(objectChecks);
    await open(objectChecks, 'audit');
    const table = screen.getByRole('table', { name: 'Objects' });
    const names = (): string[] =>
      within(table)
        .getAllByRole('row')
        .slice(1)
        .map(row => row.querySelector('code')!.textContent);
    expect(names()).toEqual([
      'part-1.parquet',
      'part-2.parquet',
      'part-0.parquet'
    ]);
    const head = (name: string): HTMLElement =>
      within(table).getByRole('columnheader', { name });
    expect(head('Result').getAttribute('aria-sort')).toBe('ascending');
    await userEvent.click(within(head('Object')).getByRole('button'));
    expect(names()).toEqual([
      'part-0.parquet',
      'part-1.parquet',
      'part-2.parquet'
    ]);
    await userEvent.click(within(head('Object')).getByRole('button'));
    expect(names()[0]).toBe('part-2.parquet');
    expect(head('Object').getAttribute('aria-sort')).toBe('descending');
    expect(head('Result').getAttribute('aria-sort')).toBe('none');
  });

  it('is copied as tab-separated text, in the order that is shown', async () => {
    const onCopy = jest.fn();
    const objectChecks = new FakeObjectChecks({ audit: audit() });
    await showWith(objectChecks, undefined, { onCopy });
    await open(objectChecks, 'audit');
    await userEvent.click(button('Copy the table'));
    const text = HEAD + asRows([OTHER, UNREADABLE, object()]);
    expect(onCopy).toHaveBeenCalledWith(text);
    const [head, first, second, third] = text.split('\n');
    expect(head).toBe(
      'path\tsize\tmodified\talgorithm\tkeyId\tverdict\treason'
    );
    expect(first).toBe(
      `${OTHER.path}\t1234\t${OTHER.modified ?? ''}\tAES256\t\tother\t`
    );
    expect(second!.split('\t')).toHaveLength(7);
    expect(third).toContain(KEY_A);
  });

  it('shows one group alone, and all again', async () => {
    const objectChecks = new FakeObjectChecks({ audit: audit() });
    await showWith(objectChecks);
    await open(objectChecks, 'audit');
    const rows = (): number =>
      within(screen.getByRole('table', { name: 'Objects' })).getAllByRole('row')
        .length - 1;
    expect(rows()).toBe(3);
    const [first] = screen.getAllByRole('button', { name: 'Show only these' });
    await userEvent.click(first!);
    expect(rows()).toBe(1);
    expect(screen.getByText(/^1 of 2 objects of this group/)).toBeTruthy();
    await userEvent.click(button('Show all'));
    expect(rows()).toBe(3);
  });

  it('says what the objects are compared with, and leads to what puts them right', async () => {
    const openDocuments = jest.fn();
    const outside = {
      openDocuments,
      openDocumentation: jest.fn(),
      openMenu: jest.fn()
    };
    const objectChecks = new FakeObjectChecks({ audit: audit() });
    await showWith(objectChecks, undefined, {}, outside);
    await open(objectChecks, 'audit');
    expect(
      screen.getByText('Compared with the choice: SSE-KMS, key …444455556666.')
    ).toBeTruthy();
    expect(
      screen.getByText('2 objects are not encrypted as chosen.')
    ).toBeTruthy();
    await userEvent.click(button('Documents that change their key…'));
    expect(openDocuments).toHaveBeenCalledWith('s3-batch');
    await userEvent.click(button('More about this: objects-differ'));
    expect(outside.openDocumentation).toHaveBeenCalledWith(
      'findings.md',
      'objects-differ'
    );
  });

  describe('by folder', () => {
    const showFolders = async (
      paths: Readonly<Record<string, Verdict>>
    ): Promise<HTMLElement | null> => {
      const counts = new FolderCounts();
      for (const [name, verdict] of Object.entries(paths)) {
        const path = `s3a://lake/sales/${name}`;
        counts.add('s3://lake/sales', [object({ path, verdict })]);
      }
      const objectChecks = new FakeObjectChecks({
        audit: audit(),
        auditFolders: counts.tree()
      });
      await showWith(objectChecks);
      await open(objectChecks, 'audit');
      return screen.queryByRole('list', { name: /^Folders below/ });
    };
    const DAYS: Readonly<Record<string, Verdict>> = {
      'd=1/h=1/a': 'wanted',
      'd=1/h=2/a': 'wanted',
      'd=2/h=1/a': 'other',
      'd=2/h=1/b': 'other',
      'd=2/h=2/a': 'unreadable',
      'd=2/h=2/b': null
    };

    it('says in words where it is wrong, the worst first, and folds what is deeper', async () => {
      const list = await showFolders(DAYS);
      const rows = within(list!).getAllByRole('listitem');
      expect(rows).toHaveLength(2);
      expect(
        within(rows[0]!).getByRole('button', { name: 'd=2/' })
      ).toBeTruthy();
      expect(rows[0]!.querySelector('div')!.textContent).toBe(
        '2 differ1 not known1 not compared'
      );
      expect(rows[1]!.textContent).toBe('▸d=1/2 as chosen');
      expect(
        screen.getByText(
          'Folders below s3://lake/sales/, those with most that differ first'
        )
      ).toBeTruthy();
    });

    it('is opened and closed by keyboard', async () => {
      await showFolders(DAYS);
      const toggle = button('d=2/');
      expect(toggle.getAttribute('aria-expanded')).toBe('false');
      toggle.focus();
      await userEvent.keyboard('{Enter}');
      expect(toggle.getAttribute('aria-expanded')).toBe('true');
      const inner = screen.getByRole('list', {
        name: 'Folders below s3://lake/sales/d=2/'
      });
      expect(toggle.getAttribute('aria-controls')).toBe(inner.id);
      expect(
        within(inner)
          .getAllByRole('listitem')
          .map(row => row.textContent)
      ).toEqual(['h=1/2 differ', 'h=2/1 not known1 not compared']);
      expect(within(inner).queryByRole('button')).toBeNull();
      await userEvent.keyboard(' ');
      expect(inner.isConnected).toBe(false);
    });

    it('shows many folders a part at a time, and keeps the focus', async () => {
      const names = Array.from({ length: 130 }, (_, n) => [`d=${n}/a`, null]);
      const list = await showFolders(
        Object.fromEntries(names) as Record<string, Verdict>
      );
      const rows = (): HTMLElement[] => within(list!).getAllByRole('listitem');
      expect(rows()).toHaveLength(21);
      await userEvent.click(button('Show 100 more folders'));
      expect(rows()).toHaveLength(121);
      expect(document.activeElement).toBe(rows()[20]);
      await userEvent.click(button('Show 10 more folders'));
      expect(rows()).toHaveLength(130);
      expect(document.activeElement).toBe(rows()[120]);
    });

    it('names the folder that all of them are in', async () => {
      const list = await showFolders({
        'y=1/d=1/a': 'wanted',
        'y=1/d=2/a': 'other'
      });
      expect(list!.getAttribute('aria-label')).toBe(
        'Folders below s3://lake/sales/y=1/'
      );
      expect(within(list!).getAllByRole('listitem')).toHaveLength(2);
    });

    it('says if some are counted as part of others', async () => {
      const counts = new FolderCounts();
      counts.add('s3://lake', [
        object({ path: 's3://lake/x/a' }),
        object({ path: 's3://lake/y/a' })
      ]);
      const objectChecks = new FakeObjectChecks({
        audit: audit(),
        auditFolders: { ...counts.tree()!, folded: true }
      });
      await showWith(objectChecks);
      await open(objectChecks, 'audit');
      expect(screen.getByText(/more folders than are told apart/)).toBeTruthy();
    });

    it('is nothing if all objects are in one folder', async () => {
      expect(await showFolders({ 'd=1/a': 'other', 'd=1/b': null })).toBeNull();
      expect(screen.queryByText(/^Folders below/)).toBeNull();
    });
  });

  it('saves all rows as a file', async () => {
    const saved: string[] = [];
    jest
      .spyOn(HTMLAnchorElement.prototype, 'click')
      .mockImplementation(function (this: HTMLAnchorElement) {
        saved.push(this.download);
      });
    URL.createObjectURL = () => 'blob:x';
    URL.revokeObjectURL = () => undefined;
    const auditRows = new Blob(['path\n']);
    const objectChecks = new FakeObjectChecks({ audit: audit(), auditRows });
    await showWith(objectChecks);
    await open(objectChecks, 'audit');
    await userEvent.click(button('Save all rows as file (3)'));
    expect(saved).toEqual(['lake_sales-encryption.tsv']);
    jest.restoreAllMocks();
  });

  it('keeps a table together whatever a name holds', () => {
    const odd = object({ path: 's3a://lake/a\tb\nc' });
    expect(asRows([odd]).split('\n')).toHaveLength(2);
  });

  it('compares with nothing if nothing is armed, and says so', async () => {
    const bare = object({ verdict: null, algorithm: '', keyId: '' });
    const objectChecks = new FakeObjectChecks({
      audit: audit({ objects: [bare], counts: [] })
    });
    await showWith(objectChecks);
    await open(objectChecks, 'audit');
    const [, row] = within(
      screen.getByRole('table', { name: 'Objects' })
    ).getAllByRole('row');
    expect(row!.textContent).toContain('no header');
    expect(row!.textContent).toContain('not compared');
  });
});
