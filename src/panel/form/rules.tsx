/**
 * The rules per bucket: a page of them at a time, because each has several fields, and
 * found by the name of the bucket.
 */

import * as React from 'react';

import { FIRST_METHOD } from '../../contract/profile';
import {
  BUCKET_METHODS,
  needsKmsKey,
  takesKmsKey
} from '../../encryption/profile/profile';
import type { IFieldError } from '../../encryption/profile/profile';
import { messageOf, RULE_FIELD, ruleField } from './draft';
import type { IRule, IWantedField } from './draft';
import type { IKeySource } from './keyChooser';
import { KeyField } from './keyField';
import type { IKnownKey } from './keyField';
import { Button, FieldMessage } from '../ui/parts';
import { useTrans } from '../../i18n';
import { methodName } from '../ui/words';
import { replaced, without } from './rows';

/** Rules on a page. */
const PAGE = 10;

interface IRulesProps {
  rules: readonly IRule[];
  errors: readonly IFieldError[];
  disabled: boolean;
  known: readonly IKnownKey[];
  source: IKeySource;
  /** The field that is to be focused: its rule is drawn. */
  wanted: IWantedField | null;
  onChange: (rules: readonly IRule[]) => void;
}

export function Rules(props: IRulesProps): React.JSX.Element {
  const trans = useTrans();
  const { rules, errors, disabled, wanted, onChange } = props;
  const [words, setWords] = React.useState('');
  /** The rules that were found: they stay while their buckets are edited. */
  const [found, setFound] = React.useState<readonly number[] | null>(null);
  const [chosen, setPage] = React.useState(0);
  const [seen, setSeen] = React.useState(wanted);
  const list = React.useRef<HTMLDivElement>(null);
  /** The field of a rule that was added, until it is drawn and focused. */
  const added = React.useRef<string | null>(null);
  React.useEffect(() => {
    const field =
      added.current !== null &&
      list.current?.querySelector<HTMLElement>(
        `[data-field="${added.current}"]`
      );
    if (field) {
      added.current = null;
      field.focus();
    }
  });
  const find = (text: string): void => {
    const sought = text.trim().toLowerCase();
    setWords(text);
    setPage(0);
    setFound(
      sought === ''
        ? null
        : rules.flatMap(({ bucket }, index) =>
            bucket.toLowerCase().includes(sought) ? [index] : []
          )
    );
  };
  if (wanted !== seen) {
    setSeen(wanted);
    const [, index] = RULE_FIELD.exec(wanted?.field ?? '') ?? [];
    if (index !== undefined) {
      find('');
      setPage(Math.floor(Number(index) / PAGE));
    }
  }
  const total = found?.length ?? rules.length;
  const page = Math.min(chosen, Math.max(0, Math.ceil(total / PAGE) - 1));
  const shown = (found ?? [...rules.keys()])
    .slice(page * PAGE, (page + 1) * PAGE)
    .flatMap(index => {
      const rule = rules[index];
      return rule === undefined ? [] : [{ rule, index }];
    });
  return (
    <div ref={list} className="jp-S3Encryption-rules">
      <p className="jp-S3Encryption-note">
        {trans.__('For its bucket, a rule overrides the choice above.')}
      </p>
      {rules.length > PAGE && (
        <input
          type="search"
          className="jp-S3Encryption-input jp-mod-code"
          aria-label={trans.__('Find a rule')}
          placeholder={trans.__('find a bucket')}
          spellCheck={false}
          value={words}
          onChange={event => {
            find(event.target.value);
          }}
        />
      )}
      {shown.map(({ rule, index }) => (
        <Row
          key={index}
          rule={rule}
          index={index}
          errors={errors}
          disabled={disabled}
          known={props.known}
          source={props.source}
          onChange={changed => {
            if (changed !== null) {
              onChange(replaced(rules, index, changed));
              return;
            }
            setFound(
              found
                ?.filter(other => other !== index)
                .map(other => (other > index ? other - 1 : other)) ?? null
            );
            onChange(without(rules, index));
          }}
        />
      ))}
      {rules.length > PAGE && (
        <Pager
          first={page * PAGE + 1}
          shown={shown.length}
          found={total}
          onMove={by => {
            setPage(page + by);
          }}
        />
      )}
      <Button
        disabled={disabled ? trans.__('Another request is in progress.') : null}
        onClick={() => {
          added.current = ruleField(rules.length, 'bucket');
          find('');
          setPage(Math.floor(rules.length / PAGE));
          onChange([
            ...rules,
            { bucket: '', method: FIRST_METHOD, kmsKeyId: '' }
          ]);
        }}
      >
        {trans.__('Add a rule')}
      </Button>
    </div>
  );
}

function Pager(props: {
  first: number;
  shown: number;
  found: number;
  onMove: (by: number) => void;
}): React.JSX.Element {
  const trans = useTrans();
  const { first, shown, found, onMove } = props;
  return (
    <div className="jp-S3Encryption-pager">
      <Button
        label={trans.__('Previous rules')}
        disabled={first > 1 ? null : trans.__('These are the first.')}
        onClick={() => {
          onMove(-1);
        }}
      >
        {trans.__('Previous')}
      </Button>
      <span aria-live="polite">
        {found === 0
          ? trans.__('No rule has it.')
          : trans.__('%1 to %2 of %3', first, first + shown - 1, found)}
      </span>
      <Button
        label={trans.__('Next rules')}
        disabled={
          first + shown <= found ? null : trans.__('These are the last.')
        }
        onClick={() => {
          onMove(1);
        }}
      >
        {trans.__('Next')}
      </Button>
    </div>
  );
}

function Row(
  props: Omit<IRulesProps, 'rules' | 'wanted' | 'onChange'> & {
    rule: IRule;
    index: number;
    /** Null removes it. */
    onChange: (rule: IRule | null) => void;
  }
): React.JSX.Element {
  const trans = useTrans();
  const { rule, index, errors, disabled, onChange } = props;
  const id = React.useId();
  const n = index + 1;
  const wrong = messageOf(errors, ruleField(index, 'bucket'));
  return (
    <div
      className="jp-S3Encryption-row"
      role="group"
      aria-label={trans.__('Rule %1', n)}
    >
      <input
        type="text"
        className="jp-S3Encryption-input jp-mod-code"
        data-field={ruleField(index, 'bucket')}
        aria-label={trans.__('Bucket of rule %1', n)}
        aria-invalid={wrong !== undefined}
        aria-describedby={wrong ? id : undefined}
        placeholder={trans.__('bucket name')}
        spellCheck={false}
        readOnly={disabled}
        aria-disabled={disabled}
        value={rule.bucket}
        onChange={event => {
          onChange({ ...rule, bucket: event.target.value });
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
            onChange({ ...rule, method });
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
        disabled={disabled ? trans.__('Another request is in progress.') : null}
        onClick={() => {
          onChange(null);
        }}
      >
        {trans.__('Remove')}
      </Button>
      <FieldMessage id={id} message={wrong} />
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
            onChange({ ...rule, kmsKeyId });
          }}
        />
      )}
    </div>
  );
}
