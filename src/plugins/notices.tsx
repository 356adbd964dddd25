/**
 * What the panel shows above the choice: what the notebook proposes, what the
 * site has decided. Must not know of kernels.
 */

import * as React from 'react';

import { Proposal, SiteNotice } from '../panel/state/proposal';
import type { IEncryptionSession } from '../tokens';
import type { IPreferences } from './preferences';
import type { IProposals } from './proposals';

/** The notices of one session. */
export function notices(
  session: IEncryptionSession,
  { options }: Pick<IPreferences, 'options'>,
  proposals: IProposals | null
): React.JSX.Element {
  const { locked, requireBlock } = options.current.site;
  const proposal = proposals?.of(session) ?? null;
  return (
    <>
      <SiteNotice locked={locked} requireBlock={requireBlock} />
      {proposals && proposal && (
        <Proposal
          {...proposal}
          onAgree={() => {
            proposals.agree(session);
          }}
          onDecline={() => {
            proposals.decline(session);
          }}
        />
      )}
    </>
  );
}
