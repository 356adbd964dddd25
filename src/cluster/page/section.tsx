/** The folded section that leads to the cluster-wide documents. */

import * as React from 'react';

import { Button, Section } from '../../panel/ui/parts';
import { useTrans } from '../../i18n';

export function ClusterSection(props: {
  onOpen: () => void;
}): React.JSX.Element {
  const trans = useTrans();
  return (
    <Section title={trans.__('Cluster-wide')}>
      <p className="jp-S3Encryption-note">
        {trans.__(
          'Documents that make this choice permanent for a platform: EMR, S3, KMS, Glue, Athena, Lake Formation, CloudFormation, Terraform.'
        )}
      </p>
      <div className="jp-S3Encryption-buttons">
        <Button onClick={props.onOpen}>
          {trans.__('Cluster-wide documents…')}
        </Button>
      </div>
    </Section>
  );
}
