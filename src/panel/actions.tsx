/** What can be done now, always in view; the main one is what comes next. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { atRest } from '../encryption/lifecycle';
import type { LifecycleState } from '../encryption/lifecycle/types';
import type { FixAction } from '../contract/report';
import { useKind } from './mainPlace';
import { Button } from './ui/parts';
import { useTrans } from '../i18n';

export interface IActionsProps {
  /** The form that Apply submits; null if it is not open. */
  form: string | null;
  /** What comes next if the form is not open; null: nothing to press. */
  next: FixAction | null;
  busy: boolean;
  /** Why nothing can be chosen or cleared here; null if it can. */
  locked: string | null;
  canApply: boolean;
  canVerify: boolean;
  canClear: boolean;
  onNext: (action: FixAction) => void;
  onVerify: () => void;
  onClear: () => void;
}

/**
 * What comes after a choice was applied: its proof, and after that what was stored
 * before. Null if something else is to be done first, or to be waited for. While a
 * request is under way it is what it was before.
 */
export function nextStep(state: LifecycleState): FixAction | null {
  const { kind } = atRest(state);
  return kind === 'proven'
    ? 'audit'
    : kind === 'set' || kind === 'in-effect'
      ? 'canary'
      : null;
}

function nextWord(action: FixAction, trans: TranslationBundle): string {
  return action === 'audit'
    ? trans.__('Audit objects…')
    : trans.__('Prove it…');
}

export function Actions(props: IActionsProps): React.JSX.Element {
  const trans = useTrans();
  const apply = useKind('form');
  const { form, next, locked, onNext } = props;
  const underWay = trans.__('Another request is in progress.');
  return (
    <div
      className="jp-S3Encryption-actions"
      role="group"
      aria-label={trans.__('Actions')}
    >
      {form !== null ? (
        <Button
          key="main"
          kind={apply}
          form={form}
          disabled={props.canApply ? null : (locked ?? underWay)}
        >
          {trans.__('Apply')}
        </Button>
      ) : (
        next !== null && (
          <Button
            key="main"
            kind="main"
            disabled={props.busy ? underWay : null}
            onClick={() => {
              onNext(next);
            }}
          >
            {nextWord(next, trans)}
          </Button>
        )
      )}
      <Button
        title={trans.__("Read the kernel's settings; nothing is changed")}
        disabled={props.canVerify ? null : underWay}
        onClick={props.onVerify}
      >
        {trans.__('Verify')}
      </Button>
      <Button
        title={trans.__('Undo what was set from here')}
        disabled={
          props.canClear && locked === null
            ? null
            : props.busy
              ? underWay
              : (locked ?? trans.__('Nothing is set from here.'))
        }
        onClick={props.onClear}
      >
        {trans.__('Clear')}
      </Button>
    </div>
  );
}
