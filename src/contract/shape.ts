/**
 * The parts that shapes of JSON values are made of: each says where a value
 * differs, and never throws. Must not know what the values mean.
 */

/** Returns where a value differs from a shape, null where it fits. */
export type Shape = (value: unknown, path: string) => string | null;

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const is =
  (type: 'string' | 'number' | 'boolean'): Shape =>
  (value, path) =>
    typeof value === type ? null : `${path} is no ${type}`;

export const orNull =
  (shape: Shape): Shape =>
  (value, path) =>
    value === null ? null : shape(value, path);

export const optional =
  (shape: Shape): Shape =>
  (value, path) =>
    value === undefined ? null : shape(value, path);

export const oneOf =
  (...names: string[]): Shape =>
  (value, path) =>
    typeof value === 'string' && names.includes(value)
      ? null
      : `${path} is none of ${names.join(', ')}`;

export const listOf =
  (shape: Shape): Shape =>
  (value, path) => {
    if (!Array.isArray(value)) {
      return `${path} is no list`;
    }
    return first(value.map((item, n) => () => shape(item, `${path}[${n}]`)));
  };

export const record =
  (shapes: Readonly<Record<string, Shape>>): Shape =>
  (value, path) => {
    if (!isObject(value)) {
      return `${path || 'the report'} is no object`;
    }
    return first(
      Object.entries(shapes).map(
        ([key, shape]) =>
          () =>
            shape(value[key], path ? `${path}.${key}` : key)
      )
    );
  };

function first(checks: (() => string | null)[]): string | null {
  for (const check of checks) {
    const wrong = check();
    if (wrong !== null) {
      return wrong;
    }
  }
  return null;
}

export const TEXT = is('string');
export const NUMBER = is('number');
export const FLAG = is('boolean');
