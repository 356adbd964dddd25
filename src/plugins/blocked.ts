/**
 * Tells that cells were not run, why, and what a person can do: one notification
 * per notebook, the newest. Must not know of kernels.
 */

import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IEncryptionSession } from '../tokens';

const shown = new WeakMap<IEncryptionSession, string>();

/** Takes the notification of a session away. */
export function forgetBlocked(session: IEncryptionSession): void {
  const id = shown.get(session);
  if (id !== undefined) {
    Notification.dismiss(id);
    shown.delete(session);
  }
}

/**
 * @param actions - `runAnyway`: null where the site does not allow it
 */
export function tellBlocked(
  session: IEncryptionSession,
  why: string,
  trans: TranslationBundle,
  actions: { openPanel: () => void; runAnyway: (() => void) | null }
): void {
  forgetBlocked(session);
  const { openPanel, runAnyway } = actions;
  const id = Notification.error(
    trans.__('Cells of %1 were not run. %2', session.label.document, why),
    {
      autoClose: false,
      actions: [
        { label: trans.__('Open panel'), callback: openPanel },
        ...(runAnyway
          ? [
              {
                label: trans.__('Run anyway this time'),
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
