/** The notification that cells were not run: one per notebook, the newest. */

import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IEncryptionSession } from '../tokens';
import { fitted } from './notify';

const shown = new WeakMap<IEncryptionSession, string>();

/** Dismisses the notification of a session. */
function dismissBlocked(session: IEncryptionSession): void {
  const id = shown.get(session);
  if (id !== undefined) {
    Notification.dismiss(id);
    shown.delete(session);
  }
}

/**
 * Shows why cells were not run and what can be done about it.
 *
 * @param actions - `runAnyway`: null if the site does not allow it; `once`: only the
 *   cells that were not run, later ones are held back again
 */
export function showBlocked(
  session: IEncryptionSession,
  why: string,
  trans: TranslationBundle,
  actions: {
    openPanel: () => void;
    once: boolean;
    runAnyway: (() => void) | null;
  }
): void {
  dismissBlocked(session);
  const { openPanel, once, runAnyway } = actions;
  const id = Notification.error(
    fitted(
      document => trans.__('Cells of %1 were not run. %2', document, why),
      session.label.document
    ),
    {
      autoClose: false,
      actions: [
        {
          label:
            session.state.kind === 'needs-key'
              ? trans.__('Enter the key')
              : trans.__('Open panel'),
          callback: openPanel
        },
        ...(runAnyway
          ? [
              {
                label: once
                  ? trans.__('Run anyway this time')
                  : trans.__('Run anyway'),
                displayType: 'warn' as const,
                callback: runAnyway
              }
            ]
          : [])
      ]
    }
  );
  shown.set(session, id);
}
