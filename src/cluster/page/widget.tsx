/**
 * The page “Cluster-wide” as a widget; its content is loaded when it is drawn.
 */

import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import { SERVICES } from '../documents/model';
import { s3EncryptionIcon } from '../../icons';
import type { IClusterPageProps } from './page';
import { TransContext } from '../../i18n';

const ClusterPage = React.lazy(() => import('./page'));

export class ClusterWidget extends ReactWidget {
  constructor(
    private _page: IClusterPageProps,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-S3Encryption-clusterPage');
    this.id = 's3-encryption-cluster';
    this.title.icon = s3EncryptionIcon;
    this.title.label = _trans.__('Cluster-wide');
    this.title.closable = true;
  }

  /** The profile of the notebook in front has changed, or another one is in front. */
  setProfile(profile: IClusterPageProps['profile']): void {
    this._page = { ...this._page, profile };
    this.update();
  }

  /** Shows the tab of a service. */
  openTab(service: string): void {
    const name = SERVICES.find(known => known === service);
    if (name !== undefined) {
      this._page = { ...this._page, tab: { service: name } };
      this.update();
    }
  }

  protected override render(): React.JSX.Element {
    return (
      <TransContext.Provider value={this._trans}>
        <React.Suspense fallback={<p>{this._trans.__('Loading…')}</p>}>
          <ClusterPage {...this._page} />
        </React.Suspense>
      </TransContext.Provider>
    );
  }
}
