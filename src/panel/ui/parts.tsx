/** The small components that every page uses: icons, buttons, folded sections, copy. */

import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { useTrans } from '../../i18n';

/** A decorative icon: the words beside it say the same. */
export function Icon(props: {
  icon: LabIcon;
  className?: string;
}): React.JSX.Element {
  const { icon, className = '' } = props;
  return (
    <span className={`jp-S3Encryption-icon ${className}`} aria-hidden="true">
      <icon.react tag="span" />
    </span>
  );
}

interface IButtonProps {
  children: string;
  /** Not needed for a button that submits a form. */
  onClick?: () => void;
  kind?: 'main' | 'plain' | 'link';
  /** The form that it submits, if it is outside of it. */
  form?: string;
  /** Why it cannot be pressed now; it stays reachable by keyboard. */
  disabled?: string | null;
  /** The accessible name, if the text alone is not clear enough. */
  label?: string;
  title?: string;
  /** Whether what it opens is open; undefined if it opens nothing. */
  expanded?: boolean | undefined;
}

/** A button that keeps the focus while it cannot be pressed, and says why. */
export function Button(props: IButtonProps): React.JSX.Element {
  const { children, onClick, kind = 'plain', disabled = null } = props;
  return (
    <button
      type={onClick ? 'button' : 'submit'}
      form={props.form}
      className={`jp-S3Encryption-button jp-mod-${kind}`}
      aria-disabled={disabled !== null}
      aria-label={props.label}
      aria-expanded={props.expanded}
      title={disabled ?? props.title}
      onClick={() => {
        if (disabled === null) {
          onClick?.();
        }
      }}
    >
      {children}
    </button>
  );
}

/** A part of the panel that is folded until a user opens it. */
export function Section(props: {
  title: string;
  children: React.ReactNode;
  open?: boolean;
  minor?: boolean;
  /** Its content is drawn when it is first opened. */
  late?: boolean;
  /** Opens it whenever this is another object. */
  opener?: object | null;
}): React.JSX.Element {
  const { opener, late = false } = props;
  const details = React.useRef<HTMLDetailsElement>(null);
  const [drawn, setDrawn] = React.useState(!late);
  React.useEffect(() => {
    if (opener && details.current) {
      details.current.open = true;
      setDrawn(true);
    }
  }, [opener]);
  return (
    <details
      ref={details}
      onToggle={() => {
        setDrawn(true);
      }}
      className={
        props.minor ? 'jp-S3Encryption-fold' : 'jp-S3Encryption-section'
      }
      open={props.open}
    >
      <summary>
        <h3>{props.title}</h3>
      </summary>
      <div className="jp-S3Encryption-folded">{drawn && props.children}</div>
    </details>
  );
}

/** The error message of a field; nothing if the field is right. */
export function FieldMessage(props: {
  id: string;
  message: string | undefined;
}): React.JSX.Element | null {
  return props.message === undefined ? null : (
    <div id={props.id} className="jp-S3Encryption-fieldError">
      {props.message}
    </div>
  );
}

/** How long a button confirms what it did, in milliseconds. */
const CONFIRMED = 2000;

/** Copies a text and confirms it for a while, to a screen reader too. */
export function CopyButton(props: {
  text: string;
  onCopy: (text: string) => void;
  label?: string;
}): React.JSX.Element {
  const trans = useTrans();
  /** How often it was pressed, or 0 once that is confirmed. */
  const [copied, setCopied] = React.useState(0);
  React.useEffect(() => {
    if (copied === 0) {
      return undefined;
    }
    const timer = setTimeout(() => {
      setCopied(0);
    }, CONFIRMED);
    return () => {
      clearTimeout(timer);
    };
  }, [copied]);
  return (
    <>
      <Button
        kind="link"
        label={props.label}
        onClick={() => {
          props.onCopy(props.text);
          setCopied(copied + 1);
        }}
      >
        {copied > 0 ? trans.__('Copied') : trans.__('Copy')}
      </Button>
      <span className="jp-S3Encryption-heard" aria-live="polite">
        {copied > 0 && trans.__('Copied')}
      </span>
    </>
  );
}
