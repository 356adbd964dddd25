/**
 * Opens the page with the cluster-wide documents: in the main area, or in a dialog
 * in Notebook 7, whose main area has room for one widget only.
 */

import { ILabShell } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  Clipboard,
  Dialog,
  ICommandPalette,
  MainAreaWidget
} from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { s3EncryptionIcon } from '../icons';
import { CLUSTER_ID, ClusterWidget } from '../cluster/page/widget';
import { bucketOf } from '../encryption/location';
import { DOMAIN } from '../i18n';
import { download } from '../shell/download';
import { IEncryptionTracker } from '../tokens';
import { CLUSTER_COMMAND } from '../shell/commandIds';

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
    let open: MainAreaWidget<ClusterWidget> | null = null;
    /** A page that follows the notebook in front, until it is closed. */
    const content = (): ClusterWidget => {
      let session = tracker.current;
      const page = new ClusterWidget(
        {
          profile: session?.profile ?? null,
          written: bucketOf(
            session?.objectChecks.state.writes?.paths[0]?.path ?? ''
          ),
          onCopy: text => {
            Clipboard.copyToSystem(text);
          },
          onDownload: download
        },
        trans
      );
      const update = (): void => {
        page.setProfile(session?.profile ?? null);
      };
      const follow = (): void => {
        // Without a notebook the page keeps what it has.
        if (tracker.current !== null) {
          session?.stateChanged.disconnect(update);
          session = tracker.current;
          session.stateChanged.connect(update);
          update();
        }
      };
      session?.stateChanged.connect(update);
      tracker.currentChanged.connect(follow);
      page.disposed.connect(() => {
        session?.stateChanged.disconnect(update);
        tracker.currentChanged.disconnect(follow);
      });
      return page;
    };
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
      execute: async ({ service }) => {
        const tab = typeof service === 'string' ? service : '';
        if (labShell === null) {
          const body = content();
          body.openTab(tab);
          await new Dialog({
            title: trans.__('Cluster-wide documents'),
            body,
            buttons: [Dialog.okButton({ label: trans.__('Close') })]
          }).launch();
          return;
        }
        if (open === null || open.isDisposed) {
          open = new MainAreaWidget({ content: content() });
          open.id = `${CLUSTER_ID}-main`;
          // It is empty.
          open.toolbar.hide();
          app.shell.add(open, 'main');
        }
        open.content.openTab(tab);
        app.shell.activateById(open.id);
      }
    });
    palette?.addItem({
      command: CLUSTER_COMMAND,
      category: trans.__('S3 Encryption')
    });
  }
};
