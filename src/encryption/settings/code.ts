/**
 * A profile as Python that a user can read, copy and run.
 *
 * The extension never executes it, and it never contains a customer key.
 */

import { kmsKeyOf } from '../../contract/profile';
import { needsCustomerKey, type Profile } from '../profile/profile';
import { settingsFor, type Dialect, type IRefusal } from './settings';

/** A placeholder for the SSE-C key, which no real key can be. */
const KEY_PLACE = '\u0000customer-key';
const ASK_KEY = 'getpass("SSE-C key, base64 of 32 bytes: ")';
const REDACTION = '"spark.sql.redaction.options.regex"';

/**
 * Write a profile as Python.
 *
 * @param options - `dialect` `s3a` or `emrfs`: the lines that a user would
 *   type by hand; `auto`: one call of the helper, which finds the connector
 *   itself. `hadoopVersion` decides names that changed; null: the newest.
 * @returns the code, or why the connector cannot do it
 */
export function asCode(
  profile: Profile,
  options: { dialect: 'auto' | Dialect; hadoopVersion?: string | null }
): { code: string } | { refused: IRefusal } {
  if (options.dialect === 'auto') {
    return { code: helperCall(profile) };
  }
  const settings = settingsFor(
    profile,
    options.dialect,
    options.hadoopVersion ?? null,
    needsCustomerKey(profile.method) ? KEY_PLACE : undefined
  );
  if ('refused' in settings) {
    return settings;
  }
  const lines: string[] = profile.writers
    ? ['# For Spark alone: other writers follow the helper, not these lines.']
    : [];
  if (needsCustomerKey(profile.method)) {
    lines.push(
      'from getpass import getpass',
      '',
      '# Spark writes settings to its event log: mask the key before it is set.',
      `spark.conf.set(${REDACTION}, spark.conf.get(${REDACTION}) + "|encryption[.]key")`
    );
  }
  for (const key of settings.clear) {
    lines.push(`spark.conf.unset(${pythonText(key)})`);
  }
  for (const [key, value] of settings.set) {
    const text = value === KEY_PLACE ? ASK_KEY : pythonText(value);
    lines.push(`spark.conf.set(${pythonText(key)}, ${text})`);
  }
  return { code: lines.join('\n') + '\n' };
}

function helperCall(profile: Profile): string {
  const named: [string, string][] = [['method', pythonText(profile.method)]];
  const key = kmsKeyOf(profile);
  if (key !== undefined) {
    named.push(['kms_key_id', pythonText(key)]);
  }
  if ('encryptionContext' in profile && profile.encryptionContext) {
    named.push(['encryption_context', pythonDict(profile.encryptionContext)]);
  }
  if (needsCustomerKey(profile.method)) {
    named.push(['customer_key', ASK_KEY]);
  }
  if (profile.buckets) {
    named.push(['buckets', pythonDict(profile.buckets)]);
  }
  if (profile.writers) {
    named.push(['writers', JSON.stringify(profile.writers)]);
  }
  return [
    ...(needsCustomerKey(profile.method)
      ? ['from getpass import getpass', '']
      : []),
    'import jupyterlab_s3_encryption as s3enc',
    '',
    's3enc.apply(',
    ...named.map(([name, value]) => `    ${name}=${value},`),
    ')',
    ''
  ].join('\n');
}

/** Every JSON string is a Python string of the same text. */
function pythonText(text: string): string {
  return JSON.stringify(text);
}

/** Texts by their names, in levels. */
interface ITexts {
  readonly [name: string]: string | ITexts | undefined;
}

function pythonDict(value: ITexts): string {
  const entries = Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .map(([name, part = {}]) => {
      const text =
        typeof part === 'string' ? pythonText(part) : pythonDict(part);
      return `${pythonText(name)}: ${text}`;
    });
  return `{${entries.join(', ')}}`;
}
