/** Shows the state of the notebook in front in the status bar. */

import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import { Signal } from '@lumino/signaling';
import * as React from 'react';

import type { LifecycleState } from '../encryption/lifecycle/types';
import { Icon } from '../panel/ui/parts';
import { shortWords, statusWords } from '../panel/state/status';
import { DOMAIN } from '../i18n';
import { IEncryptionTracker } from '../tokens';
import type { IEncryptionSession } from '../tokens';
import { CommandIDs } from '../shell/commandIds';
import { toSee } from './attention';
import { IDiagnoses } from './diagnosis';
import { IPreferences } from './preferences';
import { IProposals } from './proposals';

/** Does the state claim that something holds? Its words say no more than that. */
function isClaim({ kind }: LifecycleState): boolean {
  return kind === 'set' || kind === 'in-effect' || kind === 'proven';
}

export const statusItem: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-s3-encryption:status-item',
  description: 'Shows the S3 encryption of the notebook in front.',
  autoStart: true,
  requires: [IEncryptionTracker, IPreferences],
  optional: [IStatusBar, ITranslator, IProposals, IDiagnoses],
  activate: (
    app: JupyterFrontEnd,
    tracker: IEncryptionTracker,
    preferences: IPreferences,
    statusBar: IStatusBar | null,
    translator: ITranslator | null,
    proposals: IProposals | null,
    diagnoses: IDiagnoses | null
  ): void => {
    const { options } = preferences;
    if (statusBar === null) {
      return;
    }
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const StatusItem = (): React.JSX.Element | null => {
      const state = tracker.current?.state ?? null;
      const { icon, title, sentence, tone } = statusWords(state, trans);
      const short = shortWords(state, trans);
      const warned = tone === 'warning' && state !== null && isClaim(state);
      const more = toSee(tracker.current, proposals, diagnoses, trans);
      const words = [
        trans.__('S3: %1', short),
        // Colour alone says nothing to many.
        warned ? trans.__('with a warning') : '',
        more
      ].filter(part => part !== '');
      return (
        <button
          type="button"
          className={`jp-S3Encryption-statusItem jp-mod-${more !== '' && tone !== 'error' ? 'warning' : tone}`}
          title={trans.__('%1. %2', title, sentence)}
          onClick={() => {
            void app.commands.execute(CommandIDs.openPanel);
          }}
        >
          <Icon icon={icon} />
          {words.join(', ')}
        </button>
      );
    };
    class Item extends ReactWidget {
      protected override render(): React.JSX.Element {
        // A component of its own, because it reads the state itself.
        return <StatusItem />;
      }
    }
    const item = new Item();
    const active = new Signal<object, void>({});
    const update = (): void => {
      active.emit();
      item.update();
    };
    let session: IEncryptionSession | null = null;
    const follow = (): void => {
      session?.stateChanged.disconnect(update);
      session = tracker.current;
      session?.stateChanged.connect(update);
      update();
    };
    tracker.currentChanged.connect(follow);
    options.changed.connect(update);
    proposals?.changed.connect(update);
    diagnoses?.changed.connect(update);
    follow();
    statusBar.registerStatusItem('jupyterlab-s3-encryption:status-item', {
      item,
      align: 'left',
      rank: 20,
      isActive: () =>
        tracker.current !== null && options.current.showStatusItem,
      activeStateChanged: active
    });
  }
};
