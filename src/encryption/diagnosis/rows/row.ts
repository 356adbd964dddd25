/**
 * What a row of the table of errors is: words that only this error has, what
 * they mean, who acts, and where that is written.
 */

import { byAnotherService, words } from '../errorText';
import { keyName } from '../names';
import type { Actor, Answer, DiagnosisCode, IContext } from '../types';

export interface IRow {
  readonly code: DiagnosisCode;
  readonly who: Actor;
  /** Document or source in which the error and its remedy are described. */
  readonly source: string;
  /** Global, and of bounded reach from wherever it starts. */
  readonly at: RegExp;
  /** What it looks like although it is something else. */
  readonly unless?: (found: RegExpMatchArray, context: IContext) => boolean;
  readonly cause: (context: IContext, found: RegExpMatchArray) => string;
  readonly what: (context: IContext, found: RegExpMatchArray) => string;
}

/** A pattern out of pieces: text as printed, or a pattern in slashes. */
export function any(...sentences: readonly string[]): RegExp {
  return new RegExp(sentences.map(words).join('|'), 'gi');
}

/** Where a match is. */
export function range(found: RegExpMatchArray): [number, number] {
  const from = found.index ?? 0;
  return [from, from + found[0].length];
}

/** The text around a match. */
export function around(found: RegExpMatchArray, { text }: IContext): string {
  const [from, to] = range(found);
  return text.slice(Math.max(from - 300, 0), to + 600);
}

/** SQS, Lambda, DynamoDB and others report the states of their keys too. */
export function elsewhere(
  found: RegExpMatchArray,
  { text }: IContext
): boolean {
  return byAnotherService(text, ...range(found));
}

/** The key that an error is about. */
export function keyOf(found: RegExpMatchArray, context: IContext): string {
  const groups: readonly (string | undefined)[] = found.slice(1);
  const said = groups.find(group => group !== undefined);
  return keyName(said, around(found, context), context);
}

export function answerOf(
  row: IRow,
  context: IContext,
  found: RegExpMatchArray
): Answer {
  return {
    code: row.code,
    who: row.who,
    cause: row.cause(context, found),
    what: row.what(context, found)
  };
}
