/**
 * Remembers which proposals a user has answered, in the state database: by the
 * notebook's path and the whole profile, so that a changed key is asked for again.
 */

import { textsOf } from '../contract/shape';
import { identityOf } from '../encryption/profile/profile';
import type { Profile } from '../encryption/profile/profile';
import type { IStore } from './memory';

const ANSWERS = 'jupyterlab-s3-encryption-trust';
/** How many answers are kept per notebook. */
const LIMIT = 20;

function idOf(path: string): string {
  return `${ANSWERS}:${path}`;
}

export class Trust {
  /** @param _state - null: nothing is kept after the page is closed */
  constructor(private readonly _state: IStore | null) {}

  /** Has the user answered this proposal before? */
  async knows(path: string, profile: Profile): Promise<boolean> {
    return (await this._read(path)).includes(identityOf(profile));
  }

  /** The user has agreed or declined: do not ask again. */
  async answer(path: string, profile: Profile): Promise<void> {
    const identity = identityOf(profile);
    const known = (await this._read(path)).filter(item => item !== identity);
    const all = [identity, ...known].slice(0, LIMIT);
    this._own.set(path, all);
    await this._state?.save(idOf(path), all);
  }

  /** A file was renamed: move its answers. */
  async move(from: string, to: string): Promise<void> {
    const known = await this._read(from);
    if (known.length > 0) {
      this._own.set(to, known);
      this._own.delete(from);
      await this._state?.save(idOf(to), known);
      await this._state?.remove(idOf(from));
    }
  }

  private async _read(path: string): Promise<string[]> {
    const own = this._own.get(path);
    if (own !== undefined) {
      return own;
    }
    return textsOf(await this._state?.fetch(idOf(path)));
  }

  /** The answers of this page: the state database may be slow or absent. */
  private readonly _own = new Map<string, string[]>();
}
