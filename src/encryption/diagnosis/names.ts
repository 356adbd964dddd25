/** How the sentences of a diagnosis name resources, policies and keys. Pure. */

import type { ITranslate } from '../../contract/messages';
import { accountOfKey, resourceOf } from './arns';
import { keyIn } from './errorText';
import type { IContext, PolicyName } from './types';

/** A resource as a sentence names it; never a bucket that is none. */
export function named(arn: string, trans: ITranslate): string {
  const resource = resourceOf(arn);
  if (arn === '') {
    return trans.__('a resource that AWS does not name');
  }
  if (resource === null) {
    return arn.slice(0, 300);
  }
  switch (resource.kind) {
    case 'bucket':
    case 'directory-bucket':
      return trans.__('the bucket %1', resource.name);
    case 'access-point':
    case 'access-point-object':
      return trans.__('the access point %1', resource.name);
    default:
      return arn.slice(0, 300);
  }
}

/** The resource that has the policy: of an object, its bucket. */
export function holder(arn: string, trans: ITranslate): string {
  const resource = resourceOf(arn);
  return resource?.kind === 'object'
    ? trans.__('the bucket %1', resource.name)
    : named(arn, trans);
}

/** A kind of policy as a sentence names it. */
export function policyName(name: PolicyName, trans: ITranslate): string {
  switch (name) {
    case 'policy of the role':
      return trans.__('policy of the role');
    case 'key policy':
      return trans.__('key policy');
    case 'bucket policy':
      return trans.__('bucket policy');
    case 'access point policy':
      return trans.__('policy of the access point');
    case 'session policy':
      return trans.__('session policy');
    case 'permissions boundary':
      return trans.__('permissions boundary');
  }
}

/**
 * The key of an error: the one that the error names. Only if it names none can
 * it be that of the profile.
 */
export function keyName(
  said: string | undefined,
  around: string,
  { known, trans }: IContext
): string {
  return said ?? keyIn(around) ?? known.kmsKeyId ?? trans.__('of the profile');
}

/** The profile's key, unless its ARN says that it is of another Region. */
export function profileKeyOf(
  region: string,
  { known, trans }: IContext
): string {
  const key = known.kmsKeyId ?? '';
  const fits = accountOfKey(key) === null || key.split(':')[3] === region;
  return key !== '' && fits ? key : trans.__('of the profile');
}
