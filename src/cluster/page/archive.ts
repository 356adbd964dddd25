/** All documents as one archive, with a list of what each is for. Pure. */

import { strToU8, zipSync } from 'fflate';

import type { ITranslate } from '../../contract/messages';
import type { IClusterDocument } from '../documents';
import { fileName } from './draft';

/** An archive of the same texts is the same; ZIP knows no earlier day. */
const EARLIEST = new Date(1980, 0, 1);

/** Where a document is in the archive. */
function pathOf(document: IClusterDocument): string {
  return `${document.service}/${fileName(document)}`;
}

/** The list, as Markdown. */
export function listOf(
  documents: readonly IClusterDocument[],
  trans: ITranslate
): string {
  return [
    `# ${trans.__('Cluster-wide documents')}`,
    ...documents.map(document =>
      [
        `## ${pathOf(document)}`,
        '',
        ...(document.oneOf === undefined
          ? [document.title]
          : [
              trans.__(
                '%1. One of several: use only one of them.',
                document.title
              )
            ]),
        '',
        ...document.notes.map(note => `- ${note}`)
      ].join('\n')
    )
  ]
    .join('\n\n')
    .concat('\n');
}

/** The archive. */
export function archiveOf(
  documents: readonly IClusterDocument[],
  trans: ITranslate
): Uint8Array<ArrayBuffer> {
  const texts = [
    ['README.md', listOf(documents, trans)],
    ...documents.map(document => [pathOf(document), document.text])
  ];
  const files = Object.fromEntries(
    texts.map(([name = '', text = '']) => [name, strToU8(text)])
  );
  return zipSync(files, { mtime: EARLIEST });
}
