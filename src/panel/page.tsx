/** The page for a kernel that can be asked: reasons, the form, its buttons, proof, details. */

import * as React from 'react';

import { atRest, can, reportOf } from '../encryption/lifecycle';
import type { LifecycleState } from '../encryption/lifecycle/types';
import { needsCustomerKey, withOwnName } from '../encryption/profile/profile';
import type { IFieldError, Profile } from '../encryption/profile/profile';
import type { FixAction } from '../contract/report';
import { Actions, nextStep } from './actions';
import { Changes, Failure, NotKnown, Pending } from './state/alerts';
import { Claims, Findings, firstToFix } from './state/claims';
import { FileSystems, KernelSettings } from './state/details';
import { Foreign } from './state/foreign';
import { mainPlace, MainPlaceProvider } from './mainPlace';
import type { ReadDraft } from './form/draft';
import { Form } from './form/form';
import { Chosen, CodeLinks } from './form/more';
import { HistorySection } from './state/history';
import { isWarned } from './state/status';
import { ObjectSections } from './objects/sections';
import { useTrans } from '../i18n';
import { Writers } from './form/writers';
import type { IPanelProps } from './props';

/** What a page knows of its form. */
export interface IFormState {
  /** What the draft means. */
  readonly read: ReadDraft;
  readonly edited: boolean;
  readonly isOpened: boolean;
  readonly setOpened: (isOpened: boolean) => void;
  readonly turn: number;
}

/** Is a choice applied, so that the form is not what comes next? */
function isApplied(state: LifecycleState): boolean {
  const { kind } = atRest(state);
  return ['waiting', 'set', 'in-effect', 'proven', 'changed'].includes(kind);
}

export function Page(
  props: IPanelProps & { state: LifecycleState; form: IFormState }
): React.JSX.Element {
  const trans = useTrans();
  const { state, draft, objects, objectActions } = props;
  const { read, edited, isOpened, setOpened, turn } = props.form;
  const report = reportOf(state);
  const busy = state.kind === 'applying';
  const { profile } = state;
  const locked = props.locked ?? null;
  const canFold =
    profile !== null && !edited && (locked !== null || isApplied(state));
  const isFolded = canFold && !isOpened;
  const id = React.useId();
  const frame = useKeptFocus(`${turn} ${isFolded}`);
  const applyAgain = (): void => {
    if (profile !== null) {
      void props.onApply(profile);
    }
  };
  const apply: IPanelProps['onApply'] = async (chosen, customerKey) => {
    const wrong = await props.onApply(chosen, customerKey);
    if (wrong.length === 0) {
      setOpened(false);
    }
    return wrong;
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
  // The main button stays where it is while a request is under way.
  const canFixAtRest = (action: FixAction): boolean =>
    action === 'apply' || action === 'clear' || action === 'verify'
      ? can(atRest(state), action)
      : objects !== null;
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
  const place = mainPlace(state, {
    isEditing: edited || (canFold && isOpened),
    hasFix: warned && firstToFix(findings, canFixAtRest) !== undefined,
    isOffered: props.offered === true,
    isFolded
  });
  return (
    <MainPlaceProvider value={place}>
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
      <div className="jp-S3Encryption-choice" {...frame}>
        {isFolded ? (
          <div className="jp-S3Encryption-form">
            <Chosen
              profile={profile}
              locked={locked !== null}
              onOpen={() => {
                setOpened(true);
              }}
            />
            <div className="jp-S3Encryption-links">
              <CodeLinks profile={profile} onCode={props.onCode} />
            </div>
          </div>
        ) : (
          <Form
            key={turn}
            id={id}
            draft={draft}
            read={read}
            locked={locked}
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
            onDraft={props.onDraft}
            onApply={apply}
            onCode={props.onCode}
            onClose={
              canFold
                ? () => {
                    setOpened(false);
                  }
                : null
            }
          />
        )}
        <Actions
          form={isFolded ? null : id}
          next={objects && place === 'next' ? nextStep(state) : null}
          busy={busy}
          locked={locked}
          canApply={!busy && locked === null && can(state, 'apply')}
          canVerify={!busy && can(state, 'verify')}
          canClear={!busy && can(state, 'clear')}
          onNext={fix}
          onVerify={props.onVerify}
          onClear={props.onClear}
        />
      </div>
      {(claims || (findings.length > 0 && !warned) || report?.writers) && (
        <div className="jp-S3Encryption-known">
          {claims && (
            <Claims
              state={state}
              report={report}
              // What a finding offers is not offered twice.
              canFix={action =>
                canFix(action) &&
                findings.every(finding => finding.fix?.action !== action)
              }
              onFix={fix}
            />
          )}
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
    </MainPlaceProvider>
  );
}

/**
 * Keeps the focus in the form and its buttons when what had it is drawn no more: it goes
 * to the method that is chosen, or else to what comes next.
 *
 * @param drawn - another text whenever other fields and buttons are drawn
 * @returns props of the element around both
 */
function useKeptFocus(drawn: string): React.HTMLAttributes<HTMLElement> & {
  ref: React.RefObject<HTMLDivElement>;
} {
  const ref = React.useRef<HTMLDivElement>(null);
  const isIn = React.useRef(false);
  const before = React.useRef(drawn);
  React.useEffect(() => {
    if (before.current === drawn) {
      return;
    }
    before.current = drawn;
    const isLost = document.activeElement === document.body;
    if (isIn.current && isLost) {
      const find = (what: string): HTMLElement | null | undefined =>
        ref.current?.querySelector<HTMLElement>(what);
      (
        find('input:checked') ??
        find('.jp-mod-main') ??
        find('button')
      )?.focus();
    }
  }, [drawn]);
  return {
    ref,
    onFocus: () => {
      isIn.current = true;
    },
    onBlur: ({ relatedTarget }) => {
      isIn.current = relatedTarget === null;
    }
  };
}
