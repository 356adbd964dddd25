/** The pages about stored objects; loaded when the first of them is opened. */

import * as React from 'react';

import { AuditPage } from './audit';
import { BucketPage } from './bucket/bucket';
import { CanaryPage } from './canary';
import { ReencryptionPage } from './reencryption/page';
import type { IPageProps, ObjectPage } from './types';
import { WritesPage } from './writes';

export default function ObjectsPage(
  props: IPageProps & { page: ObjectPage }
): React.JSX.Element {
  const { request } = props;
  const { onOpened } = props.actions;
  React.useEffect(() => {
    if (request !== null) {
      onOpened(request);
    }
  }, [request, onOpened]);
  switch (props.page) {
    case 'canary':
      return <CanaryPage {...props} />;
    case 'writes':
      return <WritesPage {...props} />;
    case 'audit':
      return <AuditPage {...props} />;
    case 'reencryption':
      return <ReencryptionPage {...props} />;
    case 'bucket':
      return <BucketPage {...props} />;
  }
}
