/**
 * Finds the agent's answer in a program's output: JSON between marks with a
 * random number, which `agent/livy/statement.py` writes. Pure.
 */

/** Longer than any answer; a frame that claims to be longer is not ours. */
const LIMIT = 64 * 1024 * 1024;
/** More marks than a kernel prints by chance: it imitates them, and is not read on. */
const MOST = 100;
/** The longest rest of a mark: a colon, nine digits and `>>`. */
const HEAD = 12;

/**
 * Reads the output piece by piece, and keeps no more of it than it has to. The
 * pieces of an answer are joined when all of it is there, not with each piece.
 */
export class FrameReader {
  constructor(frame: string) {
    this._begin = `<<${frame}:`;
    this._end = `<<${frame}>>`;
  }

  /** The first complete answer; undefined until then. */
  get value(): unknown {
    return this._value;
  }

  /** Was anything printed at all? */
  get heard(): boolean {
    return this._heard;
  }

  /** The end of the output, if it is not an answer. */
  get said(): string {
    return this._pieces.join('').slice(-200).trim();
  }

  push(piece: string): void {
    this._heard ||= piece !== '';
    if (this._value !== undefined) {
      return;
    }
    this._pieces.push(piece);
    this._length += piece.length;
    if (this._length >= this._needed) {
      const rest = this._read(this._pieces.join(''));
      this._pieces = [rest];
      this._length = rest.length;
    }
  }

  /** @returns what has to be kept of a text */
  private _read(text: string): string {
    const begin = this._begin;
    this._needed = 0;
    for (let at = 0; ; at += begin.length) {
      at = text.indexOf(begin, at);
      if (at < 0 || this._marks >= MOST) {
        // A mark may begin in one piece and end in the next.
        return text.slice(-Math.max(begin.length, 1024));
      }
      const behind = at + begin.length;
      const head = /^(\d{1,9})>>/.exec(text.slice(behind, behind + HEAD));
      const size = Number(head?.[1] ?? 0);
      const start = behind + (head?.[0].length ?? HEAD);
      const end = start + size + (head === null ? 0 : this._end.length);
      if (size <= LIMIT) {
        if (text.length < end) {
          this._needed = end - at;
          return text.slice(at);
        }
        if (head !== null && text.startsWith(this._end, start + size)) {
          this._value = parsed(text.slice(start, start + size));
          if (this._value !== undefined) {
            return '';
          }
        }
      }
      this._marks++;
    }
  }

  private readonly _begin: string;
  private readonly _end: string;
  private _pieces: string[] = [];
  private _length = 0;
  /** There is nothing to decide before so many characters are there. */
  private _needed = 0;
  private _marks = 0;
  private _heard = false;
  private _value: unknown;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
