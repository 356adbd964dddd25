/** The archive, read with what every Linux system has: Python. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { TextDecoder, TextEncoder } from 'node:util';

import { crc32, zip } from '../zip';

Object.assign(globalThis, { TextDecoder, TextEncoder });

const READ = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    print(json.dumps({n: archive.read(n).decode("utf-8") for n in archive.namelist()}))
`;

it('has the checksum that everybody has', () => {
  expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
});

it('is read by another program, names and texts in every language included', () => {
  const files = {
    'README.md': '# Документы\n',
    'emr/größe.json': '{}\n',
    'empty.txt': ''
  };
  const folder = mkdtempSync(join(tmpdir(), 'zip-'));
  try {
    const path = join(folder, 'all.zip');
    writeFileSync(
      path,
      zip(Object.entries(files).map(([name, text]) => ({ name, text })))
    );
    const read = execFileSync('python3', ['-c', READ, path], {
      encoding: 'utf8'
    });
    expect(JSON.parse(read)).toEqual(files);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
