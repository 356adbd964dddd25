/**
 * Objects whose names the compiler knows. Its own library takes the names of any
 * object for `string`, which is right for one that may have more names than its type.
 * These are made from data and tables of ours, which have exactly the names of theirs.
 */

/** The names of a table. */
export function namesOf<T extends object>(table: T): (keyof T & string)[] {
  return Object.keys(table) as (keyof T & string)[];
}

/** A table with a value for each name. */
export function tableOf<K extends string, T>(
  names: readonly K[],
  make: (name: K) => T
): Record<K, T> {
  const rows = names.map(name => [name, make(name)] as const);
  return Object.fromEntries(rows) as Record<K, T>;
}
