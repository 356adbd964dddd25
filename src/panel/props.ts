/** What the panel is given: the state of one notebook, and callbacks. */

import type * as React from 'react';

import type { IFieldError, Profile } from '../encryption/profile/profile';
import type { LifecycleState } from '../encryption/lifecycle/types';
import type { IHistoryEntry } from '../tokens';
import type { IDraft } from './form/draft';
import type { IKnownKey } from './form/keyField';
import type {
  IObjectActions,
  IObjectsView,
  IOpenRequest
} from './objects/types';

export interface IPanelProps {
  /** null if no notebook and no console is current. */
  label: { document: string; kernel: string } | null;
  state: LifecycleState | null;
  /** The kernel is excluded by the settings. */
  excluded: boolean;
  /** Why the choice that is kept could not be read; null if it was. */
  unread?: string | null;
  history: readonly IHistoryEntry[];
  /** Notices of other plugins: the last error, the site, the notebook's proposal. */
  notice?: React.ReactNode;
  /** Does one of them propose a profile? */
  offered?: boolean;
  /** Folded sections of other plugins, ahead of the history. */
  more?: React.ReactNode;
  /** Why nothing can be changed here; null if it can. */
  locked?: string | null;
  /** What is known about stored objects; null if there is no session. */
  objects: IObjectsView | null;
  objectActions: IObjectActions;
  /** The page about stored objects that is to be opened. */
  openRequest: IOpenRequest | null;
  /** Earlier canary locations. */
  locations: readonly string[];
  draft: IDraft;
  /** The draft is just the default profile of the settings. */
  proposed: boolean;
  profiles: readonly Profile[];
  knownKeys: readonly IKnownKey[];
  onDraft: (draft: IDraft) => void;
  /** Forgets the draft: the form shows the choice of the notebook again. */
  onDiscard: () => void;
  /** Resolves to the fields that are wrong; empty if the profile was sent. */
  onApply: (
    profile: Profile,
    customerKey?: string
  ) => Promise<readonly IFieldError[]>;
  onVerify: () => void;
  onClear: () => void;
  onCancel: () => void;
  /** Reads the kept choice again. */
  onReadAgain: () => void;
  onCopy: (text: string) => void;
  /** Puts the profile as Python on the clipboard or into a new cell. */
  onCode: (profile: Profile, to: 'copy' | 'cell') => void;
  /** Opens the dialog that chooses a kernel; null if there is none. */
  onChooseKernel: (() => void) | null;
}
