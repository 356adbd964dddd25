/** The props and callbacks of the pages about stored objects. */

import type { Profile } from '../../encryption/profile/profile';
import type { Question } from '../../contract/storedObjects';
import type {
  CheckWrites,
  IObjectChecksState,
  IObjectQuestions
} from '../../tokens';

/** The pages, in the order of the panel. */
export const PAGES = [
  'canary',
  'writes',
  'audit',
  'reencryption',
  'bucket'
] as const;

export type ObjectPage = (typeof PAGES)[number];

/** A request to open a page; a new object each time. */
export interface IOpenRequest {
  readonly page: ObjectPage;
  /** Text for its field; empty leaves the field as it is. */
  readonly text: string;
}

/** What is known about the stored objects of one notebook. */
export interface IObjectsView {
  readonly state: IObjectChecksState;
  /** When the user's own writes are checked. */
  readonly checks: CheckWrites;
  /** Is a profile applied that objects can be compared with? */
  readonly armed: boolean;
}

/** The name of the callback that asks a question: `onWriteCanary`, … */
export type Callback<Q extends Question> = `on${Capitalize<Q>}`;

/** A callback for each question that a user can ask. */
type Callbacks = {
  [Q in Question as Callback<Q>]: (
    ...args: Parameters<IObjectQuestions[Q]>
  ) => void;
};

/** The callbacks of the pages and of the fixes of findings. */
export interface IObjectActions extends Callbacks {
  /** Withdraws the pending request. */
  onWithdraw: () => void;
  onOpenPage: (page: ObjectPage, text?: string) => void;
  /** The page of a request is open and its field is filled in. */
  onOpened: (request: IOpenRequest) => void;
}

export interface IObjectsProps {
  view: IObjectsView;
  actions: IObjectActions;
  /** Earlier canary locations, one per bucket. */
  locations: readonly string[];
  /** The notebook's profile; null for none. */
  profile: Profile | null;
  onCopy: (text: string) => void;
}

/** The props of every page; each uses what it needs. */
export interface IPageProps extends IObjectsProps {
  /** The request to open this page; null if there is none. */
  request: IOpenRequest | null;
}
