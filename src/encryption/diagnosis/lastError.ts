/**
 * The error that ended a cell, if it is one that no refusal turns into: what was
 * refused before it did not stop the cell. Pure.
 *
 * Sources: Python library reference, Built-in Exceptions and traceback (chained
 * exceptions); IPython, ultratb; PySpark, pyspark.errors.
 */

import { folded } from './errorText';

/** Mistakes in the code of a cell; not those that libraries wrap others in. */
const MISTAKES =
  'ArithmeticError|AssertionError|AttributeError|ImportError|IndentationError|IndexError|KeyError|ModuleNotFoundError|NameError|SyntaxError|TypeError|UnboundLocalError|ZeroDivisionError|AnalysisException|ParseException';

/** IPython has the name ahead of it, Python at the end of the traceback. */
const TRACEBACK = folded(
  /(?:\b(\w{1,60}) )?Traceback \(most recent call last\)/g
);
const CHAINED = folded(
  /(?:direct cause of the following exception|another exception occurred):[-\s]{0,200}$/
);
const ENDS =
  /(?<=^|\n)(?:\w{1,60}\.){0,8}(\w{1,60}(?:Error|Exception))(?=:|\n|$)/g;
const IS_MISTAKE = new RegExp(`^(?:${MISTAKES})$`);

/**
 * Where the last traceback begins, if a mistake ended the cell and was not raised
 * because of another error; -1: anything may have ended it.
 */
export function mistakeAt(text: string): number {
  const last = [...text.matchAll(TRACEBACK)].pop();
  if (last === undefined) {
    return -1;
  }
  const before = text.slice(Math.max(last.index - 300, 0), last.index);
  const name = last[1] ?? [...text.slice(last.index).matchAll(ENDS)].pop()?.[1];
  return name !== undefined && IS_MISTAKE.test(name) && !CHAINED.test(before)
    ? last.index
    : -1;
}
