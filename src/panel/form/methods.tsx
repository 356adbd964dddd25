/** The methods as radio buttons, each with one line of explanation; the rarer ones apart. */

import * as React from 'react';

import { METHODS } from '../../encryption/profile/profile';
import type { Method } from '../../encryption/profile/profile';
import { FieldMessage } from '../ui/parts';
import { useTrans } from '../../i18n';
import { methodMeaning, methodName } from '../ui/words';
import { isRare } from './more';

interface IMethodsProps {
  /** The name of the group of radio buttons, in which both lists are. */
  name: string;
  method: Method | null;
  disabled: boolean;
  onChange: (method: Method) => void;
}

/** The methods that most notebooks use. */
export function Methods(
  props: IMethodsProps & { message: string | undefined }
): React.JSX.Element {
  const trans = useTrans();
  const id = React.useId();
  return (
    <fieldset className="jp-S3Encryption-methods">
      <legend>{trans.__('Encrypt new objects with')}</legend>
      {METHODS.filter(method => !isRare(method)).map(method => (
        <Choice key={method} {...props} choice={method} />
      ))}
      <FieldMessage id={`${id}-message`} message={props.message} />
    </fieldset>
  );
}

/** All other methods. */
export function OtherMethods(props: IMethodsProps): React.JSX.Element {
  const trans = useTrans();
  return (
    <fieldset className="jp-S3Encryption-methods">
      <legend>{trans.__('Other methods')}</legend>
      {METHODS.filter(isRare).map(method => (
        <Choice key={method} {...props} choice={method} />
      ))}
    </fieldset>
  );
}

function Choice(props: IMethodsProps & { choice: Method }): React.JSX.Element {
  const trans = useTrans();
  const id = React.useId();
  const { choice } = props;
  return (
    <div className="jp-S3Encryption-method">
      <input
        type="radio"
        id={id}
        name={props.name}
        value={choice}
        checked={props.method === choice}
        aria-disabled={props.disabled}
        data-field="method"
        aria-describedby={`${id}-meaning`}
        onChange={() => {
          props.onChange(choice);
        }}
      />
      <label htmlFor={id}>{methodName(choice, trans)}</label>
      <small id={`${id}-meaning`}>{methodMeaning(choice, trans)}</small>
    </div>
  );
}
