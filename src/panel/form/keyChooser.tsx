/**
 * The keys that KMS lists for the kernel, to choose from: asked for by a button, found by
 * typing, chosen by keyboard or mouse. A combo box with a list box (WAI-ARIA practices).
 */

import * as React from 'react';

import type { Method } from '../../contract/profile';
import type { IKeys } from '../../contract/storedObjects';
import { useTrans } from '../../i18n';
import type { IObjectActions, IObjectsView } from '../objects/types';
import { Button } from '../ui/parts';
import { choicesOf, type IKeyChoice } from './keyChoices';

/** Where a list of keys comes from. */
export interface IKeySource {
  /** Null: nothing can be asked. */
  readonly view: IObjectsView | null;
  readonly actions: Pick<IObjectActions, 'onListKeys' | 'onWithdraw'>;
}

interface IChooserProps {
  /** The label of the field that the key goes into. */
  label: string;
  value: string;
  method: Method;
  disabled: boolean;
  source: IKeySource;
  onChange: (value: string) => void;
}

/** The button, and what came of it. */
export function KeyChooser(props: IChooserProps): React.JSX.Element | null {
  const trans = useTrans();
  const { source, label } = props;
  const id = React.useId();
  const frame = React.useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = React.useState(false);
  const { view, actions } = source;
  if (view === null) {
    return null;
  }
  const { keys, underWay } = view.state;
  const why = props.disabled
    ? trans.__('Nothing can be chosen now.')
    : underWay !== null
      ? trans.__('Another request is in progress.')
      : null;
  const close = (): void => {
    setOpen(false);
    frame.current?.querySelector('button')?.focus();
  };
  return (
    <div ref={frame} className="jp-S3Encryption-keys">
      <Button
        kind="link"
        label={
          keys === null
            ? trans.__('List keys for: %1', label)
            : trans.__('Choose a key for: %1', label)
        }
        title={trans.__(
          "Asks KMS for the keys of the account and Region, with this kernel's permissions"
        )}
        disabled={why}
        expanded={keys === null ? undefined : isOpen}
        onClick={() => {
          setOpen(keys === null || !isOpen);
          if (keys === null) {
            actions.onListKeys();
          }
        }}
      >
        {keys === null ? trans.__('List keys') : trans.__('Choose a key…')}
      </Button>
      {isOpen && <Progress source={source} view={view} />}
      {isOpen && keys !== null && !props.disabled && (
        <>
          {keys.keys.length > 0 && (
            <Choices
              {...props}
              id={id}
              list={keys}
              onClose={close}
              onChange={arn => {
                props.onChange(arn);
                close();
              }}
            />
          )}
          <Remarks list={keys} />
          <Button kind="link" disabled={why} onClick={actions.onListKeys}>
            {trans.__('List again')}
          </Button>
        </>
      )}
    </div>
  );
}

/** That KMS is being asked, or why it gave no list. */
function Progress(props: {
  source: IKeySource;
  view: IObjectsView;
}): React.JSX.Element | null {
  const trans = useTrans();
  const { underWay, queued, failed } = props.view.state;
  if (underWay === 'keys') {
    return (
      <>
        <p className="jp-S3Encryption-note" aria-live="polite">
          {queued
            ? trans.__(
                'Waiting for the kernel to become idle. Running cells are not interrupted.'
              )
            : trans.__('Asking KMS for its keys.')}
        </p>
        {queued && (
          <Button onClick={props.source.actions.onWithdraw}>
            {trans.__('Cancel')}
          </Button>
        )}
      </>
    );
  }
  return failed?.request === 'keys' ? (
    <div className="jp-S3Encryption-fieldError" role="alert">
      {failed.error.code === 'unknown-request'
        ? trans.__(
            'The Python package jupyterlab-s3-encryption in this kernel is too old for this. Update it and restart the kernel.'
          )
        : failed.error.message}{' '}
      {trans.__('You can still type a key.')}
    </div>
  ) : null;
}

/** How much of all keys the list has, and what was not allowed. */
function Remarks(props: { list: IKeys }): React.JSX.Element {
  const trans = useTrans();
  const { keys, total, unread, late } = props.list;
  const sentences = [
    ...(keys.length === 0 ? [trans.__('No key was listed.')] : []),
    ...(total > keys.length
      ? [
          trans.__(
            '%1 of %2 keys are listed, those with an alias first.',
            keys.length.toLocaleString(),
            total.toLocaleString()
          )
        ]
      : []),
    ...unread,
    ...(late === null ? [] : [late])
  ];
  return (
    <>
      {sentences.map(sentence => (
        <p key={sentence} className="jp-S3Encryption-note">
          {sentence}
        </p>
      ))}
      {(keys.length === 0 || unread.length > 0 || late !== null) && (
        <p className="jp-S3Encryption-note">
          {trans.__('You can still type a key.')}
        </p>
      )}
    </>
  );
}

/** The text that narrows the list, and the list. */
function Choices(
  props: Omit<IChooserProps, 'source'> & {
    id: string;
    list: IKeys;
    onClose: () => void;
  }
): React.JSX.Element {
  const trans = useTrans();
  const { id, list, value, method, label, onChange, onClose } = props;
  const input = React.useRef<HTMLInputElement>(null);
  const [text, setText] = React.useState('');
  const [active, setActive] = React.useState(-1);
  const { choices, found } = choicesOf(list, text, method, trans);
  React.useEffect(() => {
    // Not if the user is elsewhere by the time KMS has answered.
    const frame = input.current?.closest('.jp-S3Encryption-keys');
    if (frame?.contains(document.activeElement)) {
      input.current?.focus();
    }
  }, []);
  React.useEffect(() => {
    document.getElementById(`${id}-${active}`)?.scrollIntoView({
      block: 'nearest'
    });
  }, [id, active]);

  const choose = (choice: IKeyChoice | undefined): void => {
    if (choice && !choice.unusable) {
      onChange(choice.arn);
    }
  };
  const onKey = (event: React.KeyboardEvent): void => {
    const last = choices.length - 1;
    const to: Readonly<Record<string, number>> = {
      ArrowDown: active >= last ? 0 : active + 1,
      ArrowUp: active <= 0 ? last : active - 1,
      PageDown: Math.min(active + 10, last),
      PageUp: Math.max(active - 10, 0)
    };
    const next = to[event.key];
    if (next !== undefined) {
      setActive(next);
    } else if (event.key === 'Enter') {
      choose(choices[active] ?? (found === 1 ? choices[0] : undefined));
    } else if (event.key === 'Escape') {
      onClose();
    } else {
      return;
    }
    // Enter would submit the form.
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <input
        ref={input}
        type="text"
        role="combobox"
        className="jp-S3Encryption-input"
        aria-label={trans.__('Find a key for: %1', label)}
        aria-expanded={choices.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={choices[active] ? `${id}-${active}` : undefined}
        placeholder={trans.__('alias, description or ID')}
        spellCheck={false}
        autoComplete="off"
        value={text}
        onChange={event => {
          setText(event.target.value);
          setActive(-1);
        }}
        onKeyDown={onKey}
      />
      <div className="jp-S3Encryption-note" role="status">
        {found > choices.length
          ? trans.__(
              'The first %1 of %2 keys: type to find others.',
              choices.length,
              found
            )
          : trans._n('One key', '%1 keys', found)}
      </div>
      <ul
        id={`${id}-list`}
        role="listbox"
        aria-label={trans.__('Keys for: %1', label)}
        className="jp-S3Encryption-keyList"
      >
        {choices.map((choice, index) => (
          // The keyboard is that of the text box, which says what is active.
          // eslint-disable-next-line jsx-a11y/click-events-have-key-events
          <li
            key={choice.arn}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={choice.arn === value}
            aria-disabled={choice.unusable}
            className={index === active ? 'jp-mod-active' : undefined}
            title={choice.arn}
            onClick={() => {
              choose(choice);
            }}
          >
            <Choice choice={choice} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** `alias/finance · …444455556666 · 111122223333 · eu-west-1`, and what else there is to say. */
function Choice(props: { choice: IKeyChoice }): React.JSX.Element {
  const { name, tail, account, region, details } = props.choice;
  return (
    <>
      {name !== '' && <strong>{name}</strong>}
      <code>{tail}</code>
      <small>{`${account} · ${region}`}</small>
      {details.map(detail => (
        <small key={detail}>{detail}</small>
      ))}
    </>
  );
}
