/**
 * What a Spark session that is not there yet has to be started with. Pure.
 *
 * Which connector will serve S3 is not known before: without a choice of the
 * person's the names of both are given, and both say the same. Must not know
 * how a session is started.
 */

import type { Profile } from '../profile/profile';
import { settingsFor, type Dialect } from './settings';

/** The prefix without which a session drops a name silently. */
const PREFIX = 'spark.hadoop.';

/** Stands for a version that is not known yet; a Hadoop that lacks the method says so at its first write. */
const NEWEST = '9.9.9';

/** What a session cannot be started with, and why. */
const REFUSED: Readonly<Partial<Record<Profile['method'], string>>> = {
  'sse-c':
    'SSE-C is not offered in this kernel: its key would stand in the configuration of the session and in statements that others can read.',
  'cse-kms':
    'CSE-KMS is not offered in this kernel: some versions of Hadoop write plaintext under it, and the version is not known before the session starts.'
};

/**
 * The properties of a profile as the configuration of a session.
 *
 * @param connector - `auto`: names of both connectors, as far as each knows the method
 * @returns empty for Bucket default, which only takes back what is ours; or why not
 */
export function sessionConf(
  profile: Profile,
  connector: 'auto' | Dialect
): { conf: Record<string, string> } | { refused: string } {
  const rules = Object.values(profile.buckets ?? {});
  for (const { method } of [profile, ...rules]) {
    const reason = REFUSED[method];
    if (reason !== undefined) {
      return { refused: reason };
    }
  }
  const dialects: Dialect[] =
    connector === 'auto' ? ['s3a', 'emrfs'] : [connector];
  const conf: Record<string, string> = {};
  const reasons: string[] = [];
  for (const dialect of dialects) {
    const found = settingsFor(profile, dialect, NEWEST);
    if ('refused' in found) {
      reasons.push(found.refused.reason);
    } else {
      for (const [key, value] of found.set) {
        conf[PREFIX + key] = value;
      }
    }
  }
  return reasons.length === dialects.length
    ? { refused: reasons.join(' ') }
    : { conf };
}
