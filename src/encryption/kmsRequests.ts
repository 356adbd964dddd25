/**
 * How many requests to KMS the writes of a session come to, as far as they were
 * seen.
 *
 * Sources: S3 user guide (SSE-KMS: one call to KMS for each request about an object;
 * S3 Bucket Keys: up to 99 % fewer).
 */

import type { IWrittenPath } from '../contract/storedObjects';

const HOUR = 3600_000;
/** Of so many requests one is left with a bucket key, at best. */
const BUCKET_KEY = 100;

/**
 * The objects of the busiest hour, each of which takes a request at least. Nothing
 * is extrapolated: a session of ten minutes has what it wrote in these.
 *
 * @returns null if no object is known
 */
export function objectsOfBusiestHour(
  paths: readonly Pick<IWrittenPath, 'time' | 'total' | 'checked'>[]
): number | null {
  const writes = paths
    .map(({ time, total, checked }) => ({
      time: Date.parse(time),
      objects: total ?? checked
    }))
    .filter(({ time }) => !Number.isNaN(time));
  const hours = writes.map(({ time: end }) =>
    writes
      .filter(({ time }) => time <= end && time > end - HOUR)
      .reduce((sum, { objects }) => sum + objects, 0)
  );
  const most = Math.max(0, ...hours);
  return most === 0 ? null : most;
}

/** How few requests are left of so many with a bucket key. */
export function withBucketKey(requests: number): number {
  return Math.ceil(requests / BUCKET_KEY);
}
