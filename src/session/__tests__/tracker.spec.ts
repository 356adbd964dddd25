/** One session per document, made and disposed at the right time. */

import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';

import { ENGLISH } from '../../contract/messages';
import type { Profile } from '../../encryption/profile/profile';
import type { IEncryptionSession, IObjectChecks } from '../../tokens';
import { EncryptionTracker } from '../tracker';
import type { Document } from '../tracker';
import { ExcludedSession } from '../excluded/excludedSession';
import { FakeSession } from '../../plugins/__tests__/fakes';

class FakeDocument extends Widget {
  kernel = 'python3';
  readonly sessionContext = {
    name: 'a.ipynb',
    path: 'a.ipynb',
    kernelDisplayName: 'Python 3',
    kernelChanged: new Signal<object, unknown>({}),
    session: { kernel: { id: '', name: this.kernel } }
  };

  /** Runs its code in the kernel with this id. */
  useKernel(id: string): void {
    this.sessionContext.session.kernel.id = id;
    this.sessionContext.kernelChanged.emit(null);
  }

  changeKernel(name: string): void {
    this.sessionContext.session.kernel.name = name;
    this.sessionContext.kernelChanged.emit(null);
  }
}

function document_(): FakeDocument & Document {
  return new FakeDocument() as unknown as FakeDocument & Document;
}

function setUp() {
  const excluded = new Set<string>();
  const tracker = new EncryptionTracker({
    createSession: () => new FakeSession(),
    createExcluded: ({ sessionContext }) =>
      new ExcludedSession(sessionContext, ENGLISH),
    isExcluded: name => excluded.has(name)
  });
  const changes: (IEncryptionSession | null)[] = [];
  tracker.currentChanged.connect((_, session) => {
    changes.push(session);
  });
  return { tracker, changes, excluded };
}

describe('the tracker', () => {
  it('has no session for a document that was never in front', () => {
    const { tracker } = setUp();
    expect(tracker.find(document_())).toBeNull();
    expect(tracker.current).toBeNull();
  });

  it('makes one session per document and keeps it', () => {
    const { tracker, changes } = setUp();
    const [one, two] = [document_(), document_()];
    tracker.setCurrent(one);
    const first = tracker.current;
    tracker.setCurrent(two);
    tracker.setCurrent(one);
    expect(tracker.current).toBe(first);
    expect(tracker.find(two)).not.toBe(first);
    expect(changes).toEqual([first, tracker.find(two), first]);
  });

  it('has no current session if something else is in front', () => {
    const { tracker, changes } = setUp();
    const one = document_();
    tracker.setCurrent(one);
    tracker.setCurrent(null);
    expect(tracker.current).toBeNull();
    expect(tracker.find(one)).not.toBeNull();
    expect(changes.at(-1)).toBeNull();
  });

  it('disposes the session with its document', () => {
    const { tracker } = setUp();
    const one = document_();
    tracker.setCurrent(one);
    const session = tracker.current!;
    one.dispose();
    expect(session.isDisposed).toBe(true);
    expect(tracker.current).toBeNull();
    expect(tracker.find(one)).toBeNull();
  });

  it('announces each session, also one in the background', () => {
    const { tracker } = setUp();
    const added: IEncryptionSession[] = [];
    tracker.sessionAdded.connect((_, session) => {
      added.push(session);
    });
    const one = document_();
    tracker.add(one);
    tracker.setCurrent(one);
    expect(added).toEqual([tracker.find(one)]);
  });

  it('excludes a kernel as soon as it is there, and includes it again', () => {
    const { tracker, changes, excluded } = setUp();
    excluded.add('other');
    const one = document_();
    tracker.setCurrent(one);
    const real = tracker.current!;
    one.changeKernel('other');
    expect(real.isDisposed).toBe(true);
    expect(tracker.current!.excluded).toBe(true);
    expect(changes.at(-1)).toBe(tracker.current);
    one.changeKernel('python3');
    expect(tracker.current!.excluded).toBe(false);
  });

  it('follows the settings', () => {
    const { tracker, excluded } = setUp();
    const one = document_();
    tracker.setCurrent(one);
    const real = tracker.current;
    tracker.refresh();
    expect(tracker.current).toBe(real);
    excluded.add('python3');
    tracker.refresh();
    expect(tracker.current!.excluded).toBe(true);
  });

  it('never sends anything for a kernel that is excluded', async () => {
    const session = new ExcludedSession(document_().sessionContext, ENGLISH);
    expect(session.profile).toBeNull();
    await expect(session.apply()).rejects.toThrow('kernel is excluded');
    await expect(session.verify()).rejects.toThrow('kernel is excluded');
    await expect(session.clear()).rejects.toThrow('kernel is excluded');
    const objectChecks: IObjectChecks = session.objectChecks;
    await objectChecks.writeCanary('s3://lake/tmp');
    await objectChecks.audit({ path: 's3://lake', limit: 1, sample: 'first' });
    objectChecks.ran();
    objectChecks.cancel();
    expect(objectChecks.armed).toBe(false);
    expect(objectChecks.state).toMatchObject({ canary: null, failed: null });
    session.dispose();
  });
});

describe('the choice of a kernel', () => {
  const PROFILE = { method: 'sse-s3' } as const;

  /** A session that keeps what it inherits. */
  class Heir extends FakeSession {
    override readonly inherit = jest.fn((profile: Profile | null) => {
      this.inherited = profile;
    });
    inherited: Profile | null = null;
  }

  function family(...kernels: string[]) {
    const made: Heir[] = [];
    const tracker = new EncryptionTracker({
      createSession: () => {
        const session = new Heir();
        made.push(session);
        return session;
      },
      createExcluded: ({ sessionContext }) =>
        new ExcludedSession(sessionContext, ENGLISH),
      isExcluded: () => false
    });
    const documents = kernels.map(id => {
      const one = document_();
      one.useKernel(id);
      tracker.add(one);
      return one;
    });
    return { tracker, documents, sessions: made };
  }

  const choose = (session: Heir, profile: Profile | null): void => {
    session.become(
      profile === null
        ? { kind: 'not-set', profile, report: null }
        : { kind: 'needs-key', profile, report: null }
    );
  };
  const inherited = (sessions: Heir[]): (Profile | null)[] =>
    sessions.map(session => session.inherited);

  it('is that of each notebook and console in it that has none', () => {
    const { sessions } = family('one', 'one', 'two');
    choose(sessions[0]!, PROFILE);
    expect(sessions[1]!.inherited).toEqual(PROFILE);
    expect(sessions[2]!.inherited).toBeNull();
    choose(sessions[0]!, null);
    expect(inherited(sessions)).toEqual([null, null, null]);
  });

  it('is there for a console that is opened later', () => {
    const { tracker, sessions } = family('one');
    choose(sessions[0]!, PROFILE);
    const later = document_();
    later.useKernel('one');
    tracker.add(later);
    expect(sessions[1]!.inherited).toEqual(PROFILE);
  });

  it('is given up and taken over with the kernel', () => {
    const { documents, sessions } = family('one', 'one', 'two');
    choose(sessions[0]!, PROFILE);
    documents[1]!.useKernel('two');
    documents[2]!.useKernel('one');
    expect(sessions[1]!.inherited).toBeNull();
    expect(sessions[2]!.inherited).toEqual(PROFILE);
  });

  it('ends with the notebook that made it', () => {
    const { documents, sessions } = family('one', 'one');
    choose(sessions[0]!, PROFILE);
    documents[0]!.dispose();
    expect(sessions[1]!.inherited).toBeNull();
  });
});
