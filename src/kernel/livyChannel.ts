/**
 * Talks to sparkmagic's PySpark kernel: as to an ipykernel, because an empty
 * cell with a user expression runs in the kernel itself and starts no session.
 * What arrives there is the relay (`agent/livy/`), which passes on to the Livy
 * session what has to get there. Loaded only where there is such a kernel. Must
 * not know of states.
 */

import type { Kernel } from '@jupyterlab/services';
import type { JSONObject } from '@lumino/coreutils';
import { UUID } from '@lumino/coreutils';

import type { Profile } from '../encryption/profile/profile';
import type { Dialect } from '../encryption/settings/settings';
import bundle from './agentBundle.json';
import livy from './agentLivy.json';
import type { IAgentChannel } from './channel';
import { IpykernelChannel, type IBootstrapVariant } from './ipykernelChannel';
import type { IRequest } from './protocol';
import { sessionConf } from '../encryption/settings/sparkConf';

/** Without it the kernel would send the line to the session, or start one. */
const LOCAL = '%%local\n';

export const LIVY: IBootstrapVariant = {
  bootstrap: livy.relay,
  prefix: LOCAL,
  more: request => ({ livy: partOf(request) })
};

/** Where the kernel has not said yet whether it is one: it finds out itself. */
const EITHER: IBootstrapVariant = {
  bootstrap: livy.detect,
  prefix: '',
  more: request => ({ livy: { ...partOf(request), relay: livy.relay } })
};

/** The channel of a kernel that may be sparkmagic's, or an ipykernel. */
export function eitherChannel(kernel: Kernel.IKernelConnection): IAgentChannel {
  return new IpykernelChannel(kernel, undefined, EITHER);
}

export function livyChannel(kernel: Kernel.IKernelConnection): IAgentChannel {
  return new IpykernelChannel(kernel, undefined, LIVY);
}

/** What the relay needs beside the request; the frame is a number that nobody else knows. */
function partOf({ arguments: args }: IRequest): JSONObject {
  const { profile, connector } = args as unknown as {
    profile?: Profile;
    connector?: 'auto' | Dialect;
  };
  const found =
    profile === undefined
      ? { conf: {} }
      : sessionConf(profile, connector ?? 'auto');
  const refused = 'refused' in found ? found.refused : null;
  return {
    session: livy.session,
    statement: livy.statement,
    bootstrap: bundle.bootstrap,
    frame: UUID.uuid4(),
    conf: 'conf' in found ? found.conf : {},
    refused
  };
}
