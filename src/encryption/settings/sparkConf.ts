/**
 * What a Spark session that is not there yet has to be started with. Pure.
 *
 * Which connector will serve S3 is not known before: unless the
 * user has chosen one, the names of all are given, and all say the same. Must not know
 * how a session is started.
 */

import { METHOD, type Profile } from '../../contract/profile';
import { DIALECTS } from '../../contract/report';
import type { ConnectorChoice } from '../../contract/requests';
import { settingsFor } from './settings';

/** The prefix without which a session drops a name silently. */
const PREFIX = 'spark.hadoop.';

/** Stands for a version that is not known yet; a Hadoop that lacks the method says so at its first write. */
const NEWEST = '9.9.9';

/**
 * The properties of a profile as the configuration of a session.
 *
 * @param connector - `auto`: names of both connectors, as far as each knows the method
 * @returns empty for Bucket default, which only takes back what is ours; or why not
 */
export function sessionConf(
  profile: Profile,
  connector: ConnectorChoice
): { conf: Record<string, string> } | { refused: string } {
  const rules = Object.values(profile.buckets ?? {});
  for (const { method } of [profile, ...rules]) {
    const reason = METHOD[method].beforeStart;
    if (reason !== null) {
      return { refused: reason };
    }
  }
  const dialects = connector === 'auto' ? DIALECTS : [connector];
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
