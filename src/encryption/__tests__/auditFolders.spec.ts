/** The folders of an audit: how they are counted, ordered and bounded. */

import { object } from '../../contract/__tests__/objects';
import type { Verdict } from '../../contract/storedObjects';
import { DEPTH, FolderCounts, MOST, type IFolder } from '../auditFolders';

const ROOT = 's3://lake/sales';

function counted(
  paths: Readonly<Record<string, Verdict>>,
  root = ROOT
): FolderCounts {
  const counts = new FolderCounts();
  for (const [path, verdict] of Object.entries(paths)) {
    counts.add(root, [object({ path: `s3a://lake/sales/${path}`, verdict })]);
  }
  return counts;
}

const namesOf = (folder?: IFolder): string[] =>
  folder?.folders.map(({ name }) => name) ?? [];

describe('the folders of an audit', () => {
  it('have the counts of all that is below them', () => {
    const { root } = counted({
      'd=1/h=1/a': 'wanted',
      'd=1/h=1/b': 'other',
      'd=1/h=2/a': 'unreadable',
      'd=1/c': null,
      'd=2/a': 'wanted',
      top: 'wanted'
    }).tree()!;
    const counts = { objects: 6, wanted: 3, other: 1, unreadable: 1 };
    expect(root).toMatchObject({ name: '', ...counts });
    const [first, second] = root.folders;
    expect(first).toMatchObject({
      name: 'd=1/',
      ...{ objects: 4, wanted: 1, other: 1, unreadable: 1 }
    });
    expect(namesOf(first)).toEqual(['h=1/', 'h=2/']);
    expect(second).toMatchObject({ name: 'd=2/', objects: 1, folders: [] });
  });

  it('are the worst first, else in the order of their names, numbers as numbers', () => {
    const { root } = counted({
      'd=10/a': 'wanted',
      'd=9/a': 'wanted',
      'd=3/a': 'unreadable',
      'd=4/a': 'other',
      'd=5/a': 'other',
      'd=5/b': 'other'
    }).tree()!;
    expect(namesOf(root)).toEqual(['d=5/', 'd=4/', 'd=3/', 'd=9/', 'd=10/']);
  });

  it('are one with the only folder that they have', () => {
    const { root } = counted({
      'y=1/m=1/d=1/a': 'wanted',
      'y=1/m=2/d=1/h=1/a': 'wanted'
    }).tree()!;
    expect(root.name).toBe('y=1/');
    expect(namesOf(root)).toEqual(['m=1/d=1/', 'm=2/d=1/h=1/']);
  });

  it.each([
    ['no object', {}],
    ['objects beside each other', { a: 'other', b: 'wanted' }],
    ['objects in one folder', { 'x/y/a': 'other', 'x/y/b': 'wanted' }]
  ] as const)('are not worth showing for %s', (_, paths) => {
    expect(counted(paths).tree()).toBeNull();
  });

  it('are none of an object that is audited itself', () => {
    const path = 's3://lake/sales/d=1/a';
    const counts = counted({ 'd=1/a': 'other' }, path);
    expect(counts.tree()).toBeNull();
  });

  it('are told apart so many levels deep', () => {
    const deep = Array.from({ length: DEPTH + 3 }, (_, n) => String(n));
    const paths = {
      [`${deep.join('/')}/a`]: 'other',
      'b/a': 'wanted'
    } as const;
    const { root, folded } = counted(paths).tree()!;
    expect(folded).toBe(false);
    expect(namesOf(root)).toEqual(['0/1/2/3/', 'b/']);
    expect(root.folders[0]).toMatchObject({ other: 1, folders: [] });
  });

  it('stay bounded, and say so', () => {
    const counts = new FolderCounts();
    const paths = Array.from({ length: MOST + 7 }, (_, n) =>
      object({ path: `${ROOT}/${n}/a`, verdict: 'other' })
    );
    counts.add(ROOT, paths);
    const { root, folded } = counts.tree()!;
    expect(folded).toBe(true);
    expect(root.folders).toHaveLength(MOST);
    expect(root.other).toBe(MOST + 7);
  });
});
