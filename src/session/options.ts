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
  /** Keep the choice of this notebook; null forgets it. Never gets key material. */
  remember: (profile: Profile | null) => Promise<void>;
  /** The remembered choice; anything but a valid profile counts as none. */
  recall: () => Promise<unknown>;
  /** Read after each run: are the user's own writes checked? */
  checkWrites?: () => CheckWrites;
  /** Remember the location of a canary. */
  keepLocation?: (location: string) => Promise<void>;
  site?: ISiteRules;
  trans?: ITranslate;
  /** Default: `KernelChannel`. */
  channelFor?: (kernel: Kernel.IKernelConnection) => IAgentChannel;
}

/** Read what is remembered, and load what the first request will need. Never throws. */
export async function begin(
  options: Pick<ISessionOptions, 'recall' | 'sessionContext'>
): Promise<unknown> {
  // A failure surfaces with the first request, which tries again.
  const agent = loadAgent().catch(() => null);
  const more = prepare(options.sessionContext);
  let recalled: unknown = null;
  try {
    recalled = await options.recall();
  } catch (error) {
    console.error('The encryption of this notebook was not read.', error);
  }
  await Promise.all([agent, more]);
  return recalled;
}
