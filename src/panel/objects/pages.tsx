/**
 * The pages about stored objects, in one file that is loaded when the first of
 * them is opened. Must not know of sessions.
 */

import * as React from 'react';

import type { Profile } from '../../encryption/profile/profile';
import type { IObjectChecks } from '../../tokens';
import { AuditPage } from './audit';
import { BucketPage } from './bucket';
import { CanaryPage } from './canary';
import { WritesPage } from './writes';

export interface IStoredProps {
  objectChecks: IObjectChecks;
  /** Where canaries were written: one per bucket. */
  locations: readonly string[];
  /** What the bucket is compared with; null for none. */
  profile: Profile | null;
  onCopy: (text: string) => void;
}

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
