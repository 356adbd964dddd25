/** What administrators decide, and what follows. */

import { NO_SITE, readSite, siteErrors } from '../site';
import type { Profile } from '../profile';

const KEY =
  'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const OTHER = KEY.replace('111122223333', '444455556666');
const kms = (kmsKeyId?: string): Profile => ({
  method: 'sse-kms',
  ...(kmsKeyId === undefined ? {} : { kmsKeyId })
});

describe('what a site decides', () => {
  it.each([[undefined], [null], [7], ['locked'], [[]], [{}]])(
    'is empty for nothing and for nonsense: %p',
    value => {
      expect(readSite(value)).toEqual(NO_SITE);
    }
  );

  it('locks nothing if its profile cannot be used, and says why', () => {
    const site = readSite({ profile: { method: 'rot13' }, locked: true });
    expect(site.locked).toBe(false);
    expect(site.problem).toContain('your site sets');
  });

  it('locked allows its own profile only', () => {
    const site = readSite({ profile: kms(KEY), locked: true });
    expect(siteErrors(kms(KEY), site)).toEqual([]);
    expect(siteErrors({ name: 'x', ...kms(KEY) }, site)).toEqual([]);
    expect(siteErrors({ method: 'sse-s3' }, site)).toHaveLength(1);
  });

  it.each([
    [kms(KEY), true],
    [kms(OTHER), false],
    [kms('alias/lake'), true],
    [kms('alias/other'), false],
    [kms(), false],
    [{ method: 'sse-s3' }, true],
    [{ method: 'bucket-default' }, true],
    [{ method: 'dsse-kms', kmsKeyId: OTHER }, false],
    [{ method: 'sse-s3', buckets: { raw: kms(OTHER) } }, false],
    [{ ...kms(KEY), buckets: { raw: { method: 'sse-s3' } } }, true]
  ] as [Profile, boolean][])(
    'with a list of keys: %p is allowed: %p',
    (profile, isAllowed) => {
      const site = readSite({ allowedKeys: [KEY, 'alias/lake', 7] });
      expect(siteErrors(profile, site).length === 0).toBe(isAllowed);
    }
  );

  it('with a list of accounts allows keys whose ARN says one of them', () => {
    const site = readSite({ allowedAccounts: ['444455556666'] });
    expect(siteErrors(kms(OTHER), site)).toEqual([]);
    for (const key of [
      KEY,
      'alias/lake',
      '1234abcd-12ab-34cd-56ef-1234567890ab'
    ]) {
      expect(siteErrors(kms(key), site)).toMatchObject([{ field: 'kmsKeyId' }]);
    }
    const buckets = { 'raw-zone': kms(KEY) } as Profile['buckets'];
    expect(siteErrors({ ...kms(OTHER), buckets }, site)).toMatchObject([
      { field: 'buckets.raw-zone.kmsKeyId' }
    ]);
  });
});
