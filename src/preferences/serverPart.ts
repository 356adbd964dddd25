/** Asks the part of this extension in the Jupyter server; see docs/protocol.md. */

import { ServerConnection } from '@jupyterlab/services';

import { ENGLISH, type ITranslate } from '../contract/messages';
import { isObject } from '../contract/shape';

/** Milliseconds that an answer may take. */
const LONGEST = 10_000;

/** The server has answered, and the answer is of no use; the message says why. */
export class AnswerError extends Error {}

export abstract class ServerPart {
  constructor(
    private readonly _settings: ServerConnection.ISettings,
    private readonly _trans: ITranslate = ENGLISH
  ) {}

  /**
   * @param address - below the part's own, in its encoded form
   * @returns null: the server has no such part
   * @throws Error without an answer in time, AnswerError with one that says no
   */
  protected async request(
    address: string,
    init: RequestInit
  ): Promise<unknown> {
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
        this._answer(address, { ...init, signal }),
        late
      ]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async _answer(address: string, init: RequestInit): Promise<unknown> {
    const { baseUrl } = this._settings;
    const response = await ServerConnection.makeRequest(
      `${baseUrl.replace(/\/$/, '')}/s3-encryption/${address}`,
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
      throw new AnswerError(
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
