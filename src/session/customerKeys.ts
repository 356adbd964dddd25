/**
 * Keeps SSE-C keys in the page's memory only, each under a number.
 *
 * States, effects and the history contain that number, never the key.
 */

import { validateCustomerKey } from '../encryption/profile/keys';
import type { ISnapshot, ITarget } from '../encryption/lifecycle/types';
import type { ITranslate } from '../contract/messages';
import {
  ProfileError,
  needsCustomerKey,
  type Profile
} from '../encryption/profile/profile';

export class CustomerKeys {
  /** Keep a key; returns its handle. */
  add(key: string): number {
    const handle = this._next++;
    this._keys.set(handle, key);
    return handle;
  }

  /**
   * Keep the key that came with a profile; if there is none, use the previous one.
   *
   * @returns the key's handle; null for a method that takes no key
   * @throws ProfileError if the key is wrong, missing or not needed
   */
  keyFor(
    profile: Profile,
    customerKey: string | undefined,
    snapshot: ISnapshot,
    trans: ITranslate
  ): number | null {
    const takesKey = needsCustomerKey(profile.method);
    if (customerKey === undefined) {
      const known = takesKey ? this.find(snapshot) : null;
      if (!takesKey || known !== null) {
        return known;
      }
    }
    const wrong = takesKey
      ? validateCustomerKey(customerKey ?? '', trans)
      : trans.__('Only SSE-C takes a customer key.');
    if (wrong !== null) {
      throw new ProfileError([{ field: 'customerKey', message: wrong }]);
    }
    return this.add(customerKey ?? '');
  }

  get(handle: number | null): string | null {
    return handle === null ? null : (this._keys.get(handle) ?? null);
  }

  /** The handle in the newest target of a snapshot that has a key. */
  find(snapshot: ISnapshot): number | null {
    const found = targets(snapshot).find(
      ({ key }) => key !== null && this._keys.has(key)
    );
    return found?.key ?? null;
  }

  /** Forget every key that the snapshot does not refer to. */
  keepOnly(snapshot: ISnapshot): void {
    const used = new Set(targets(snapshot).map(({ key }) => key));
    for (const handle of [...this._keys.keys()]) {
      if (!used.has(handle)) {
        this._keys.delete(handle);
      }
    }
  }

  clear(): void {
    this._keys.clear();
  }

  private readonly _keys = new Map<number, string>();
  private _next = 1;
}

/** The targets of a snapshot, newest first. */
function targets(snapshot: ISnapshot): ITarget[] {
  const { queued, sent, armed, desired } = snapshot;
  return [queued?.target, sent?.target, armed, desired].filter(
    target => target !== null && target !== undefined
  );
}
