/** The archive, read with what every Linux system has: Python. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TextDecoder, TextEncoder } from 'node:util';

import { nullTranslator } from '@jupyterlab/translation';

import type { IClusterDocument } from '../../documents';
import { archiveOf, listOf } from '../archive';

Object.assign(globalThis, { TextDecoder, TextEncoder });

const READ = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    print(json.dumps({n: archive.read(n).decode("utf-8") for n in archive.namelist()}))
`;

const TITLE = 'Шифрование';
const DOCUMENT: IClusterDocument = {
  id: 'bucket:größe',
  title: TITLE,
  service: 's3',
  format: 'json',
  text: '{"größe": "тест"}\n',
  notes: ['数据']
};

it('is read by another program, texts in every language included, and is the same for the same texts', () => {
  const trans = nullTranslator.load('x');
  const documents = [DOCUMENT, { ...DOCUMENT, id: 'empty', text: '' }];
  const folder = mkdtempSync(join(tmpdir(), 'zip-'));
  try {
    const path = join(folder, 'all.zip');
    const archive = archiveOf(documents, trans);
    writeFileSync(path, archive);
    const read = execFileSync('python3', ['-c', READ, path], {
      encoding: 'utf8'
    });
    expect(JSON.parse(read)).toEqual({
      'README.md': listOf(documents, trans),
      's3/bucket-gr-e.json': DOCUMENT.text,
      's3/empty.json': ''
    });
    expect(archiveOf(documents, trans)).toEqual(archive);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
