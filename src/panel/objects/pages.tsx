/**
 * The pages about stored objects, in one file that is loaded when the first of
 * them is opened. Must not know of sessions.
 */

import * as React from 'react';

import { AuditPage } from './audit';
import { BucketPage } from './bucket';
import { CanaryPage } from './canary';
import type { IStoredProps } from './sections';
import { WritesPage } from './writes';

export default function StoredPage(
  props: IStoredProps & { page: 'canary' | 'writes' | 'audit' | 'bucket' }
): React.JSX.Element {
  switch (props.page) {
    case 'canary':
      return <CanaryPage {...props} />;
    case 'writes':
      return <WritesPage {...props} />;
    case 'audit':
      return <AuditPage {...props} />;
    case 'bucket':
      return <BucketPage {...props} />;
  }
}
