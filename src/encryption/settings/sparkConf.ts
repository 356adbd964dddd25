/**
 * The configuration for a Spark session that has not started yet. Pure.
 *
 * The connector is not known before the start: unless the user has chosen one, it
 * has the property names of all of them.
 */

import type { Say } from '../../contract/messages';
import { METHOD, type Profile } from '../../contract/profile';
import { DIALECTS } from '../../contract/report';
import type { ConnectorChoice } from '../../contract/requests';
import { lookUp } from '../../contract/sentences';
import { settingsFor } from './settings';

/** Without this prefix a session silently ignores a property. */
const PREFIX = 'spark.hadoop.';

/** Used for a version that is not known yet; a Hadoop without the method fails at its first write. */
const NEWEST = '9.9.9';

/**
 * The properties of a profile as the configuration of a session.
 *
 * @param connector - `auto`: the names of every connector that supports the method
 * @returns empty for Bucket default, which sets nothing; or the reason against it
 */
export function sessionConf(
  profile: Profile,
  connector: ConnectorChoice
): { conf: Record<string, string> } | { refused: Say } {
  const rules = Object.values(profile.buckets ?? {});
  for (const { method } of [profile, ...rules]) {
    const reason = METHOD[method].beforeStart;
    if (reason !== null) {
      return { refused: trans => lookUp(trans, reason) };
    }
  }
  const dialects = connector === 'auto' ? DIALECTS : [connector];
  const conf: Record<string, string> = {};
  const reasons: Say[] = [];
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
    ? { refused: trans => reasons.map(say => say(trans)).join(' ') }
    : { conf };
}
