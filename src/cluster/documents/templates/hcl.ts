/**
 * Writes HCL (Terraform): blocks with arguments, nested blocks and JSON texts.
 * Pure; must not know of AWS.
 */

/** JSON that goes into a heredoc. */
interface IJsonText {
  readonly json: unknown;
}
/** An attribute of another resource, which is created before. */
interface IReference {
  readonly attribute: string;
}
export type Argument =
  string | number | boolean | readonly string[] | IJsonText | IReference;

/** A block: arguments by name, then nested blocks in order. */
export interface IBlock {
  readonly type: string;
  readonly labels?: readonly string[];
  readonly arguments?: Readonly<Record<string, Argument | undefined>>;
  readonly blocks?: readonly IBlock[];
}

/** A quoted string; `${` and `%{` would begin a template. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/\$\{/g, '$$$${').replace(/%\{/g, '%%{');
}

function argument(value: Argument, indent: string): string {
  if (typeof value === 'string') {
    return quoted(value);
  }
  if (typeof value === 'number' || typeof value === 'boolean') {
    return String(value);
  }
  if ('attribute' in value) {
    return value.attribute;
  }
  if ('json' in value) {
    const text = JSON.stringify(value.json, null, 2)
      .replace(/\$\{/g, '$$$${')
      .replace(/%\{/g, '%%{')
      .split('\n')
      .map(line => `${indent}  ${line}`)
      .join('\n');
    return `<<-JSON\n${text}\n${indent}JSON`;
  }
  return `[${value.map(quoted).join(', ')}]`;
}

/** A block as text, without a line break at its end. */
export function block(item: IBlock, indent = ''): string {
  const inner = `${indent}  `;
  const head = [item.type, ...(item.labels ?? []).map(quoted)].join(' ');
  const given = Object.entries(item.arguments ?? {}).filter(
    (entry): entry is [string, Argument] => entry[1] !== undefined
  );
  const width = Math.max(0, ...given.map(([name]) => name.length));
  const lines = given.map(
    ([name, value]) =>
      `${inner}${name.padEnd(width)} = ${argument(value, inner)}`
  );
  const nested = (item.blocks ?? []).map(child => block(child, inner));
  const body = [
    ...(lines.length > 0 ? [lines.join('\n')] : []),
    ...nested
  ].join('\n\n');
  return `${indent}${head} {\n${body}\n${indent}}`;
}
