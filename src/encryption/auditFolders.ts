/** The objects of an audit counted per folder: where is it wrong? Pure, and bounded. */

import type { IStoredObject, Verdict } from '../contract/storedObjects';

/** Levels of folders that are told apart, and how many folders. */
export const DEPTH = 4;
export const MOST = 5000;

/** A folder with all that is below it. */
export interface IFolder {
  /** Below the folder that it is in, with a slash at its end; of the root below the audited path. */
  readonly name: string;
  readonly objects: number;
  readonly wanted: number;
  readonly other: number;
  readonly unreadable: number;
  /** Those with most objects that differ first, then those with most that are not known. */
  readonly folders: readonly IFolder[];
}

export interface IFolderTree {
  readonly root: IFolder;
  /** There are more folders: some are counted as part of the one above. */
  readonly folded: boolean;
}

type Counts = {
  -readonly [K in Exclude<keyof IFolder, 'name' | 'folders'>]: number;
};

class Node {
  readonly counts: Counts = { objects: 0, wanted: 0, other: 0, unreadable: 0 };
  readonly folders = new Map<string, Node>();
  /** Not in one of the folders below. */
  own = 0;

  add(verdict: Verdict): void {
    this.counts.objects++;
    if (verdict !== null) {
      this.counts[verdict]++;
    }
  }
}

/** Counts objects as they come. */
export class FolderCounts {
  /** @param root - the audited path */
  add(root: string, objects: readonly IStoredObject[]): void {
    for (const { path, verdict } of objects) {
      let node = this._root;
      node.add(verdict);
      for (const name of foldersOf(root, path).slice(0, DEPTH)) {
        const next = node.folders.get(name) ?? this._made(node, name);
        if (next === null) {
          break;
        }
        node = next;
        node.add(verdict);
      }
      node.own++;
    }
  }

  /** @returns null if all objects are in one folder: then there is nothing to compare */
  tree(): IFolderTree | null {
    const root = folderOf('', this._root);
    return root.folders.length === 0 ? null : { root, folded: this._folded };
  }

  private _made(node: Node, name: string): Node | null {
    if (this._count >= MOST) {
      this._folded = true;
      return null;
    }
    this._count++;
    const made = new Node();
    node.folders.set(name, made);
    return made;
  }

  private readonly _root = new Node();
  private _count = 0;
  private _folded = false;
}

/** A folder that has nothing but one other is shown as one with it: `year=2026/month=1/`. */
function folderOf(name: string, node: Node): IFolder {
  const [only, ...others] = [...node.folders];
  if (only !== undefined && others.length === 0 && node.own === 0) {
    return folderOf(`${name}${only[0]}/`, only[1]);
  }
  const folders = [...node.folders].map(([part, child]) =>
    folderOf(`${part}/`, child)
  );
  return { name, ...node.counts, folders: folders.sort(worstFirst) };
}

function worstFirst(one: IFolder, other: IFolder): number {
  return (
    other.other - one.other ||
    other.unreadable - one.unreadable ||
    one.name.localeCompare(other.name, undefined, { numeric: true })
  );
}

/** An address without slashes at its end. */
export function withoutSlashes(text: string): string {
  let end = text.length;
  while (text[end - 1] === '/') {
    end--;
  }
  return text.slice(0, end);
}

/** The names of the folders that an object is in; none if it is the audited path itself. */
function foldersOf(root: string, path: string): string[] {
  const rest = below(root, path);
  return rest === path ? [] : rest.split('/').slice(0, -1);
}

/** The part of a path below the audited one; schemes may differ. */
export function below(root: string, path: string): string {
  const bare = (text: string): string => text.replace(/^s3[an]?:\/\//, '');
  const prefix = withoutSlashes(bare(root)) + '/';
  return bare(path).startsWith(prefix) ? bare(path).slice(prefix.length) : path;
}
