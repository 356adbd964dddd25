/** The folders of an audit with their counts: where objects are not encrypted as chosen. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import {
  withoutSlashes,
  type IFolder,
  type IFolderTree
} from '../../encryption/auditFolders';
import type { Verdict } from '../../contract/storedObjects';
import { useTrans } from '../../i18n';
import { Button } from '../ui/parts';
import { formatCount, VerdictMark } from './parts';

/** Folders of one level that are shown at first, and with each press of the button. */
const FIRST = 20;
const MORE = 100;

export function Folders(props: {
  path: string;
  tree: IFolderTree;
}): React.JSX.Element {
  const trans = useTrans();
  const { root, folded } = props.tree;
  const path = `${withoutSlashes(props.path)}/${root.name}`;
  return (
    <div className="jp-S3Encryption-page">
      <div className="jp-S3Encryption-folderHead">
        {trans.__('Folders below %1, those with most that differ first', path)}
      </div>
      <FolderList path={path} folders={root.folders} />
      {folded && (
        <p className="jp-S3Encryption-note">
          {trans.__(
            'There are more folders than are told apart: some are counted as part of the folder above.'
          )}
        </p>
      )}
    </div>
  );
}

function FolderList(props: {
  id?: string;
  /** Of the folder that has these, with a slash at its end. */
  path: string;
  folders: readonly IFolder[];
}): React.JSX.Element {
  const trans = useTrans();
  const { folders, path } = props;
  const [shown, setShown] = React.useState(FIRST);
  const rest = folders.length - shown;
  return (
    <ul
      id={props.id}
      className="jp-S3Encryption-folders"
      aria-label={trans.__('Folders below %1', path)}
    >
      {folders.slice(0, shown).map((folder, index) => (
        <Folder
          key={folder.name}
          folder={folder}
          path={`${path}${folder.name}`}
          focused={index === shown - MORE}
        />
      ))}
      {rest > 0 && (
        <li>
          <Button
            kind="link"
            onClick={() => {
              setShown(shown + MORE);
            }}
          >
            {trans._n(
              'Show %2 more folder',
              'Show %2 more folders',
              Math.min(rest, MORE),
              formatCount(Math.min(rest, MORE))
            )}
          </Button>
        </li>
      )}
    </ul>
  );
}

function Folder(props: {
  folder: IFolder;
  path: string;
  /** The first that a press has shown: its button may be gone, and the focus with it. */
  focused: boolean;
}): React.JSX.Element {
  const trans = useTrans();
  const [open, setOpen] = React.useState(false);
  const id = React.useId();
  const row = React.useRef<HTMLLIElement>(null);
  const { folder, path, focused } = props;
  const { name, folders } = folder;
  React.useEffect(() => {
    if (focused) {
      row.current?.focus();
    }
  }, [focused]);
  return (
    <li ref={row} tabIndex={focused ? -1 : undefined}>
      {folders.length === 0 ? (
        <code>{name}</code>
      ) : (
        <button
          type="button"
          className="jp-S3Encryption-folderName"
          aria-expanded={open}
          aria-controls={open ? id : undefined}
          onClick={() => {
            setOpen(!open);
          }}
        >
          <span aria-hidden="true">{open ? '▾' : '▸'}</span>
          <code>{name}</code>
        </button>
      )}
      <div className="jp-S3Encryption-counts">
        {countsOf(folder, trans).map(([verdict, text]) => (
          <VerdictMark key={text} verdict={verdict}>
            {text}
          </VerdictMark>
        ))}
      </div>
      {open && <FolderList id={id} path={path} folders={folders} />}
    </li>
  );
}

/** What a folder has of each verdict, the worst first; nothing of what it has not. */
function countsOf(
  { objects, wanted, other, unreadable }: IFolder,
  trans: TranslationBundle
): [Verdict, string][] {
  const rest = objects - wanted - other - unreadable;
  const rows: [Verdict, number, string][] = [
    [
      'other',
      other,
      trans._n('%2 differs', '%2 differ', other, formatCount(other))
    ],
    [
      'unreadable',
      unreadable,
      trans.__('%1 not known', formatCount(unreadable))
    ],
    [null, rest, trans.__('%1 not compared', formatCount(rest))],
    ['wanted', wanted, trans.__('%1 as chosen', formatCount(wanted))]
  ];
  return rows
    .filter(([, count]) => count > 0)
    .map(([verdict, , text]) => [verdict, text]);
}
