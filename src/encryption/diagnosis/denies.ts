/**
 * What a Deny in a policy means: nothing that is added elsewhere outweighs it.
 * A part of the diagnosis; pure.
 *
 * Sources: IAM user guide, Policy evaluation logic; Amazon S3 user guide,
 * Bucket policy examples (what policies look at besides the encryption).
 */

import { METHOD } from '../../contract/profile';
import { resourceOf, roleOf } from './arns';
import { holder, named } from './names';
import type { IRefusal, PolicyKind } from './sentence';
import { sendsHeader } from './statements';
import type { Actor, Answer, IContext, IKnown } from './types';

/** Whose the policy is that denies; of a resource: that of a key, as a bucket's is apart. */
const OWNERS: Readonly<Record<PolicyKind, Actor>> = {
  identity: 'administrator-of-the-account',
  resource: 'administrator-of-the-key',
  session: 'issuer-of-the-session',
  boundary: 'administrator-of-the-account',
  endpoint: 'administrator-of-the-account',
  'service-control': 'administrator-of-the-account',
  'resource-control': 'administrator-of-the-account'
};

export function explicitDeny(
  refusal: IRefusal,
  kind: PolicyKind | null,
  context: IContext
): Answer {
  const { action } = refusal;
  const ofKey = action.startsWith('kms:');
  if (kind === 'resource' && !ofKey) {
    return byBucket(refusal, context);
  }
  const { trans } = context;
  return {
    code: 'denied-explicitly',
    who: kind === null ? 'administrator-of-the-account' : OWNERS[kind],
    cause: trans.__(
      '%1 is not allowed to use %2 on %3 (%4).',
      roleOf(refusal.principal),
      action,
      named(refusal.resource, trans),
      refusal.policy === '' ? refusal.why : `${refusal.why}: ${refusal.policy}`
    ),
    what:
      kind === null
        ? trans.__(
            'A Deny wins over every Allow, so no additional permission fixes this. AWS does not say in which policy it is: one of the role, the resource, the VPC endpoint or the organization.'
          )
        : trans.__(
            'A Deny wins over every Allow, so no additional permission fixes this: the named policy has to change, or another role has to be used.'
          )
  };
}

/** The policy of a bucket, or of an access point to it. */
function byBucket(
  { action, resource }: IRefusal,
  { known, trans }: IContext
): Answer {
  const what = resourceOf(resource);
  const accessPoint =
    what?.kind === 'access-point' || what?.kind === 'access-point-object';
  return {
    code: 'denied-by-bucket-policy',
    who: 'owner-of-the-bucket',
    cause: accessPoint
      ? trans.__(
          'A statement in the policy of the access point %1, or of the bucket behind it, denies %2. AWS does not say which one.',
          what.name,
          action
        )
      : trans.__(
          'A statement in the policy of %1 denies %2. AWS does not say which one.',
          holder(resource, trans),
          action
        ),
    what: sendsHeader(action)
      ? [
          ...sent(known, what?.name ?? '', trans),
          trans.__(
            'Policies that require an encryption header deny writes without it, or with another algorithm or key. Compare the profile with the bucket settings, and choose the method and key that the policy requires; the owner of the bucket knows which.'
          )
        ].join(' ')
      : trans.__(
          'This request carries no encryption header, so the statement looks at something else: the network that it comes from, TLS, or who sends it. The owner of the bucket knows what it requires.'
        )
  };
}

/** What Spark sends with the notebook's profile; nothing if there is none. */
function sent(
  { profile }: IKnown,
  bucket: string,
  trans: IContext['trans']
): string[] {
  const rules = profile?.buckets ?? {};
  const rule = Object.hasOwn(rules, bucket) ? rules[bucket] : undefined;
  const method = (rule ?? profile)?.method;
  if (method === undefined) {
    return [];
  }
  return [
    METHOD[method].by === 's3'
      ? trans.__(
          "With this notebook's profile Spark asks for %1.",
          METHOD[method].title
        )
      : trans.__(
          "With this notebook's profile Spark sends no encryption header."
        )
  ];
}
