/**
 * The fields of the cluster-wide form, and those for the security
 * configuration of EMR.
 */

import * as React from 'react';

import { takesKmsKey } from '../../encryption/profile/profile';
import type { IProblem } from '../documents';
import { messageAt } from './draft';
import type { IClusterDraft } from './draft';
import { FieldMessage, Section } from '../../panel/ui/parts';
import { useTrans } from '../../i18n';

/** A field with its label and its message. */
export function Field(props: {
  label: string;
  field: string;
  value: string;
  placeholder?: string;
  message: string | undefined;
  rows?: number;
  onChange: (value: string) => void;
}): React.JSX.Element {
  const id = React.useId();
  const { label, field, value, placeholder, message, rows } = props;
  const shared = {
    id,
    className: 'jp-S3Encryption-input jp-mod-code',
    'data-field': field,
    'aria-invalid': message !== undefined,
    'aria-describedby': message === undefined ? undefined : `${id}-wrong`,
    spellCheck: false,
    placeholder,
    value,
    onChange: (
      event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>
    ): void => {
      props.onChange(event.target.value);
    }
  };
  return (
    <div className="jp-S3Encryption-field">
      <label htmlFor={id}>{label}</label>
      {rows === undefined ? (
        <input type="text" {...shared} />
      ) : (
        <textarea rows={rows} {...shared} />
      )}
      <FieldMessage id={`${id}-wrong`} message={message} />
    </div>
  );
}

function Check(props: {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}): React.JSX.Element {
  return (
    <label className="jp-S3Encryption-check">
      <input
        type="checkbox"
        checked={props.checked}
        onChange={event => {
          props.onChange(event.target.checked);
        }}
      />
      {props.label}
    </label>
  );
}

const SECURITY_FIELDS = [
  'diskKey',
  'certificates',
  'providerLocation',
  'providerClass'
] as const;

/** Options of an EMR security configuration; unfolded if one of them is wrong. */
export function SecurityFields(props: {
  draft: IClusterDraft;
  problems: readonly IProblem[];
  onChange: (change: Partial<IClusterDraft>) => void;
}): React.JSX.Element {
  const trans = useTrans();
  const { draft, problems, onChange } = props;
  const wrong = SECURITY_FIELDS.some(
    field => messageAt(problems, field) !== undefined
  );
  const text = (
    field: (typeof SECURITY_FIELDS)[number],
    label: string,
    placeholder: string
  ): React.JSX.Element => (
    <Field
      label={label}
      field={field}
      placeholder={placeholder}
      value={draft[field]}
      message={messageAt(problems, field)}
      onChange={value => {
        onChange({ [field]: value });
      }}
    />
  );
  return (
    <Section
      title={trans.__('More for the security configuration')}
      minor
      opener={wrong ? problems : null}
    >
      <Check
        label={trans.__('Encrypt local disks with a KMS key')}
        checked={draft.localDisk}
        onChange={localDisk => {
          onChange({ localDisk, ebs: draft.ebs && localDisk });
        }}
      />
      <Check
        label={trans.__('Encrypt EBS volumes too')}
        checked={draft.ebs}
        onChange={ebs => {
          onChange({ ebs, localDisk: draft.localDisk || ebs });
        }}
      />
      {draft.localDisk &&
        text(
          'diskKey',
          trans.__('KMS key of the local disks'),
          takesKmsKey(draft.method)
            ? trans.__('the key above')
            : trans.__('arn:aws:kms:REGION:ACCOUNT:key/ID')
        )}
      {text(
        'certificates',
        trans.__('Certificates for encryption in transit'),
        trans.__('s3://NAME/certificates.zip')
      )}
      <p className="jp-S3Encryption-note">
        {trans.__(
          'Your own key provider (CSE-Custom) replaces the method, for EMR only: the other services cannot read what it writes.'
        )}
      </p>
      {text(
        'providerLocation',
        trans.__('Key provider: its jar'),
        trans.__('s3://NAME/provider.jar')
      )}
      {text(
        'providerClass',
        trans.__('Key provider: its Java class'),
        trans.__('com.example.KeyProvider')
      )}
    </Section>
  );
}
