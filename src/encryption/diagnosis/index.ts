/**
 * From an error text of Spark, S3A, EMRFS, KMS, boto3 and others to its cause,
 * who must act, and the statement that fixes it. Recognises what it knows, also
 * deep in a stack trace, and answers null for anything else: it never guesses.
 * Pure.
 *
 * `tests/examples/errors` holds recorded texts, each with where it came from;
 * the tables in `rows` say for each row where it is described.
 */

import { ENGLISH, type ITranslate } from '../../contract/messages';
import { folded, lineBefore, searchable } from './errorText';
import { answerTo } from './refusals';
import { deniedIn } from './rows/denied';
import { HADOOP_ROWS } from './rows/hadoop';
import { KMS_ROWS } from './rows/kms';
import { answerOf, range } from './rows/row';
import { S3_ROWS } from './rows/s3';
import { UPDATE_ROWS } from './rows/update';
import { refusalsIn } from './sentence';
import type { IContext, IDiagnosis, IFound, IKnown } from './types';

export type {
  Actor,
  DiagnosisCode,
  IDiagnosis,
  IKnown,
  PolicyName
} from './types';

const ROWS = [...S3_ROWS, ...UPDATE_ROWS, ...KMS_ROWS, ...HADOOP_ROWS].map(
  row => ({ ...row, at: folded(row.at) })
);

/**
 * Find the cause of an error.
 *
 * @param text - the output of a cell, stack trace included
 * @returns null if nothing in it is recognised, or if what stopped the job is
 * not about data on S3
 */
export function diagnose(
  text: string,
  known: IKnown = {},
  trans: ITranslate = ENGLISH
): IDiagnosis | null {
  const context: IContext = { text: searchable(text), known, trans };
  const explained = [...refused(context), ...recognised(context)];
  const denied = deniedIn(context);
  // A refusal of another service that comes last is what stopped the job.
  const stopped = inOrder([...explained, ...denied], context.text).at(-1);
  if (!stopped?.answer) {
    return null;
  }
  const reasons = inOrder(explained, context.text).filter(
    ({ answer }) => answer !== null
  );
  const first = reasons.at(-1) ?? inOrder(denied, context.text).pop();
  if (!first?.answer) {
    return null;
  }
  const also = [
    ...new Set(reasons.map(({ answer }) => answer?.cause ?? ''))
  ].filter(cause => cause !== first.answer?.cause);
  return {
    ...first.answer,
    ...(also.length > 0 && { also: also.slice(-5) }),
    evidence: context.text.slice(first.from, first.to).trim().slice(0, 500)
  };
}

/** The refusals in the words of AWS. */
function refused(context: IContext): IFound[] {
  return refusalsIn(context.text).map(refusal => ({
    from: refusal.from,
    to: refusal.to,
    answer: answerTo(refusal, context)
  }));
}

/** What the table of errors knows; of a row that is there often, the last ones. */
function recognised(context: IContext): IFound[] {
  return ROWS.flatMap(row =>
    [...context.text.matchAll(row.at)]
      .slice(-100)
      .filter(found => row.unless?.(found, context) !== true)
      .map(found => {
        const [from, to] = range(found);
        return { from, to, answer: answerOf(row, context, found) };
      })
  );
}

/** A line of a log that says that the job went on, or an error on the side. */
const ON_THE_SIDE =
  /^[\d/:.,TZ \-+[\]]{0,60}(?:WARN|WARNING|INFO|DEBUG|TRACE)\b|^ ?Suppressed: /;

/**
 * In the order in which they stopped the job: the root of a Java error and the
 * end of a Python one come last. What was only a warning comes before all that.
 */
function inOrder(found: readonly IFound[], text: string): IFound[] {
  const aside = (at: IFound): boolean =>
    ON_THE_SIDE.test(lineBefore(text, at.from));
  const sorted = [...found].sort((a, b) => a.from - b.from);
  return [...sorted.filter(aside), ...sorted.filter(at => !aside(at))];
}
