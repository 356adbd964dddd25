/** The choice that is kept for one notebook, as this page last read or wrote it. */

import type { ISnapshot, LifecycleEvent } from '../encryption/lifecycle';
import { sameProfile, type Profile } from '../encryption/profile/profile';
import { recalled, type ISessionOptions } from './options';

export class KeptChoice {
  constructor(
    private readonly _options: Pick<
      ISessionOptions,
      'recall' | 'remember' | 'reapplyOnRestart' | 'site'
    >
  ) {}

  /** false: it could not be read, so nobody knows whether there is one. */
  get isRead(): boolean {
    return this._profile !== undefined;
  }

  /** How often it was written. */
  get writes(): number {
    return this._writes;
  }

  /** @returns null: none is kept; undefined: it could not be read */
  async read(): Promise<Profile | null | undefined> {
    this._profile = await recalled(this._options);
    return this._profile;
  }

  /**
   * Read it again: another page may have chosen for this notebook.
   *
   * @param snapshot - called before and after: what the user has chosen here meanwhile counts
   * @returns what follows from it for the session
   */
  async news(snapshot: () => ISnapshot): Promise<LifecycleEvent[]> {
    const { reapplyOnRestart, site } = this._options;
    const profile = await this._read(snapshot);
    // Whoever cleared it there has not cleared it here.
    if (!profile || site?.refuse(profile).length) {
      return [];
    }
    return reapplyOnRestart()
      ? [
          { type: 'restored', profile },
          { type: 'apply', profile, key: null, reason: 'elsewhere' }
        ]
      : [{ type: 'restored', profile }];
  }

  /** Keep it; what another page chose is kept already, and it may have chosen again. */
  write(profile: Profile | null): void {
    if (this._profile === undefined || !sameProfile(this._profile, profile)) {
      this.rewrite(profile);
    }
  }

  /** Keep it in place of whatever another page chose meanwhile. */
  rewrite(profile: Profile | null): void {
    this._profile = profile;
    this._writes += 1;
    this._options.remember(profile).catch((error: unknown) => {
      console.error('The encryption of this notebook was not kept.', error);
    });
  }

  /** @returns the choice of another page; undefined if it is that of this page */
  private async _read(
    snapshot: () => ISnapshot
  ): Promise<Profile | null | undefined> {
    const { desired } = snapshot();
    const writes = this._writes;
    const kept = await recalled(this._options);
    if (this._writes !== writes) {
      return undefined;
    }
    this._profile = kept;
    const now = snapshot();
    const own = now.inherited ? null : (now.desired?.profile ?? null);
    const asked = [now.sent, now.queued].some(job => job?.reason === 'user');
    const isNews =
      !now.fixed && !asked && now.desired === desired && kept !== undefined;
    return isNews && !sameProfile(own, kept) ? kept : undefined;
  }

  private _profile: Profile | null | undefined = undefined;
  private _writes = 0;
}
