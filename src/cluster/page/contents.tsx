/** The contents of a tab, and which of its documents are alternatives. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IClusterDocument } from '../documents';
import { Button } from '../../panel/ui/parts';
import { useTrans } from '../../i18n';

/** Documents in groups of alternatives; one that has none is a group of its own. */
export function groupsOf(
  documents: readonly IClusterDocument[]
): IClusterDocument[][] {
  const groups: IClusterDocument[][] = [];
  for (const document of documents) {
    const last = groups.at(-1);
    if (last && document.oneOf && last[0]?.oneOf === document.oneOf) {
      last.push(document);
    } else {
      groups.push([document]);
    }
  }
  return groups;
}

/** What is to be done with alternatives; null if there are none. */
export function groupWords(
  group: readonly IClusterDocument[],
  trans: TranslationBundle
): string | null {
  const [first] = group;
  return group.length < 2 || !first
    ? null
    : trans.__(
        'Choose one of these %1 for %2',
        group.length,
        first.oneOf?.split(':')[1] ?? ''
      );
}

/** Goes to a document, with the focus at its heading. */
function goTo(from: HTMLElement, id: string): void {
  const heading = [
    ...(from
      .closest('[role=tabpanel]')
      ?.querySelectorAll<HTMLElement>('[data-document]') ?? [])
  ]
    .find(section => section.dataset.document === id)
    ?.querySelector<HTMLElement>('h3, h4');
  heading?.scrollIntoView({ block: 'start' });
  heading?.focus({ preventScroll: true });
}

/** Leads to each document of a tab; nothing if there is but one. */
export function Contents(props: {
  documents: readonly IClusterDocument[];
}): React.JSX.Element | null {
  const trans = useTrans();
  const list = React.useRef<HTMLUListElement>(null);
  const entry = ({ id, title }: IClusterDocument): React.JSX.Element => (
    <li key={id}>
      <Button
        kind="link"
        onClick={() => {
          if (list.current) {
            goTo(list.current, id);
          }
        }}
      >
        {title}
      </Button>
    </li>
  );
  return props.documents.length < 2 ? null : (
    <nav className="jp-S3Encryption-contents" aria-label={trans.__('Contents')}>
      <ul ref={list}>
        {groupsOf(props.documents).map(group => {
          const words = groupWords(group, trans);
          return words === null ? (
            group.map(entry)
          ) : (
            <li key={group[0]?.oneOf}>
              {words}
              <ul>{group.map(entry)}</ul>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
