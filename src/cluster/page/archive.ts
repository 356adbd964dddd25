/** All documents as one archive, with a list of what each is for. Pure. */

import type { ITranslate } from '../../contract/messages';
import type { IClusterDocument } from '../documents';
import { fileName } from './draft';
import { zip } from './zip';

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
  return zip([
    { name: 'README.md', text: listOf(documents, trans) },
    ...documents.map(document => ({
      name: pathOf(document),
      text: document.text
    }))
  ]);
}
