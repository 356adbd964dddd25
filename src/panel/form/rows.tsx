/** Lists whose rows can be added and removed: the rules per bucket and the encryption context. */

import * as React from 'react';

import { FIRST_METHOD } from '../../contract/profile';
import {
  BUCKET_METHODS,
  needsKmsKey,
  takesKmsKey
} from '../../encryption/profile/profile';
import type { IFieldError } from '../../encryption/profile/profile';
import { messageOf, ruleField } from './draft';
import type { IPair, IRule } from './draft';
import type { IKeySource } from './keyChooser';
import { KeyField } from './keyField';
import type { IKnownKey } from './keyField';
import { Button, FieldMessage } from '../ui/parts';
import { useTrans } from '../../i18n';
import { methodName } from '../ui/words';

function replaced<T>(list: readonly T[], index: number, item: T): T[] {
  return list.map((old, at) => (at === index ? item : old));
}

function without<T>(list: readonly T[], index: number): T[] {
  return list.filter((_item, at) => at !== index);
}

export function Rules(props: {
  rules: readonly IRule[];
  errors: readonly IFieldError[];
  disabled: boolean;
  known: readonly IKnownKey[];
  source: IKeySource;
  onChange: (rules: readonly IRule[]) => void;
}): React.JSX.Element {
  const trans = useTrans();
  const { rules, errors, disabled, onChange } = props;
  const id = React.useId();
  return (
    <>
      <p className="jp-S3Encryption-note">
        {trans.__('For its bucket, a rule overrides the choice above.')}
      </p>
      {rules.map((rule, index) => {
        const n = index + 1;
        const wrong = messageOf(errors, ruleField(index, 'bucket'));
        const set = (change: Partial<IRule>): void => {
          onChange(replaced(rules, index, { ...rule, ...change }));
        };
        return (
          <div
            className="jp-S3Encryption-row"
            key={index}
            role="group"
            aria-label={trans.__('Rule %1', n)}
          >
            <input
              type="text"
              className="jp-S3Encryption-input jp-mod-code"
              data-field={ruleField(index, 'bucket')}
              aria-label={trans.__('Bucket of rule %1', n)}
              aria-invalid={wrong !== undefined}
              aria-describedby={wrong ? `${id}-${index}` : undefined}
              placeholder={trans.__('bucket name')}
              spellCheck={false}
              readOnly={disabled}
              aria-disabled={disabled}
              value={rule.bucket}
              onChange={event => {
                set({ bucket: event.target.value });
              }}
            />
            <select
              className="jp-S3Encryption-select"
              aria-label={trans.__('Method of rule %1', n)}
              aria-disabled={disabled}
              value={rule.method}
              onChange={event => {
                const method = BUCKET_METHODS.find(
                  known => known === event.target.value
                );
                if (method) {
                  set({ method });
                }
              }}
            >
              {BUCKET_METHODS.map(method => (
                <option key={method} value={method}>
                  {methodName(method, trans)}
                </option>
              ))}
            </select>
            <Button
              kind="link"
              label={trans.__('Remove rule %1', n)}
              disabled={
                disabled ? trans.__('Another request is in progress.') : null
              }
              onClick={() => {
                onChange(without(rules, index));
              }}
            >
              {trans.__('Remove')}
            </Button>
            <FieldMessage id={`${id}-${index}`} message={wrong} />
            {takesKmsKey(rule.method) && (
              <KeyField
                label={trans.__('Key of rule %1', n)}
                field={ruleField(index, 'kmsKeyId')}
                value={rule.kmsKeyId}
                message={messageOf(errors, ruleField(index, 'kmsKeyId'))}
                required={needsKmsKey(rule.method)}
                disabled={disabled}
                known={props.known}
                method={rule.method}
                source={props.source}
                onChange={kmsKeyId => {
                  set({ kmsKeyId });
                }}
              />
            )}
          </div>
        );
      })}
      <Button
        disabled={disabled ? trans.__('Another request is in progress.') : null}
        onClick={() => {
          onChange([
            ...rules,
            { bucket: '', method: FIRST_METHOD, kmsKeyId: '' }
          ]);
        }}
      >
        {trans.__('Add a rule')}
      </Button>
    </>
  );
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
