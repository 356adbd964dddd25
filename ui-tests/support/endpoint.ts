/**
 * The S3 endpoint that server.py started, and what it says of stored objects.
 * Must not know of notebooks or the panel.
 */

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect } from '@playwright/test';

const run = promisify(execFile);
/** The folder ui-tests. */
const here = join(__dirname, '..');

export interface IEndpoint {
  url: string;
  bucket: string;
  /** ARNs of two KMS keys. */
  keys: [string, string];
  /** The process of server.py. */
  server: number;
}

/** The S3 endpoint that server.py started. */
export function endpoint(): IEndpoint {
  const home = process.env.S3E_UI_HOME ?? '';
  return JSON.parse(
    readFileSync(join(home, 'endpoint.json'), 'utf8')
  ) as IEndpoint;
}

export interface IStored {
  key: string;
  /** Empty if S3 sends no such header. */
  algorithm: string;
  kms_key_id: string;
}

/** The objects under a prefix, each with its own HEAD answer's headers. */
export async function stored(prefix: string): Promise<IStored[]> {
  const { url, bucket } = endpoint();
  const { stdout } = await run(join(here, '..', '.venv', 'bin', 'python'), [
    join(here, 'stored.py'),
    url,
    bucket,
    prefix
  ]);
  return JSON.parse(stdout) as IStored[];
}

/** Expect at least one object under a prefix, and each of them with this algorithm and key. */
export async function expectStored(
  prefix: string,
  algorithm: string,
  kmsKeyId: string
): Promise<IStored[]> {
  const objects = await stored(prefix);
  expect(objects.length).toBeGreaterThan(0);
  for (const object of objects) {
    expect(object, object.key).toMatchObject({
      algorithm,
      kms_key_id: kmsKeyId
    });
  }
  return objects;
}
