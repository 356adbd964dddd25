/** The callbacks of the pages about stored objects, for the checks of one session. */

import { namesOf } from '../../contract/records';
import { QUESTIONS, type Question } from '../../contract/storedObjects';
import type { IObjectChecks } from '../../tokens';
import type { Callback, IObjectActions } from './types';

type Ask = (...args: never[]) => Promise<void>;

/**
 * @param checks - null if there is no session; the callbacks do nothing then
 * @param navigation - the callbacks that concern the panel only
 */
export function objectActions(
  checks: IObjectChecks | null,
  navigation: Pick<IObjectActions, 'onOpenPage' | 'onOpened'>
): IObjectActions {
  const questions: Readonly<Record<Question, Ask>> | null = checks;
  const callbacks = namesOf(QUESTIONS).map(name => [
    `on${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    (...args: never[]): void => {
      void questions?.[name](...args);
    }
  ]);
  return {
    ...navigation,
    // Names made from those of the questions, as `Callback` makes them.
    ...(Object.fromEntries(callbacks) as Pick<
      IObjectActions,
      Callback<Question>
    >),
    onWithdraw: () => {
      checks?.cancel();
    }
  };
}
