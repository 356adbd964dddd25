/** What several plugins do for the user of one session: find its document, notify once. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { Widget } from '@lumino/widgets';

import type { IEncryptionSession, IEncryptionTracker } from '../tokens';
import { CommandIDs } from './commandIds';

/** The notebooks and consoles of a session in the main area. */
export function documentsOf(
  { shell }: JupyterFrontEnd,
  tracker: IEncryptionTracker,
  session: IEncryptionSession
): Widget[] {
  return [...shell.widgets('main')].filter(
    widget => tracker.find(widget) === session
  );
}

/**
 * The session of the notebook or console in front; null while something else is there,
 * although the panel stays with the last one.
 */
export function inFront(
  { shell }: JupyterFrontEnd,
  tracker: IEncryptionTracker
): IEncryptionSession | null {
  const { currentWidget } = shell;
  return currentWidget === null || tracker.find(currentWidget) !== null
    ? tracker.current
    : null;
}

/** Brings the document of a session to the front, and opens the panel, which follows it. */
export function openPanelOf(
  app: JupyterFrontEnd,
  tracker: IEncryptionTracker,
  session: IEncryptionSession
): void {
  const [document] = documentsOf(app, tracker, session);
  if (document) {
    app.shell.activateById(document.id);
  }
  void app.commands.execute(CommandIDs.openPanel);
}

/** At most one notification for each session, dismissed when what it says no longer holds. */
export class SessionNotices {
  /**
   * @param what - what there is to say; null for nothing
   * @param show - called for news; returns the notification's id, null if none is needed
   */
  update(
    session: IEncryptionSession,
    what: string | null,
    show: () => string | null
  ): void {
    const before = this._shown.get(session);
    if (what === (before?.what ?? null)) {
      return;
    }
    if (before !== undefined) {
      Notification.dismiss(before.id);
      this._shown.delete(session);
    }
    const id = what === null ? null : show();
    if (what !== null && id !== null) {
      this._shown.set(session, { what, id });
    }
  }

  private readonly _shown = new WeakMap<
    IEncryptionSession,
    { what: string; id: string }
  >();
}
