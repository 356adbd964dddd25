/**
 * EMR: the properties of each connector for a profile, and which connector a
 * release uses. Pure.
 *
 * Sources: Amazon EMR release guide (Specifying Amazon S3 encryption using EMRFS
 * properties; Migration guide: EMRFS to S3A; Hadoop version history), Hadoop documentation (Working with
 * Encrypted S3 Data).
 */

import type { ITranslate } from '../../../contract/messages';
import { encryptsInClient } from '../../../encryption/profile/profile';
import type { Method, Profile } from '../../../encryption/profile/profile';
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

/**
 * The Hadoop of EMR releases, each from a release on; what is in between has that
 * of the one before. Source: Amazon EMR release guide, Hadoop version history.
 */
const HADOOP: readonly (readonly [
  major: number,
  minor: number,
  hadoop: string
])[] = [
  [7, 13, '3.4.2-amzn-0'],
  [7, 12, '3.4.1-amzn-4'],
  [7, 11, '3.4.1-amzn-3'],
  [7, 10, '3.4.1-amzn-2'],
  [7, 9, '3.4.1-amzn-1'],
  [7, 8, '3.4.1-amzn-0'],
  [7, 4, '3.4.0-amzn-0'],
  [6, 9, '3.3.3-amzn-0']
];
/** The same names as in every older one. */
const OLD_HADOOP = '3.2.1';
/** For the names of what no release gets wrong. */
const NEWEST_HADOOP = '3.5.0';

/** The Hadoop of a release, as a session sees it; null if it is not known here. */
export function hadoopOf(release: IContext['release']): string | null {
  if (release === null || atLeast(release, 8, 0)) {
    return null;
  }
  const found = HADOOP.find(([major, minor]) => atLeast(release, major, minor));
  return found?.[2] ?? OLD_HADOOP;
}

/** The profile again, with every key as its ARN. */
function profileOf(context: IContext): Profile {
  const choice = ({
    method,
    key
  }: IRule): { method: Method; kmsKeyId?: string } =>
    key === null ? { method } : { method, kmsKeyId: key };
  const { encryptionContext } = context;
  // As it was when it was read: its methods have the keys that they take.
  return {
    ...choice(context.base),
    ...(encryptionContext === undefined ? {} : { encryptionContext }),
    ...(context.overrides.length === 0
      ? {}
      : {
          buckets: Object.fromEntries(
            context.overrides.map(rule => [rule.name, choice(rule)])
          )
        })
  } as Profile;
}

/** Does the profile ask for client-side encryption anywhere? */
export function usesClientSide(context: IContext): boolean {
  return [context.base, ...context.overrides].some(({ method }) =>
    encryptsInClient(method)
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
  const clientSide = usesClientSide(context);
  const known = hadoopOf(context.release);
  const settings = settingsFor(
    profileOf(context),
    dialect,
    // A session refuses client-side encryption too if it does not see the version.
    clientSide ? known : (known ?? NEWEST_HADOOP)
  );
  if (dialect === 's3a' && clientSide && 'refused' in settings) {
    return {
      reason:
        known === null
          ? trans.__(
              'In some Hadoop versions S3A silently writes plaintext under CSE-KMS, and the Hadoop of this release is not known here. A session decides by the version that it sees.'
            )
          : trans.__(
              'S3A of Hadoop %1, which this release has, silently writes plaintext under CSE-KMS, or does not have it.',
              known
            )
    };
  }
  return 'refused' in settings
    ? { reason: refusal(settings.refused, trans) }
    : { set: Object.fromEntries(settings.set) };
}

/** Why a connector cannot do it. */
function refusal({ code, reason }: IRefusal, trans: ITranslate): string {
  switch (code) {
    case 'key-missing':
      return trans.__('EMRFS needs a KMS key; the profile names none.');
    case 'unsupported-context':
      return trans.__(
        'S3A in this release does not support an encryption context.'
      );
    case 'unsupported-method':
    case 'customer-key-missing':
      return reason(trans);
  }
}

/** A document of EMR that is not written. */
export function omitted(id: string, field: string, reason: string): IOmitted {
  return { id, service: 'emr', field, reason };
}
