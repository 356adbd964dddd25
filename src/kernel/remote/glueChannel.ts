/**
 * Talks to the Python kernel of AWS Glue interactive sessions. Every line is a
 * statement of a remote session: the kernel itself cannot be asked anything.
 *
 * Facts (source of aws-glue-sessions 1.0.9): a request with `store_history` false
 * is dropped, and answered ok, while there is no session, so it never starts one;
 * `user_expressions` are ignored; each statement counts as a cell. So nothing is
 * sent ahead of a run unless a new session was seen. Never run against AWS.
 */

import type { Kernel, KernelMessage } from '@jupyterlab/services';

import type { Block } from '../../encryption/lifecycle/types';
import type { Profile } from '../../encryption/profile/profile';
import {
  emptyReport,
  type IFinding,
  type IReport,
  type IReportError
} from '../../contract/report';
import type { ITranslate } from '../../contract/messages';
import { broughtBy, REQUESTS } from '../../contract/requests';
import { withParts } from '../../contract/sentences';
import bundle from '../agentBundle.json';
import { ChannelError, type IAgentChannel } from '../channel';
import { printedBy } from '../replies';
import { FrameChannel } from './frameChannel';
import type { FrameReader } from './frames';
import type { IRequest } from '../protocol';
import { sessionConf } from '../../encryption/settings/sparkConf';

/** What the kernel prints when the current session changes or ends. */
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
    const { profile, connector } = broughtBy(request.arguments);
    const name = request.request;
    if (profile !== undefined && (name === 'apply' || name === 'guard')) {
      const found = sessionConf(profile, connector ?? 'auto');
      if ('refused' in found) {
        throw ChannelError.of('unsupported-method', found.refused);
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
      // A session without Spark has to be asked again.
      this._known = report?.waiting === true ? 'new' : 'same';
    }
    return report === null ? null : withNote(report);
  }

  protected override unanswered(
    request: IRequest,
    reader: FrameReader
  ): IReport {
    return reader.heard
      ? super.unanswered(request, reader)
      : this._waiting(request);
  }

  /** The answer if there is no session, or none that is known. */
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
    const text = printedBy(message)?.text ?? '';
    if (CHANGED.test(text)) {
      this._known = /created|Switched/.test(text) ? 'new' : 'none';
    }
  }

  private _profile: Profile | null = null;
  private _conf: Readonly<Record<string, string>> = {};
  /** `new`: a session began and was not asked yet; `same`: it was asked. */
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

/** Says how to start a session with the settings. */
function configure(
  conf: Readonly<Record<string, string>>,
  trans: ITranslate
): IFinding {
  const pairs = Object.entries(conf).map(([key, value]) => `${key}=${value}`);
  // Glue accepts one --conf: further ones go into its value.
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
              'Nothing to do: this profile adds no settings to the session.'
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
              'This describes the current Glue session. A new one is checked only after its first cell.'
            ),
            fix: null
          }
        ]
      }));
}
