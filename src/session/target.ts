/** Checks what the user wants to apply before anything is sent: the profile, the site's rules, the SSE-C key. */

import type { IJob, ISnapshot, ITarget } from '../encryption/lifecycle/types';
import { ENGLISH } from '../contract/messages';
import {
  ProfileError,
  parseProfile,
  type Profile
} from '../encryption/profile/profile';
import { ChannelError } from '../kernel/channel';
import type { CustomerKeys } from './customerKeys';
import type { ISessionOptions } from './options';

/**
 * @param customerKey - kept in `keys`; the target contains its handle only
 * @throws ProfileError with the fields that are wrong or that the site does not allow
 */
export function readTarget(
  profile: Profile,
  customerKey: string | undefined,
  snapshot: ISnapshot,
  keys: CustomerKeys,
  { site, trans = ENGLISH }: Pick<ISessionOptions, 'site' | 'trans'>
): ITarget {
  const parsed = parseProfile(profile, trans);
  if ('errors' in parsed) {
    throw new ProfileError(parsed.errors);
  }
  const refused = site?.refuse(parsed.profile) ?? [];
  if (refused.length > 0) {
    throw new ProfileError(refused);
  }
  const key = keys.keyFor(parsed.profile, customerKey, snapshot, trans);
  return { profile: parsed.profile, key };
}

/** @throws Error if the site sets the encryption: the user cannot clear it then. */
export function checkClear(
  { fixed }: ISnapshot,
  { trans = ENGLISH }: Pick<ISessionOptions, 'trans'>
): void {
  if (fixed) {
    throw new Error(
      trans.__('Your site sets the encryption: you cannot clear it here.')
    );
  }
}

export function noKernel(
  options: Pick<ISessionOptions, 'trans'>
): ChannelError {
  return ChannelError.of('no-kernel', trans =>
    trans.__('There is no Python kernel to ask.')
  ).inWords(options.trans ?? ENGLISH);
}

/** Is this request a choice of the user's that was not withdrawn? */
export function isChoice(sent: IJob | null, id: number): sent is IJob {
  return (
    sent?.id === id &&
    sent.reason === 'user' &&
    !sent.withdrawn &&
    (sent.request === 'apply' || sent.request === 'clear')
  );
}
