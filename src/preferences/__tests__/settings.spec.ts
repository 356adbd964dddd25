/** The settings, and their schema. */

import type { JSONObject } from '@lumino/coreutils';

import { ENGLISH } from '../../contract/messages';
import { NO_SITE } from '../../encryption/profile/site';
import schema from '../../../schema/plugin.json';
import { Options, fits, modeOf, readOptions } from '../settings';

const KEY = 'alias/finance';

describe('the settings', () => {
  it('are complete if nothing is set', () => {
    expect(readOptions({}, ENGLISH)).toEqual({
      profiles: [],
      defaultProfile: null,
      proposeDefault: false,
      reapplyOnRestart: true,
      runGuard: true,
      mode: 'warn',
      modes: new Map(),
      saveInNotebook: false,
      site: NO_SITE,
      checkWrites: 'afterRun',
      coverPythonWriters: false,
      connector: 'auto',
      connectClass: true,
      kernels: ['*'],
      showStatusItem: true,
      problems: []
    });
  });

  it('leave out what the settings editor leaves empty', () => {
    const { profiles, problems } = readOptions(
      {
        profiles: [
          {
            name: 'Plain',
            method: 'sse-s3',
            kmsKeyId: '',
            encryptionContext: {},
            buckets: { 'raw-zone': { method: 'sse-kms', kmsKeyId: '' } }
          }
        ]
      },
      ENGLISH
    );
    expect(problems).toEqual([]);
    expect(profiles).toEqual([
      {
        name: 'Plain',
        method: 'sse-s3',
        buckets: { 'raw-zone': { method: 'sse-kms' } }
      }
    ]);
  });

  it('a saved profile stands for one of the settings that has its name, and one that cannot be used is said with its file', () => {
    const { profiles, problems, modes } = readOptions(
      {
        profiles: [
          { name: 'A', method: 'sse-s3', mode: 'block' },
          { name: 'B', method: 'sse-s3' }
        ]
      },
      ENGLISH,
      {},
      {
        file: '/home/a/profiles.json',
        profiles: [{ name: 'A', method: 'dsse-kms', mode: 'warn' }, 'text']
      }
    );
    expect(profiles).toEqual([
      { name: 'A', method: 'dsse-kms' },
      { name: 'B', method: 'sse-s3' }
    ]);
    expect(problems).toEqual([
      expect.stringContaining('Profile 2 in /home/a/profiles.json')
    ]);
    // Stricter, never laxer.
    expect(modes.get('A')).toBe('block');
  });

  it('say which profile cannot be used and why, and keep the others', () => {
    const { profiles, problems } = readOptions(
      {
        profiles: [
          { name: 'Bad', method: 'sse-kms', kmsKeyId: 'arn:aws:s3:::b' },
          { method: 'sse-s3' },
          { name: 'Good', method: 'sse-kms', kmsKeyId: KEY }
        ]
      },
      ENGLISH
    );
    expect(profiles.map(({ name }) => name)).toEqual(['Good']);
    expect(problems).toHaveLength(2);
    expect(problems[0]).toContain('the ARN names the service “s3”');
    expect(problems[1]).toContain('no name');
  });

  it('refuse key material in a profile', () => {
    const { profiles, problems } = readOptions(
      { profiles: [{ name: 'C', method: 'sse-c', customerKey: 'abc' }] },
      ENGLISH
    );
    expect(profiles).toEqual([]);
    expect(problems[0]).toContain('never holds key material');
  });

  it('find the default profile by its name', () => {
    const profiles = [{ name: 'A', method: 'sse-s3' }];
    const read = (defaultProfile: string) =>
      readOptions({ profiles, defaultProfile }, ENGLISH).defaultProfile;
    expect(read('A')).toEqual(profiles[0]);
    expect(read('B')).toBeNull();
    expect(read('')).toBeNull();
  });

  it('say what happens to cells, for a profile and for all others', () => {
    const profiles = [
      { name: 'A', method: 'sse-s3', mode: 'block' },
      { name: 'B', method: 'sse-s3', mode: 'warn' },
      { name: 'C', method: 'sse-s3', mode: '' },
      { name: 'D', method: 'sse-s3', mode: 7 }
    ];
    const modes = (more: object, site?: object): string[] => {
      const options = readOptions({ profiles, ...more }, ENGLISH, { site });
      expect(options.profiles).toHaveLength(4);
      return options.profiles.map(profile => modeOf(profile, options));
    };
    expect(modes({})).toEqual(['block', 'warn', 'warn', 'warn']);
    expect(modes({ mode: 'block' })).toEqual([
      'block',
      'warn',
      'block',
      'block'
    ]);
    expect(new Set(modes({}, { requireBlock: true }))).toEqual(
      new Set(['block'])
    );
  });

  it('take what the site decides from the defaults, never from a user', () => {
    const options = new Options(ENGLISH);
    const changed = { connect: () => true };
    const site = { profile: { method: 'sse-s3' }, locked: true };
    const settings = (own: object, byAdmin: object): unknown => ({
      composite: { site: own },
      changed,
      schema: { properties: { site: { default: byAdmin } } }
    });
    type Settings = Parameters<Options['follow']>[0];
    options.follow(settings(site, {}) as Settings);
    expect(options.current.site).toEqual(NO_SITE);
    options.follow(settings({ locked: false }, site) as Settings);
    expect(options.current.site).toMatchObject(site);
  });

  const OWN = {
    reapplyOnRestart: false,
    runGuard: false,
    kernels: ['none'],
    connector: 'emrfs',
    connectClass: false
  };
  const THEIRS = {
    reapplyOnRestart: true,
    runGuard: true,
    kernels: ['python*'],
    connector: 's3a',
    connectClass: true
  };
  const profile = { method: 'sse-s3' };

  it.each<[string, object, object]>([
    ['locks', { profile, locked: true }, THEIRS],
    ['requires block', { requireBlock: true }, THEIRS],
    ['only proposes', { profile }, OWN],
    ['decides nothing', {}, OWN]
  ])(
    'by which a lock could be left are the site’s if it %s',
    (_, site, read) => {
      expect(readOptions(OWN, ENGLISH, { ...THEIRS, site })).toMatchObject(
        read
      );
    }
  );

  it('by which a lock could be left are the product’s if the site says nothing of them', () => {
    const site = { requireBlock: true };
    expect(readOptions(OWN, ENGLISH, { site })).toMatchObject({
      reapplyOnRestart: true,
      runGuard: true,
      kernels: ['*'],
      connector: 'auto',
      connectClass: true
    });
  });

  it('keep our class off Connect servers if the user says so, or the site', () => {
    const read = (
      own: JSONObject,
      site: JSONObject,
      byAdmin: JSONObject = {}
    ): boolean => readOptions(own, ENGLISH, { ...byAdmin, site }).connectClass;
    expect(read({ connectClass: false }, {})).toBe(false);
    expect(read({ connectClass: 'no' }, {})).toBe(true);
    expect(read({ connectClass: true }, { noConnectClass: true })).toBe(false);
    expect(read({ connectClass: true }, { noConnectClass: 1 })).toBe(true);
    const locked = { profile, locked: true };
    expect(read({}, locked, { connectClass: false })).toBe(false);
    expect(read({}, { ...locked, noConnectClass: true })).toBe(false);
  });

  it('follow the defaults of overrides.json under a lock', () => {
    const options = new Options(ENGLISH);
    const properties = Object.fromEntries(
      Object.entries({ ...THEIRS, site: { profile, locked: true } }).map(
        ([name, value]) => [name, { default: value }]
      )
    );
    options.follow({
      composite: OWN,
      changed: { connect: () => true },
      schema: { properties }
    } as unknown as Parameters<Options['follow']>[0]);
    expect(options.current).toMatchObject(THEIRS);
  });

  it.each([
    ['python3', ['*'], true],
    ['python3', ['python3'], true],
    ['python3', ['python'], false],
    ['conda-env-py', ['conda-*', 'x'], true],
    ['a.b', ['a?b'], false],
    ['pysparkkernel', ['*spark*'], true],
    ['python3', [], false]
  ])('fit a kernel name %s against %p: %p', (name, patterns, expected) => {
    expect(fits(name, patterns)).toBe(expected);
  });
});

describe('the schema of the settings', () => {
  const { properties, definitions } = schema;

  it('allows nothing that it does not name', () => {
    expect(schema.additionalProperties).toBe(false);
    expect(definitions.profile.additionalProperties).toBe(false);
    expect(definitions.rule.additionalProperties).toBe(false);
  });

  it.each(Object.entries(properties))(
    'has a title, a description and a default for %s',
    (_name, property) => {
      expect(property.title).not.toBe('');
      expect(property.description).not.toBe('');
      expect(property).toHaveProperty('default');
    }
  );

  it('has no place for a secret', () => {
    const names = [
      ...Object.keys(properties),
      ...Object.keys(definitions.profile.properties),
      ...Object.keys(definitions.rule.properties)
    ];
    expect(
      names.filter(name => /secret|customer|password/i.test(name))
    ).toEqual([]);
  });

  it('has the defaults that the product uses without settings', () => {
    const defaults = Object.fromEntries(
      Object.entries(properties).map(([name, part]) => [name, part.default])
    ) as Record<string, never>;
    expect(readOptions(defaults, ENGLISH)).toEqual(readOptions({}, ENGLISH));
  });
});
