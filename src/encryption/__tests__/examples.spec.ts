/**
 * Runs the example files that the agent's suite runs too: both sides have the
 * same rules, or one of the two suites fails.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { validateCustomerKey, validateKmsKey } from '../profile/keys';
import { parseProfile, type Method, type Profile } from '../profile/profile';
import { settingsFor, type Dialect } from '../settings/settings';

function examples<T>(name: string): T[] {
  const path = join(__dirname, '../../../tests/examples', name);
  return JSON.parse(readFileSync(path, 'utf8')) as T[];
}

interface IProfileExample {
  title: string;
  profile: unknown;
  customerKey?: unknown;
  errors: string[];
}

interface IKeyExample {
  title: string;
  text: string;
  method?: string;
  /** How a key that is right is read. */
  kind?: string;
  /** What the message about one that is wrong has to name. */
  says?: string;
}

interface ISettingsExample {
  title: string;
  dialect: Dialect;
  hadoopVersion: string | null;
  profile: Profile;
  customerKey?: string | null;
  set: Record<string, string>;
  clear: string[];
  refused?: boolean;
}

/** A customer key of another method is refused by the session, not by the domain. */
const ofMethod = ({ profile, customerKey }: IProfileExample): boolean =>
  customerKey === undefined ||
  (profile as { method: Method }).method === 'sse-c';

describe('the profiles that both sides agree about', () => {
  it.each([
    [100, []],
    [101, ['buckets']]
  ])('%s rules', (count, fields) => {
    const buckets = Object.fromEntries(
      Array.from({ length: count }, (_, n) => [
        `bucket-${n}`,
        { method: 'sse-s3' }
      ])
    );
    const read = parseProfile({ method: 'sse-s3', buckets });
    expect(
      'errors' in read ? read.errors.map(({ field }) => field) : []
    ).toEqual(fields);
  });

  it.each(examples<IProfileExample>('profiles.json').filter(ofMethod))(
    '$title',
    ({ profile, customerKey, errors }) => {
      const parsed = parseProfile(profile);
      const fields =
        'errors' in parsed ? parsed.errors.map(({ field }) => field) : [];
      if (customerKey !== undefined) {
        const text = typeof customerKey === 'string' ? customerKey : '';
        if (validateCustomerKey(text) !== null) {
          fields.push('customerKey');
        }
      }
      expect(fields).toEqual(errors);
      expect('profile' in parsed ? parsed.profile : profile).toEqual(profile);
    }
  );
});

describe('the texts of a KMS key that both sides agree about', () => {
  it.each(examples<IKeyExample>('keys.json'))(
    '$title: $text',
    ({ text, method = 'sse-kms', kind, says = '' }) => {
      const parsed = parseProfile({ method, kmsKeyId: text });
      const read = validateKmsKey(text);
      const errors = 'errors' in parsed ? parsed.errors : [];
      expect({
        fields: errors.map(({ field }) => field),
        kind: errors.length === 0 && 'key' in read ? read.key.kind : undefined
      }).toEqual({ fields: kind === undefined ? ['kmsKeyId'] : [], kind });
      expect(errors.map(({ message }) => message).join(' ')).toMatch(
        new RegExp(says, 'i')
      );
    }
  );
});

describe('the settings that both sides agree about', () => {
  it.each(examples<ISettingsExample>('settings.json'))('$title', example => {
    const settings = settingsFor(
      example.profile,
      example.dialect,
      example.hadoopVersion,
      example.customerKey ?? undefined
    );
    const result =
      'refused' in settings
        ? { refused: true, set: {}, clear: [] }
        : {
            refused: false,
            set: Object.fromEntries(settings.set),
            clear: settings.clear.sort()
          };
    expect(result).toEqual({
      refused: example.refused ?? false,
      set: example.set,
      clear: [...example.clear].sort()
    });
  });
});
