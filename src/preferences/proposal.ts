/** Reads the profile in the metadata of a notebook. */

import { parseProfile } from '../encryption/profile/profile';
import type { Profile } from '../encryption/profile/profile';
import { siteErrors } from '../encryption/profile/site';
import type { Options } from './settings';

/** The metadata key of the profile, which never contains key material. */
export const METADATA = 's3_encryption';

/** A notebook's proposal. */
export type Proposal =
  | {
      readonly profile: Profile;
      readonly problem: null;
      /** The notebook that it was copied with; absent: it is in the metadata. */
      readonly from?: string;
    }
  /** It cannot be used; `problem` says why. */
  | { readonly profile: null; readonly problem: string };

/** Reads the proposal from any value; null if there is none or the site is locked. */
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

/** Reads what a duplicate is offered; null if it cannot be used here. */
export function readOffer(
  offered: { profile: unknown; from: string } | undefined,
  preferences: { options: Options }
): Proposal | null {
  const found = readProposal(offered?.profile, preferences);
  return offered && found?.profile ? { ...found, from: offered.from } : null;
}
