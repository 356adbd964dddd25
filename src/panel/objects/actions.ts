/** The callbacks of the pages about stored objects, for the checks of one session. */

import { QUESTIONS, type Question } from '../../contract/storedObjects';
import type { IObjectChecks } from '../../tokens';
import type { Callback, IObjectActions } from './types';

type Ask = (...args: unknown[]) => unknown;

/**
 * @param checks - null if there is no session; the callbacks do nothing then
 * @param navigation - the callbacks that concern the panel only
 */
export function objectActions(
  checks: IObjectChecks | null,
  navigation: Pick<IObjectActions, 'onOpenPage' | 'onOpened'>
): IObjectActions {
  const callbacks = (Object.keys(QUESTIONS) as Question[]).map(name => [
    callback(name),
    (...args: unknown[]): void => {
      void (checks?.[name] as Ask | undefined)?.apply(checks, args);
    }
  ]);
  return {
    ...navigation,
    ...(Object.fromEntries(callbacks) as Pick<
      IObjectActions,
      Callback<Question>
    >),
    onWithdraw: () => {
      checks?.cancel();
    }
  };
}

function callback<Q extends Question>(name: Q): Callback<Q> {
  return `on${name.charAt(0).toUpperCase()}${name.slice(1)}` as Callback<Q>;
}
