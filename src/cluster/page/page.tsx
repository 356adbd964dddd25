/**
 * The page “Cluster-wide”: a form, and the documents in tabs by service. Loaded
 * when it is first opened.
 */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import {
  needsCustomerKey,
  sameSettings
} from '../../encryption/profile/profile';
import type { Profile } from '../../encryption/profile/profile';
import { clusterResult, ExportError, SERVICES } from '../documents';
import type {
  IClusterDocument,
  IOmitted,
  IProblem,
  Service
} from '../documents';
import { ClusterForm } from './form';
import { DocumentView } from './document';
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
  onCopy: (text: string) => void;
  onDownload: (name: string, text: string) => void;
}

interface IOutcome {
  documents: readonly IClusterDocument[];
  omitted: readonly IOmitted[];
  problems: readonly IProblem[];
}

function serviceWord(service: Service, trans: TranslationBundle): string {
  switch (service) {
    case 'emr':
      return 'EMR';
    case 's3':
      return 'S3';
    case 'kms':
      return 'KMS';
    case 'glue':
      return 'Glue';
    case 'athena':
      return 'Athena';
    case 'lake-formation':
      return 'Lake Formation';
    case 'watching':
      return trans.__('Monitoring');
    case 'cloudformation':
      return 'CloudFormation';
    case 'terraform':
      return 'Terraform';
  }
}

export default function ClusterPage(
  props: IClusterPageProps
): React.JSX.Element {
  const trans = useTrans();
  const [draft, setDraft] = React.useState(() => clusterDraftOf(props.profile));
  /** The profile that the form has, or that was offered and left. */
  const [known, setKnown] = React.useState(props.profile);
  const [offered, setOffered] = React.useState(false);
  if (!sameSettings(known, props.profile)) {
    const next = followProfile(draft, known, props.profile);
    setKnown(props.profile);
    setOffered(next === null);
    setDraft(next ?? draft);
  }
  const [service, setService] = React.useState<Service>('emr');
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
  return (
    <div ref={page} className="jp-S3Encryption-cluster">
      <div className="jp-S3Encryption-clusterSide">
        <h2>{trans.__('Cluster-wide documents')}</h2>
        <p className="jp-S3Encryption-note">
          {trans.__(
            'Documents that make this choice permanent. Nothing is sent anywhere: copy or download them, and give them to whoever manages the platform. Placeholders such as <ACCOUNT_ID> stand for fields that you leave empty.'
          )}
        </p>
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
        {outcome.problems.length > 0 ? (
          <div className="jp-S3Encryption-nothing">
            <p role="status">
              {trans._n(
                'No document is shown: one field is wrong.',
                'No document is shown: %1 fields are wrong.',
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
        ) : (
          <Tabs
            outcome={outcome}
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

function Tabs(props: {
  outcome: IOutcome;
  service: Service;
  onService: (service: Service) => void;
  onCopy: (text: string) => void;
  onDownload: (name: string, text: string) => void;
}): React.JSX.Element {
  const trans = useTrans();
  const id = React.useId();
  const list = React.useRef<HTMLDivElement>(null);
  const { service, onService, outcome } = props;
  const move = (event: React.KeyboardEvent): void => {
    const at = SERVICES.indexOf(service);
    const last = SERVICES.length - 1;
    const targets: Readonly<Record<string, number>> = {
      ArrowRight: at === last ? 0 : at + 1,
      ArrowLeft: at === 0 ? last : at - 1,
      Home: 0,
      End: last
    };
    const target = targets[event.key];
    const next = target === undefined ? undefined : SERVICES[target];
    if (target !== undefined && next !== undefined) {
      event.preventDefault();
      onService(next);
      list.current
        ?.querySelectorAll<HTMLElement>('[role=tab]')
        [target]?.focus();
    }
  };
  const documents = outcome.documents.filter(item => item.service === service);
  const omitted = outcome.omitted.filter(item => item.service === service);
  return (
    <>
      <div
        ref={list}
        role="tablist"
        tabIndex={-1}
        aria-label={trans.__('Services')}
        className="jp-S3Encryption-tabs"
        onKeyDown={move}
      >
        {SERVICES.map(name => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-${name}`}
            aria-selected={name === service}
            aria-controls={`${id}-panel`}
            tabIndex={name === service ? 0 : -1}
            className="jp-S3Encryption-tab"
            onClick={() => {
              onService(name);
            }}
          >
            {serviceWord(name, trans)}
          </button>
        ))}
      </div>
      <div
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${service}`}
        tabIndex={0}
        className="jp-S3Encryption-tabPanel"
      >
        {documents.map(document => (
          <DocumentView key={document.id} {...props} document={document} />
        ))}
        {omitted.length > 0 && (
          <section>
            <h3>{trans.__('Not available')}</h3>
            <ul className="jp-S3Encryption-notes">
              {omitted.map(item => (
                <li key={item.id}>
                  <code>{item.id}</code>: {item.reason}
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </>
  );
}
