/**
 * Leads to the panel while it is closed or scrolled: a mark on its tab, a line below the
 * cell whose error is explained, and one notification for what a notebook proposes.
 */

import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import { PanelLayout, Widget } from '@lumino/widgets';

import { identityOf } from '../encryption/profile/profile';
import { DOMAIN } from '../i18n';
import { statusWords } from '../panel/state/status';
import { profileName } from '../panel/ui/words';
import { PANEL_ID } from '../panel/widget';
import { fitted } from '../shell/notify';
import { SessionNotices, openPanelOf } from '../shell/sessionNotices';
import { isVisibleInSidebar, sidebarWidget } from '../shell/sidebar';
import { IEncryptionTracker } from '../tokens';
import type { IEncryptionSession } from '../tokens';
import { IDiagnoses } from './diagnosis';
import { IProposals } from './proposals';

/** A line below a cell's outputs; it is no part of the notebook. */
class Line extends Widget {
  constructor(text: string, onOpen: () => void) {
    super();
    this.addClass('jp-S3Encryption-cellLine');
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = text;
    button.addEventListener('click', onOpen);
    this.node.append(button);
  }
}

/** What there is to see of a session in the panel, in words; empty for nothing. */
export function toSee(
  session: IEncryptionSession | null,
  proposals: IProposals | null,
  diagnoses: IDiagnoses | null,
  trans: TranslationBundle
): string {
  return session === null || session.excluded
    ? ''
    : (diagnoses?.of(session) ?? null) !== null
      ? trans.__('an error is explained')
      : (proposals?.of(session) ?? null) !== null
        ? trans.__('the notebook proposes an encryption')
        : '';
}

export const attention: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-s3-encryption:attention',
  description: 'Leads to the panel if there is something to see in it.',
  autoStart: true,
  requires: [IEncryptionTracker, IProposals, IDiagnoses],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: IEncryptionTracker,
    proposals: IProposals,
    diagnoses: IDiagnoses,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const lines = new WeakMap<IEncryptionSession, Line>();
    const proposed = new SessionNotices();
    const openPanel = (session: IEncryptionSession): void => {
      openPanelOf(app, tracker, session);
    };

    /** A state that needs a look counts as much; an explained error says more. */
    const stateToSee = (session: IEncryptionSession | null): string => {
      const what = toSee(session, null, diagnoses, trans);
      if (session === null || session.excluded || what !== '') {
        return what;
      }
      const { tone, title } = statusWords(session.state, trans);
      return tone === 'warning' || tone === 'error'
        ? title
        : toSee(session, proposals, null, trans);
    };
    const mark = (): void => {
      const title = sidebarWidget(app, PANEL_ID)?.title;
      if (title) {
        const what = stateToSee(tracker.current);
        title.className = what === '' ? '' : 'jp-S3Encryption-attention';
        title.caption =
          what === ''
            ? trans.__('S3 Encryption')
            : trans.__('S3 Encryption: %1', what);
      }
    };

    const showLine = (session: IEncryptionSession): void => {
      lines.get(session)?.dispose();
      lines.delete(session);
      const cell = diagnoses.cellOf(session);
      const cause = diagnoses.of(session)?.cause;
      const layout = cell instanceof Widget ? cell.layout : null;
      if (cause !== undefined && layout instanceof PanelLayout) {
        const line = new Line(trans.__('S3 Encryption: %1', cause), () => {
          openPanel(session);
        });
        layout.addWidget(line);
        lines.set(session, line);
      }
    };

    const showProposal = (session: IEncryptionSession): void => {
      const profile = proposals.of(session)?.profile ?? null;
      const isShown =
        session === tracker.current && isVisibleInSidebar(app, PANEL_ID);
      proposed.update(session, profile && identityOf(profile), () =>
        profile === null || isShown
          ? null
          : Notification.info(
              fitted(
                document =>
                  trans.__(
                    '%1 proposes an S3 encryption: %2. Nothing is applied until you agree.',
                    document,
                    profileName(profile, trans)
                  ),
                session.label.document
              ),
              {
                autoClose: false,
                actions: [
                  {
                    label: trans.__('Look at it'),
                    callback: () => {
                      openPanel(session);
                    }
                  }
                ]
              }
            )
      );
    };

    diagnoses.changed.connect((_, session) => {
      showLine(session);
      mark();
    });
    proposals.changed.connect((_, session) => {
      showProposal(session);
      mark();
    });
    tracker.currentChanged.connect(mark);
    tracker.sessionAdded.connect((_, session) => {
      session.stateChanged.connect(mark);
    });
  }
};
