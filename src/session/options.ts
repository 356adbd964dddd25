/** What a session needs from outside: settings, memory, the site's rules. */

import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel } from '@jupyterlab/services';
import type { ISignal } from '@lumino/signaling';

import type { ITranslate } from '../contract/messages';
import type { ConnectorChoice } from '../contract/requests';
import type { IFieldError, Profile } from '../encryption/profile/profile';
import { loadAgent } from '../kernel/agentText';
import type { IAgentChannel } from '../kernel/channel';
import { prepare } from '../kernel/kernelChannel';
import type { CheckWrites } from '../tokens';

/** What the site allows; without it everything is allowed. */
interface ISiteRules {
  /** The profile of every notebook; null if the user chooses. */
  readonly required: Profile | null;
  /** Why the site does not allow a profile; empty if it does. */
  refuse(profile: Profile): IFieldError[];
  readonly changed: ISignal<unknown, unknown>;
}

export interface ISessionOptions {
  sessionContext: ISessionContext;
  /** Read whenever a kernel appears or restarts. */
  reapplyOnRestart: () => boolean;
  /** Read with every request. */
  connector: () => ConnectorChoice;
  /** Read with every request: may the agent's class go to Spark Connect servers and executors? */
  connectClass?: () => boolean;
  /** Keep the choice of this notebook; null forgets it. Never gets key material. */
  remember: (profile: Profile | null) => Promise<void>;
  /**
   * The remembered choice, read when the notebook is opened and whenever its kernel
   * starts; anything but a valid profile counts as none. It throws if nobody knows what
   * is kept, which is not the same as none.
   */
  recall: () => Promise<unknown>;
  /** May another document of this kernel still turn out to have a choice for it? */
  mayInherit?: () => boolean;
  /** Read after each run: are the user's own writes checked? */
  checkWrites?: () => CheckWrites;
  /** Remember the location of a canary. */
  keepLocation?: (location: string) => Promise<void>;
  site?: ISiteRules;
  trans?: ITranslate;
  /** Default: `KernelChannel`. */
  channelFor?: (kernel: Kernel.IKernelConnection) => IAgentChannel;
}

/** Load what the first request will need. Never throws: that request tries again. */
export async function load(context: ISessionContext): Promise<void> {
  await Promise.all([loadAgent().catch(() => null), prepare(context)]);
}
