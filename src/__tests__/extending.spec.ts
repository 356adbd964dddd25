/**
 * The example of docs/extending.md, run against what this extension provides.
 * `jlpm types:check` compiles it. Must not know of kernels.
 */

import { Widget } from '@lumino/widgets';

import example from '../../docs/examples/apply-again/src/index';
import plugins, { ProfileError, type Profile } from '..';
import { makeReport } from '../contract/__tests__/reports';
import { FakeSession, FakeTracker, fakeApp } from '../plugins/__tests__/fakes';
import { readTarget } from '../session/target';
import { CustomerKeys } from '../session/customerKeys';
import { initialSnapshot } from '../encryption/lifecycle';
import { IEncryptionTracker } from '../tokens';

it('asks for a token that a plugin of this extension provides', () => {
  expect(example.requires).toEqual([IEncryptionTracker]);
  expect(plugins.map(plugin => plugin.provides)).toContain(IEncryptionTracker);
});

it('applies the profile again when a cell has changed the settings, and only then', async () => {
  const tracker = new FakeTracker();
  await example.activate(fakeApp().app, tracker);
  const session = new FakeSession();
  tracker.add(session, new Widget());
  const profile = { method: 'sse-s3' } as const;
  session.become({ kind: 'not-set', profile: null, report: null });
  expect(session.apply).not.toHaveBeenCalled();
  session.become({ kind: 'changed', profile, report: makeReport({}) });
  expect(session.apply).toHaveBeenCalledWith(profile);
});

it('catches a profile that is not valid by the error that this extension exports', () => {
  const apply = (): unknown =>
    readTarget(
      { method: 'cse-kms' } as Profile,
      undefined,
      initialSnapshot(),
      new CustomerKeys(),
      {}
    );
  expect(apply).toThrow(ProfileError);
});
