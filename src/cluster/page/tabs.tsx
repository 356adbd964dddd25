/** The documents in tabs by service: contents, alternatives, and what is not available. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { SERVICES } from '../documents';
import type { IClusterDocument, IOmitted, Service } from '../documents';
import { DocumentView } from './document';
import { Contents, groupsOf, groupWords } from './contents';
import { useTrans } from '../../i18n';

/** What a profile has, and what it has not. */
export interface IDocuments {
  readonly documents: readonly IClusterDocument[];
  readonly omitted: readonly IOmitted[];
}

function serviceWord(service: Service, trans: TranslationBundle): string {
  switch (service) {
    case 'emr':
      return 'EMR';
    case 's3':
      return 'S3';
    case 's3-batch':
      return 'S3 Batch';
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

export function Tabs(props: {
  outcome: IDocuments;
  /** They belong to what the form had before. */
  outdated: boolean;
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
        <Contents documents={documents} />
        {groupsOf(documents).map(group => {
          const views = group.map(document => (
            <DocumentView
              key={document.id}
              {...props}
              document={document}
              nested={group.length > 1}
            />
          ));
          const words = groupWords(group, trans);
          return words === null ? (
            views
          ) : (
            <div
              key={group[0]?.oneOf}
              role="group"
              aria-label={words}
              className="jp-S3Encryption-alternatives"
            >
              <h3>{words}</h3>
              {views}
            </div>
          );
        })}
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
