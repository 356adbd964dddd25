/** The panel as a widget of the sidebar: draws the current session, unless it is hidden. */

import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import { nullTranslator } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import { Message, MessageLoop } from '@lumino/messaging';
import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

import { kmsKeyOf } from '../contract/profile';
import { ProfileError } from '../encryption/profile/profile';
import type { IFieldError, Profile } from '../encryption/profile/profile';
import { s3EncryptionIcon } from '../icons';
import type { IEncryptionSession, IEncryptionTracker } from '../tokens';
import { draftOf } from './form/draft';
import type { IDraft } from './form/draft';
import type { IKnownKey } from './form/keyField';
import { objectActions } from './objects/actions';
import { OutsideContext, type IOutside } from './ui/outside';
import type { IOpenRequest, ObjectPage } from './objects/types';
import { DOMAIN, TransContext } from '../i18n';

/** Loaded when the panel is first drawn: most starts of JupyterLab do not show it. */
const Panel = React.lazy(async () => ({
  default: (await import('./panel')).Panel
}));

/** What the settings and the memory contribute to the form. */
export interface IPanelDefaults {
  /** The named profiles of the settings. */
  readonly profiles: readonly Profile[];
  /** Proposed for a notebook without a profile; null for none. */
  readonly defaultProfile: Profile | null;
  /** The profile that the site requires of every notebook; null if the user chooses. */
  readonly required?: Profile | null;
  /** Proposed for a notebook without a profile: cover Python libraries too. */
  readonly coverPythonWriters?: boolean;
  /** Recently used keys. */
  readonly recentKeys: readonly string[];
  /** Earlier canary locations, one per bucket. */
  readonly locations: readonly string[];
  readonly changed: ISignal<unknown, unknown>;
}

export interface IPanelWidgetOptions {
  tracker: IEncryptionTracker;
  defaults: IPanelDefaults;
  translator?: ITranslator | null;
  /** Opens the dialog that chooses a kernel. */
  chooseKernel: (() => void) | null;
  copy: (text: string) => void;
  /** Puts a profile as Python on the clipboard or into a new cell. */
  code: (profile: Profile, to: 'copy' | 'cell') => void;
  /** Notices of other plugins about a session. */
  notice?: (session: IEncryptionSession) => React.ReactNode;
  /** Is one of them a proposal that can be agreed to? */
  offers?: (session: IEncryptionSession) => boolean;
  /** Folded sections of other plugins, ahead of the history; also without a notebook. */
  more?: () => React.ReactNode;
  /** The menu and the documentation. */
  outside?: IOutside;
  /** Shows errors that are not part of the session's state. */
  onError: (reason: unknown) => void;
}

export const PANEL_ID = 's3-encryption';

/** What gets the focus when the panel is opened: the first of these that is there. */
const FIRST = [
  'input[type=radio]:checked',
  'input[type=radio]',
  '.jp-S3Encryption-choice button',
  'button',
  'summary'
];

/** What text is entered into. */
const FIELDS = 'input, select, textarea, [contenteditable=true]';

/** Behind all that activates another widget. */
const FOCUS = new Message('s3-encryption-focus');

/** Says that what is loaded late, and stands before it, was drawn. */
function Drawn(props: { onDrawn: () => void }): null {
  React.useEffect(() => {
    props.onDrawn();
  });
  return null;
}

export class PanelWidget extends ReactWidget {
  constructor(private readonly _options: IPanelWidgetOptions) {
    super();
    const { tracker, defaults, translator } = _options;
    this._trans = (translator ?? nullTranslator).load(DOMAIN);
    this.id = PANEL_ID;
    this.addClass('jp-S3Encryption');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', this._trans.__('S3 Encryption'));
    this.title.icon = s3EncryptionIcon;
    this.title.caption = this._trans.__('S3 Encryption');
    tracker.currentChanged.connect(this._onCurrentChanged, this);
    defaults.changed.connect(this._refresh, this);
    this._follow(tracker.current);
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    const { tracker, defaults } = this._options;
    tracker.currentChanged.disconnect(this._onCurrentChanged, this);
    defaults.changed.disconnect(this._refresh, this);
    this._follow(null);
    super.dispose();
  }

  /**
   * Opens a page about stored objects when the panel next shows the session.
   *
   * @param text - goes into the field of the page
   */
  openPage(session: IEncryptionSession, page: ObjectPage, text = ''): void {
    this._openRequests.set(session, { page, text });
    this._refresh();
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this.update();
  }

  protected override onActivateRequest(msg: Message): void {
    super.onActivateRequest(msg);
    // The command palette is hidden by now, but not left: when it is, it activates the
    // document in front, which would take the focus from here. So that comes first.
    const active = document.activeElement;
    if (active instanceof HTMLElement && active.getClientRects().length === 0) {
      active.blur();
    }
    MessageLoop.postMessage(this, FOCUS);
  }

  override processMessage(msg: Message): void {
    super.processMessage(msg);
    if (msg === FOCUS) {
      // What is there now may be drawn anew at once, or is loaded first.
      this._wantsFocus = true;
      this._focusedBefore = document.activeElement;
      this.update();
    }
  }

  /** Moves the focus into the panel, once, if that was asked for. */
  private _focus(): void {
    const isWanted = this._wantsFocus;
    this._wantsFocus = false;
    const active = document.activeElement;
    // Loading takes its time: whoever went on to a field meanwhile, such as that of the command
    // palette, stays there. And a page that was opened with the panel has the focus in its own.
    const isElsewhere =
      active !== this._focusedBefore && active?.matches(FIELDS) === true;
    if (isWanted && !isElsewhere && !this.node.contains(active)) {
      FIRST.map(selector => this.node.querySelector<HTMLElement>(selector))
        .find(element => element !== null)
        ?.focus();
    }
  }

  protected override onUpdateRequest(msg: Message): void {
    // Attaching asks for an update too; a hidden panel is drawn when it is shown.
    if (this.isVisible) {
      super.onUpdateRequest(msg);
    }
  }

  protected override render(): React.JSX.Element {
    return (
      <OutsideContext.Provider value={this._options.outside ?? null}>
        {this._renderPanel()}
      </OutsideContext.Provider>
    );
  }

  private _renderPanel(): React.JSX.Element {
    const session = this._session;
    const { defaults, chooseKernel, copy, code } = this._options;
    const draft = session ? this._drafts.get(session) : undefined;
    const chosen = session?.profile ?? null;
    const proposed =
      draft === undefined &&
      chosen === null &&
      defaults.defaultProfile !== null;
    return (
      <TransContext.Provider value={this._trans}>
        <React.Suspense fallback={<p>{this._trans.__('Loading…')}</p>}>
          <Panel
            key={session ? this._keyOf(session) : 0}
            label={session?.label ?? null}
            state={session?.state ?? null}
            excluded={session?.excluded ?? false}
            unread={session?.unread ?? null}
            history={session?.history ?? []}
            notice={session && this._options.notice?.(session)}
            offered={session !== null && this._options.offers?.(session)}
            more={this._options.more?.()}
            locked={
              defaults.required &&
              this._trans.__('Your site sets the encryption.')
            }
            objects={session?.objectChecks ?? null}
            objectActions={objectActions(session?.objectChecks ?? null, {
              onOpenPage: (page, text) => {
                if (session) {
                  this.openPage(session, page, text);
                }
              },
              onOpened: request => {
                if (session && this._openRequests.get(session) === request) {
                  this._openRequests.delete(session);
                }
              }
            })}
            openRequest={(session && this._openRequests.get(session)) ?? null}
            locations={defaults.locations}
            draft={
              (defaults.required && draftOf(defaults.required)) ??
              draft ??
              this._proposal(proposed ? defaults.defaultProfile : chosen)
            }
            proposed={proposed}
            profiles={defaults.profiles}
            knownKeys={this._knownKeys()}
            onDraft={changed => {
              if (session) {
                this._drafts.set(session, changed);
                this.update();
              }
            }}
            onDiscard={() => {
              if (session) {
                this._drafts.delete(session);
                this.update();
              }
            }}
            onApply={(profile, key) => this._apply(session, profile, key)}
            onVerify={() => {
              this._run(session?.verify());
            }}
            onClear={() => {
              this._run(session?.clear());
            }}
            onCancel={() => {
              session?.cancel();
            }}
            onReadAgain={() => {
              this._run(session?.readAgain());
            }}
            onCopy={copy}
            onCode={code}
            onChooseKernel={chooseKernel}
          />
          <Drawn
            onDrawn={() => {
              this._focus();
            }}
          />
        </React.Suspense>
      </TransContext.Provider>
    );
  }

  private _proposal(profile: Profile | null): IDraft {
    const python = this._options.defaults.coverPythonWriters === true;
    const draft = draftOf(profile);
    return profile === null && python
      ? { ...draft, writers: ['python'] }
      : draft;
  }

  /** Apply; returns the fields that are wrong. */
  private async _apply(
    session: IEncryptionSession | null,
    profile: Profile,
    customerKey?: string
  ): Promise<readonly IFieldError[]> {
    const draft = session ? this._drafts.get(session) : undefined;
    try {
      const report = await session?.apply(profile, customerKey);
      // The user may have edited the form since: then it is still a draft.
      if (session && report?.ok && this._drafts.get(session) === draft) {
        this._drafts.delete(session);
        this._refresh();
      }
      return report?.error?.fields ?? [];
    } catch (reason) {
      if (reason instanceof ProfileError) {
        return reason.fields;
      }
      this._options.onError(reason);
      return [];
    }
  }

  private _run(request: Promise<unknown> | undefined): void {
    request?.catch((reason: unknown) => {
      this._options.onError(reason);
    });
  }

  private _knownKeys(): IKnownKey[] {
    const { defaults } = this._options;
    const known = new Map<string, string>();
    for (const profile of defaults.profiles) {
      const key = kmsKeyOf(profile);
      if (key) {
        known.set(key, this._trans.__('profile %1', profile.name ?? ''));
      }
    }
    for (const keyId of defaults.recentKeys) {
      if (!known.has(keyId)) {
        known.set(keyId, this._trans.__('recently used'));
      }
    }
    return [...known].map(([keyId, from]) => ({ keyId, from }));
  }

  /** One React subtree per session, so that text typed in one never shows in another. */
  private _keyOf(session: IEncryptionSession): number {
    const known = this._keys.get(session) ?? ++this._lastKey;
    this._keys.set(session, known);
    return known;
  }

  private _onCurrentChanged(
    _tracker: IEncryptionTracker,
    session: IEncryptionSession | null
  ): void {
    this._follow(session);
    this._refresh();
  }

  private _follow(session: IEncryptionSession | null): void {
    this._session?.stateChanged.disconnect(this._refresh, this);
    this._session?.objectChecks.changed.disconnect(this._refresh, this);
    this._session = session;
    session?.stateChanged.connect(this._refresh, this);
    session?.objectChecks.changed.connect(this._refresh, this);
  }

  private _refresh(): void {
    if (this.isVisible) {
      this.update();
    }
  }

  private readonly _trans: TranslationBundle;
  private _session: IEncryptionSession | null = null;
  private readonly _drafts = new WeakMap<IEncryptionSession, IDraft>();
  private readonly _openRequests = new WeakMap<
    IEncryptionSession,
    IOpenRequest
  >();
  private readonly _keys = new WeakMap<IEncryptionSession, number>();
  private _lastKey = 0;
  private _wantsFocus = false;
  private _focusedBefore: Element | null = null;
}
