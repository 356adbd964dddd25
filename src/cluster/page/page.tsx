/**
 * The page “Cluster-wide”: a form, and the documents in tabs by service. Loaded
 * when it is first opened.
 */

import '../../../style/panel.css';

import * as React from 'react';

import {
  needsCustomerKey,
  sameSettings
} from '../../encryption/profile/profile';
import type { Profile } from '../../encryption/profile/profile';
import { clusterResult, ExportError } from '../documents';
import type { IProblem, Service } from '../documents';
import { archiveOf } from './archive';
import { ClusterForm } from './form';
import { Tabs, type IDocuments } from './tabs';
import {
  clusterDraftOf,
  followProfile,
  readClusterDraft,
  withProfile
} from './draft';
import { profileName } from '../../panel/ui/words';
import { Button } from '../../panel/ui/parts';
import { useTrans } from '../../i18n';

export interface IClusterPageProps {
  /** The profile of the notebook in front; null for none. */
  profile: Profile | null;
  /** The bucket that the notebook wrote to last; the form begins with it. */
  written?: string;
  /** The tab that is to be shown; a new object each time. */
  tab?: { readonly service: Service };
  onCopy: (text: string) => void;
  onDownload: (name: string, content: string | Uint8Array<ArrayBuffer>) => void;
}

interface IOutcome extends IDocuments {
  readonly problems: readonly IProblem[];
}

export default function ClusterPage(
  props: IClusterPageProps
): React.JSX.Element {
  const trans = useTrans();
  const [draft, setDraft] = React.useState(() =>
    clusterDraftOf(props.profile, props.written)
  );
  /** The profile that the form has, or that was offered and left. */
  const [known, setKnown] = React.useState(props.profile);
  const [offered, setOffered] = React.useState(false);
  if (!sameSettings(known, props.profile)) {
    const next = followProfile(draft, known, props.profile);
    setKnown(props.profile);
    setOffered(next === null);
    setDraft(next ?? draft);
  }
  const [service, setService] = React.useState<Service>(
    props.tab?.service ?? 'emr'
  );
  const [tab, setTab] = React.useState(props.tab);
  if (tab !== props.tab) {
    setTab(props.tab);
    setService(props.tab?.service ?? service);
  }
  const page = React.useRef<HTMLDivElement>(null);
  const outcome = React.useMemo<IOutcome>(() => {
    const { profile, options } = readClusterDraft(draft);
    try {
      return {
        ...clusterResult(profile, { ...options, trans }),
        problems: []
      };
    } catch (reason) {
      if (reason instanceof ExportError) {
        return { documents: [], omitted: [], problems: reason.fields };
      }
      throw reason;
    }
  }, [draft, trans]);
  // What the form had before a field was wrong stays in view, but is not given away.
  const isRight = outcome.problems.length === 0;
  const [right, setRight] = React.useState<IDocuments | null>(null);
  if (isRight && right !== outcome) {
    setRight(outcome);
  }
  const shown = isRight ? outcome : right;
  return (
    <div ref={page} className="jp-S3Encryption-cluster">
      <div className="jp-S3Encryption-clusterSide">
        <h2>{trans.__('Cluster-wide documents')}</h2>
        <p className="jp-S3Encryption-note">
          {trans.__(
            'Documents that make this choice permanent. Nothing is sent anywhere: copy or download them, and give them to whoever manages the platform. Placeholders such as <ACCOUNT_ID> stand for fields that you leave empty.'
          )}
        </p>
        <div className="jp-S3Encryption-buttons">
          <Button
            disabled={isRight ? null : trans.__('A field is wrong.')}
            onClick={() => {
              props.onDownload(
                's3-encryption-documents.zip',
                archiveOf(outcome.documents, trans)
              );
            }}
          >
            {trans.__('Download all (%1)', shown?.documents.length ?? 0)}
          </Button>
        </div>
        {offered && props.profile && (
          <p className="jp-S3Encryption-note" role="status">
            {trans.__(
              'The notebook now has %1. This form has what you entered.',
              profileName(props.profile, trans)
            )}{' '}
            <Button
              onClick={() => {
                setDraft(withProfile(draft, props.profile));
                setOffered(false);
              }}
            >
              {trans.__('Use the choice of the notebook')}
            </Button>
          </p>
        )}
        {props.profile && needsCustomerKey(props.profile.method) && (
          <p className="jp-S3Encryption-note">
            {trans.__(
              'SSE-C cannot be set cluster-wide: EMR, Glue and Athena do not support it. Choose another method.'
            )}
          </p>
        )}
        <ClusterForm
          draft={draft}
          problems={outcome.problems}
          onDraft={setDraft}
        />
      </div>
      <div className="jp-S3Encryption-clusterMain">
        {!isRight && (
          <div className="jp-S3Encryption-nothing">
            <p role="status">
              {shown === null
                ? trans._n(
                    'No document is shown: one field is wrong.',
                    'No document is shown: %1 fields are wrong.',
                    outcome.problems.length
                  )
                : trans._n(
                    'The documents below are as before: one field is wrong.',
                    'The documents below are as before: %1 fields are wrong.',
                    outcome.problems.length
                  )}
            </p>
            <Button
              onClick={() => {
                showWrong(page.current);
              }}
            >
              {trans.__('Show what is wrong')}
            </Button>
          </div>
        )}
        {shown && (
          <Tabs
            outcome={shown}
            outdated={!isRight}
            service={service}
            onService={setService}
            onCopy={props.onCopy}
            onDownload={props.onDownload}
          />
        )}
      </div>
    </div>
  );
}

/** Go to the first field that is wrong, and unfold it if necessary. */
function showWrong(page: HTMLElement | null): void {
  const wrong = page?.querySelector<HTMLElement>(
    '[aria-invalid=true], [role=alert]'
  );
  const fold = wrong?.closest('details');
  if (fold) {
    fold.open = true;
  }
  wrong?.scrollIntoView({ block: 'center' });
  wrong?.focus();
}
