/** The profile that a notebook carries in its metadata, as it is read from there. */

import { parseProfile } from '../encryption/profile/profile';
import type { Profile } from '../encryption/profile/profile';
import { siteErrors } from '../encryption/profile/site';
import type { Options } from './settings';

/** The key of a notebook's metadata that holds a profile; never key material. */
export const METADATA = 's3_encryption';

/** What a notebook says about its encryption. */
export type Proposal =
  | { readonly profile: Profile; readonly problem: null }
  /** It cannot be used, and why. */
  | { readonly profile: null; readonly problem: string };

/** Reads what a notebook says; any value may be there. */
export function readProposal(
  value: unknown,
  { options }: { options: Options }
): Proposal | null {
  const { site } = options.current;
  if (value === undefined || value === null || site.locked) {
    return null;
  }
  const parsed = parseProfile(value);
  const wrong =
    'errors' in parsed ? parsed.errors : siteErrors(parsed.profile, site);
  return 'errors' in parsed || wrong.length > 0
    ? { profile: null, problem: wrong.map(({ message }) => message).join(' ') }
    : { profile: parsed.profile, problem: null };
}
