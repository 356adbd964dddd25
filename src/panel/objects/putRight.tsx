/** What puts right the objects of an audit that are not encrypted as chosen. */

import * as React from 'react';

import type { IAudit } from '../../contract/storedObjects';
import { useTrans } from '../../i18n';
import { DocumentationLink, OutsideContext } from '../ui/outside';
import { Button } from '../ui/parts';
import { formatCount } from './parts';
import type { IObjectActions } from './types';

/** Open the page of re-encryptions and plan one; it changes nothing. */
export function openPlan(actions: IObjectActions, path: string): void {
  actions.onOpenPage('reencryption', path);
  actions.onPlanReencryption({ path, versions: false });
}

export function PutRight(props: {
  audit: IAudit;
  /** Why nothing can be planned now; null if it can. */
  disabled: string | null;
  onPlan: () => void;
}): React.JSX.Element | null {
  const { audit } = props;
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
          'They stay as they are until they are written again or re-encrypted. A plan says how that is done and what it costs, and changes nothing. For very many objects there is S3 Batch Operations: the documents for that are in the tab S3 Batch.'
        )}
      </p>
      <div className="jp-S3Encryption-buttons">
        <Button disabled={props.disabled} onClick={props.onPlan}>
          {trans.__('Plan re-encryption…')}
        </Button>
      </div>
      {outside && (
        <div className="jp-S3Encryption-buttons">
          <Button
            onClick={() => {
              outside.openDocuments('s3-batch');
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
