/**
 * Knows the session of each notebook and console and which one is in front. A
 * session is created when its widget comes to the front or something is remembered
 * for it, and is disposed with the widget.
 */

import type { ISessionContext } from '@jupyterlab/apputils';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import type { Profile } from '../encryption/profile/profile';
import type { IEncryptionSession, IEncryptionTracker } from '../tokens';

/** A notebook panel or a console panel. */
export type Document = Widget & { readonly sessionContext: ISessionContext };

/** A session that takes over the choice of its kernel if it has none of its own. */
interface IHeir extends IEncryptionSession {
  readonly isInherited: boolean;
  /** Is its choice known, or that it has none? */
  readonly isKnown: boolean;
  inherit(profile: Profile | null): void;
}

interface IEntry {
  readonly document: Document;
  readonly session: IEncryptionSession;
  /** The session again; null for an excluded one. */
  readonly heir: IHeir | null;
}

interface ITrackerOptions {
  createSession: (document: Document) => IHeir;
  /** A session that never sends anything. */
  createExcluded: (document: Document) => IEncryptionSession;
  /** Do the settings exclude this kernel? */
  isExcluded: (kernelName: string) => boolean;
  /** The open documents that may have a choice, also those without a session. */
  open?: () => Iterable<Document>;
  /** Are documents still being opened again after the page was loaded? */
  isRestoring?: () => boolean;
}

export class EncryptionTracker implements IEncryptionTracker {
  constructor(private readonly _options: ITrackerOptions) {}

  get current(): IEncryptionSession | null {
    return this._current === null ? null : this.find(this._current);
  }

  get currentChanged(): ISignal<this, IEncryptionSession | null> {
    return this._currentChanged;
  }

  get sessionAdded(): ISignal<this, IEncryptionSession> {
    return this._sessionAdded;
  }

  find(widget: Widget): IEncryptionSession | null {
    return this._sessions.get(widget)?.session ?? null;
  }

  /** @param document - the notebook or console that was in front last; null for none */
  setCurrent(document: Document | null): void {
    if (document === this._current) {
      return;
    }
    this._current = document;
    if (document !== null) {
      this.add(document);
    }
    this._currentChanged.emit(this.current);
  }

  /** Create the session of a document if it has none. */
  add(document: Document): void {
    if (this._sessions.has(document) || document.isDisposed) {
      return;
    }
    const { sessionContext } = document;
    const check = (): void => {
      this._check(document);
      this._share();
    };
    // Connected before the session is, so that an excluded kernel is recognised first.
    sessionContext.kernelChanged.connect(check);
    this._checks.add(check);
    document.disposed.connect(() => {
      sessionContext.kernelChanged.disconnect(check);
      this._checks.delete(check);
      this._remove(document);
    });
    this._make(document);
  }

  /** Nothing is remembered for this document: it has no choice before it gets a session. */
  addWithout(document: Document): void {
    this._without.add(document);
  }

  /** May another document turn out to have a choice for the kernel of this one? */
  mayInherit(document: Document): boolean {
    const kernel = kernelOf(document);
    if (kernel === null) {
      return false;
    }
    if (this._options.isRestoring?.() === true) {
      return true;
    }
    const others = new Set([
      ...[...this._sessions.values()].map(entry => entry.document),
      ...(this._options.open?.() ?? [])
    ]);
    others.delete(document);
    return [...others].some(
      other => kernelOf(other) === kernel && !this._isKnown(other)
    );
  }

  /** The settings changed: other kernels may be excluded now. */
  refresh(): void {
    for (const check of this._checks) {
      check();
    }
  }

  private _isKnown(document: Document): boolean {
    const entry = this._sessions.get(document);
    if (entry === undefined) {
      return this._without.has(document);
    }
    return entry.heir === null || entry.heir.isKnown;
  }

  private _isExcluded({ sessionContext }: Document): boolean {
    const name = sessionContext.session?.kernel?.name;
    return name !== undefined && this._options.isExcluded(name);
  }

  private _make(document: Document): void {
    const { createSession, createExcluded } = this._options;
    const heir = this._isExcluded(document) ? null : createSession(document);
    const session = heir ?? createExcluded(document);
    this._sessions.set(document, { document, session, heir });
    session.stateChanged.connect(this._share, this);
    this._sessionAdded.emit(session);
    this._share();
  }

  /**
   * A kernel has one choice, whichever of its notebooks and consoles runs code: those
   * without one of their own get that of the others.
   */
  private _share(): void {
    const chosen = new Map<string, Profile>();
    const heirs: [IHeir, string][] = [];
    for (const { document, heir } of this._sessions.values()) {
      const kernel = kernelOf(document);
      if (heir !== null) {
        heirs.push([heir, kernel ?? '']);
        if (kernel !== null && heir.profile !== null && !heir.isInherited) {
          chosen.set(kernel, heir.profile);
        }
      }
    }
    for (const [heir, kernel] of heirs) {
      heir.inherit(chosen.get(kernel) ?? null);
    }
  }

  private _check(document: Document): void {
    const session = this.find(document);
    if (session !== null && session.excluded !== this._isExcluded(document)) {
      session.dispose();
      this._make(document);
      if (document === this._current) {
        this._currentChanged.emit(this.current);
      }
    }
  }

  private _remove(document: Document): void {
    this.find(document)?.dispose();
    this._sessions.delete(document);
    this._share();
    if (document === this._current) {
      this.setCurrent(null);
    }
  }

  private _current: Document | null = null;
  private readonly _sessions = new Map<Widget, IEntry>();
  private readonly _without = new WeakSet<Widget>();
  private readonly _checks = new Set<() => void>();
  private readonly _currentChanged = new Signal<
    this,
    IEncryptionSession | null
  >(this);
  private readonly _sessionAdded = new Signal<this, IEncryptionSession>(this);
}

/** Two connections to one kernel have the same id. */
function kernelOf({ sessionContext }: Document): string | null {
  return sessionContext.session?.kernel?.id ?? null;
}
