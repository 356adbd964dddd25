/**
 * Talks to sparkmagic's PySpark kernel like to an ipykernel, because an empty cell
 * with a user expression runs in the kernel itself and starts no session. It runs
 * the relay (`agent/livy/`) there, which forwards requests to the Livy session.
 * Loaded only if there is such a kernel.
 */

import type { Kernel } from '@jupyterlab/services';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { UUID } from '@lumino/coreutils';

import { broughtBy } from '../../contract/requests';
import { explained } from '../../contract/sentences';
import bundle from '../agentBundle.json';
import livy from '../agentLivy.json';
import type { IAgentChannel } from '../channel';
import { IpykernelChannel, type IBootstrapVariant } from '../ipykernelChannel';
import type { IRequest } from '../protocol';
import { sessionConf } from '../../encryption/settings/sparkConf';

/** Without it the kernel would send the line to the session, or start one. */
const LOCAL = '%%local\n';

export const LIVY: IBootstrapVariant = {
  bootstrap: livy.relay,
  prefix: LOCAL,
  more: request => ({ livy: partOf(request) })
};

/** For a kernel that may be sparkmagic's: the bootstrap detects it there. */
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

/** What the relay needs beside the request; the frame is a random number. */
function partOf({ arguments: args }: IRequest): ReadonlyPartialJSONObject {
  const { profile, connector } = broughtBy(args);
  const found =
    profile === undefined
      ? { conf: {} }
      : sessionConf(profile, connector ?? 'auto');
  const refused = 'refused' in found ? explained(found.refused) : null;
  return {
    session: livy.session,
    statement: livy.statement,
    bootstrap: bundle.bootstrap,
    frame: UUID.uuid4(),
    conf: 'conf' in found ? found.conf : {},
    // The relay puts it into its report.
    refused: refused && {
      message: refused.english,
      sentences: refused.sentences
    }
  };
}
