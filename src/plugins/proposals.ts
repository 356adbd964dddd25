/**
 * Profiles in the metadata of notebooks, and those of the notebooks that they are copies
 * of. A profile that comes with a notebook is a proposal: it is applied only when the
 * user agrees. A profile that the user
 * applies is written there if the settings say so.
 */

import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { ReadonlyPartialJSONValue } from '@lumino/coreutils';
import { JSONExt, Token } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { sameSettings, withOwnName } from '../encryption/profile/profile';
import type { Profile } from '../encryption/profile/profile';
import type { Memory } from '../preferences/memory';
import { METADATA, readOffer, readProposal } from '../preferences/proposal';
import { modeOf } from '../preferences/settings';
import type { Mode } from '../preferences/settings';
import type { Proposal } from '../preferences/proposal';
import { showError } from '../shell/notify';
import { IEncryptionTracker } from '../tokens';
import type { IEncryptionSession } from '../tokens';
import { IPreferences } from './preferences';

export interface IProposals {
  /** The open proposal; null for none. */
  of(session: IEncryptionSession): Proposal | null;
  /** What would happen to cells if the proposal, once agreed to, cannot be applied. */
  mode(session: IEncryptionSession): Mode;
  agree(session: IEncryptionSession): void;
  decline(session: IEncryptionSession): void;
  /** The user applied a profile, or cleared: save it in the notebook if the settings say so. */
  applied(notebook: NotebookPanel, profile: Profile | null): void;
  readonly changed: ISignal<IProposals, IEncryptionSession>;
}

export const IProposals = new Token<IProposals>(
  'jupyterlab-s3-encryption:IProposals',
  'The profiles that notebooks propose; for its own plugins.'
);

export class Proposals implements IProposals {
  constructor(
    private readonly _preferences: Pick<
      IPreferences,
      'options' | 'trust' | 'memory'
    >
  ) {}

  get changed(): ISignal<this, IEncryptionSession> {
    return this._changed;
  }

  of(session: IEncryptionSession): Proposal | null {
    const proposal = this._open.get(session) ?? null;
    const chosen = session.profile;
    if (!proposal?.profile || chosen === null) {
      return proposal;
    }
    // A duplicate that has a choice is offered none.
    const isOver = proposal.from !== undefined;
    return isOver || sameSettings(proposal.profile, chosen) ? null : proposal;
  }

  mode(session: IEncryptionSession): Mode {
    const { current } = this._preferences.options;
    const profile = this._agreedTo(session);
    return profile === null ? current.mode : modeOf(profile, current);
  }

  agree(session: IEncryptionSession): void {
    const profile = this._agreedTo(session);
    if (profile) {
      session.apply(profile).then(() => {
        this.decline(session);
      }, showError);
    }
  }

  decline(session: IEncryptionSession): void {
    const proposal = this._open.get(session);
    const notebook = this._notebooks.get(session);
    this._set(session, null);
    if (proposal?.profile && notebook) {
      this._answer(notebook.context.path, proposal.profile);
    }
  }

  applied(notebook: NotebookPanel, profile: Profile | null): void {
    const model = notebook.context.model;
    if (!this._preferences.options.current.saveInNotebook) {
      return;
    }
    const before = model.getMetadata(METADATA) as
      ReadonlyPartialJSONValue | undefined;
    if (profile === null) {
      if (before !== undefined) {
        model.deleteMetadata(METADATA);
      }
      return;
    }
    this._answer(notebook.context.path, profile);
    if (!JSONExt.deepEqual(before ?? null, profile)) {
      model.setMetadata(METADATA, profile);
    }
  }

  /** Read the proposal of a notebook, now and whenever its metadata change. */
  watch(notebook: NotebookPanel, session: IEncryptionSession): void {
    this._notebooks.set(session, notebook);
    const { context } = notebook;
    const read = (): void => {
      this._read(notebook, session).catch((reason: unknown) => {
        console.error("The notebook's proposal was not read.", reason);
      });
    };
    void context.ready.then(() => {
      if (!notebook.isDisposed && !session.isDisposed) {
        context.model.metadataChanged.connect(read);
        read();
      }
    });
  }

  private async _read(
    { context, isDisposed }: NotebookPanel,
    session: IEncryptionSession
  ): Promise<void> {
    const { options } = this._preferences;
    await options.ready;
    if (isDisposed || session.isDisposed) {
      return;
    }
    const value: unknown = context.model.getMetadata(METADATA);
    const own = await this._news(
      context.path,
      readProposal(value, this._preferences)
    );
    const offer =
      own ?? readOffer(await this._offer(context), this._preferences);
    this._set(session, own ?? (await this._news(context.path, offer)));
  }

  /** The proposal, unless the user has answered it. */
  private async _news(
    path: string,
    proposal: Proposal | null
  ): Promise<Proposal | null> {
    const { trust } = this._preferences;
    const isKnown =
      proposal?.profile && (await trust.knows(path, proposal.profile));
    return isKnown ? null : proposal;
  }

  /** What a duplicate is offered, asked for once. */
  private async _offer(
    context: NotebookPanel['context']
  ): ReturnType<Memory['offered']> {
    let asked = this._offers.get(context);
    if (asked === undefined) {
      // The session says if the server cannot be asked.
      asked = this._preferences.memory
        .offered(context.path)
        .catch(() => undefined);
      this._offers.set(context, asked);
    }
    return asked;
  }

  /** The proposal as it is applied: without a name that means another profile here. */
  private _agreedTo(session: IEncryptionSession): Profile | null {
    const profile = this.of(session)?.profile ?? null;
    const { profiles } = this._preferences.options.current;
    return profile && withOwnName(profile, profiles);
  }

  private _set(session: IEncryptionSession, proposal: Proposal | null): void {
    if (proposal === null) {
      this._open.delete(session);
    } else {
      this._open.set(session, proposal);
    }
    this._changed.emit(session);
  }

  private _answer(path: string, profile: Profile): void {
    this._preferences.trust.answer(path, profile).catch((reason: unknown) => {
      console.error('The answer to a proposal was not kept.', reason);
    });
  }

  private readonly _open = new WeakMap<IEncryptionSession, Proposal>();
  private readonly _offers = new WeakMap<
    NotebookPanel['context'],
    ReturnType<Memory['offered']>
  >();
  private readonly _notebooks = new WeakMap<
    IEncryptionSession,
    NotebookPanel
  >();
  private readonly _changed = new Signal<this, IEncryptionSession>(this);
}

export const proposals: JupyterFrontEndPlugin<IProposals> = {
  id: 'jupyterlab-s3-encryption:proposals',
  description: 'Reads and saves profiles in the metadata of notebooks.',
  autoStart: true,
  provides: IProposals,
  requires: [INotebookTracker, IEncryptionTracker, IPreferences],
  activate: (
    _app: JupyterFrontEnd,
    notebooks: INotebookTracker,
    tracker: IEncryptionTracker,
    preferences: IPreferences
  ): IProposals => {
    const result = new Proposals(preferences);
    tracker.sessionAdded.connect((_, session) => {
      const notebook = notebooks.find(panel => tracker.find(panel) === session);
      if (notebook && !session.excluded) {
        result.watch(notebook, session);
        session.applied.connect((_session, profile) => {
          result.applied(notebook, profile);
        });
      }
    });
    return result;
  }
};
