/** The button in the toolbar of each notebook: shows its state and opens the panel. */

import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IToolbarWidgetRegistry } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, ToolbarButtonComponent } from '@jupyterlab/ui-components';
import * as React from 'react';

import { s3EncryptionIcon } from '../icons';
import { shortWords, statusWords } from '../panel/state/status';
import { DOMAIN } from '../i18n';
import { IEncryptionTracker } from '../tokens';
import type { IEncryptionSession } from '../tokens';
import { CommandIDs } from '../shell/commandIds';

export class StateButton extends ReactWidget {
  constructor(
    private readonly _tracker: IEncryptionTracker,
    private readonly _panel: NotebookPanel,
    private readonly _trans: TranslationBundle,
    private readonly _open: () => void
  ) {
    super();
    this.addClass('jp-S3Encryption-toolbarButton');
    _tracker.sessionAdded.connect(this._follow, this);
    this._follow();
  }

  override dispose(): void {
    this._tracker.sessionAdded.disconnect(this._follow, this);
    this._session?.stateChanged.disconnect(this._refresh, this);
    super.dispose();
  }

  protected override render(): React.JSX.Element {
    const state = this._session?.state ?? null;
    return (
      <ToolbarButtonComponent
        icon={
          state === null
            ? s3EncryptionIcon
            : statusWords(state, this._trans).icon
        }
        tooltip={
          state === null
            ? this._trans.__('S3 Encryption')
            : this._trans.__(
                'S3 Encryption (%1)',
                shortWords(state, this._trans)
              )
        }
        onClick={this._open}
      />
    );
  }

  private _follow(): void {
    const session = this._tracker.find(this._panel);
    if (session === this._session) {
      return;
    }
    this._session?.stateChanged.disconnect(this._refresh, this);
    this._session = session;
    session?.stateChanged.connect(this._refresh, this);
    this._refresh();
  }

  private _refresh(): void {
    this.update();
  }

  private _session: IEncryptionSession | null = null;
}

export const toolbarButton: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-s3-encryption:toolbar-button',
  description: 'Opens the S3 encryption panel from the toolbar of a notebook.',
  autoStart: true,
  requires: [IEncryptionTracker],
  optional: [IToolbarWidgetRegistry, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: IEncryptionTracker,
    registry: IToolbarWidgetRegistry | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    registry?.addFactory<NotebookPanel>(
      'Notebook',
      's3-encryption',
      panel =>
        new StateButton(tracker, panel, trans, () => {
          void app.commands.execute(CommandIDs.openPanel);
        })
    );
  }
};
