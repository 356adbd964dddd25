/**
 * A report of the agent in the user's language. The agent writes English, and says of each
 * sentence what it was made of; `agentSentences.ts` lists them for translators.
 *
 * What was not said by our agent (Java's own messages, an older agent's) stays as it is.
 */

import { ENGLISH, type ITranslate } from './messages';
import type { IReport, IReportError, SENTENCES } from './report';
import { isObject, type Read } from './shape';

/** Sentences with `%1`, `%2`, … and what takes their place: texts, or sentences again. */
export type Sentences = Readonly<Read<typeof SENTENCES>>;

/** The parts of a report that people read; nothing else is translated. */
const READ = [
  ...['message', 'reason', 'defaultReason', 'policyReason', 'unseen'],
  ...['callerReason', 'keyReason', 'late', 'unread'],
  ...['target', 'notes']
];
/** Sentences within sentences; the agent has four levels. */
const DEEPEST = 8;
/** Sentences in one text; those of a sentence that holds itself double at every level. */
const MOST = 1000;

/** What is said in English, and what each sentence in it is made of. */
export function explained<T>(say: (trans: ITranslate) => T): {
  english: T;
  sentences: Sentences;
} {
  const sentences: Read<typeof SENTENCES> = {};
  const english = say({
    __: (text, ...values) => {
      const sentence = ENGLISH.__(text, ...values);
      sentences[sentence] = { text, values };
      return sentence;
    }
  });
  return { english, sentences };
}

/** A report with parts of the page's own, explained as the agent explains its own. */
export function withParts(
  report: IReport,
  say: (trans: ITranslate) => Partial<IReport>
): IReport {
  const { english, sentences } = explained(say);
  return {
    ...report,
    ...english,
    sentences: { ...report.sentences, ...sentences }
  };
}

/** Why a request failed if the kernel does not say it. */
export function noReason(trans: ITranslate): IReportError {
  return {
    code: 'internal',
    message: trans.__('The kernel reported a failure without a reason.'),
    fields: [],
    settings: 'unknown'
  };
}

/** A sentence of the contract or of the agent, which `agentSentences.ts` lists. */
export function lookUp(
  trans: ITranslate,
  text: string,
  values: string[] = []
): string {
  // eslint-disable-next-line jupyter/no-dynamic-translation -- listed there as a literal
  return trans.__(text, ...values);
}

/** One text of a report. */
export function inWords(
  english: string,
  sentences: Sentences | undefined,
  trans: ITranslate
): string {
  let left = MOST;
  const say = (text: string, depth: number): string => {
    const made =
      sentences !== undefined && Object.hasOwn(sentences, text)
        ? sentences[text]
        : undefined;
    return made === undefined || depth > DEEPEST || left-- <= 0
      ? text
      : lookUp(
          trans,
          made.text,
          made.values.map(value => say(value, depth + 1))
        );
  };
  return say(english, 0);
}

/** A report with all that people read in it translated. */
export function translated<T extends { sentences?: Sentences }>(
  report: T,
  trans: ITranslate
): T {
  const { sentences } = report;
  const visit = (value: unknown, isRead: boolean): unknown => {
    if (typeof value === 'string') {
      return isRead ? inWords(value, sentences, trans) : value;
    }
    if (Array.isArray(value)) {
      return value.map(part => visit(part, isRead));
    }
    return isObject(value)
      ? Object.fromEntries(
          Object.entries(value).map(([name, part]) => [
            name,
            name === 'sentences' ? part : visit(part, READ.includes(name))
          ])
        )
      : value;
  };
  return sentences === undefined || Object.keys(sentences).length === 0
    ? report
    : // The same with other texts.
      (visit(report, false) as T);
}
