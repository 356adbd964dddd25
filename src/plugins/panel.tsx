/** Puts the panel into the sidebar. */

import { ILayoutRestorer } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Clipboard } from '@jupyterlab/apputils';
import { IConsoleTracker } from '@jupyterlab/console';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator } from '@jupyterlab/translation';
import { Token } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';
import * as React from 'react';

import { ClusterSection } from '../cluster/page/section';
import type { Profile } from '../encryption/profile/profile';
import type { ObjectPage } from '../panel/objects/types';
import type { IPanelDefaults } from '../panel/widget';
import { PANEL_ID, PanelWidget } from '../panel/widget';
import { showError } from '../shell/notify';
import { IEncryptionTracker } from '../tokens';
import type { IEncryptionSession } from '../tokens';
import { IDiagnoses } from './diagnosis';
import {
  CLUSTER_COMMAND,
  CommandIDs,
  MENU_COMMANDS
} from '../shell/commandIds';
import { IPreferences } from './preferences';
import { IProposals } from './proposals';

/** Opens pages of the panel; the panel itself is shown by its command. */
export interface IPanelPages {
  /** @param text - goes into the field of the page */
  open(session: IEncryptionSession, page: ObjectPage, text?: string): void;
}

export const IPanelPages = new Token<IPanelPages>(
  'jupyterlab-s3-encryption:IPanelPages',
  'Opens pages of the S3 Encryption panel; for its own plugins.'
);

/** The settings and the memory behind one signal. */
class PanelDefaults implements IPanelDefaults {
  constructor(
    { options, memory }: IPreferences,
    proposals: IProposals | null,
    diagnoses: IDiagnoses | null
  ) {
    this._options = options;
    this._memory = memory;
    const emit = (): void => {
      this.changed.emit();
    };
    options.changed.connect(emit);
    proposals?.changed.connect(emit);
    diagnoses?.changed.connect(emit);
    memory.changed.connect(emit);
  }

  readonly changed = new Signal<this, void>(this);

  get profiles(): readonly Profile[] {
    return this._options.current.profiles;
  }

  get defaultProfile(): Profile | null {
    const { proposeDefault, defaultProfile } = this._options.current;
    return proposeDefault ? defaultProfile : null;
  }

  get required(): Profile | null {
    const { site } = this._options.current;
    return site.locked ? site.profile : null;
  }

  get coverPythonWriters(): boolean {
    return this._options.current.coverPythonWriters;
  }

  get recentKeys(): readonly string[] {
    // Loaded when the panel is first drawn; `changed` is emitted then.
    this._memory.load().catch((reason: unknown) => {
      console.error('The recently used keys were not read.', reason);
    });
    return this._memory.recentKeys;
  }

  get locations(): readonly string[] {
    return this._memory.locations;
  }

  private readonly _options: IPreferences['options'];
  private readonly _memory: IPreferences['memory'];
}

/** Brings the notebook or console to the front and opens the dialog for its kernel. */
function chooseKernel(
  app: JupyterFrontEnd,
  document: Widget | undefined
): void {
  if (document !== undefined) {
    // The command acts on the widget in front.
    app.shell.activateById(document.id);
  }
  const id = ['notebook:change-kernel', 'console:change-kernel'].find(
    name => app.commands.hasCommand(name) && app.commands.isEnabled(name)
  );
  if (id !== undefined) {
    void app.commands.execute(id);
  }
}

/** Loaded with the first of them, as the panel itself is. */
const WentWrong = React.lazy(async () => ({
  default: (await import('../panel/state/diagnosis')).WentWrong
}));
const Proposal = React.lazy(async () => ({
  default: (await import('../panel/state/proposal')).Proposal
}));
const SiteNotice = React.lazy(async () => ({
  default: (await import('../panel/state/proposal')).SiteNotice
}));

/** The notices above the form: the last error, the site, the notebook's proposal. */
function notices(
  session: IEncryptionSession,
  { options }: IPreferences,
  proposals: IProposals | null,
  diagnoses: IDiagnoses | null,
  onCopy: (text: string) => void
): React.JSX.Element {
  const { locked, requireBlock } = options.current.site;
  const diagnosis = diagnoses?.of(session) ?? null;
  const proposal = proposals?.of(session) ?? null;
  return (
    <React.Suspense fallback={null}>
      {diagnosis && (
        <WentWrong
          diagnosis={diagnosis}
          onCopy={onCopy}
          onDismiss={() => {
            diagnoses?.dismiss(session);
          }}
        />
      )}
      <SiteNotice locked={locked} requireBlock={requireBlock} />
      {proposal && (
        <Proposal
          {...proposal}
          mode={proposals?.mode(session) ?? 'warn'}
          onAgree={() => {
            proposals?.agree(session);
          }}
          onDecline={() => {
            proposals?.decline(session);
          }}
        />
      )}
    </React.Suspense>
  );
}

export const panel: JupyterFrontEndPlugin<IPanelPages> = {
  id: 'jupyterlab-s3-encryption:panel',
  description: 'Shows and changes the S3 encryption of the notebook in front.',
  autoStart: true,
  provides: IPanelPages,
  requires: [IEncryptionTracker, IPreferences],
  optional: [
    ILayoutRestorer,
    ITranslator,
    IProposals,
    IDiagnoses,
    INotebookTracker,
    IConsoleTracker
  ],
  activate: (
    app: JupyterFrontEnd,
    tracker: IEncryptionTracker,
    preferences: IPreferences,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null,
    proposals: IProposals | null,
    diagnoses: IDiagnoses | null,
    notebooks: INotebookTracker | null,
    consoles: IConsoleTracker | null
  ): IPanelPages => {
    const copy = (text: string): void => {
      Clipboard.copyToSystem(text);
    };
    const widget = new PanelWidget({
      tracker,
      defaults: new PanelDefaults(preferences, proposals, diagnoses),
      notice: session =>
        notices(session, preferences, proposals, diagnoses, copy),
      offers: session => (proposals?.of(session)?.profile ?? null) !== null,
      more: () => (
        <ClusterSection
          onOpen={() => {
            void app.commands.execute(CLUSTER_COMMAND);
          }}
        />
      ),
      translator,
      chooseKernel: () => {
        const about = (item: Widget): boolean =>
          tracker.current !== null && tracker.find(item) === tracker.current;
        chooseKernel(app, notebooks?.find(about) ?? consoles?.find(about));
      },
      copy,
      code: (profile, to) => {
        void app.commands.execute(
          to === 'copy' ? CommandIDs.copyCode : CommandIDs.insertCell,
          { profile }
        );
      },
      outside: {
        openDocumentation: (page, section) => {
          void app.commands.execute(MENU_COMMANDS.documentation, {
            page,
            section
          });
        },
        openDocuments: service => {
          void app.commands.execute(CLUSTER_COMMAND, { service });
        },
        openMenu: button => {
          void import('./menu/openMenu').then(({ openMenu }) => {
            openMenu(app.commands, button);
          });
        }
      },
      onError: showError
    });
    // A document was renamed: its name is in the header.
    const redraw = (): void => {
      widget.update();
    };
    notebooks?.widgetAdded.connect((_, { sessionContext }) => {
      sessionContext.propertyChanged.connect(redraw);
    });
    consoles?.widgetAdded.connect((_, { sessionContext }) => {
      sessionContext.propertyChanged.connect(redraw);
    });
    restorer?.add(widget, PANEL_ID);
    app.shell.add(widget, 'left', { rank: 600, type: 'S3 Encryption' });
    return {
      open: (session, page, text) => {
        widget.openPage(session, page, text);
      }
    };
  }
};
