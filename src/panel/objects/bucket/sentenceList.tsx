/** Sentences with a mark each: what is good, refused, a fact, or not known. */

import * as React from 'react';

import { infoIcon, openIcon, warnIcon, yesIcon } from '../../../icons';
import { Icon } from '../../ui/parts';

export interface ISentence {
  readonly text: string;
  readonly mark: 'good' | 'refused' | 'fact' | 'unknown';
}

const MARKS = {
  good: { icon: yesIcon, mod: 'jp-mod-yes' },
  refused: { icon: warnIcon, mod: 'jp-mod-warning' },
  fact: { icon: infoIcon, mod: '' },
  unknown: { icon: openIcon, mod: '' }
} as const;

/** A list of them, read aloud when it changes. */
export function SentenceList({
  list,
  labelledBy
}: {
  readonly list: readonly ISentence[];
  /** Id of its heading. */
  readonly labelledBy?: string;
}): React.JSX.Element {
  return (
    <ul
      className="jp-S3Encryption-sentences"
      aria-live="polite"
      aria-labelledby={labelledBy}
    >
      {list.map(({ text, mark }) => (
        <li key={text} className={MARKS[mark].mod}>
          <Icon icon={MARKS[mark].icon} />
          <span>{text}</span>
        </li>
      ))}
    </ul>
  );
}
