/**
 * The choice that is kept for one notebook, as this page last read or wrote it. What was
 * chosen in this page counts here until the notebook is closed, whatever other pages keep.
 */

import type { ISnapshot, LifecycleEvent } from '../encryption/lifecycle';
import { chosenIn } from '../encryption/lifecycle/transition';
import { lacksKey } from '../encryption/lifecycle/snapshot';
import {
  parseProfile,
  sameProfile,
  type Profile
} from '../encryption/profile/profile';
import type { ISessionOptions } from './options';

/** What is kept, null for nothing; or why nobody knows. */
interface IFound {
  readonly profile?: Profile | null;
  readonly problem?: string;
}

export class KeptChoice {
  /** @param _problemChanged - called after `problem` has changed */
  constructor(
    private readonly _options: Pick<
      ISessionOptions,
      'recall' | 'remember' | 'reapplyOnRestart' | 'site'
    >,
    private readonly _problemChanged = (): void => undefined
  ) {}

  /** false: it could not be read, so nobody knows whether there is one. */
  get isRead(): boolean {
    return this._profile !== undefined;
  }

  /** Is what is chosen here kept? false while it is being written, and if it could not be. */
  get isKept(): boolean {
    return this._isKept;
  }

  /** Why it could not be read; null if it was, or nobody has tried. */
  get problem(): string | null {
    return this._problem ?? null;
  }

  /** How often this page wrote it. */
  get writes(): number {
    return this._writes;
  }

  /** @returns null: none is kept; undefined: it could not be read */
  async read(): Promise<Profile | null | undefined> {
    this._take(await this._recalled());
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
    if (profile === null || site?.refuse(profile).length) {
      return [];
    }
    // Only the other page has the key: nothing could be set in place of what is chosen.
    if (chosenIn(snapshot()) !== null && lacksKey({ profile, key: null })) {
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
    this._writes += 1;
    this._take({ profile });
    this._isKept = false;
    const { writes } = this;
    this._options.remember(profile).then(
      () => {
        this._isKept ||= writes === this._writes;
      },
      (error: unknown) => {
        console.error('The encryption of this notebook was not kept.', error);
      }
    );
  }

  /** @returns the choice of another page that counts here; null for none */
  private async _read(snapshot: () => ISnapshot): Promise<Profile | null> {
    const before = chosenIn(snapshot());
    const found = await this._recalled();
    // A choice that was read before still counts if it cannot be read again.
    if (this._isOwn || (this._profile && found.problem !== undefined)) {
      return null;
    }
    this._take(found);
    const kept = this._profile;
    const now = snapshot();
    const own = chosenIn(now);
    const isAsked = [now.sent, now.queued].some(job => job?.reason === 'user');
    const isSettled = !now.fixed && !isAsked && sameProfile(own, before);
    // Whoever cleared it there has not cleared it here.
    return isSettled && kept && !sameProfile(own, kept) ? kept : null;
  }

  private async _recalled(): Promise<IFound> {
    try {
      const parsed = parseProfile(await this._options.recall());
      return { profile: 'profile' in parsed ? parsed.profile : null };
    } catch (error) {
      console.error('The encryption of this notebook was not read.', error);
      const why = error instanceof Error ? error.message : String(error);
      return { problem: why.replace(/[^.!?]$/, '$&.') };
    }
  }

  private _take({ profile, problem }: IFound): void {
    const isChanged = problem !== this._problem;
    this._profile = profile;
    this._problem = problem;
    this._isKept = profile !== undefined;
    if (isChanged) {
      this._problemChanged();
    }
  }

  /** Was it chosen in this page? */
  private get _isOwn(): boolean {
    return this._writes > 0;
  }

  private _profile: Profile | null | undefined = undefined;
  private _problem: string | undefined = undefined;
  private _writes = 0;
  private _isKept = false;
}
