/** The session of a kernel that the settings exclude: nothing is ever sent to it. */

import type { ISessionContext } from '@jupyterlab/apputils';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import type { ITranslate } from '../../contract/messages';
import type { LifecycleState } from '../../encryption/lifecycle/types';
import type { Profile } from '../../encryption/profile/profile';
import type { IEncryptionSession } from '../../tokens';
import { NO_OBJECT_CHECKS } from './noObjectChecks';

export class ExcludedSession implements IEncryptionSession {
  constructor(
    private readonly _context: ISessionContext,
    private readonly _trans: ITranslate
  ) {}

  readonly excluded = true;
  readonly applied = new Signal<this, Profile | null>(this);
  readonly blocked = new Signal<this, string>(this);
  readonly objectChecks = NO_OBJECT_CHECKS;
  readonly history = [];
  readonly profile = null;
  readonly unread = null;
  readonly state: LifecycleState = {
    kind: 'not-set',
    profile: null,
    report: null
  };

  get label(): { document: string; kernel: string } {
    const { name, path, kernelDisplayName } = this._context;
    return { document: name || path, kernel: kernelDisplayName };
  }

  get stateChanged(): ISignal<this, LifecycleState> {
    return this._stateChanged;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  apply(): Promise<never> {
    return this._refuse();
  }

  verify(): Promise<never> {
    return this._refuse();
  }

  clear(): Promise<never> {
    return this._refuse();
  }

  cancel(): void {
    // There is never a request.
  }

  guardRun(): void {
    // There is never a profile.
  }

  readAgain(): Promise<void> {
    return Promise.resolve();
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private _refuse(): Promise<never> {
    return Promise.reject(
      new Error(
        this._trans.__('This kernel is excluded in the S3 Encryption settings.')
      )
    );
  }

  private readonly _stateChanged = new Signal<this, LifecycleState>(this);
  private _isDisposed = false;
}
