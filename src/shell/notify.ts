/** Notifications that belong to no state of a session. */

import { Notification } from '@jupyterlab/apputils';

/**
 * Shows an error until the user closes it.
 *
 * @returns its id
 */
export function showError(reason: unknown): string {
  return Notification.error(
    reason instanceof Error ? reason.message : String(reason),
    { autoClose: false }
  );
}
