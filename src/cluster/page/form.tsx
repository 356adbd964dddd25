/**
 * The form of the cluster-wide documents, with a message at each field that is
 * wrong.
 */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { BUCKET_METHODS, takesKmsKey } from '../../encryption/profile/profile';
import type { IProblem } from '../documents';
import type { Purpose } from '../documents/model';
import { PURPOSES } from '../documents/inputs/places';
import {
  isPlaceOfKey,
  messageAt,
  otherProblems,
  TEXT_FIELDS,
  withKey
} from './draft';
import type { IClusterDraft, TextField } from './draft';
import { Field, SecurityFields } from './fields';
import { FieldMessage, Section } from '../../panel/ui/parts';
import { useTrans } from '../../i18n';
import { methodName } from '../../panel/ui/words';

interface IFormProps {
  draft: IClusterDraft;
  problems: readonly IProblem[];
  onDraft: (draft: IClusterDraft) => void;
}

function textWords(
  field: TextField,
  trans: TranslationBundle
): [string, string] {
  switch (field) {
    case 'account':
      return [trans.__('Account'), trans.__('12 digits')];
    case 'region':
      return [trans.__('Region'), trans.__('such as eu-west-1')];
    case 'partition':
      return [trans.__('Partition'), trans.__('from the Region')];
    case 'releaseLabel':
      return [trans.__('EMR release'), trans.__('such as emr-7.10.0')];
    case 'name':
      return [trans.__('Name for created resources'), 's3-encryption'];
    case 'athenaResults':
      return [trans.__('Athena results'), 's3://NAME/PREFIX/'];
    case 'trail':
      return [trans.__('CloudTrail trail'), trans.__('its name')];
  }
}

function roleWords(field: Purpose, trans: TranslationBundle): string {
  switch (field) {
    case 'administrators':
      return trans.__('Key administrators');
    case 'emr':
      return trans.__('EMR instance role');
    case 'emrService':
      return trans.__('EMR service role');
    case 'emrRuntime':
      return trans.__('EMR job runtime role');
    case 'glueJob':
      return trans.__('Glue job role');
    case 'glueCrawler':
      return trans.__('Glue crawler role');
    case 'lakeFormation':
      return trans.__('Lake Formation registration role');
    case 'athena':
      return trans.__('Athena user roles');
    case 'users':
      return trans.__('Other roles that read and write');
  }
}

export function ClusterForm(props: IFormProps): React.JSX.Element {
  const trans = useTrans();
  const id = React.useId();
  const { draft, problems } = props;
  const set = (change: Partial<IClusterDraft>): void => {
    props.onDraft({ ...draft, ...change });
  };
  const ofKey = takesKmsKey(draft.method) && isPlaceOfKey(draft);
  const wrongMethod = messageAt(problems, 'method');
  const rules = Object.keys(draft.rules ?? {});
  const others = otherProblems(problems);
  const wrongRoles = problems.some(({ field }) => field.startsWith('roles'));
  return (
    <form
      noValidate
      className="jp-S3Encryption-clusterForm"
      aria-label={trans.__('What the documents are for')}
      onSubmit={event => {
        event.preventDefault();
      }}
    >
      <div className="jp-S3Encryption-field">
        <label htmlFor={`${id}-method`}>{trans.__('Method')}</label>
        <select
          id={`${id}-method`}
          className="jp-S3Encryption-select"
          data-field="method"
          aria-invalid={wrongMethod !== undefined}
          aria-describedby={wrongMethod ? `${id}-method-wrong` : undefined}
          value={draft.method}
          onChange={event => {
            const { value } = event.target;
            const method = BUCKET_METHODS.find(name => name === value);
            if (method !== undefined) {
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
        <FieldMessage id={`${id}-method-wrong`} message={wrongMethod} />
      </div>
      {takesKmsKey(draft.method) && (
        <Field
          label={trans.__('KMS key, by its ARN')}
          field="kmsKeyId"
          placeholder={trans.__('arn:aws:kms:REGION:ACCOUNT:key/ID')}
          value={draft.kmsKeyId}
          message={messageAt(problems, 'kmsKeyId')}
          onChange={kmsKeyId => {
            props.onDraft(withKey(draft, kmsKeyId));
          }}
        />
      )}
      {rules.length > 0 && (
        <p className="jp-S3Encryption-note">
          {trans.__("Includes the profile's rules for: %1.", rules.join(', '))}
        </p>
      )}
      <Field
        label={trans.__('Buckets and prefixes, one per line')}
        field="buckets"
        rows={3}
        placeholder={trans.__('NAME or NAME/PREFIX')}
        value={draft.buckets}
        message={messageAt(problems, 'buckets')}
        onChange={buckets => {
          set({ buckets });
        }}
      />
      {TEXT_FIELDS.map(field => {
        const [label, placeholder] = textWords(field, trans);
        return (
          <React.Fragment key={field}>
            <Field
              label={label}
              field={field}
              placeholder={placeholder}
              value={draft.texts[field]}
              message={messageAt(problems, field)}
              onChange={value => {
                set({ texts: { ...draft.texts, [field]: value } });
              }}
            />
            {field === 'region' && ofKey && (
              <p className="jp-S3Encryption-note">
                {trans.__(
                  "Account and Region are those of the key's ARN: change them if the cluster is elsewhere."
                )}
              </p>
            )}
          </React.Fragment>
        );
      })}
      <Section
        title={trans.__('Roles')}
        minor
        open
        opener={wrongRoles ? problems : null}
      >
        <FieldMessage
          id={`${id}-roles`}
          message={messageAt(problems, 'roles')}
        />
        <p className="jp-S3Encryption-note">
          {trans.__(
            'Names or ARNs, separated by commas. If you name any, the documents are for these only; if you name none, they contain placeholders.'
          )}
        </p>
        {PURPOSES.map(field => (
          <Field
            key={field}
            label={roleWords(field, trans)}
            field={`roles.${field}`}
            value={draft.roles[field]}
            message={messageAt(problems, `roles.${field}`)}
            onChange={value => {
              set({ roles: { ...draft.roles, [field]: value } });
            }}
          />
        ))}
      </Section>
      <SecurityFields draft={draft} problems={problems} onChange={set} />
      {others.length > 0 && (
        <ul role="alert" className="jp-S3Encryption-fieldError">
          {others.map(({ field, message }) => (
            <li key={field}>
              <code>{field}</code>: {message}
            </li>
          ))}
        </ul>
      )}
    </form>
  );
}
