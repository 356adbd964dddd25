/**
 * Finds the agent's answer in a program's output: JSON between marks with a
 * random number, which `agent/livy/statement.py` writes. Pure.
 */

/** Longer than any answer; a frame that claims to be longer is not ours. */
const LIMIT = 64 * 1024 * 1024;

/** Reads the output piece by piece, and keeps no more of it than it has to. */
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
    return this._text.slice(-200).trim();
  }

  push(piece: string): void {
    this._heard ||= piece !== '';
    if (this._value !== undefined) {
      return;
    }
    this._text += piece;
    const at = this._text.indexOf(this._begin);
    if (at < 0) {
      // A mark may begin in one piece and end in the next.
      this._text = this._text.slice(-Math.max(this._begin.length, 1024));
      return;
    }
    this._text = this._text.slice(at);
    const head = /^:(\d{1,9})>>/.exec(
      this._text.slice(this._begin.length - 1, this._begin.length + 12)
    );
    if (head === null) {
      if (this._text.length > this._begin.length + 12) {
        this._skip();
      }
      return;
    }
    const start = this._begin.length - 1 + head[0].length;
    const end = start + Number(head[1]);
    if (Number(head[1]) > LIMIT) {
      this._skip();
    } else if (this._text.length >= end + this._end.length) {
      const whole = this._text.startsWith(this._end, end);
      this._value = whole ? parsed(this._text.slice(start, end)) : undefined;
      if (this._value === undefined) {
        this._skip();
      } else {
        this._text = '';
      }
    }
  }

  /** What looked like a mark is not one. */
  private _skip(): void {
    const rest = this._text.slice(this._begin.length);
    this._text = '';
    this.push(rest);
  }

  private readonly _begin: string;
  private readonly _end: string;
  private _text = '';
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
