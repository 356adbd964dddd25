/** What a session takes over without being asked by its user: never what the site does not allow. */

import type { ISessionContext } from '@jupyterlab/apputils';
import { Signal } from '@lumino/signaling';

import { readSite, siteErrors } from '../../encryption/profile/site';
import type { Profile } from '../../encryption/profile/profile';
import { EncryptionSession } from '../session';

const FORBIDDEN: Profile = { method: 'sse-kms', kmsKeyId: 'alias/other' };
const ALLOWED: Profile = { method: 'sse-kms', kmsKeyId: 'alias/lake' };

/** A session of a notebook without a kernel. */
async function opened(remembered: Profile | null): Promise<EncryptionSession> {
  const site = readSite({ allowedKeys: ['alias/lake'] });
  const context = {
    name: 'a.ipynb',
    path: 'a.ipynb',
    session: null,
    kernelPreference: {},
    kernelChanged: new Signal<object, unknown>({}),
    disposed: new Signal<object, void>({})
  };
  const session = new EncryptionSession({
    sessionContext: context as unknown as ISessionContext,
    reapplyOnRestart: () => true,
    connector: () => 'auto',
    remember: () => Promise.resolve(),
    recall: () => Promise.resolve(remembered),
    site: {
      required: null,
      refuse: profile => siteErrors(profile, site),
      changed: new Signal<object, unknown>({})
    }
  });
  await session.ready;
  return session;
}

it.each([
  [ALLOWED, ALLOWED],
  [FORBIDDEN, null]
])('of what is remembered, %p counts as %p', async (remembered, expected) => {
  const session = await opened(remembered);
  expect(session.profile).toEqual(expected);
  session.dispose();
});

it.each([
  [ALLOWED, ALLOWED],
  [FORBIDDEN, null]
])('of what its kernel has, %p counts as %p', async (given, expected) => {
  const session = await opened(null);
  session.inherit(given);
  expect(session.profile).toEqual(expected);
  session.dispose();
});
