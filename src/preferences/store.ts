/** What the page's memory needs of whatever keeps it. */

import type { ReadonlyPartialJSONValue } from '@lumino/coreutils';

/** The part of a state database that is needed. */
export interface IStore {
  fetch(id: string): Promise<ReadonlyPartialJSONValue | undefined>;
  save(id: string, value: ReadonlyPartialJSONValue): Promise<unknown>;
  remove(id: string): Promise<unknown>;
  /** All entries whose id begins with the namespace and a colon. */
  list(namespace: string): Promise<{
    ids: string[];
    values: (ReadonlyPartialJSONValue | undefined)[];
  }>;
}
