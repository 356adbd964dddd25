/** Re-encryption of a path: the form for a plan, the plan, its run, and what came of it. */

import * as React from 'react';

import { validateLocation } from '../../../encryption/location';
import { useTrans } from '../../../i18n';
import { Button } from '../../ui/parts';
import { DocumentationLink } from '../../ui/outside';
import {
  AddressField,
  formatCount,
  lastWritten,
  obstacle,
  Trouble,
  UnderWay
} from '../parts';
import type { IPageProps } from '../types';
import { useLocationForm } from '../useLocationForm';
import { Plan } from './plan';
import { Result, RunProgress } from './run';

export function ReencryptionPage(props: IPageProps): React.JSX.Element {
  const trans = useTrans();
  const { view, actions } = props;
  const { state } = view;
  const { reencryptionPlan: plan, reencryption: result, underWay } = state;
  const [initial] = React.useState(plan?.path ?? result?.path ?? '');
  const [versions, setVersions] = React.useState(false);
  const { text, message, edit, onSubmit } = useLocationForm({
    initial: initial || lastWritten(state),
    validate: value => validateLocation(value, trans),
    send: path => {
      if (obstacle(view, true, trans) === null) {
        actions.onPlanReencryption({ path, versions });
      }
    }
  });
  return (
    <div className="jp-S3Encryption-page">
      <p className="jp-S3Encryption-note">
        {trans.__(
          'Stored objects get the encryption that is applied now. First a plan, which looks at every object and changes nothing.'
        )}
      </p>
      <form noValidate className="jp-S3Encryption-page" onSubmit={onSubmit}>
        <AddressField
          label={trans.__('Path')}
          page="reencryptionPlan"
          state={state}
          request={props.request}
          value={text}
          message={message}
          onChange={edit}
        />
        <label className="jp-S3Encryption-check">
          <input
            type="checkbox"
            checked={versions}
            onChange={event => {
              setVersions(event.target.checked);
            }}
          />
          <span>{trans.__('Old versions too')}</span>
        </label>
        <div className="jp-S3Encryption-buttons">
          <Button disabled={obstacle(view, true, trans)}>
            {trans.__('Plan re-encryption')}
          </Button>
          <DocumentationLink
            page="stored/reencryption.md"
            section="before-anything-of-yours-is-touched"
          />
        </div>
      </form>
      <UnderWay
        state={state}
        page="reencryptionPlan"
        anyTime
        onWithdraw={actions.onWithdraw}
        text={trans.__(
          '%1 objects looked at so far. Nothing is changed.',
          formatCount(plan?.seen ?? 0)
        )}
      />
      <Trouble state={state} page="reencryptionPlan" />
      {plan?.changes && underWay !== 'reencryptionPlan' && (
        <Plan
          plan={plan}
          changes={plan.changes}
          disabled={obstacle(view, true, trans)}
          onRun={() => {
            if (plan.plan !== null) {
              actions.onReencrypt(plan.plan);
            }
          }}
          onCancel={actions.onWithdraw}
        />
      )}
      {underWay === 'reencryption' && (
        <RunProgress
          result={result}
          queued={state.queued}
          stopping={state.stopping === true}
          onStop={actions.onWithdraw}
        />
      )}
      <Trouble state={state} page="reencryption" />
      {result && underWay !== 'reencryption' && (
        <Result
          result={result}
          files={state.reencryptionFiles}
          failed={state.failed?.request === 'reencryption'}
          disabled={obstacle(view, false, trans)}
          onAudit={() => {
            actions.onOpenPage('audit', result.path);
            actions.onAudit({
              path: result.path,
              limit: 1000,
              sample: 'first'
            });
          }}
        />
      )}
    </div>
  );
}
