/** One cluster-wide document: title, notes, text, copy and download. */

import * as React from 'react';

import { hasPlaceholder } from '../documents';
import type { IClusterDocument } from '../documents';
import { fileName } from './draft';
import { Button, CopyButton } from '../../panel/ui/parts';
import { useTrans } from '../../i18n';

/** The answers as a table; what is copied is their Markdown. */
function MarkdownTable({ text }: { text: string }): React.JSX.Element {
  const [head = [], , ...rows] = text
    .trim()
    .split('\n')
    .map(line => line.slice(2, -2).split(' | '));
  return (
    <table className="jp-S3Encryption-answers">
      <thead>
        <tr>
          {head.map(cell => (
            <th key={cell} scope="col">
              {cell}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(cells => (
          <tr key={cells.join()}>
            {cells.map(cell => (
              <td key={cell}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A sentence whose parts between backticks are code. */
function WithCode({ text }: { text: string }): React.JSX.Element {
  return (
    <>
      {text
        .split('`')
        .map((part, index) =>
          index % 2 === 1 ? <code key={index}>{part}</code> : part
        )}
    </>
  );
}

export function DocumentView(props: {
  document: IClusterDocument;
  /** It belongs to what the form had before: it is not given away. */
  outdated: boolean;
  /** Its place in a list of alternatives. */
  nested: boolean;
  onCopy: (text: string) => void;
  onDownload: (name: string, text: string) => void;
}): React.JSX.Element {
  const trans = useTrans();
  const id = React.useId();
  const { document, outdated } = props;
  const Heading = props.nested ? 'h4' : 'h3';
  return (
    <section aria-labelledby={id} data-document={document.id}>
      <Heading id={id} tabIndex={-1}>
        {document.title}
      </Heading>
      <ul className="jp-S3Encryption-notes">
        {document.notes.map(note => (
          <li key={note}>
            <WithCode text={note} />
          </li>
        ))}
        {hasPlaceholder(document.text) && (
          <li>{trans.__('Replace every <PLACEHOLDER> before you use it.')}</li>
        )}
      </ul>
      {!outdated && (
        <div className="jp-S3Encryption-buttons">
          <CopyButton
            label={trans.__('Copy %1', document.title)}
            text={document.text}
            onCopy={props.onCopy}
          />
          <Button
            kind="link"
            label={trans.__('Download %1', document.title)}
            onClick={() => {
              props.onDownload(fileName(document), document.text);
            }}
          >
            {trans.__('Download')}
          </Button>
        </div>
      )}
      {document.format === 'markdown' ? (
        <MarkdownTable text={document.text} />
      ) : (
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a box that scrolls must be reachable by keyboard
        <pre tabIndex={0}>{document.text}</pre>
      )}
    </section>
  );
}
