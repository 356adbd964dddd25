/** What the kernel holds although nobody chose it here: keep it, or put the choice of this notebook back. */

import * as React from 'react';

import type { LifecycleState } from '../../encryption/lifecycle/types';
import { needsCustomerKey } from '../../encryption/profile/profile';
import type { IFieldError } from '../../encryption/profile/profile';
import { Button } from '../ui/parts';
import { useTrans } from '../../i18n';
import { Contents } from './contents';
import { useKind } from '../mainPlace';

/** Resolves to why it was not done, field by field; empty if it was sent. */
type Choose = () => Promise<readonly IFieldError[]>;

export function Foreign(props: {
  state: Extract<LifecycleState, { kind: 'foreign' }>;
  onKeep: Choose;
  onPutBack: Choose;
}): React.JSX.Element {
  const trans = useTrans();
  const main = useKind('alert');
  const { inKernel, profile } = props.state;
  const [errors, setErrors] = React.useState<readonly IFieldError[]>([]);
  const choose = (how: Choose): void => {
    void how().then(setErrors);
  };
  const keyUnknown = inKernel !== null && needsCustomerKey(inKernel.method);
  return (
    <section
      className="jp-S3Encryption-alert jp-mod-warning"
      aria-label={trans.__('What this kernel holds')}
    >
      {inKernel !== null && (
        <ul aria-label={trans.__('What Keep would set')}>
          <Contents profile={inKernel} />
        </ul>
      )}
      {errors.length > 0 && (
        <ul>
          {errors.map(({ field, message }) => (
            <li key={field + message}>{message}</li>
          ))}
        </ul>
      )}
      <div className="jp-S3Encryption-buttons">
        <Button
          disabled={
            keyUnknown
              ? trans.__(
                  'This page does not have its key. Enter it below and apply.'
                )
              : null
          }
          onClick={() => {
            choose(props.onKeep);
          }}
        >
          {trans.__('Keep')}
        </Button>
        {(profile !== null || inKernel !== null) && (
          <Button
            kind={main}
            onClick={() => {
              choose(props.onPutBack);
            }}
          >
            {profile === null
              ? trans.__('Take it out')
              : trans.__('Put mine back')}
          </Button>
        )}
      </div>
    </section>
  );
}
