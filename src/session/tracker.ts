/**
 * Knows the session of each notebook and console and which one is in front.
 * Sessions are made when their widget comes to the front, or when something is
 * remembered for it, and go with it. Must not know of the shell or of React.
 */

import type { ISessionContext } from '@jupyterlab/apputils';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import type { IEncryptionSession, IEncryptionTracker } from '../tokens';

/** A notebook panel or a console panel. */
export type Document = Widget & { readonly sessionContext: ISessionContext };

export interface ITrackerOptions {
  createSession: (document: Document) => IEncryptionSession;
  /** A session that never sends anything. */
  createExcluded: (document: Document) => IEncryptionSession;
  /** Do the settings leave this kernel out? */
  isExcluded: (kernelName: string) => boolean;
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
    return this._sessions.get(widget) ?? null;
  }

  /** The notebook or console that was in front last; null where there is none. */
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

  /** Make the session of a document, where it has none yet. */
  add(document: Document): void {
    if (this._sessions.has(document) || document.isDisposed) {
      return;
    }
    const { sessionContext } = document;
    const renew = (): void => {
      this._renew(document);
    };
    // Connected before the session is: a kernel that is left out is seen first.
    sessionContext.kernelChanged.connect(renew);
    this._checks.add(renew);
    document.disposed.connect(() => {
      sessionContext.kernelChanged.disconnect(renew);
      this._checks.delete(renew);
      this._remove(document);
    });
    this._make(document);
  }

  /** The settings changed: some kernels may be left out now, or no longer. */
  refresh(): void {
    for (const check of this._checks) {
      check();
    }
  }

  private _isExcluded({ sessionContext }: Document): boolean {
    const name = sessionContext.session?.kernel?.name;
    return name !== undefined && this._options.isExcluded(name);
  }

  private _make(document: Document): void {
    const { createSession, createExcluded } = this._options;
    const make = this._isExcluded(document) ? createExcluded : createSession;
    const session = make(document);
    this._sessions.set(document, session);
    this._sessionAdded.emit(session);
  }

  private _renew(document: Document): void {
    const session = this._sessions.get(document);
    if (
      session !== undefined &&
      session.excluded !== this._isExcluded(document)
    ) {
      session.dispose();
      this._make(document);
      if (document === this._current) {
        this._currentChanged.emit(this.current);
      }
    }
  }

  private _remove(document: Document): void {
    this._sessions.get(document)?.dispose();
    this._sessions.delete(document);
    if (document === this._current) {
      this.setCurrent(null);
    }
  }

  private _current: Document | null = null;
  private readonly _sessions = new Map<Widget, IEncryptionSession>();
  private readonly _checks = new Set<() => void>();
  private readonly _currentChanged = new Signal<
    this,
    IEncryptionSession | null
  >(this);
  private readonly _sessionAdded = new Signal<this, IEncryptionSession>(this);
}
