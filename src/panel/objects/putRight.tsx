/** What puts right the objects of an audit that are not encrypted as chosen. */

import * as React from 'react';

import type { IAudit } from '../../contract/storedObjects';
import { useTrans } from '../../i18n';
import { DocumentationLink, OutsideContext } from '../ui/outside';
import { Button } from '../ui/parts';
import { formatCount } from './parts';

export function PutRight({
  audit
}: {
  audit: IAudit;
}): React.JSX.Element | null {
  const trans = useTrans();
  const outside = React.useContext(OutsideContext);
  const other = audit.counts
    .filter(({ verdict }) => verdict === 'other')
    .reduce((sum, { objects }) => sum + objects, 0);
  return other === 0 ? null : (
    <div className="jp-S3Encryption-putRight">
      <strong>
        {trans._n(
          '%2 object is not encrypted as chosen.',
          '%2 objects are not encrypted as chosen.',
          other,
          formatCount(other)
        )}
      </strong>
      <p>
        {trans.__(
          'They stay as they are until they are written again. If the choice is SSE-KMS with a key, S3 Batch Operations can also change their key in place: the documents for that are in the tab S3.'
        )}
      </p>
      {outside && (
        <div className="jp-S3Encryption-buttons">
          <Button
            onClick={() => {
              outside.openDocuments('s3');
            }}
          >
            {trans.__('Documents that change their key…')}
          </Button>
          <DocumentationLink section="objects-differ" />
        </div>
      )}
    </div>
  );
}
