/** The profile that a notebook proposes, and what the site has decided. */

import * as React from 'react';

import type { Profile } from '../../encryption/profile/profile';
import { Button } from '../ui/parts';
import { useTrans } from '../../i18n';
import { methodName } from '../ui/words';
import { Contents } from './contents';
import { useKind } from '../mainPlace';

/** A profile from the notebook's metadata, or of its original, that is not applied yet. */
export function Proposal(props: {
  profile: Profile | null;
  /** Why it cannot be used; null if it can. */
  problem: string | null;
  /** The notebook that this one is a copy of, if it is from there. */
  from?: string;
  /** What happens to cells if it cannot be applied, as the settings say. */
  mode: 'warn' | 'block';
  onAgree: () => void;
  onDecline: () => void;
}): React.JSX.Element {
  const trans = useTrans();
  const main = useKind('notice');
  const { profile, problem } = props;
  return (
    <section
      className="jp-S3Encryption-alert jp-mod-warning"
      aria-label={trans.__("The notebook's proposal")}
    >
      {profile === null ? (
        <p>
          {trans.__(
            'This notebook proposes an encryption that cannot be used.'
          )}{' '}
          {problem}
        </p>
      ) : (
        <>
          <strong>
            {props.from === undefined
              ? trans.__(
                  'This notebook proposes %1.',
                  methodName(profile.method, trans)
                )
              : trans.__(
                  'This notebook is a copy of %1, which had %2.',
                  props.from,
                  methodName(profile.method, trans)
                )}
          </strong>{' '}
          {trans.__('Nothing is applied until you agree.')}
          <ul>
            <Contents profile={profile} />
            <li>
              {props.mode === 'block'
                ? trans.__('Cells do not run if it cannot be applied.')
                : trans.__(
                    'Cells run even if it cannot be applied: your settings say so, not the notebook.'
                  )}
            </li>
          </ul>
        </>
      )}
      <div className="jp-S3Encryption-buttons">
        {profile !== null && (
          <Button kind={main} onClick={props.onAgree}>
            {trans.__('Agree and apply')}
          </Button>
        )}
        <Button onClick={props.onDecline}>{trans.__('Ignore')}</Button>
      </div>
    </section>
  );
}

/** What the site has decided: why something cannot be changed here. */
export function SiteNotice(props: {
  locked: boolean;
  requireBlock: boolean;
}): React.JSX.Element | null {
  const trans = useTrans();
  const { locked, requireBlock } = props;
  return locked || requireBlock ? (
    <div className="jp-S3Encryption-note" role="note">
      {locked &&
        trans.__(
          'Your site sets the encryption: you cannot change it here.'
        )}{' '}
      {requireBlock && trans.__('Cells do not run if it cannot be applied.')}
    </div>
  ) : null;
}
