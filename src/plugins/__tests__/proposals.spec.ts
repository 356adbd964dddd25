/** Profiles in the metadata of notebooks, and what people answered. */

import { NotebookModel } from '@jupyterlab/notebook';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { KMS, STATES } from '../../panel/__tests__/fixtures';
import { BrowserStore } from '../../preferences/browserStore';
import type { Profile } from '../../encryption/profile/profile';
import { METADATA, readProposal } from '../../preferences/proposal';
import { modeOf } from '../../preferences/settings';
import { Trust } from '../../preferences/trust';
import { Proposals } from '../proposals';
import { fakePreferences, FakeSession, settled } from './fakes';

const PATH = 'folder/a.ipynb';
const OTHER = { method: 'sse-kms', kmsKeyId: 'alias/other' };

const models: NotebookModel[] = [];

function makeModel(): NotebookModel {
  return new NotebookModel();
}

afterEach(() => {
  models.splice(0).forEach(model => {
    model.dispose();
  });
});

function setUp(metadata: unknown, composite = {}, site = {}) {
  const preferences = fakePreferences(composite, site);
  const model = makeModel();
  models.push(model);
  if (metadata !== undefined) {
    model.setMetadata(METADATA, metadata);
  }
  model.dirty = false;
  const panel = {
    isDisposed: false,
    context: { path: PATH, model, ready: Promise.resolve() }
  } as unknown as NotebookPanel;
  const proposals = new Proposals(preferences);
  const open = async (given?: FakeSession): Promise<FakeSession> => {
    const session = given ?? new FakeSession();
    proposals.watch(panel, session);
    await settled();
    return session;
  };
  return { model, panel, proposals, preferences, open };
}

describe('a profile in the metadata of a notebook', () => {
  it('is proposed, and runs nothing before the user agrees', async () => {
    const { proposals, open } = setUp(KMS);
    const session = await open();
    expect(proposals.of(session)).toEqual({ profile: KMS, problem: null });
    expect(session.apply).not.toHaveBeenCalled();
    expect(session.guardRun).not.toHaveBeenCalled();
    proposals.agree(session);
    expect(session.apply).toHaveBeenCalledWith(KMS);
    await settled();
    expect(proposals.of(session)).toBeNull();
  });

  it('chooses no mode by its name', async () => {
    const relaxed = { name: 'Relaxed', method: 'sse-s3', mode: 'warn' };
    const { proposals, preferences, open } = setUp(
      { ...KMS, name: 'Relaxed' },
      { mode: 'block', profiles: [relaxed] }
    );
    const session = await open();
    expect(proposals.mode(session)).toBe('block');
    proposals.agree(session);
    expect(session.apply).toHaveBeenCalledWith(KMS);
    const { current } = preferences.options;
    const named = (profile: Profile): string => modeOf(profile, current);
    expect(named({ ...KMS, name: 'Relaxed' })).toBe('block');
    expect(named({ name: 'Relaxed', method: 'sse-s3' })).toBe('warn');
  });

  it('is asked for once per notebook and key; a changed key asks again', async () => {
    const { proposals, open, model } = setUp(KMS);
    proposals.decline(await open());
    await settled();
    expect(proposals.of(await open())).toBeNull();
    model.setMetadata(METADATA, OTHER);
    const session = await open();
    expect(proposals.of(session)).toEqual({ profile: OTHER, problem: null });
    expect(session.apply).not.toHaveBeenCalled();
  });

  it('is noticed if it changes while the notebook is open', async () => {
    const { proposals, open, model } = setUp(undefined);
    const session = await open();
    expect(proposals.of(session)).toBeNull();
    model.setMetadata(METADATA, OTHER);
    await settled();
    expect(proposals.of(session)?.profile).toEqual(OTHER);
    model.deleteMetadata(METADATA);
    await settled();
    expect(proposals.of(session)).toBeNull();
  });

  it('is not proposed if it is already the choice', async () => {
    const { proposals, open } = setUp({ ...KMS, name: 'Theirs' });
    const session = await open(new FakeSession(STATES.set!));
    expect(session.profile).toEqual(KMS);
    expect(proposals.of(session)).toBeNull();
  });

  it.each([
    ['text'],
    [{ method: 'rot13' }],
    [{ method: 'sse-c', customerKey: 'x' }],
    [{ ...KMS, code: 'print(1)' }]
  ])('says why it cannot be used: %p', async metadata => {
    const { proposals, open } = setUp(metadata);
    const session = await open();
    const proposal = proposals.of(session);
    expect(proposal?.profile).toBeNull();
    expect(proposal?.problem).not.toBe('');
    proposals.agree(session);
    expect(session.apply).not.toHaveBeenCalled();
    proposals.decline(session);
    expect(proposals.of(session)).toBeNull();
  });

  it('is not proposed if the site does not allow its key, or has chosen itself', () => {
    const read = (site: object) =>
      readProposal(OTHER, fakePreferences({}, { ...site }));
    expect(read({ allowedKeys: ['alias/mine'] })?.problem).toContain('site');
    expect(read({ profile: KMS, locked: true })).toBeNull();
  });
});

describe('what a user applies', () => {
  it('is written into the notebook only if the settings say so', () => {
    const { proposals, model, panel } = setUp(undefined);
    proposals.applied(panel, KMS);
    expect(model.getMetadata(METADATA)).toBeUndefined();
    expect(model.dirty).toBe(false);
  });

  it('is written once, is no proposal to the same user, and goes with Clear', async () => {
    const { proposals, model, panel, preferences, open } = setUp(undefined, {
      saveInNotebook: true
    });
    proposals.applied(panel, KMS);
    expect(model.getMetadata(METADATA)).toEqual(KMS);
    model.dirty = false;
    proposals.applied(panel, { ...KMS });
    expect(model.dirty).toBe(false);
    await settled();
    expect(await preferences.trust.knows(PATH, KMS)).toBe(true);
    expect(proposals.of(await open())).toBeNull();
    proposals.applied(panel, null);
    expect(model.getMetadata(METADATA)).toBeUndefined();
  });
});

describe('answers to proposals', () => {
  it('outlive the page, and move with a renamed file', async () => {
    const store = new BrowserStore('/trust');
    await new Trust(store).answer(PATH, KMS);
    const later = new Trust(store);
    expect(await later.knows(PATH, { name: 'x', ...KMS })).toBe(true);
    expect(await later.knows('b.ipynb', KMS)).toBe(false);
    await later.move(PATH, 'b.ipynb');
    expect(await new Trust(store).knows('b.ipynb', KMS)).toBe(true);
    expect(await new Trust(store).knows(PATH, KMS)).toBe(false);
  });

  it('read nothing into what somebody else stored', async () => {
    const store = new BrowserStore('/trust');
    await store.save(`jupyterlab-s3-encryption-trust:${PATH}`, { a: 1 });
    expect(await new Trust(store).knows(PATH, KMS)).toBe(false);
  });
});
