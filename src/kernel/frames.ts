/**
 * Finds our answer in what a program prints: JSON between marks with a number
 * that nobody else knows (`agent/livy/statement.py` writes them). Pure. Must not
 * know what the answer says.
 */

/** Longer than any answer; what claims to be more is none. */
const LIMIT = 64 * 1024 * 1024;

/** Reads what is printed piece by piece; holds no more of it than it has to. */
export class FrameReader {
  constructor(frame: string) {
    this._begin = `<<${frame}:`;
    this._end = `<<${frame}>>`;
  }

  /** The first whole answer; undefined until it is there. */
  get value(): unknown {
    return this._value;
  }

  /** Anything at all was printed. */
  get heard(): boolean {
    return this._heard;
  }

  /** The last of what was printed that is no answer. */
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

  /** What looked like a mark is none. */
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
