/** The other writers that a profile covers. Pure. */

import type { ITranslate } from '../../contract/messages';
import { WRITERS, type Writer } from '../../contract/profile';
import { isList } from '../../contract/shape';

export type { Writer } from '../../contract/profile';

/**
 * Read the field of a profile.
 *
 * @returns the field, left out if it is empty, or what is wrong with it
 */
export function readWriters(
  value: unknown,
  trans: ITranslate
): { writers?: readonly Writer[] } | { error: string } {
  const given: unknown = value ?? [];
  const writers = isList(given)
    ? WRITERS.filter(name => given.includes(name))
    : null;
  return value === null ||
    writers === null ||
    !isList(given) ||
    writers.length !== given.length
    ? {
        error: trans.__(
          'Other writers must be a list of these, each at most once: %1.',
          WRITERS.join(', ')
        )
      }
    : writers.length > 0
      ? { writers }
      : {};
}
