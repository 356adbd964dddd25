/** The choice that is kept for one notebook, as this page last read or wrote it. */

import { type ISnapshot } from '../encryption/lifecycle';
import { sameProfile, type Profile } from '../encryption/profile/profile';
import { recalled, type ISessionOptions } from './options';

export class KeptChoice {
  constructor(
    private readonly _options: Pick<ISessionOptions, 'recall' | 'remember'>
  ) {}

  /** null: none is kept; undefined: it could not be read, so nobody knows. */
  get profile(): Profile | null | undefined {
    return this._profile;
  }

  /** How often it was written. */
  get writes(): number {
    return this._writes;
  }

  async read(): Promise<Profile | null | undefined> {
    this._profile = await recalled(this._options);
    return this._profile;
  }

  /**
   * Read it again: another page may have chosen for this notebook.
   *
   * @param snapshot - called before and after: what the user has chosen here meanwhile counts
   * @returns the choice of the other page; undefined if it is that of this page
   */
  async readNews(
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

  private _profile: Profile | null | undefined = undefined;
  private _writes = 0;
}
