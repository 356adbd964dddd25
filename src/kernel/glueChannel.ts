/**
 * Talks to the Python kernel of AWS Glue interactive sessions, whose every line
 * is a statement of a session: nothing can be asked of the kernel itself.
 *
 * Rules (aws-glue-sessions 1.0.9, its own code): a request with `store_history`
 * false is dropped, and answered ok, while there is no session, so it never
 * starts one; `user_expressions` are not looked at; each statement counts as a
 * cell. So nothing is sent ahead of a run, except where a session was seen to
 * begin. Never run against AWS. Must not know of states.
 */

import type { Kernel, KernelMessage } from '@jupyterlab/services';

import type { Block } from '../encryption/lifecycle/types';
import type { Profile } from '../encryption/profile/profile';
import {
  emptyReport,
  type IFinding,
  type IReport,
  type IReportError
} from '../contract/report';
import type { ITranslate } from '../contract/messages';
import { REQUESTS } from '../contract/requests';
import { lookUp, withParts } from '../contract/sentences';
import type { Dialect } from '../encryption/settings/settings';
import bundle from './agentBundle.json';
import { ChannelError, type IAgentChannel } from './channel';
import { FrameChannel } from './frameChannel';
import type { FrameReader } from './frames';
import type { IRequest } from './protocol';
import { sessionConf } from '../encryption/settings/sparkConf';

/** What the kernel prints when another session is the current one, or none. */
const CHANGED =
  /Session \S+ has been created\.|Stopping session: |Switched to Session: |has reached TIMEOUT status/;

export function glueChannel(kernel: Kernel.IKernelConnection): IAgentChannel {
  return new GlueChannel(kernel);
}

class GlueChannel extends FrameChannel {
  constructor(kernel: Kernel.IKernelConnection) {
    super(kernel);
    kernel.iopubMessage.connect(this._onIOPub, this);
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.kernel.iopubMessage.disconnect(this._onIOPub, this);
      super.dispose();
    }
  }

  override async send(
    request: IRequest,
    options: { withAgent: boolean; block?: Block }
  ): Promise<IReport | null> {
    const { profile, connector } = request.arguments as unknown as {
      profile?: Profile;
      connector?: 'auto' | Dialect;
    };
    const name = request.request;
    if (profile !== undefined && (name === 'apply' || name === 'guard')) {
      const found = sessionConf(profile, connector ?? 'auto');
      if ('refused' in found) {
        const { refused } = found;
        throw ChannelError.of('unsupported-method', trans =>
          lookUp(trans, refused)
        );
      }
      this._profile = profile;
      this._conf = found.conf;
    } else if (name === 'clear') {
      this._profile = null;
    }
    if (name === 'guard' && this._known !== 'new') {
      return this._known === 'same' ? null : this._waiting(request);
    }
    this._known = 'none';
    const report = await super.send(request, options);
    if (report === null || report.agent.python !== '') {
      // While the session has no Spark it has to be asked again.
      this._known = report?.waiting === true ? 'new' : 'same';
    }
    return report === null ? null : withNote(report);
  }

  protected override unanswered(
    request: IRequest,
    reader: FrameReader
  ): IReport | null {
    return reader.heard
      ? super.unanswered(request, reader)
      : this._waiting(request);
  }

  /** The answer where there is no session, or none is known. */
  private _waiting({ request }: IRequest): IReport {
    const waiting = this._profile !== null;
    const empty = emptyReport(request, {
      agent: { version: bundle.version, python: '', source: 'shipped' },
      profile: this._profile,
      waiting
    });
    return withParts(empty, trans => ({
      ...(REQUESTS[request].beforeStart
        ? {}
        : { ok: false, error: noSession(trans) }),
      findings: waiting ? [configure(this._conf, trans)] : []
    }));
  }

  private _onIOPub(_: unknown, message: KernelMessage.IIOPubMessage): void {
    const { text } = message.content as { text?: unknown };
    if (
      message.header.msg_type === 'stream' &&
      typeof text === 'string' &&
      CHANGED.test(text)
    ) {
      this._known = /created|Switched/.test(text) ? 'new' : 'none';
    }
  }

  private _profile: Profile | null = null;
  private _conf: Readonly<Record<string, string>> = {};
  /** `new`: a session began, and was not asked yet; `same`: it was. */
  private _known: 'none' | 'new' | 'same' = 'none';
}

function noSession(trans: ITranslate): IReportError {
  return {
    code: 'no-session',
    message: trans.__('There is no Glue session yet: run a cell first.'),
    fields: [],
    settings: 'unchanged'
  };
}

/** How a session is started with the settings. */
function configure(
  conf: Readonly<Record<string, string>>,
  trans: ITranslate
): IFinding {
  const pairs = Object.entries(conf).map(([key, value]) => `${key}=${value}`);
  // Glue takes one --conf; more of them stand in its value.
  const value = pairs.join(' --conf ');
  return {
    code: 'glue-configure',
    severity: 'warning',
    message: trans.__(
      'Nothing can be set before the Glue session exists: what its first cell writes is not covered.'
    ),
    fix: {
      message:
        pairs.length === 0
          ? trans.__(
              'Nothing to do: the session starts with no setting of ours.'
            )
          : trans.__(
              'Put this into a cell before the first one that runs code: %1',
              `%%configure {"--conf": "${value}"}`
            )
    }
  };
}

function withNote(report: IReport): IReport {
  return report.session.kind === 'none'
    ? report
    : withParts(report, trans => ({
        findings: [
          ...report.findings,
          {
            code: 'glue-session',
            severity: 'info',
            message: trans.__(
              'This holds for the Glue session that runs now. A later one is looked at only after its first cell.'
            ),
            fix: null
          }
        ]
      }));
}
