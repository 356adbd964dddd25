/** The profiles that a user has saved, in a file that the Jupyter server keeps; see docs/protocol.md. */

import { isObject } from '../contract/shape';
import type { Profile } from '../encryption/profile/profile';
import { ServerPart } from './serverPart';

/** A profile as it is saved: with a name, and with a mode of its own if it has one. */
export type SavedProfile = Profile & { name: string; mode?: 'warn' | 'block' };

/** What is saved. */
export interface ISaved {
  /** Unchecked: the file can be written by hand. */
  readonly profiles: readonly unknown[];
  /** Where they are, for people. */
  readonly file: string;
}

/** Changes by name; each list can be absent. */
export interface IChanges {
  /** In place of those that have the name. */
  put?: readonly SavedProfile[];
  /** Only if nobody has the name. */
  add?: readonly SavedProfile[];
  delete?: readonly string[];
}

export class SavedProfiles extends ServerPart {
  /**
   * Read what is saved, after these changes if there are any.
   *
   * @returns null: the server keeps no profiles
   */
  async ask(changes?: IChanges): Promise<ISaved | null> {
    const found = await this.request(
      'profiles',
      changes === undefined
        ? { method: 'GET', cache: 'no-store' }
        : { method: 'PATCH', body: JSON.stringify(changes) }
    );
    return isObject(found) && Array.isArray(found.profiles)
      ? { profiles: found.profiles, file: String(found.file) }
      : null;
  }
}
