/**
 * What a session is given: who remembers, which settings hold, what is watched.
 */

import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel } from '@jupyterlab/services';

import type { ITranslate } from '../encryption/messages';
import type { Profile } from '../encryption/profile';
import type { IAgentChannel } from '../kernel/channel';

export interface ISessionOptions {
  sessionContext: ISessionContext;
  /** Read whenever a kernel appears or restarts. */
  reapplyOnRestart: () => boolean;
  /** Read with every request. */
  connector: () => 'auto' | 's3a' | 'emrfs';
  /** Keep the choice of this notebook; null forgets it. Never gets key material. */
  remember: (profile: Profile | null) => Promise<void>;
  /** The remembered choice; anything that is no valid profile counts as none. */
  recall: () => Promise<unknown>;
  trans?: ITranslate;
  /** Default: ipykernel. */
  channelFor?: (kernel: Kernel.IKernelConnection) => IAgentChannel;
}
