/** The folded sections about stored objects; their content is loaded when the first is opened. */

import * as React from 'react';

import { PAGES } from './types';
import type { IObjectsProps, IOpenRequest, ObjectPage } from './types';
import { Section } from '../ui/parts';
import { useTrans } from '../../i18n';

const ObjectsPage = React.lazy(() => import('./pages'));

export function ObjectSections(
  props: IObjectsProps & { request: IOpenRequest | null }
): React.JSX.Element {
  const trans = useTrans();
  const { writes } = props.view.state;
  const request = (page: ObjectPage): IOpenRequest | null =>
    props.request?.page === page ? props.request : null;
  const paths = writes?.paths.length ?? 0;
  const titles = {
    canary: trans.__('Proof'),
    writes:
      paths > 0 ? trans.__('Your writes (%1)', paths) : trans.__('Your writes'),
    audit: trans.__('Stored objects'),
    reencryption: trans.__('Re-encryption'),
    bucket: trans.__('Bucket settings')
  };
  return (
    <>
      {PAGES.map(page => (
        <Section key={page} title={titles[page]} late opener={request(page)}>
          <React.Suspense
            fallback={
              <p className="jp-S3Encryption-note">{trans.__('Loading…')}</p>
            }
          >
            <ObjectsPage {...props} page={page} request={request(page)} />
          </React.Suspense>
        </Section>
      ))}
    </>
  );
}
