/** The profiles that a user has saved, in a file that the Jupyter server keeps; see docs/protocol.md. */

import { isObject } from '../contract/shape';
import type { Profile } from '../encryption/profile/profile';
import { AnswerError, ServerPart } from './serverPart';

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

export class SavedProfiles {
  constructor(...of: ConstructorParameters<typeof ServerPart>) {
    this._part = new ServerPart(...of);
  }

  /**
   * Read what is saved, after these changes if there are any.
   *
   * @returns null: the server keeps no profiles
   */
  async ask(changes?: IChanges): Promise<ISaved | null> {
    const found = await this._part.ask(
      'profiles',
      changes === undefined
        ? { method: 'GET', cache: 'no-store' }
        : { method: 'PATCH', body: JSON.stringify(changes) }
    );
    if (found === null) {
      return null;
    }
    if (isObject(found) && Array.isArray(found.profiles)) {
      return { profiles: found.profiles, file: String(found.file) };
    }
    throw new AnswerError(JSON.stringify(found ?? null));
  }

  private readonly _part: ServerPart;
}
