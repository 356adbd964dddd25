/**
 * What a site's administrators decided for everybody, and which profiles they
 * allow. Comes from overrides.json only, never from a user's own settings. Pure.
 */

import { validateKmsKey } from './keys';
import { ENGLISH, type ITranslate } from '../../contract/messages';
import { kmsKeyOf } from '../../contract/profile';
import { isObject, textsOf } from '../../contract/shape';
import {
  parseProfile,
  sameSettings,
  type BucketRule,
  type Choice,
  type IFieldError,
  type Profile
} from './profile';

export interface ISite {
  /** The profile that the site proposes, or requires if it is locked; null for none. */
  readonly profile: Profile | null;
  /** Every notebook has the site's profile, and nobody can change that here. */
  readonly locked: boolean;
  /** No cell runs if the settings cannot be applied. */
  readonly requireBlock: boolean;
  /** Names of KMS keys; if this and `allowedAccounts` are empty, every key is allowed. */
  readonly allowedKeys: readonly string[];
  /** Accounts, 12 digits: every key whose ARN names one of them. */
  readonly allowedAccounts: readonly string[];
  /** The agent's class goes to no Spark Connect server. */
  readonly noConnectClass: boolean;
  /** Why the site's profile cannot be used; null if it can. */
  readonly problem: string | null;
}

/** A site that decides nothing. */
export const NO_SITE: ISite = {
  profile: null,
  locked: false,
  requireBlock: false,
  allowedKeys: [],
  allowedAccounts: [],
  noConnectClass: false,
  problem: null
};

/** Read the site's decisions; anything unexpected is ignored. */
export function readSite(value: unknown, trans: ITranslate = ENGLISH): ISite {
  if (!isObject(value)) {
    return NO_SITE;
  }
  const { profile, locked, requireBlock } = value;
  const given =
    typeof profile === 'object' &&
    profile !== null &&
    Object.keys(profile).length > 0;
  const parsed = given ? parseProfile(profile, trans) : null;
  const chosen = parsed && 'profile' in parsed ? parsed.profile : null;
  return {
    profile: chosen,
    locked: locked === true && chosen !== null,
    requireBlock: requireBlock === true,
    allowedKeys: textsOf(value.allowedKeys),
    allowedAccounts: textsOf(value.allowedAccounts),
    noConnectClass: value.noConnectClass === true,
    problem:
      parsed && 'errors' in parsed
        ? trans.__(
            'The encryption that your site sets cannot be used. %1',
            parsed.errors.map(({ message }) => message).join(' ')
          )
        : null
  };
}

/** The fields of a profile that the site does not allow. */
export function siteErrors(
  profile: Profile,
  site: ISite,
  trans: ITranslate = ENGLISH
): IFieldError[] {
  if (site.locked && sameSettings(profile, site.profile)) {
    return [];
  }
  if (site.locked) {
    return [
      {
        field: 'method',
        message: trans.__(
          'Your site sets the encryption: you cannot change it here.'
        )
      }
    ];
  }
  const choices = [
    { field: 'kmsKeyId', choice: profile },
    ...Object.entries(profile.buckets ?? {}).map(([name, choice]) => ({
      field: `buckets.${name}.kmsKeyId`,
      choice
    }))
  ];
  return choices
    .filter(({ choice }) => !isAllowed(choice, site))
    .map(({ field }) => ({
      field,
      message: trans.__(
        'Your site does not allow this key. Enter the ARN of an allowed one.'
      )
    }));
}

function isAllowed(choice: Choice | BucketRule, site: ISite): boolean {
  const { method } = choice;
  const kmsKeyId = kmsKeyOf(choice);
  const { allowedKeys, allowedAccounts } = site;
  const every = allowedKeys.length + allowedAccounts.length === 0;
  if (
    every ||
    !method.endsWith('kms') ||
    (kmsKeyId && allowedKeys.includes(kmsKeyId))
  ) {
    return true;
  }
  // A key id, an alias or no key at all does not name an account.
  const read = validateKmsKey(kmsKeyId ?? '');
  const account = 'key' in read ? read.key.account : undefined;
  return account !== undefined && allowedAccounts.includes(account);
}
