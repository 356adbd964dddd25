/** An extension that lets no cell change a notebook's encryption: see docs/extending.md. */

import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IEncryptionTracker } from 'jupyterlab-s3-encryption';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'apply-again:plugin',
  description:
    'Applies the profile again when a cell has changed the settings.',
  autoStart: true,
  requires: [IEncryptionTracker],
  activate: (_, tracker: IEncryptionTracker) => {
    tracker.sessionAdded.connect((_, session) => {
      session.stateChanged.connect((_, state) => {
        if (state.kind === 'changed') {
          session.apply(state.profile).catch(console.error);
        }
      });
    });
  }
};

export default plugin;
