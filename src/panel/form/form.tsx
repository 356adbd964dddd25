/** The form for a profile; what applies it is a button outside. Nothing invalid is ever sent. */

import * as React from 'react';

import {
  needsCustomerKey,
  needsKmsKey,
  takesContext,
  takesKmsKey
} from '../../encryption/profile/profile';
import type { IFieldError, Profile } from '../../encryption/profile/profile';
import { validateCustomerKey } from '../../encryption/profile/keys';
import { CustomerKeyField } from './customerKeyField';
import { draftOf, isFilled, messageOf } from './draft';
import type { IDraft, IWantedField, ReadDraft } from './draft';
import type { IKeySource } from './keyChooser';
import { KeyField } from './keyField';
import type { IKnownKey } from './keyField';
import { KeyRequests } from './keyRequests';
import { Methods, OtherMethods } from './methods';
import { CodeLinks, isRare, More } from './more';
import { Button, Section } from '../ui/parts';
import { ContextPairs } from './rows';
import { Rules } from './rules';
import { useTrans } from '../../i18n';
import { MoreWriters } from './writers';

export interface IFormProps {
  /** The `id` of the form, for the button that submits it. */
  id: string;
  draft: IDraft;
  /** What the draft means. */
  read: ReadDraft;
  /** Shown above the methods, for example that the draft is just a proposal. */
  hint: string | null;
  /** A request is pending: nothing can be edited. */
  busy: boolean;
  /** Why nothing can be chosen or cleared here; null if it can. */
  locked: string | null;
  /** The page still has the SSE-C key that was applied. */
  hasCustomerKey: boolean;
  profiles: readonly Profile[];
  knownKeys: readonly IKnownKey[];
  /** Lists the keys of KMS. */
  keySource: IKeySource;
  canApply: boolean;
  onDraft: (draft: IDraft) => void;
  /** Resolves to the fields that are wrong; empty if the profile was sent. */
  onApply: (
    profile: Profile,
    customerKey?: string
  ) => Promise<readonly IFieldError[]>;
  onCode: (profile: Profile, to: 'copy' | 'cell') => void;
  /** Null if it cannot be folded. */
  onClose: (() => void) | null;
}

export function Form(props: IFormProps): React.JSX.Element {
  const { draft, profiles, knownKeys, locked, read } = props;
  const busy = props.busy || locked !== null;
  const trans = useTrans();
  const id = React.useId();
  const form = React.useRef<HTMLFormElement>(null);
  const customerKey = React.useRef<HTMLInputElement>(null);
  const [attempted, setAttempted] = React.useState(false);
  const [refused, setRefused] = React.useState<readonly IFieldError[]>([]);
  const wrong = 'errors' in read ? read.errors : [];
  const errors = [
    ...wrong.filter(({ field }) => attempted || isFilled(draft, field)),
    ...refused
  ];

  // What cannot be edited now is still there for the keyboard: a field that is disabled
  // would lose the focus.
  const edit = (change: Partial<IDraft>): void => {
    if (busy) {
      return;
    }
    setAttempted(false);
    setRefused([]);
    props.onDraft({ ...draft, name: null, ...change });
  };

  /** The field that is to be focused, once it is drawn. */
  const [wanted, focus] = React.useState<IWantedField | null>(null);
  React.useEffect(() => {
    if (wanted !== null) {
      focusField(form.current, wanted.field);
    }
  }, [wanted]);

  const needsKey = draft.method !== null && needsCustomerKey(draft.method);
  const apply = async (): Promise<void> => {
    const key = customerKey.current?.value.trim() ?? '';
    const keyMessage =
      !needsKey || (key === '' && props.hasCustomerKey)
        ? null
        : validateCustomerKey(key, trans);
    const refusedKey =
      keyMessage === null
        ? []
        : [{ field: 'customerKey', message: keyMessage }];
    setAttempted(true);
    setRefused(refusedKey);
    if (!('profile' in read) || refusedKey.length > 0) {
      focus({ field: [...wrong, ...refusedKey][0]?.field });
      return;
    }
    const fields = await props.onApply(
      read.profile,
      key === '' ? undefined : key
    );
    setRefused(fields);
    if (fields.length > 0) {
      focus({ field: fields[0]?.field });
    } else if (customerKey.current) {
      customerKey.current.value = '';
    }
  };

  const keyField = draft.method !== null && takesKmsKey(draft.method) && (
    <KeyField
      label={trans.__('KMS key')}
      field="kmsKeyId"
      value={draft.kmsKeyId}
      message={messageOf(errors, 'kmsKeyId')}
      required={needsKmsKey(draft.method)}
      disabled={busy}
      known={knownKeys}
      method={draft.method}
      source={props.keySource}
      onChange={kmsKeyId => {
        edit({ kmsKeyId });
      }}
    />
  );
  const methods = {
    name: `${id}-method`,
    method: draft.method,
    disabled: busy,
    onChange: (method: IDraft['method']) => {
      edit({ method });
    }
  };
  const rare = draft.method !== null && isRare(draft.method);
  return (
    <form
      ref={form}
      id={props.id}
      noValidate
      className="jp-S3Encryption-form"
      onSubmit={event => {
        event.preventDefault();
        if (props.canApply) {
          void apply();
        }
      }}
    >
      {profiles.length > 0 && (
        <div className="jp-S3Encryption-field jp-mod-inline">
          <label htmlFor={`${id}-profile`}>{trans.__('Profile')}</label>
          <select
            id={`${id}-profile`}
            className="jp-S3Encryption-select"
            aria-disabled={busy}
            value={
              profiles.some(({ name }) => name === draft.name)
                ? (draft.name ?? '')
                : ''
            }
            onChange={event => {
              const chosen = profiles.find(
                ({ name }) => name === event.target.value
              );
              edit(chosen ? draftOf(chosen) : {});
            }}
          >
            <option value="">{trans.__('Custom')}</option>
            {profiles.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </div>
      )}
      {props.hint && <p className="jp-S3Encryption-note">{props.hint}</p>}
      <Methods {...methods} message={messageOf(errors, 'method')} />
      {!rare && keyField}
      {draft.method !== null && takesContext(draft.method) && (
        <Section
          minor
          title={trans.__('Encryption context (%1)', draft.context.length)}
        >
          <ContextPairs
            pairs={draft.context}
            message={messageOf(errors, 'encryptionContext')}
            disabled={busy}
            onChange={context => {
              edit({ context });
            }}
          />
        </Section>
      )}
      {draft.method !== null && (
        <Section
          minor
          title={trans.__('Rules per bucket (%1)', draft.rules.length)}
        >
          <Rules
            rules={draft.rules}
            errors={errors}
            wanted={wanted}
            disabled={busy}
            known={knownKeys}
            source={props.keySource}
            onChange={rules => {
              edit({ rules });
            }}
          />
        </Section>
      )}
      <More draft={draft}>
        <OtherMethods {...methods} />
        {rare && keyField}
        {needsKey && (
          <CustomerKeyField
            input={customerKey}
            hasKey={props.hasCustomerKey}
            message={messageOf(refused, 'customerKey')}
            disabled={busy}
            onEdit={() => {
              setRefused([]);
            }}
          />
        )}
        {draft.method !== null && (
          <MoreWriters
            writers={draft.writers}
            disabled={busy}
            onChange={writers => {
              edit({ writers });
            }}
          />
        )}
      </More>
      {draft.method !== null && (
        <KeyRequests
          draft={draft}
          paths={props.keySource.view?.state.writes?.paths}
        />
      )}
      {messageOf(errors, '') && (
        <div className="jp-S3Encryption-fieldError">
          {messageOf(errors, '')}
        </div>
      )}
      {('profile' in read || props.onClose) && (
        <div className="jp-S3Encryption-links">
          {'profile' in read && (
            <CodeLinks profile={read.profile} onCode={props.onCode} />
          )}
          {props.onClose && (
            <Button kind="link" onClick={props.onClose}>
              {trans.__('Close')}
            </Button>
          )}
        </div>
      )}
    </form>
  );
}

/** Focus a field, in whichever folds it is. */
function focusField(form: HTMLFormElement | null, field?: string): void {
  const fields = form?.querySelectorAll<HTMLElement>('[data-field]') ?? [];
  const element = [...fields].find(({ dataset }) => dataset.field === field);
  for (
    let fold = element?.closest('details');
    fold;
    fold = fold.parentElement?.closest('details')
  ) {
    fold.open = true;
  }
  element?.focus();
}
