/** What the pages about stored objects are given, and what they ask for. */

import type { Profile } from '../../encryption/profile/profile';
import type { Question } from '../../contract/storedObjects';
import type {
  CheckWrites,
  IObjectChecksState,
  IObjectQuestions
} from '../../tokens';

/** The pages, in the order of the panel. */
export const PAGES = ['canary', 'writes', 'audit', 'bucket'] as const;

export type ObjectPage = (typeof PAGES)[number];

/** A page that is to be opened; a new object for each time. */
export interface IOpenRequest {
  readonly page: ObjectPage;
  /** Goes into its field; empty leaves the field as it is. */
  readonly text: string;
}

/** What is known of the stored objects of one notebook. */
export interface IObjectsView {
  readonly state: IObjectChecksState;
  /** When the user's own writes are checked. */
  readonly checks: CheckWrites;
  /** Is there a profile in force that objects can be compared with? */
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

/** What the pages and the fixes of findings can ask for. */
export interface IObjectActions extends Callbacks {
  /** Withdraws the request that is under way. */
  onWithdraw: () => void;
  onOpenPage: (page: ObjectPage, text?: string) => void;
  /** The page of a request is open and its field is filled in. */
  onOpened: (request: IOpenRequest) => void;
}

export interface IObjectsProps {
  view: IObjectsView;
  actions: IObjectActions;
  /** Where canaries were written: one location per bucket. */
  locations: readonly string[];
  /** What the bucket is compared with; null for none. */
  profile: Profile | null;
  onCopy: (text: string) => void;
}

/** What every page gets; each takes what it needs. */
export interface IPageProps extends IObjectsProps {
  /** The request to open this page; null if there is none. */
  request: IOpenRequest | null;
}
