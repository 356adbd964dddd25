/**
 * The panel: which notebook it is about, its state in one line, and a page for
 * each state. Props in, callbacks out.
 */

import '../../style/panel.css';

import * as React from 'react';

import { can } from '../encryption/lifecycle';
import type { LifecycleState } from '../encryption/lifecycle/types';
import { needsCustomerKey, withOwnName } from '../encryption/profile/profile';
import type { IFieldError, Profile } from '../encryption/profile/profile';
import type { FixAction, IReport } from '../contract/report';
import type { IHistoryEntry } from '../tokens';
import { Changes, Failure, NotKnown, Pending, Unread } from './state/alerts';
import { Claims, Findings } from './state/claims';
import { FileSystems, KernelSettings } from './state/details';
import { Foreign } from './state/foreign';
import type { IDraft } from './form/draft';
import { Form } from './form/form';
import { HistorySection } from './state/history';
import type { IKnownKey } from './form/keyField';
import { Button, Icon } from './ui/parts';
import { excludedWords, isWarned, statusWords } from './state/status';
import { ObjectSections } from './objects/sections';
import type {
  IObjectActions,
  IObjectsView,
  IOpenRequest
} from './objects/types';
import { MenuButton } from './ui/outside';
import { Unbroken } from './ui/unbroken';
import { useTrans } from '../i18n';
import { Writers } from './form/writers';

export interface IPanelProps {
  /** null if no notebook and no console is current. */
  label: { document: string; kernel: string } | null;
  state: LifecycleState | null;
  /** The kernel is excluded by the settings. */
  excluded: boolean;
  /** Why the choice that is kept could not be read; null if it was. */
  unread?: string | null;
  history: readonly IHistoryEntry[];
  /** Notices of other plugins: the last error, the site, the notebook's proposal. */
  notice?: React.ReactNode;
  /** Folded sections of other plugins, ahead of the history. */
  more?: React.ReactNode;
  /** Why nothing can be changed here; null if it can. */
  locked?: string | null;
  /** What is known about stored objects; null if there is no session. */
  objects: IObjectsView | null;
  objectActions: IObjectActions;
  /** The page about stored objects that is to be opened. */
  openRequest: IOpenRequest | null;
  /** Earlier canary locations. */
  locations: readonly string[];
  draft: IDraft;
  /** The draft is just the default profile of the settings. */
  proposed: boolean;
  profiles: readonly Profile[];
  knownKeys: readonly IKnownKey[];
  onDraft: (draft: IDraft) => void;
  /** Resolves to the fields that are wrong; empty if the profile was sent. */
  onApply: (
    profile: Profile,
    customerKey?: string
  ) => Promise<readonly IFieldError[]>;
  onVerify: () => void;
  onClear: () => void;
  onCancel: () => void;
  /** Reads the kept choice again. */
  onReadAgain: () => void;
  onCopy: (text: string) => void;
  /** Puts the profile as Python on the clipboard or into a new cell. */
  onCode: (profile: Profile, to: 'copy' | 'cell') => void;
  /** Opens the dialog that chooses a kernel; null if there is none. */
  onChooseKernel: (() => void) | null;
}

export function Panel(props: IPanelProps): React.JSX.Element {
  const { state } = props;
  return (
    <>
      <Header label={props.label} report={reportOf(state)} />
      <Status state={state} excluded={props.excluded} />
      {props.unread && (
        <Unread why={props.unread} onReadAgain={props.onReadAgain} />
      )}
      {state === null || props.excluded ? (
        props.more
      ) : state.kind === 'no-kernel' || state.kind === 'not-python' ? (
        <NoKernel {...props} />
      ) : (
        <Page {...props} state={state} />
      )}
    </>
  );
}

function reportOf(state: LifecycleState | null): IReport | null {
  return state !== null && 'report' in state ? state.report : null;
}

function Header(props: {
  label: IPanelProps['label'];
  report: IReport | null;
}): React.JSX.Element {
  const { label, report } = props;
  const version = report?.session.sparkVersion;
  const parts = [label?.kernel ?? '', version ? `Spark ${version}` : ''];
  return (
    <div className="jp-S3Encryption-header">
      <span className="jp-S3Encryption-document" title={label?.document}>
        {label?.document}
      </span>
      <MenuButton />
      {parts
        .filter(part => part !== '')
        .map(part => (
          <span key={part}>{part}</span>
        ))}
    </div>
  );
}

function Status(props: {
  state: LifecycleState | null;
  excluded: boolean;
}): React.JSX.Element {
  const trans = useTrans();
  const { title, sentence, icon, tone } = props.excluded
    ? excludedWords(trans)
    : statusWords(props.state, trans);
  return (
    <div className={`jp-S3Encryption-status jp-mod-${tone}`}>
      <Icon icon={icon} />
      <div role="status">
        <strong>
          <Unbroken text={title} />
        </strong>{' '}
        <span>
          <Unbroken text={sentence} />
        </span>
      </div>
    </div>
  );
}

function NoKernel(props: IPanelProps): React.JSX.Element | null {
  const trans = useTrans();
  const { state, history, onChooseKernel } = props;
  const starting = state?.kind === 'no-kernel' && state.starting === true;
  return (
    <>
      {onChooseKernel && !starting && (
        <div className="jp-S3Encryption-alert">
          <Button kind="main" onClick={onChooseKernel}>
            {trans.__('Choose a kernel…')}
          </Button>
        </div>
      )}
      {props.more}
      {history.length > 0 && (
        <HistorySection
          document={props.label?.document}
          history={history}
          onCopy={props.onCopy}
        />
      )}
    </>
  );
}

function Page(
  props: IPanelProps & { state: LifecycleState }
): React.JSX.Element {
  const trans = useTrans();
  const { state, draft, objects, objectActions } = props;
  const report = reportOf(state);
  const busy = state.kind === 'applying';
  const { profile } = state;
  const applyAgain = (): void => {
    if (profile !== null) {
      void props.onApply(profile);
    }
  };
  /** Null: no profile. */
  const choose = async (
    chosen: Profile | null
  ): Promise<readonly IFieldError[]> => {
    if (chosen !== null) {
      return props.onApply(chosen);
    }
    props.onClear();
    return [];
  };
  const fix = (action: FixAction): void => {
    switch (action) {
      case 'apply':
        applyAgain();
        break;
      case 'clear':
        props.onClear();
        break;
      case 'verify':
        props.onVerify();
        break;
      case 'cancelRenewal':
        objectActions.onCancelRenewal();
        break;
      case 'renew':
        objectActions.onRenew();
        break;
      case 'audit':
        // Fill in the path that the finding is about, if it is known.
        objectActions.onOpenPage(
          action,
          objects?.state.writes?.paths.find(({ other }) => other > 0)?.path
        );
        break;
      case 'canary':
        objectActions.onOpenPage(action);
        break;
    }
  };
  const canFix = (action: FixAction): boolean =>
    action === 'apply' || action === 'clear' || action === 'verify'
      ? !busy && can(state, action) && (action !== 'apply' || profile !== null)
      : objects !== null && objects.state.underWay === null;
  // An error that is also a finding is shown once, above the form.
  const findings = (report?.findings ?? []).filter(
    ({ message }) => state.kind !== 'failed' || message !== state.error.message
  );
  // Reasons why less is claimed stand right below the state; mere notes below the form.
  const warned = isWarned({ findings });
  const list = <Findings findings={findings} canFix={canFix} onFix={fix} />;
  const claims =
    report !== null &&
    (state.kind === 'set' ||
      state.kind === 'in-effect' ||
      state.kind === 'proven' ||
      state.kind === 'changed');
  return (
    <>
      {state.kind === 'failed' && <Failure error={state.error} />}
      {state.kind === 'not-known' && (
        <NotKnown canLook={can(state, 'verify')} onLook={props.onVerify} />
      )}
      {state.kind === 'changed' && (
        <Changes
          changed={state.report.changed}
          canSet={can(state, 'apply')}
          onSetAgain={applyAgain}
        />
      )}
      {state.kind === 'foreign' && (
        <Foreign
          state={state}
          onKeep={() =>
            choose(
              state.inKernel && withOwnName(state.inKernel, props.profiles)
            )
          }
          onPutBack={() => choose(profile)}
        />
      )}
      {busy && can(state, 'cancel') && <Pending onCancel={props.onCancel} />}
      {warned && list}
      {props.notice}
      <Form
        draft={draft}
        locked={props.locked ?? null}
        profile={profile}
        hint={
          props.proposed
            ? trans.__('Proposed by your settings, not applied yet.')
            : null
        }
        busy={busy}
        hasCustomerKey={
          profile !== null &&
          needsCustomerKey(profile.method) &&
          (state.kind === 'waiting' || claims)
        }
        profiles={props.profiles}
        knownKeys={props.knownKeys}
        keySource={{ view: objects, actions: objectActions }}
        canApply={!busy && can(state, 'apply')}
        canVerify={!busy && can(state, 'verify')}
        canClear={!busy && can(state, 'clear')}
        onDraft={props.onDraft}
        onApply={props.onApply}
        onVerify={props.onVerify}
        onClear={props.onClear}
        onCode={props.onCode}
      />
      {(claims || (findings.length > 0 && !warned) || report?.writers) && (
        <div className="jp-S3Encryption-known">
          {claims && <Claims state={state} report={report} />}
          <Writers writers={report?.writers} />
          {!warned && list}
        </div>
      )}
      {objects && (
        <ObjectSections
          view={objects}
          actions={objectActions}
          request={props.openRequest}
          locations={props.locations}
          profile={profile}
          onCopy={props.onCopy}
        />
      )}
      {report !== null && report.session.kind !== 'none' && (
        <KernelSettings report={report} />
      )}
      {report !== null && <FileSystems fileSystems={report.fileSystems} />}
      {props.more}
      <HistorySection
        document={props.label?.document}
        history={props.history}
        onCopy={props.onCopy}
      />
    </>
  );
}
