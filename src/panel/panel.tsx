/**
 * The panel: which notebook it is about, its state in one line, and a page for
 * each state. Props in, callbacks out.
 */

import '../../style/panel.css';

import * as React from 'react';

import { reportOf } from '../encryption/lifecycle';
import type { LifecycleState } from '../encryption/lifecycle/types';
import type { IReport } from '../contract/report';
import { isEdited, profileOf } from './form/draft';
import { Page } from './page';
import type { IPanelProps } from './props';
import { Unread } from './state/alerts';
import { HistorySection } from './state/history';
import { excludedWords, statusWords } from './state/status';
import { Button, Icon } from './ui/parts';
import { MenuButton } from './ui/outside';
import { Unbroken } from './ui/unbroken';
import { useTrans } from '../i18n';

export function Panel(props: IPanelProps): React.JSX.Element {
  const { state, draft } = props;
  const trans = useTrans();
  const read = profileOf(draft, trans);
  /** The user wants to see the form, although something is applied. */
  const [isOpened, setOpened] = React.useState(false);
  /** How often edits were discarded: what the form said of them goes too. */
  const [turn, setTurn] = React.useState(0);
  const isForm =
    state !== null &&
    !props.excluded &&
    state.kind !== 'no-kernel' &&
    state.kind !== 'not-python';
  const edited =
    isForm &&
    state.kind !== 'applying' &&
    !props.locked &&
    !props.proposed &&
    isEdited(draft, read, state.profile);
  return (
    <>
      <Header label={props.label} report={state && reportOf(state)} />
      <Status
        state={state}
        excluded={props.excluded}
        onDiscard={
          edited
            ? () => {
                setOpened(false);
                setTurn(turn + 1);
                props.onDiscard();
              }
            : null
        }
      />
      {props.unread && (
        <Unread why={props.unread} onReadAgain={props.onReadAgain} />
      )}
      {isForm ? (
        <Page
          {...props}
          state={state}
          form={{ read, edited, isOpened, setOpened, turn }}
        />
      ) : state === null || props.excluded ? (
        props.more
      ) : (
        <NoKernel {...props} />
      )}
    </>
  );
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
      {label === null ? (
        <span className="jp-S3Encryption-document" />
      ) : (
        <h2 className="jp-S3Encryption-document" title={label.document}>
          {label.document}
        </h2>
      )}
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
  /** Null if nothing in the form waits to be applied. */
  onDiscard: (() => void) | null;
}): React.JSX.Element {
  const trans = useTrans();
  const { onDiscard } = props;
  const { title, sentence, icon, tone, age } = props.excluded
    ? excludedWords(trans)
    : statusWords(props.state, trans);
  return (
    <div className={`jp-S3Encryption-status jp-mod-${tone}`}>
      <Icon icon={icon} />
      <div>
        <div role="status">
          <strong>
            <Unbroken text={title} />
          </strong>{' '}
          <span>
            <Unbroken text={sentence} />
          </span>
        </div>
        {age !== null && <p className="jp-S3Encryption-note">{age}</p>}
        <div aria-live="polite">
          {onDiscard && (
            <p className="jp-S3Encryption-edits">
              {trans.__('Your edits are not applied yet.')}{' '}
              <Button kind="link" onClick={onDiscard}>
                {trans.__('Discard')}
              </Button>
            </p>
          )}
        </div>
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
