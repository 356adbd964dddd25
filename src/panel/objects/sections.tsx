/**
 * The folded sections about stored objects; what is in them is loaded when the
 * first of them is opened. Must not know of sessions.
 */

import * as React from 'react';

import { Section } from '../ui/parts';
import { useTrans } from '../../i18n';
import type { IStoredProps } from './pages';

const StoredPage = React.lazy(() => import('./pages'));

export function Stored(props: IStoredProps): React.JSX.Element {
  const trans = useTrans();
  const { wish, writes } = props.objectChecks.state;
  const paths = writes?.paths.length ?? 0;
  const titles = {
    canary: trans.__('Proof'),
    writes:
      paths > 0 ? trans.__('Your writes (%1)', paths) : trans.__('Your writes'),
    audit: trans.__('Stored objects'),
    bucket: trans.__('In force at the bucket')
  };
  return (
    <>
      {(['canary', 'writes', 'audit', 'bucket'] as const).map(page => (
        <Section
          key={page}
          title={titles[page]}
          late
          opener={wish?.page === page ? wish : null}
        >
          <React.Suspense
            fallback={
              <p className="jp-S3Encryption-note">{trans.__('Loading…')}</p>
            }
          >
            <StoredPage {...props} page={page} />
          </React.Suspense>
        </Section>
      ))}
    </>
  );
}
