/** The callbacks of the pages about stored objects, for the checks of one session. */

import type { IObjectChecks } from '../../tokens';
import type { IObjectActions } from './types';

/**
 * @param checks - null if there is no session; the callbacks do nothing then
 * @param navigation - the callbacks that concern the panel only
 */
export function objectActions(
  checks: IObjectChecks | null,
  navigation: Pick<IObjectActions, 'onOpenPage' | 'onOpened'>
): IObjectActions {
  return {
    ...navigation,
    onWriteCanary: location => {
      void checks?.writeCanary(location);
    },
    onCheckWrites: () => {
      void checks?.checkWrites();
    },
    onAudit: options => {
      void checks?.audit(options);
    },
    onReadBucket: bucket => {
      void checks?.readBucket(bucket);
    },
    onCancelRenewal: () => {
      void checks?.cancelRenewal();
    },
    onRenew: () => {
      void checks?.renew();
    },
    onWithdraw: () => {
      checks?.cancel();
    }
  };
}
