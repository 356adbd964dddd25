/**
 * Notifies of failures and of changes that nobody made here, each once and not while
 * the panel shows it, of objects that are not encrypted as chosen, and of kept choices
 * that could not be read.
 */

import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import type { Widget } from '@lumino/widgets';

import type { LifecycleState } from '../encryption/lifecycle/types';
import { needsCustomerKey, sameSettings } from '../encryption/profile/profile';
import type { IWrittenPath } from '../contract/storedObjects';
import { DOMAIN } from '../i18n';
import {
  changeSentence,
  type ChangedState
} from '../panel/state/changeSentence';
import { PANEL_ID } from '../panel/widget';
import type { Document } from '../session/tracker';
import { fitted, showError } from '../shell/notify';
import {
  SessionNotices,
  documentsOf,
  openPanelOf
} from '../shell/sessionNotices';
import { isVisibleInSidebar } from '../shell/sidebar';
import { IEncryptionTracker } from '../tokens';
import type { IEncryptionSession } from '../tokens';
import { CommandIDs } from '../shell/commandIds';
import { IPanelPages } from './panel';
import { strictest } from '../preferences/settings';
import { IPreferences } from './preferences';

/** The id of the kernel of a notebook or console. */
function kernelOf(widget: Widget): string | undefined {
  const { sessionContext } = widget as Widget & {
    sessionContext?: Document['sessionContext'];
  };
  return sessionContext?.session?.kernel?.id;
}

export const notifications: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-s3-encryption:notifications',
  description:
    'Notifies of S3 encryption that failed or was changed while its panel is closed.',
  autoStart: true,
  requires: [IEncryptionTracker, IPreferences],
  optional: [ITranslator, IPanelPages],
  activate: (
    app: JupyterFrontEnd,
    tracker: IEncryptionTracker,
    preferences: IPreferences,
    translator: ITranslator | null,
    panelPages: IPanelPages | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const reported = new WeakSet();
    /** Sessions whose failure is just being reported as cells that were not run. */
    const blocking = new WeakSet<IEncryptionSession>();
    /** The last change of each session that was reported, until it is undone. */
    const changes = new SessionNotices();
    const isShown = (session: IEncryptionSession): boolean =>
      session === tracker.current && isVisibleInSidebar(app, PANEL_ID);
    /** Sessions whose kept choice could not be read, until it can. */
    const unread = new WeakSet<IEncryptionSession>();
    const openPanel = {
      label: trans.__('Open panel'),
      callback: () => {
        void app.commands.execute(CommandIDs.openPanel);
      }
    };
    /** Documents of this page on the same kernel that have what it holds now. */
    const authors = (
      session: IEncryptionSession,
      state: ChangedState
    ): string[] => {
      if (state.kind === 'changed') {
        return [];
      }
      const kernels = new Set(documentsOf(app, tracker, session).map(kernelOf));
      kernels.delete(undefined);
      return [...app.shell.widgets('main')]
        .filter(widget => kernels.has(kernelOf(widget)))
        .flatMap(widget => tracker.find(widget) ?? [])
        .filter(
          other =>
            other !== session && sameSettings(other.profile, state.inKernel)
        )
        .map(({ label }) => label.document);
    };
    const onChange = (
      session: IEncryptionSession,
      state: LifecycleState
    ): void => {
      if (state.kind === 'applying') {
        return;
      }
      const { document } = session.label;
      const isNews =
        (state.kind === 'changed' || state.kind === 'foreign') &&
        state.profile !== null;
      const text = isNews
        ? fitted(
            (name, ...others) =>
              changeSentence(state, name, others, trans) ?? '',
            document,
            ...authors(session, state)
          )
        : null;
      const { profile } = state;
      const again =
        state.kind === 'changed' &&
        profile !== null &&
        !needsCustomerKey(profile.method);
      changes.update(session, text, () =>
        text === null || blocking.has(session) || isShown(session)
          ? null
          : Notification.warning(text, {
              autoClose: false,
              actions: [
                again
                  ? {
                      label: trans.__('Set again'),
                      callback: () => {
                        session.apply(profile).catch(showError);
                      }
                    }
                  : openPanel
              ]
            })
      );
    };
    const onUnread = (session: IEncryptionSession): void => {
      const why = session.unread;
      if (why === null) {
        unread.delete(session);
        return;
      }
      if (unread.has(session)) {
        return;
      }
      unread.add(session);
      // In mode block it is said when cells are held back.
      if (
        strictest(preferences.options.current) === 'block' ||
        isShown(session)
      ) {
        return;
      }
      Notification.error(
        fitted(
          document =>
            trans.__(
              'Your kept choice for %1 is not applied: it could not be read. %2',
              document,
              why
            ),
          session.label.document
        ),
        { autoClose: false, actions: [openPanel] }
      );
    };
    const onState = (
      session: IEncryptionSession,
      state: LifecycleState
    ): void => {
      onChange(session, state);
      onUnread(session);
      if (state.kind !== 'failed' || reported.has(state.error)) {
        return;
      }
      reported.add(state.error);
      if (blocking.has(session)) {
        return;
      }
      if (isShown(session)) {
        return;
      }
      Notification.error(
        fitted(
          document =>
            trans.__(
              'S3 encryption failed in %1: %2',
              document,
              state.error.message
            ),
          session.label.document
        ),
        { autoClose: false, actions: [openPanel] }
      );
    };
    const onMismatch = (
      session: IEncryptionSession,
      paths: readonly IWrittenPath[]
    ): void => {
      const [first] = paths;
      if (first === undefined) {
        return;
      }
      const { path, other, checked } = first;
      const more = paths.length - 1;
      const text = (where: string, document: string): string =>
        trans.__(
          'Not encrypted as chosen: %1 of %2 checked objects under %3, written by %4.',
          other,
          checked,
          where,
          document
        );
      Notification.warning(
        fitted(
          (where, document) =>
            more > 0
              ? `${text(where, document)} ${trans._n('And %1 more path.', 'And %1 more paths.', more, more)}`
              : text(where, document),
          path,
          session.label.document
        ),
        {
          autoClose: false,
          actions: [
            {
              label: trans.__('Audit…'),
              callback: () => {
                panelPages?.open(session, 'audit', path);
                openPanelOf(app, tracker, session);
              }
            }
          ]
        }
      );
    };
    tracker.sessionAdded.connect((_, session) => {
      session.stateChanged.connect(onState);
      session.blocked.connect(() => {
        blocking.add(session);
        queueMicrotask(() => {
          blocking.delete(session);
        });
      });
      session.objectChecks.mismatched.connect((_, paths) => {
        onMismatch(session, paths);
      });
    });
  }
};
