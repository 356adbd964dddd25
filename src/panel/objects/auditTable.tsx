/** The objects of an audit in a table that can be sorted and copied. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { namesOf } from '../../contract/records';
import { below } from '../../encryption/auditFolders';
import { asRows, groupOf, HEAD, rankOf } from '../../encryption/auditRows';
import type { IAudit, IStoredObject } from '../../contract/storedObjects';
import {
  formatCount,
  formatSize,
  StoredAs,
  timeOf,
  VerdictMark
} from './parts';
import { CopyButton } from '../ui/parts';
import { useTrans } from '../../i18n';

/** So many rows are shown of all groups together. */
const MOST = 200;

/** What each column is sorted by. */
const ORDERS = {
  path: (object: IStoredObject) => object.path,
  result: ({ verdict }: IStoredObject) => rankOf(verdict),
  stored: ({ algorithm, keyId }: IStoredObject) =>
    `${algorithm ?? '?'} ${keyId ?? '?'}`,
  size: (object: IStoredObject) => object.size ?? -1
} as const;

type Column = keyof typeof ORDERS;

const COLUMNS = namesOf(ORDERS);

export function AuditTable(props: {
  audit: IAudit;
  /** Only the objects of this group; null: of all. */
  group: string | null;
  onCopy: (text: string) => void;
}): React.JSX.Element | null {
  const trans = useTrans();
  const [by, setBy] = React.useState<Column>('result');
  const [down, setDown] = React.useState(false);
  const { audit, group } = props;
  const { path } = audit;
  const objects =
    group === null
      ? audit.objects.slice(0, MOST)
      : audit.objects.filter(object => groupOf(object) === group);
  const checked =
    group === null
      ? audit.checked
      : (audit.counts.find(count => groupOf(count) === group)?.objects ?? 0);
  const order = ORDERS[by];
  const sign = down ? -1 : 1;
  const sorted = [...objects].sort((one, other) =>
    order(one) < order(other) ? -sign : order(one) > order(other) ? sign : 0
  );
  return objects.length === 0 ? null : (
    <>
      <div className="jp-S3Encryption-codeHead">
        {objects.length < checked
          ? group === null
            ? trans.__(
                '%1 of %2 objects, differing ones first',
                formatCount(objects.length),
                formatCount(checked)
              )
            : trans.__(
                '%1 of %2 objects of this group',
                formatCount(objects.length),
                formatCount(checked)
              )
          : trans._n(
              '%2 object',
              '%2 objects',
              objects.length,
              formatCount(objects.length)
            )}
        <CopyButton
          label={trans.__('Copy the table')}
          text={HEAD + asRows(sorted)}
          onCopy={props.onCopy}
        />
      </div>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a box that scrolls must be reachable by keyboard */}
      <div className="jp-S3Encryption-scroll" tabIndex={0}>
        <table
          className="jp-S3Encryption-table jp-mod-sorted"
          aria-label={trans.__('Objects')}
        >
          <thead>
            <tr>
              {COLUMNS.map(column => (
                <th
                  key={column}
                  scope="col"
                  aria-sort={
                    column !== by ? 'none' : down ? 'descending' : 'ascending'
                  }
                >
                  <button
                    type="button"
                    className="jp-S3Encryption-sort"
                    onClick={() => {
                      setDown(column === by && !down);
                      setBy(column);
                    }}
                  >
                    {columnName(column, trans)}
                    <span aria-hidden="true">
                      {column !== by ? '' : down ? ' ▼' : ' ▲'}
                    </span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sorted.map(object => (
              <tr key={object.path}>
                <td title={object.path}>
                  <code>{below(path, object.path)}</code>
                  {object.modified && <small>{timeOf(object.modified)}</small>}
                </td>
                <td>
                  <VerdictMark verdict={object.verdict} />
                </td>
                <td>
                  <StoredAs object={object} />
                  {object.verdict !== 'other' && object.reason && (
                    <small>{object.reason}</small>
                  )}
                </td>
                <td>{object.size === null ? '' : formatSize(object.size)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function columnName(column: Column, trans: TranslationBundle): string {
  switch (column) {
    case 'path':
      return trans.__('Object');
    case 'size':
      return trans.__('Size');
    case 'stored':
      return trans.__('Stored as');
    case 'result':
      return trans.__('Result');
  }
}
