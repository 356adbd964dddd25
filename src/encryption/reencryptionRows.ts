/** The objects of a re-encryption by what became of them, and as files. Pure. */

import type {
  IReencryptedObject,
  IReencryption
} from '../contract/storedObjects';

/** A run, with its objects by what became of them. */
export interface IReencryptionResult extends Omit<IReencryption, 'objects'> {
  readonly outcomes: readonly IReencryptionOutcome[];
}

/** Objects of which the same became for the same reason. */
export interface IReencryptionOutcome extends Pick<
  IReencryptedObject,
  'state' | 'reason'
> {
  readonly objects: number;
  /** The first of them. */
  readonly first: readonly string[];
}

/** Names that are shown of each outcome. */
const NAMES = 20;

const COLUMNS = [
  'path',
  'versionId',
  'size',
  'state',
  'way',
  'proof',
  'reason',
  'algorithmBefore',
  'keyBefore'
] as const;

/** A result with one more answer of its run. */
export function resultOf(
  before: IReencryptionResult | null,
  { objects, ...page }: IReencryption
): IReencryptionResult {
  const outcomes = new Map<string, IReencryptionOutcome>();
  const keyOf = (one: Pick<IReencryptedObject, 'state' | 'reason'>): string =>
    JSON.stringify([one.state, one.reason]);
  for (const outcome of before?.outcomes ?? []) {
    outcomes.set(keyOf(outcome), outcome);
  }
  for (const object of objects) {
    const { state, reason, path } = object;
    const known = outcomes.get(keyOf(object));
    const first = known?.first ?? [];
    outcomes.set(keyOf(object), {
      state,
      reason,
      objects: (known?.objects ?? 0) + 1,
      first: first.length < NAMES ? [...first, path] : first
    });
  }
  return { ...page, outcomes: [...outcomes.values()] };
}

/** A field of CSV (RFC 4180). */
function field(value: string | number | null): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

function line(values: readonly (string | number | null)[]): string {
  return `${values.map(field).join(',')}\r\n`;
}

/** The files of a result, made while the answers come: the browser may keep them on disk. */
export class ReencryptionFiles {
  add(objects: readonly IReencryptedObject[]): void {
    if (objects.length > 0) {
      const lines = objects.map(object =>
        line(COLUMNS.map(name => object[name]))
      );
      this._csv.push(new Blob([lines.join('')]));
      const more = objects.map(object => JSON.stringify(object)).join(',\n');
      this._json.push(new Blob([this._json.length > 0 ? ',\n' : '', more]));
    }
  }

  /** @param result - what is said of the run as a whole */
  made(result: IReencryptionResult): { csv: Blob; json: Blob } {
    const { path, done, left, failed, cancelled, notes, journal } = result;
    const whole = { path, done, left, failed, cancelled, notes, journal };
    const head = JSON.stringify(whole).slice(0, -1);
    return {
      csv: new Blob(this._csv),
      json: new Blob([`${head},"objects":[\n`, ...this._json, '\n]}\n'])
    };
  }

  private readonly _csv: BlobPart[] = [line(COLUMNS)];
  private readonly _json: BlobPart[] = [];
}
