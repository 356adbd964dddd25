/**
 * The choice of each notebook, by its path: kept by the Jupyter server if it has the
 * part for it, so that all pages of a user see one; otherwise in this page's own store.
 * That store has a copy in any case: the part can be removed, and nothing is lost.
 */

import type { ReadonlyPartialJSONValue } from '@lumino/coreutils';

import { parseProfile, type Profile } from '../encryption/profile/profile';
import type { IChoice, IChoiceServer } from './choiceServer';
import { AnswerError } from './serverPart';
import type { IStore } from './store';

const NOTEBOOKS = 'jupyterlab-s3-encryption-notebook';
/** Is there if the server was given what this store had before. */
const GIVEN = 'jupyterlab-s3-encryption-choices:given';

function idOf(path: string): string {
  return `${NOTEBOOKS}:${path}`;
}

/**
 * The path of a file on the server; null for a drive that the server does not know. What
 * real-time collaboration shares are the server's files.
 */
function onServer(path: string): string | null {
  const [, drive, local] = /^(?:([^/:]*):)?(.*)$/s.exec(path) ?? [];
  return drive === undefined || drive === 'RTC' ? (local ?? null) : null;
}

export class Choices {
  /**
   * @param _state - null: this page keeps nothing
   * @param _server - null: the server keeps nothing
   */
  constructor(
    private readonly _state: IStore | null,
    private _server: IChoiceServer | null = null
  ) {}

  /** @throws Error if the choice cannot be read: that is not the same as none */
  recall(path: string): Promise<IChoice> {
    const open = this._reads.get(path);
    if (open !== undefined) {
      return open;
    }
    const read = this._inTurn(path, () => this._read(path));
    this._reads.set(path, read);
    const done = (): void => {
      if (this._reads.get(path) === read) {
        this._reads.delete(path);
      }
    };
    read.then(done, done);
    return read;
  }

  /** Keep the choice of a notebook; null forgets it. */
  remember(path: string, profile: Profile | null): Promise<void> {
    this._reads.delete(path);
    return this._inTurn(path, async () => {
      if (this._server !== null) {
        // First: this choice is not one that was made before. If it fails, so does what follows.
        await this._give(this._server).catch(() => undefined);
      }
      const [kept, copied] = await Promise.allSettled([
        this._write(path, profile),
        this._copy(path, profile)
      ]);
      if (kept.status === 'rejected') {
        throw kept.reason as Error;
      }
      if (copied.status === 'rejected') {
        if (this._server === null || onServer(path) === null) {
          throw copied.reason as Error;
        }
        console.warn('Only the server keeps the choice.', copied.reason);
      }
    });
  }

  /** A file or a folder was renamed in this page. The server's part sees that by itself. */
  async move(from: string, to: string): Promise<void> {
    const inside = (path: string): boolean =>
      path === from || path.startsWith(`${from}/`);
    for (const [path, profile] of [...this._unsaved]) {
      if (inside(path)) {
        this._unsaved.delete(path);
        this._unsaved.set(to + path.slice(from.length), profile);
      }
    }
    if (this._state === null) {
      return;
    }
    const { ids, values } = await this._state.list(NOTEBOOKS);
    await Promise.all(
      ids.map(async (id, index) => {
        const path = id.slice(idOf('').length);
        const value = values[index];
        if (inside(path) && value !== undefined) {
          const moved = idOf(to + path.slice(from.length));
          await this._state?.save(moved, value);
          await this._state?.remove(id);
        }
      })
    );
  }

  private async _read(path: string): Promise<IChoice> {
    const at = onServer(path);
    const server = this._server;
    if (server === null || at === null) {
      return this._own(path);
    }
    const unsaved = this._unsaved.get(path);
    if (unsaved !== undefined) {
      await this._write(path, unsaved).catch(() => undefined);
      return unsaved === null ? {} : { profile: unsaved };
    }
    let found = await server.get(at);
    if (found !== null && (await this._give(server))) {
      found = await server.get(at);
    }
    if (found === null) {
      this._lacks();
      return this._own(path);
    }
    const parsed = parseProfile(found.profile);
    if (found.profile !== undefined && 'errors' in parsed) {
      const texts = parsed.errors.map(({ message }) => message);
      throw new AnswerError(texts.join(' '));
    }
    return found;
  }

  private async _own(path: string): Promise<IChoice> {
    const profile: unknown = await this._state?.fetch(idOf(path));
    return profile === undefined ? {} : { profile };
  }

  private async _copy(path: string, profile: Profile | null): Promise<void> {
    await (profile === null
      ? this._state?.remove(idOf(path))
      : this._state?.save(idOf(path), profile));
  }

  /** On the server. What it could not be given is the choice in this page all the same. */
  private async _write(path: string, profile: Profile | null): Promise<void> {
    const at = onServer(path);
    if (this._server !== null && at !== null) {
      this._unsaved.set(path, profile);
      if ((await this._server.put(at, profile)) === null) {
        this._lacks();
      }
      this._unsaved.delete(path);
    }
    if (this._isLacking) {
      // If the server gets the part later, it is given all that was chosen until then.
      await this._state?.remove(GIVEN);
    }
  }

  /** The server has no such part: the page keeps its own choices until it is loaded again. */
  private _lacks(): void {
    this._server = null;
    this._isLacking = true;
  }

  /**
   * Give the server what was chosen before it had its part, where it has no choice.
   *
   * @returns whether it was given anything now
   */
  private async _give(server: IChoiceServer): Promise<boolean> {
    if (this._state === null || this._isGiven) {
      return false;
    }
    this._isGiven = (await this._state.fetch(GIVEN)) !== undefined;
    if (this._isGiven) {
      return false;
    }
    const { ids, values } = await this._state.list(NOTEBOOKS);
    for (const [index, id] of ids.entries()) {
      const path = id.slice(idOf('').length);
      if (!(await this._giveOne(server, path, values[index]))) {
        return false;
      }
    }
    await this._state.save(GIVEN, true);
    this._isGiven = true;
    return ids.length > 0;
  }

  /** @returns false if the server has no such part */
  private async _giveOne(
    server: IChoiceServer,
    path: string,
    value: ReadonlyPartialJSONValue | undefined
  ): Promise<boolean> {
    const at = onServer(path);
    const parsed = parseProfile(value);
    if (at === null || 'errors' in parsed) {
      return true;
    }
    try {
      const found = await server.get(at);
      if (found !== null && found.profile === undefined) {
        await server.put(at, parsed.profile);
      }
      return found !== null;
    } catch (reason) {
      // An answer that says no is for this one; without an answer it is tried again later.
      if (!(reason instanceof AnswerError)) {
        throw reason;
      }
      return true;
    }
  }

  /** One request after the other for a path: what is read is what was kept last. */
  private _inTurn<T>(path: string, work: () => Promise<T>): Promise<T> {
    const now = (this._turns.get(path) ?? Promise.resolve()).then(work);
    const turn = now.then(
      () => undefined,
      () => undefined
    );
    this._turns.set(path, turn);
    void turn.then(() => {
      if (this._turns.get(path) === turn) {
        this._turns.delete(path);
      }
    });
    return now;
  }

  private _isGiven = false;
  private _isLacking = false;
  private readonly _unsaved = new Map<string, Profile | null>();
  /** The requests that have no answer yet: whoever asks meanwhile gets the same. */
  private readonly _reads = new Map<string, Promise<IChoice>>();
  private readonly _turns = new Map<string, Promise<undefined>>();
}
