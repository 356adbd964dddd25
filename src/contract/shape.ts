/**
 * Builds shapes of JSON values. A shape reads a value, and the type of the result
 * follows from it: nothing is written down twice.
 *
 * A name that this page does not know is no error, the agent may be newer: it is
 * replaced if there is a fallback, otherwise the row that contains it is left
 * out. Reading never throws.
 */

import type { Say } from './messages';

export type Reading<T> =
  | { readonly value: T }
  /** Not of this shape at all: why, in words. */
  | { readonly wrong: Say }
  /** Of this shape, with a name in it that this page does not know. */
  | { readonly unknown: Say };

export type Shape<T> = (value: unknown, path: string) => Reading<T>;

/** What a shape reads. */
export type Read<S> = S extends Shape<infer T> ? T : never;

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** The texts of a list; empty for anything else. */
export function textsOf(value: unknown): string[] {
  return isList(value) ? value.filter(item => typeof item === 'string') : [];
}

export const TEXT: Shape<string> = (value, path) =>
  typeof value === 'string'
    ? { value }
    : { wrong: trans => trans.__('%1 is not a text', path) };

export const NUMBER: Shape<number> = (value, path) =>
  typeof value === 'number'
    ? { value }
    : { wrong: trans => trans.__('%1 is not a number', path) };

export const FLAG: Shape<boolean> = (value, path) =>
  typeof value === 'boolean'
    ? { value }
    : { wrong: trans => trans.__('%1 is neither true nor false', path) };

/** The value, or null. */
export function orNull<T>(shape: Shape<T>): Shape<T | null> {
  return (value, path) => (value === null ? { value } : shape(value, path));
}

/**
 * Null if it is absent, because the agent does not know the request that it answers,
 * or if a name in it is not known.
 */
export function orAbsent<T>(shape: Shape<T>): Shape<T | null> {
  return (value, path) => {
    const read = orNull(shape)(value ?? null, path);
    return 'unknown' in read ? { value: null } : read;
  };
}

/** May be absent; a name that is not known counts as absent. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value, path) => {
    const read =
      value === undefined ? { value: undefined } : shape(value, path);
    return 'unknown' in read ? { value: undefined } : read;
  };
}

export function oneOf<const T extends string>(
  names: readonly T[],
  fallback?: T | null
): Shape<T> {
  return (value, path) => {
    if (typeof value !== 'string') {
      return { wrong: trans => trans.__('%1 is not a text', path) };
    }
    const known = names.find(name => name === value) ?? fallback;
    return known === undefined || known === null
      ? {
          unknown: trans =>
            trans.__('%1 is not one of these: %2', path, names.join(', '))
        }
      : { value: known };
  };
}

/** Replaces a value with a name that is not known. */
export function otherwise<T, F>(shape: Shape<T>, fallback: F): Shape<T | F> {
  return (value, path) => {
    const read = shape(value, path);
    return 'unknown' in read ? { value: fallback } : read;
  };
}

/** A list without the rows that hold a name that is not known. */
export function listOf<T>(shape: Shape<T>): Shape<T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) {
      return { wrong: trans => trans.__('%1 is not a list', path) };
    }
    const rows: T[] = [];
    for (const [n, row] of value.entries()) {
      const read = shape(row, `${path}[${n}]`);
      if ('wrong' in read) {
        return read;
      }
      if ('value' in read) {
        rows.push(read.value);
      }
    }
    return { value: rows };
  };
}

/** An object of any keys, without those whose value holds an unknown name. */
export function mapOf<T>(shape: Shape<T>): Shape<Record<string, T>> {
  return (value, path) => {
    if (!isObject(value)) {
      return { wrong: trans => trans.__('%1 is not an object', path) };
    }
    const found: [string, T][] = [];
    for (const [key, part] of Object.entries(value)) {
      const read = shape(part, `${path}.${key}`);
      if ('wrong' in read) {
        return read;
      }
      if ('value' in read) {
        found.push([key, read.value]);
      }
    }
    return { value: Object.fromEntries(found) };
  };
}

type Shapes = Readonly<Record<string, Shape<unknown>>>;
/** The type of a record; what may be absent is an optional key. */
export type Fields<S extends Shapes> = {
  [K in keyof S as undefined extends Read<S[K]> ? never : K]: Read<S[K]>;
} & {
  [K in keyof S as undefined extends Read<S[K]> ? K : never]?: Exclude<
    Read<S[K]>,
    undefined
  >;
};

/** The known keys of an object; further ones are left out. */
export function record<S extends Shapes>(shapes: S): Shape<Fields<S>> {
  return (value, path) => {
    if (!isObject(value)) {
      return {
        wrong: trans =>
          path === ''
            ? trans.__('the report is not an object')
            : trans.__('%1 is not an object', path)
      };
    }
    const found: Record<string, unknown> = {};
    let unknown: Say | null = null;
    for (const [key, shape] of Object.entries(shapes)) {
      const read = shape(value[key], path ? `${path}.${key}` : key);
      if ('wrong' in read) {
        return read;
      }
      if ('unknown' in read) {
        unknown ??= read.unknown;
      } else if (read.value !== undefined) {
        found[key] = read.value;
      }
    }
    // What was found is what the shapes read; the compiler does not follow the loop.
    return unknown === null ? { value: found as Fields<S> } : { unknown };
  };
}
