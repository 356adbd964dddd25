/** Opens the page with the cluster-wide documents. */

import { ILabShell } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { DOMAIN } from '../../i18n';
import { s3EncryptionIcon } from '../../icons';
import { CLUSTER_COMMAND } from '../../shell/commandIds';
import { IEncryptionTracker } from '../../tokens';
import { OnePage } from './onePage';

export const cluster: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-s3-encryption:cluster',
  description: 'Creates documents that make an S3 encryption cluster-wide.',
  autoStart: true,
  requires: [IEncryptionTracker],
  optional: [ILabShell, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: IEncryptionTracker,
    labShell: ILabShell | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const page = new OnePage(
      app.shell,
      labShell,
      {
        id: 's3-encryption-cluster-main',
        title: trans.__('Cluster-wide documents'),
        make: async () =>
          (await import('./clusterPage')).clusterPage(tracker, trans)
      },
      trans
    );
    app.commands.addCommand(CLUSTER_COMMAND, {
      label: trans.__('Cluster-wide documents…'),
      caption: trans.__(
        'Documents for EMR, S3, KMS, Glue, Athena and Lake Formation from the encryption of this notebook'
      ),
      icon: s3EncryptionIcon,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            service: {
              type: 'string',
              description: trans.__('The tab to show, such as s3')
            }
          }
        }
      },
      execute: ({ service }) =>
        page.show(shown => {
          shown.openTab(typeof service === 'string' ? service : '');
        })
    });
    palette?.addItem({
      command: CLUSTER_COMMAND,
      category: trans.__('S3 Encryption')
    });
  }
};
