/**
 * What a session is given: who remembers, which settings hold, what is watched.
 */

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

/** What the site allows; nothing is said where it allows everything. */
export interface ISiteRules {
  /** What every notebook has to have; null where the person chooses. */
  readonly required: Profile | null;
  /** What the site has against a profile; empty where it is allowed. */
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
  /** The remembered choice; anything that is no valid profile counts as none. */
  recall: () => Promise<unknown>;
  /** Read after each run: are the person's own writes checked? */
  checkWrites?: () => CheckWrites;
  /** Keep where a canary was written. */
  keepLocation?: (location: string) => Promise<void>;
  site?: ISiteRules;
  trans?: ITranslate;
  /** Default: ipykernel. */
  channelFor?: (kernel: Kernel.IKernelConnection) => IAgentChannel;
}

/** Read what is remembered, and load what a request ahead of a cell will need; never throws. */
export async function begin(
  options: Pick<ISessionOptions, 'recall' | 'sessionContext'>
): Promise<unknown> {
  // What fails here is told when a request is sent, which tries again.
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
