/** Asks the part of the Jupyter server that keeps the choices; see docs/protocol.md. */

import { ServerConnection } from '@jupyterlab/services';

import { ENGLISH, type ITranslate } from '../contract/messages';
import { isObject } from '../contract/shape';
import type { Profile } from '../encryption/profile/profile';

/** Milliseconds that an answer may take. */
const LONGEST = 10_000;

/** What is kept for a path, unchecked. */
export interface IChoice {
  readonly profile?: unknown;
  /** Without a choice: that of the notebook that this one is a copy of. */
  readonly offered?: { readonly profile: unknown; readonly from: string };
}

/** The server has answered, and the answer is no choice. */
export class ChoiceError extends Error {}

/** null instead of an answer: the server has no such part. */
export interface IChoiceServer {
  get(path: string): Promise<IChoice | null>;
  /** Keep the choice; a profile of null deletes it. */
  put(path: string, profile: Profile | null): Promise<true | null>;
}

export class ChoiceServer implements IChoiceServer {
  constructor(
    private readonly _settings: ServerConnection.ISettings,
    private readonly _trans: ITranslate = ENGLISH
  ) {}

  async get(path: string): Promise<IChoice | null> {
    const found = await this._ask(path, { method: 'GET', cache: 'no-store' });
    if (found === null || isObject(found)) {
      return found;
    }
    throw new ChoiceError(JSON.stringify(found ?? null));
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

  /** @throws Error without an answer in time, ChoiceError with one that says no */
  private async _ask(path: string, init: RequestInit): Promise<unknown> {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const why = this._trans.__('The Jupyter server does not answer.');
        reject(new Error(why));
        stop.abort();
      }, LONGEST);
    });
    const { signal } = stop;
    try {
      return await Promise.race([
        this._answer(path, { ...init, signal }),
        late
      ]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async _answer(path: string, init: RequestInit): Promise<unknown> {
    const { baseUrl } = this._settings;
    const url = [
      baseUrl.replace(/\/$/, ''),
      's3-encryption/choices',
      ...path.split('/').map(encodeURIComponent)
    ].join('/');
    const response = await ServerConnection.makeRequest(
      url,
      init,
      this._settings
    );
    // A server that has answered once has the part: then it is something else that is not found.
    if (response.status === 404 && !this._hasAnswered) {
      return null;
    }
    const content: unknown = await response.json().catch(() => undefined);
    if (!response.ok) {
      const message = isObject(content) ? content.message : undefined;
      throw new ChoiceError(
        typeof message === 'string'
          ? message
          : `${response.status} ${response.statusText}`
      );
    }
    this._hasAnswered = true;
    return content;
  }

  private _hasAnswered = false;
}
