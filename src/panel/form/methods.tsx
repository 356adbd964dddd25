/** The methods as radio buttons, each with one line of explanation. */

import * as React from 'react';

import { METHODS } from '../../encryption/profile/profile';
import type { Method } from '../../encryption/profile/profile';
import { FieldMessage } from '../ui/parts';
import { useTrans } from '../../i18n';
import { methodMeaning, methodName } from '../ui/words';

export function Methods(props: {
  method: Method | null;
  message: string | undefined;
  disabled: boolean;
  onChange: (method: Method) => void;
}): React.JSX.Element {
  const trans = useTrans();
  const id = React.useId();
  return (
    <fieldset className="jp-S3Encryption-methods">
      <legend>{trans.__('Encrypt new objects with')}</legend>
      {METHODS.map(method => (
        <div className="jp-S3Encryption-method" key={method}>
          <input
            type="radio"
            id={`${id}-${method}`}
            name={`${id}-method`}
            value={method}
            checked={props.method === method}
            aria-disabled={props.disabled}
            data-field="method"
            aria-describedby={`${id}-${method}-meaning`}
            onChange={() => {
              props.onChange(method);
            }}
          />
          <label htmlFor={`${id}-${method}`}>{methodName(method, trans)}</label>
          <small id={`${id}-${method}-meaning`}>
            {methodMeaning(method, trans)}
          </small>
        </div>
      ))}
      <FieldMessage id={`${id}-message`} message={props.message} />
    </fieldset>
  );
}
