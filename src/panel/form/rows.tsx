/** The encryption context: pairs that can be added and removed. */

import * as React from 'react';

import type { IPair } from './draft';
import { Button, FieldMessage } from '../ui/parts';
import { useTrans } from '../../i18n';

export function replaced<T>(list: readonly T[], index: number, item: T): T[] {
  return list.map((old, at) => (at === index ? item : old));
}

export function without<T>(list: readonly T[], index: number): T[] {
  return list.filter((_item, at) => at !== index);
}

export function ContextPairs(props: {
  pairs: readonly IPair[];
  message: string | undefined;
  disabled: boolean;
  onChange: (pairs: readonly IPair[]) => void;
}): React.JSX.Element {
  const trans = useTrans();
  const id = React.useId();
  const { pairs, message, disabled, onChange } = props;
  return (
    <>
      <p className="jp-S3Encryption-note">
        {trans.__(
          'Name-value pairs that KMS binds to every use of the key and records in CloudTrail in plain text. Do not enter secrets.'
        )}
      </p>
      {pairs.map((pair, index) => (
        <div className="jp-S3Encryption-row jp-mod-pair" key={index}>
          {(['name', 'value'] as const).map(part => (
            <input
              key={part}
              type="text"
              className="jp-S3Encryption-input jp-mod-code"
              data-field="encryptionContext"
              aria-label={
                part === 'name'
                  ? trans.__('Context name %1', index + 1)
                  : trans.__('Context value %1', index + 1)
              }
              aria-invalid={message !== undefined}
              aria-describedby={message ? `${id}-message` : undefined}
              placeholder={
                part === 'name' ? trans.__('name') : trans.__('value')
              }
              spellCheck={false}
              readOnly={disabled}
              aria-disabled={disabled}
              value={pair[part]}
              onChange={event => {
                onChange(
                  replaced(pairs, index, {
                    ...pair,
                    [part]: event.target.value
                  })
                );
              }}
            />
          ))}
          <Button
            kind="link"
            label={trans.__('Remove context pair %1', index + 1)}
            disabled={
              disabled ? trans.__('Another request is in progress.') : null
            }
            onClick={() => {
              onChange(without(pairs, index));
            }}
          >
            {trans.__('Remove')}
          </Button>
        </div>
      ))}
      <FieldMessage id={`${id}-message`} message={message} />
      <Button
        disabled={disabled ? trans.__('Another request is in progress.') : null}
        onClick={() => {
          onChange([...pairs, { name: '', value: '' }]);
        }}
      >
        {trans.__('Add a pair')}
      </Button>
    </>
  );
}
