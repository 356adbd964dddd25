/** Asks the part of the Jupyter server that keeps the choices; see docs/protocol.md. */

import { isObject } from '../contract/shape';
import type { Profile } from '../encryption/profile/profile';
import { AnswerError, ServerPart } from './serverPart';

/** What is kept for a path, unchecked. */
export interface IChoice {
  readonly profile?: unknown;
  /** Without a choice: that of the notebook that this one is a copy of. */
  readonly offered?: { readonly profile: unknown; readonly from: string };
}

/** null instead of an answer: the server has no such part. */
export interface IChoiceServer {
  get(path: string): Promise<IChoice | null>;
  /** Keep the choice; a profile of null deletes it. */
  put(path: string, profile: Profile | null): Promise<true | null>;
}

export class ChoiceServer extends ServerPart implements IChoiceServer {
  async get(path: string): Promise<IChoice | null> {
    const found = await this._ask(path, { method: 'GET', cache: 'no-store' });
    if (found === null || isObject(found)) {
      return found;
    }
    throw new AnswerError(JSON.stringify(found ?? null));
  }

  async put(path: string, profile: Profile | null): Promise<true | null> {
    const found = await this._ask(
      path,
      profile === null
        ? { method: 'DELETE' }
        : { method: 'PUT', body: JSON.stringify(profile) }
    );
    return found === null ? null : true;
  }

  private _ask(path: string, init: RequestInit): Promise<unknown> {
    const parts = ['choices', ...path.split('/').map(encodeURIComponent)];
    return this.request(parts.join('/'), init);
  }
}
