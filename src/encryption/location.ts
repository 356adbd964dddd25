/** How an address on S3 is written. Pure. */

import type { ITranslate } from '../contract/messages';
import { validateBucketName } from './profile/keys';

/** The bucket of `s3://bucket/…`; empty for anything else. */
export function bucketOf(location: string): string {
  return /^s3[an]?:\/\/([^/]+)/.exec(location.trim())?.[1] ?? '';
}

/** The folder that an address is in; the bucket itself has none. */
export function folderOf(location: string): string {
  const [, bucket = '', path = ''] =
    /^(s3[an]?:\/\/[^/]+)\/?(.*?)\/*$/.exec(location.trim()) ?? [];
  const folders = path.split('/').slice(0, -1);
  return [bucket, ...folders].join('/');
}

/**
 * Check an address that is given as `s3://bucket/prefix`.
 *
 * @returns null, or one sentence that says what is wrong
 */
export function validateLocation(
  text: string,
  trans: ITranslate
): string | null {
  const bucket = bucketOf(text);
  if (bucket === '') {
    return trans.__('Enter an address like s3://bucket/prefix.');
  }
  return validateBucketName(bucket, trans);
}
