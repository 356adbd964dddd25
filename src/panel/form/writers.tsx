/** The boxes for other writers than Spark, and which Python libraries are covered. */

import * as React from 'react';

import type { IWriter } from '../../contract/report';
import type { Writer } from '../../encryption/profile/writers';
import { failIcon, openIcon, yesIcon } from '../../icons';
import { Icon } from '../ui/parts';
import { useTrans } from '../../i18n';

export function MoreWriters(props: {
  writers: readonly Writer[];
  disabled: boolean;
  onChange: (writers: readonly Writer[]) => void;
}): React.JSX.Element {
  const trans = useTrans();
  const { writers, onChange } = props;
  const box = (
    writer: Writer,
    name: string,
    beside: string
  ): React.JSX.Element => (
    <label className="jp-S3Encryption-check">
      <input
        type="checkbox"
        checked={writers.includes(writer)}
        aria-disabled={props.disabled}
        onChange={event => {
          onChange(
            event.target.checked
              ? [...writers, writer]
              : writers.filter(other => other !== writer)
          );
        }}
      />
      <span>
        {name}
        <small>{beside}</small>
      </span>
    </label>
  );
  return (
    <div className="jp-S3Encryption-checks">
      {box(
        'python',
        trans.__('Also cover Python writers in this kernel'),
        trans.__('boto3, s3fs with pandas, awswrangler')
      )}
      {box(
        'iceberg',
        trans.__('Also cover Iceberg catalogs that bypass Hadoop'),
        trans.__('S3FileIO; only catalogs not used yet')
      )}
    </div>
  );
}

/** Each library: covered or not, and why not. */
export function Writers(props: {
  writers: readonly IWriter[] | null | undefined;
}): React.JSX.Element | null {
  const trans = useTrans();
  const { writers } = props;
  return !writers || writers.length === 0 ? null : (
    <ul
      className="jp-S3Encryption-claims"
      aria-label={trans.__('Python writers')}
    >
      {writers.map(({ writer, loaded, covered, reason }) => (
        <li key={writer} className={`jp-mod-${known(covered, loaded)}`}>
          <Icon icon={ICONS[known(covered, loaded)]} />
          <span>
            <strong>{writer}</strong>
            {': '}
            {covered ? trans.__('covered') : trans.__('not covered')}
            {loaded ? '' : `, ${trans.__('not loaded')}`}
          </span>
          {reason !== null && <small>{reason}</small>}
        </li>
      ))}
    </ul>
  );
}

const ICONS = { yes: yesIcon, no: failIcon, unknown: openIcon };

/** A library that is not loaded cannot have written anything yet. */
function known(covered: boolean, loaded: boolean): keyof typeof ICONS {
  return covered ? 'yes' : loaded ? 'no' : 'unknown';
}
