/**
 * The pages of an audit, as one: what the panel keeps of it. Pure.
 */

import type { IAudit, IStoredObject } from '../contract/storedObjects';

/** Objects per answer of an audit, and objects that are shown. */
export const PAGE = 200;

/** The counts of the newer answer, and one page of objects: those that differ come first. */
export function merged(before: IAudit | null, page: IAudit): IAudit {
  const objects = [...(before?.objects ?? []), ...page.objects]
    .sort((one, other) => rankOf(one) - rankOf(other))
    .slice(0, PAGE);
  return { ...page, objects };
}

function rankOf({ verdict }: IStoredObject): number {
  return verdict === 'other' ? 0 : verdict === 'unreadable' ? 1 : 2;
}
