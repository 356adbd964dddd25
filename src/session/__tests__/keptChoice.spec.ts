/** What is kept for a notebook may be unreadable, or another page's by now: neither is missed. */

import { initialSnapshot, transition } from '../../encryption/lifecycle';
import type { Profile } from '../../encryption/profile/profile';
import { KeptChoice } from '../keptChoice';

const MINE: Profile = { method: 'sse-s3' };
const THIRD: Profile = { method: 'dsse-kms', kmsKeyId: 'alias/third' };
const OTHER: Profile = { method: 'sse-kms', kmsKeyId: 'alias/other' };

/** A store that another page can change. */
function store(first: Profile | null | Error) {
  const kept = { now: first, written: [] as (Profile | null)[] };
  return {
    kept,
    reapplyOnRestart: () => true,
    recall: () =>
      kept.now instanceof Error
        ? Promise.reject(kept.now)
        : Promise.resolve(kept.now),
    remember: (profile: Profile | null) => {
      kept.now = profile;
      kept.written.push(profile);
      return Promise.resolve();
    }
  };
}

const chosen = (profile: Profile) =>
  transition(initialSnapshot(), { type: 'restored', profile })[0];

beforeEach(() => {
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
});

const news = (profile: Profile) => [
  { type: 'restored', profile },
  { type: 'apply', profile, key: null, reason: 'elsewhere' }
];

it('is the newest of all pages if this page itself has chosen nothing', async () => {
  const { kept, ...options } = store(MINE);
  const choice = new KeptChoice(options);
  expect(await choice.read()).toEqual(MINE);
  expect(await choice.news(() => chosen(MINE))).toEqual([]);
  kept.now = OTHER;
  expect(await choice.news(() => chosen(MINE))).toEqual(news(OTHER));
  kept.now = MINE;
  expect(await choice.news(() => initialSnapshot())).toEqual(news(MINE));
});

it('is that of this page once it was made here, whatever other pages keep', async () => {
  const { kept, ...options } = store(null);
  const choice = new KeptChoice(options);
  await choice.read();
  choice.rewrite(MINE);
  for (const now of [OTHER, null, new Error('No network.')]) {
    kept.now = now;
    expect(await choice.news(() => chosen(MINE))).toEqual([]);
    expect(choice.isRead).toBe(true);
  }
});

it('is nothing if it was cleared here, whatever other pages keep', async () => {
  const { kept, ...options } = store(MINE);
  const choice = new KeptChoice(options);
  await choice.read();
  choice.rewrite(null);
  kept.now = OTHER;
  expect(await choice.news(() => initialSnapshot())).toEqual([]);
});

it('stays where another page cleared it', async () => {
  const { kept, ...options } = store(MINE);
  const choice = new KeptChoice(options);
  await choice.read();
  kept.now = null;
  expect(await choice.news(() => chosen(MINE))).toEqual([]);
});

it('is not replaced by one whose key only another page has', async () => {
  const { kept, ...options } = store(MINE);
  const choice = new KeptChoice(options);
  await choice.read();
  kept.now = { method: 'sse-c' };
  expect(await choice.news(() => chosen(MINE))).toEqual([]);
  // Without any choice it is shown that the key is missing.
  expect(await choice.news(() => initialSnapshot())).toEqual(news(kept.now));
});

it('is not replaced while a choice made here waits for its answer', async () => {
  const { kept, ...options } = store(MINE);
  const choice = new KeptChoice(options);
  await choice.read();
  kept.now = OTHER;
  const python = transition(chosen(MINE), {
    type: 'kernelStarted',
    language: 'python',
    reapply: false
  })[0];
  const [asked] = transition(python, {
    type: 'apply',
    profile: THIRD,
    key: null
  });
  expect(await choice.news(() => asked)).toEqual([]);
});

it('does not take what the user chose meanwhile for older than what was read', async () => {
  const { kept, ...options } = store(OTHER);
  const choice = new KeptChoice(options);
  await choice.read();
  const snapshots = [chosen(THIRD), chosen(MINE)];
  const found = await choice.news(() => snapshots.shift() ?? chosen(MINE));
  expect(found).toEqual([]);
  expect(kept.written).toEqual([]);
});

it('stays what was read before if it cannot be read again, and is unknown if there was none', async () => {
  const { kept, ...options } = store(MINE);
  const problems: (string | null)[] = [];
  const choice = new KeptChoice(options, () => {
    problems.push(choice.problem);
  });
  await choice.read();
  kept.now = new Error('No network');
  expect(await choice.news(() => chosen(MINE))).toEqual([]);
  expect([choice.isRead, choice.problem]).toEqual([true, null]);
  kept.now = null;
  await choice.read();
  kept.now = new Error('No network');
  expect(await choice.news(() => initialSnapshot())).toEqual([]);
  expect([choice.isRead, choice.problem]).toEqual([false, 'No network.']);
  await choice.news(() => initialSnapshot());
  choice.rewrite(MINE);
  expect(problems).toEqual(['No network.', null]);
});

it('does not write back what it has read, but writes what the user applies again', async () => {
  const { kept, ...options } = store(MINE);
  const choice = new KeptChoice(options);
  await choice.read();
  choice.write(MINE);
  expect(kept.written).toEqual([]);
  kept.now = OTHER;
  choice.rewrite(MINE);
  expect(kept.now).toEqual(MINE);
});
