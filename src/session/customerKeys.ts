/**
 * Keeps keys of SSE-C in the page's memory, each under a number.
 *
 * States, effects and history only ever hold the number. Must not write a key
 * anywhere.
 */

import { validateCustomerKey } from '../encryption/profile/keys';
import type { ISnapshot, ITarget } from '../encryption/lifecycle/types';
import type { ITranslate } from '../contract/messages';
import { ProfileError, type Profile } from '../encryption/profile/profile';

export class CustomerKeys {
  /** Keep a key; returns its handle. */
  add(key: string): number {
    const handle = this._next++;
    this._keys.set(handle, key);
    return handle;
  }

  /**
   * Keep the key that came with a profile; without one, take that of before.
   *
   * @returns the key's handle; null for a method that takes none
   * @throws ProfileError where the key is wrong, missing, or of no use
   */
  keyFor(
    profile: Profile,
    customerKey: string | undefined,
    snapshot: ISnapshot,
    trans: ITranslate
  ): number | null {
    const takesKey = profile.method === 'sse-c';
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

  /** The handle that the newest choice of a snapshot refers to. */
  find(snapshot: ISnapshot): number | null {
    const held = choices(snapshot).find(
      choice => choice.key !== null && this._keys.has(choice.key)
    );
    return held?.key ?? null;
  }

  /** Forget every key that the snapshot does not refer to. */
  keepOnly(snapshot: ISnapshot): void {
    const used = new Set(choices(snapshot).map(choice => choice.key));
    for (const handle of [...this._keys.keys()]) {
      if (!used.has(handle)) {
        this._keys.delete(handle);
      }
    }
  }

  clear(): void {
    this._keys.clear();
  }

  get size(): number {
    return this._keys.size;
  }

  private readonly _keys = new Map<number, string>();
  private _next = 1;
}

function choices(snapshot: ISnapshot): ITarget[] {
  const { queued, sent, armed, desired } = snapshot;
  return [queued?.target, sent?.target, armed, desired].filter(
    choice => choice !== null && choice !== undefined
  );
}
