/**
 * EMR: the properties of each connector for a profile, and which connector a
 * release uses. Pure.
 *
 * Sources: Amazon EMR release guide (Specifying Amazon S3 encryption using EMRFS
 * properties; Migration guide: EMRFS to S3A), Hadoop documentation (Working with
 * Encrypted S3 Data).
 */

import type { ITranslate } from '../../../contract/messages';
import type { BucketRule, Profile } from '../../../encryption/profile/profile';
import { settingsFor } from '../../../encryption/settings/settings';
import type { Dialect, IRefusal } from '../../../encryption/settings/settings';
import { atLeast } from '../inputs/fields';
import type { IContext, IOmitted, IRule } from '../model';

export type Properties = Record<string, string>;

/** Which connector serves s3:// by default in a release; null if the release is not known. */
export function defaultConnector(
  release: IContext['release']
): 's3a' | 'emrfs' | null {
  if (release === null) {
    return null;
  }
  return atLeast(release, 7, 10) ? 's3a' : 'emrfs';
}

/** The connector of a release in a sentence. */
export function connectorNote(context: IContext): string {
  const { trans } = context;
  const label = String(context.options.releaseLabel);
  switch (defaultConnector(context.release)) {
    case null:
      return trans.__(
        'The EMR release is not known. Since 7.10.0 S3A serves s3://, s3n:// and s3a:// by default; before that, EMRFS serves s3:// and S3A only s3a://.'
      );
    case 's3a':
      return trans.__(
        'In %1 S3A serves s3://, s3n:// and s3a:// by default (since 7.10.0).',
        label
      );
    case 'emrfs':
      return trans.__(
        'In %1 EMRFS serves s3:// by default and S3A only s3a://; S3A becomes the default with 7.10.0.',
        label
      );
  }
}

/** A version of Hadoop whose S3A knows the same names as that of the release. */
function hadoopLike(release: IContext['release']): string {
  if (release === null || atLeast(release, 7, 10)) {
    return '3.5.0';
  }
  return atLeast(release, 6, 9) ? '3.3.6' : '3.2.1';
}

/** The profile again, with every key as its ARN. */
function profileOf(context: IContext): Profile {
  const choice = ({ method, key }: IRule): object =>
    key === null ? { method } : { method, kmsKeyId: key };
  const { encryptionContext } = context;
  return {
    ...choice(context.base),
    ...(encryptionContext === undefined ? {} : { encryptionContext }),
    ...(context.overrides.length === 0
      ? {}
      : {
          buckets: Object.fromEntries(
            context.overrides.map(rule => [
              rule.name,
              choice(rule) as BucketRule
            ])
          )
        })
  } as Profile;
}

/** Does the profile ask for client-side encryption anywhere? */
export function usesClientSide(context: IContext): boolean {
  return [context.base, ...context.overrides].some(
    ({ method }) => method === 'cse-kms'
  );
}

/** The same, or with a provider of your own. */
export function isClientSide(context: IContext): boolean {
  return Boolean(context.options.customProvider) || usesClientSide(context);
}

/**
 * Why a release cannot write what EMRFS alone writes; null if it can, or is not
 * known. EMR 8 has no EMRFS.
 */
export function lacksEmrfs(context: IContext): string | null {
  const { release, trans, options } = context;
  return release !== null && atLeast(release, 8, 0) && isClientSide(context)
    ? trans.__(
        '%1 has no EMRFS, and client-side encryption is only written for EMRFS. Use a release before EMR 8, or server-side encryption.',
        String(options.releaseLabel)
      )
    : null;
}

/** The properties of one connector, or why it cannot do what the profile asks for. */
export function properties(
  context: IContext,
  dialect: Dialect
): { set: Properties } | { reason: string } {
  const { trans } = context;
  const lacking = dialect === 'emrfs' ? lacksEmrfs(context) : null;
  if (lacking !== null) {
    return { reason: lacking };
  }
  if (dialect === 'emrfs' && context.options.customProvider) {
    const { location, className } = context.options.customProvider;
    return {
      set: {
        'fs.s3.cse.enabled': 'true',
        'fs.s3.cse.encryptionMaterialsProvider': className,
        'fs.s3.cse.encryptionMaterialsProvider.uri': location
      }
    };
  }
  if (dialect === 's3a' && usesClientSide(context)) {
    return {
      reason: trans.__(
        'In some Hadoop versions S3A silently writes plaintext under CSE-KMS, and AWS does not say which EMR releases are affected: CSE-KMS documents are for EMRFS only.'
      )
    };
  }
  const settings = settingsFor(
    profileOf(context),
    dialect,
    hadoopLike(context.release)
  );
  return 'refused' in settings
    ? { reason: refusal(dialect, settings.refused, trans) }
    : { set: Object.fromEntries(settings.set) };
}

/**
 * Why a connector cannot do it. SSE-C, and CSE-KMS of S3A, are refused before:
 * an unsupported method is DSSE-KMS.
 */
function refusal(
  dialect: Dialect,
  { code, reason }: IRefusal,
  trans: ITranslate
): string {
  switch (code) {
    case 'unsupported-method':
      return dialect === 's3a'
        ? trans.__('S3A supports DSSE-KMS since Hadoop 3.4.0.')
        : trans.__('EMRFS does not offer DSSE-KMS.');
    case 'key-missing':
      return trans.__('EMRFS needs a KMS key; the profile names none.');
    case 'unsupported-context':
      return trans.__(
        'S3A in this release does not support an encryption context.'
      );
    case 'customer-key-missing':
      return reason;
  }
}

/** A document of EMR that is not written. */
export function omitted(id: string, field: string, reason: string): IOmitted {
  return { id, service: 'emr', field, reason };
}
