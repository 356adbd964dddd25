/** The form for a profile, and the three buttons. Nothing invalid is ever sent. */

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
import { draftOf, isEdited, isFilled, messageOf, profileOf } from './draft';
import type { IDraft } from './draft';
import type { IKeySource } from './keyChooser';
import { KeyField } from './keyField';
import type { IKnownKey } from './keyField';
import { KeyRequests } from './keyRequests';
import { Methods } from './methods';
import { Button, Section } from '../ui/parts';
import { ContextPairs, Rules } from './rows';
import { useTrans } from '../../i18n';
import { MoreWriters } from './writers';

export interface IFormProps {
  draft: IDraft;
  /** The notebook's profile; null for none. */
  profile: Profile | null;
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
  canVerify: boolean;
  canClear: boolean;
  onDraft: (draft: IDraft) => void;
  /** Resolves to the fields that are wrong; empty if the profile was sent. */
  onApply: (
    profile: Profile,
    customerKey?: string
  ) => Promise<readonly IFieldError[]>;
  onVerify: () => void;
  onClear: () => void;
  onCode: (profile: Profile, to: 'copy' | 'cell') => void;
}

export function Form(props: IFormProps): React.JSX.Element {
  const { draft, profiles, knownKeys, locked } = props;
  const busy = props.busy || locked !== null;
  const trans = useTrans();
  const id = React.useId();
  const form = React.useRef<HTMLFormElement>(null);
  const customerKey = React.useRef<HTMLInputElement>(null);
  const [attempted, setAttempted] = React.useState(false);
  const [refused, setRefused] = React.useState<readonly IFieldError[]>([]);
  const read = profileOf(draft, trans);
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

  const focus = (field: string | undefined): void => {
    const fields = form.current?.querySelectorAll<HTMLElement>('[data-field]');
    const element = [...(fields ?? [])].find(
      ({ dataset }) => dataset.field === field
    );
    element?.closest('details')?.setAttribute('open', '');
    element?.focus();
  };

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
      focus([...wrong, ...refusedKey][0]?.field);
      return;
    }
    const fields = await props.onApply(
      read.profile,
      key === '' ? undefined : key
    );
    setRefused(fields);
    if (fields.length > 0) {
      focus(fields[0]?.field);
    } else if (customerKey.current) {
      customerKey.current.value = '';
    }
  };

  const underWay = trans.__('Another request is in progress.');
  return (
    <form
      ref={form}
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
      <Methods
        method={draft.method}
        message={messageOf(errors, 'method')}
        disabled={busy}
        onChange={method => {
          edit({ method });
        }}
      />
      {draft.method !== null && takesKmsKey(draft.method) && (
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
      )}
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
            disabled={busy}
            known={knownKeys}
            source={props.keySource}
            onChange={rules => {
              edit({ rules });
            }}
          />
        </Section>
      )}
      {draft.method !== null && (
        <KeyRequests
          draft={draft}
          paths={props.keySource.view?.state.writes?.paths}
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
      {messageOf(errors, '') && (
        <div className="jp-S3Encryption-fieldError">
          {messageOf(errors, '')}
        </div>
      )}
      <div className="jp-S3Encryption-buttons">
        <Button kind="main" disabled={props.canApply ? null : underWay}>
          {trans.__('Apply')}
        </Button>
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
      {'profile' in read && (
        <div className="jp-S3Encryption-links">
          <Button
            kind="link"
            onClick={() => {
              props.onCode(read.profile, 'copy');
            }}
          >
            {trans.__('Copy as code')}
          </Button>
          <Button
            kind="link"
            onClick={() => {
              props.onCode(read.profile, 'cell');
            }}
          >
            {trans.__('Insert as cell')}
          </Button>
        </div>
      )}
      {!props.busy && isEdited(draft, read, props.profile) && (
        <p className="jp-S3Encryption-note">{trans.__('Not applied yet.')}</p>
      )}
    </form>
  );
}
