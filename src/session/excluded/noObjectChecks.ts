/** The checks of stored objects in an excluded kernel: they do nothing. */

import { Signal } from '@lumino/signaling';

import {
  NO_ANSWERS,
  QUESTIONS,
  type IWrittenPath,
  type Question
} from '../../contract/storedObjects';
import type {
  CheckWrites,
  IObjectChecks,
  IObjectChecksState
} from '../../tokens';

/** The state before the first request. */
export const NOTHING_KNOWN: IObjectChecksState = {
  underWay: null,
  queued: false,
  failed: null,
  ...NO_ANSWERS
};

class Unasked implements Omit<IObjectChecks, Question> {
  readonly state = NOTHING_KNOWN;
  readonly changed = new Signal<IObjectChecks, IObjectChecksState>(
    this as unknown as IObjectChecks
  );
  readonly mismatched = new Signal<IObjectChecks, readonly IWrittenPath[]>(
    this as unknown as IObjectChecks
  );
  readonly checks: CheckWrites = 'off';
  readonly armed = false;

  cancel(): void {
    // Nothing is under way.
  }

  ran(): void {
    // Nothing is checked after a run.
  }
}

/** Checks in which every question does nothing. */
export function noObjectChecks(): IObjectChecks {
  const nothing = (): Promise<void> => Promise.resolve();
  const questions = Object.keys(QUESTIONS).map(name => [name, nothing]);
  return Object.assign(
    new Unasked(),
    Object.fromEntries(questions) as Record<Question, typeof nothing>
  );
}
