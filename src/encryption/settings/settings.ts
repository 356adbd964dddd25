/**
 * What a profile means for one connector: the properties to set and to clear.
 *
 * `connectors.json` is the only source of names and values; the agent reads the
 * same file, and both suites run `tests/examples/settings.json`. The cluster's own
 * configuration is not considered here: only the agent can see it.
 */

import connectors from '../../contract/data/connectors.json';
import patterns from '../../contract/data/patterns.json';
import type { Say } from '../../contract/messages';
import { kmsKeyOf, METHOD } from '../../contract/profile';
import type { Dialect } from '../../contract/report';
import { lookUp } from '../../contract/sentences';
import type {
  BucketRule,
  Choice,
  EncryptionContext,
  Profile
} from '../profile/profile';

export type { Dialect } from '../../contract/report';

export interface ISettings {
  /** In the order in which they are to be set. */
  set: [string, string][];
  /** Properties of other methods, and older names of these. */
  clear: string[];
}

/** Why a connector cannot do what a profile asks for. */
export interface IRefusal {
  code:
    | 'unsupported-method'
    | 'unsupported-context'
    | 'key-missing'
    | 'customer-key-missing';
  reason: Say;
}

interface IRange {
  from?: string;
  until?: string;
  /** The first build of EMR that has it, if Apache's came later. */
  fromAmazon?: string;
}
interface IProperty extends IRange {
  id: string;
  name: string;
  off: string;
  contextFormat?: string;
}
interface IMethodRow {
  set?: Readonly<Record<string, string>>;
  requires?: readonly string[];
  refused?: readonly (IRange & { reason: string })[];
}
interface IDialectTable {
  title: string;
  prefix: string;
  bucketPrefix: string;
  properties: readonly IProperty[];
  methods: Readonly<Record<string, IMethodRow>>;
}

const TABLES: Readonly<Record<Dialect, IDialectTable>> = connectors.dialects;

/**
 * The properties of a profile in a connector's dialect.
 *
 * @param hadoopVersion - for example `3.4.1-amzn-0`; null counts as the newest,
 *   but a method that some versions get wrong is refused then
 * @param customerKey - the key of SSE-C, base64 of 32 bytes
 */
export function settingsFor(
  profile: Profile,
  dialect: Dialect,
  hadoopVersion: string | null,
  customerKey?: string
): ISettings | { refused: IRefusal } {
  const table = TABLES[dialect];
  const base = valuesOf(profile, table, hadoopVersion, customerKey);
  if ('refused' in base) {
    return base;
  }
  const result: ISettings = { set: [], clear: [] };
  write(result, table, table.prefix, base.values, hadoopVersion);
  for (const [bucket, rule] of Object.entries(profile.buckets ?? {})) {
    const own = valuesOf(rule, table, hadoopVersion);
    if ('refused' in own) {
      return own;
    }
    // Otherwise a property of the base would also apply to the bucket, whose rule does not set it.
    for (const property of table.properties) {
      if (base.values.has(property.id) && !own.values.has(property.id)) {
        own.values.set(property.id, property.off);
      }
    }
    const prefix = table.bucketPrefix.replace('{bucket}', bucket);
    write(result, table, prefix, own.values, hadoopVersion);
  }
  return result;
}

function write(
  result: ISettings,
  table: IDialectTable,
  prefix: string,
  values: ReadonlyMap<string, string>,
  hadoopVersion: string | null
): void {
  for (const property of table.properties) {
    const value = values.get(property.id);
    if (value !== undefined && within(property, hadoopVersion)) {
      result.set.push([prefix + property.name, value]);
    } else {
      result.clear.push(prefix + property.name);
    }
  }
}

function valuesOf(
  choice: Choice | BucketRule,
  table: IDialectTable,
  hadoopVersion: string | null,
  customerKey?: string
): { values: Map<string, string> } | { refused: IRefusal } {
  const row = table.methods[choice.method] ?? {};
  for (const range of row.refused ?? []) {
    const bounded = range.from !== undefined || range.until !== undefined;
    if (parseVersion(hadoopVersion) === null && bounded) {
      return refuse(
        'unsupported-method',
        trans =>
          `${trans.__('The version of Hadoop is not known here.')} ${lookUp(trans, range.reason)}`
      );
    }
    if (within(range, hadoopVersion)) {
      return refuse('unsupported-method', trans => lookUp(trans, range.reason));
    }
  }
  const key = kmsKeyOf(choice);
  if (key === undefined && row.requires?.includes('kmsKeyId')) {
    return refuse('key-missing', trans =>
      trans.__(
        'This connector needs a KMS key for this method; without one it would not use KMS.'
      )
    );
  }
  if (METHOD[choice.method].customerKey && customerKey === undefined) {
    return refuse('customer-key-missing', trans =>
      trans.__('SSE-C needs the customer key.')
    );
  }
  const context =
    'encryptionContext' in choice ? choice.encryptionContext : undefined;
  const values = new Map<string, string>();
  for (const [id, template] of Object.entries(row.set ?? {})) {
    const value = fill(template, {
      kmsKeyId: key,
      customerKey,
      encryptionContext: context && contextText(context, table, id)
    });
    if (value === undefined) {
      continue;
    }
    const rows = table.properties.filter(property => property.id === id);
    if (!rows.some(property => within(property, hadoopVersion))) {
      return refuse('unsupported-context', trans =>
        trans.__(
          'An encryption context needs Hadoop %1 or newer, on EMR %2: older ones have none.',
          rows[0]?.from ?? '',
          rows[0]?.fromAmazon ?? ''
        )
      );
    }
    values.set(id, value);
  }
  return { values };
}

function refuse(code: IRefusal['code'], reason: Say): { refused: IRefusal } {
  return { refused: { code, reason } };
}

/** A template is a constant, or one name in braces. */
function fill(
  template: string,
  values: Readonly<Record<string, string | undefined>>
): string | undefined {
  const name = /^\{(\w+)\}$/.exec(template)?.[1];
  return name === undefined ? template : values[name];
}

function contextText(
  context: EncryptionContext,
  table: IDialectTable,
  id: string
): string | undefined {
  const pairs = Object.entries(context);
  if (pairs.length === 0) {
    return undefined;
  }
  const format = table.properties.find(row => row.id === id)?.contextFormat;
  return format === 'pairs'
    ? pairs.map(([name, value]) => `${name}=${value}`).join(',')
    : base64(JSON.stringify(context));
}

/** Base64 of the UTF-8 bytes of a text. */
function base64(text: string): string {
  return btoa(
    encodeURIComponent(text).replace(/%([0-9A-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(parseInt(hex, 16))
    )
  );
}

const VERSION = new RegExp(`^${patterns.version}`);

/** `3.4.1-amzn-0` as numbers; null if there is no version to be seen. */
function parseVersion(text: string | null | undefined): number[] | null {
  const found = VERSION.exec(text ?? '');
  return found && found.slice(1, 4).map(part => Number(part) || 0);
}

/** Is a Hadoop version in `from` (inclusive) … `until` (exclusive)? Null is newer than all. */
function within(range: IRange, version: string | null): boolean {
  const [is, from, until] = [version, range.from, range.until].map(
    parseVersion
  );
  if (!is) {
    return !until;
  }
  const [build, early] = [version, range.fromAmazon].map(parseAmazon);
  const hasIt = Boolean(build && early && compare(build, early) >= 0);
  return (
    (!from || compare(is, from) >= 0 || hasIt) &&
    (!until || compare(is, until) < 0)
  );
}

const AMAZON = new RegExp(`^${patterns.amazonVersion}`);

/** `3.4.1-amzn-2` as numbers, the build last; null if it is no build of Amazon's. */
function parseAmazon(text: string | null | undefined): number[] | null {
  const found = AMAZON.exec(text ?? '');
  return found && found.slice(1, 5).map(Number);
}

function compare(a: number[], b: number[]): number {
  const different = a.findIndex((part, n) => part !== b[n]);
  return different < 0 ? 0 : (a[different] ?? 0) - (b[different] ?? 0);
}
