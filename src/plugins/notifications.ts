/**
 * Tells of failures that the person may not see: each once, and not while the
 * panel shows it. Must not know of kernels.
 */

import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import type { LifecycleState } from '../encryption/lifecycle';
import { DOMAIN } from '../panel/trans';
import { PANEL_ID } from '../panel/widget';
import { IEncryptionTracker } from '../tokens';
import type { IEncryptionSession } from '../tokens';
import { CommandIDs } from './ids';

/** Show an error that belongs to no state. */
export function tell(reason: unknown): void {
  Notification.error(
    reason instanceof Error ? reason.message : String(reason),
    {
      autoClose: false
    }
  );
}

/** Is the panel open in one of the sidebars? */
export function isPanelVisible({ shell }: JupyterFrontEnd): boolean {
  return ['left', 'right'].some(area =>
    [...shell.widgets(area)].some(
      ({ id, isVisible }) => id === PANEL_ID && isVisible
    )
  );
}

export const notifications: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-s3-encryption:notifications',
  description: 'Tells of S3 encryption that failed while its panel is closed.',
  autoStart: true,
  requires: [IEncryptionTracker],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: IEncryptionTracker,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const told = new WeakSet();
    const onState = (
      session: IEncryptionSession,
      state: LifecycleState
    ): void => {
      if (state.kind !== 'failed' || told.has(state.error)) {
        return;
      }
      told.add(state.error);
      if (session === tracker.current && isPanelVisible(app)) {
        return;
      }
      Notification.error(
        trans.__(
          'S3 encryption failed in %1: %2',
          session.label.document,
          state.error.message
        ),
        {
          autoClose: false,
          actions: [
            {
              label: trans.__('Open panel'),
              callback: () => {
                void app.commands.execute(CommandIDs.openPanel);
              }
            }
          ]
        }
      );
    };
    tracker.sessionAdded.connect((_, session) => {
      session.stateChanged.connect(onState);
    });
  }
};
