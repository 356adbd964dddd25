/**
 * Refusals in which AWS names action and resource: who must act, and the
 * statement that fixes it. A part of the diagnosis; pure.
 *
 * Source: IAM user guide, Troubleshoot access denied error messages.
 */

import { bucketIn, refusalIn } from './errorText';
import type { IRefusalText } from './errorText';
import type { ITranslate } from '../../contract/messages';
import type { Found, IKnown, Rule } from './types';

function statement(fields: Record<string, unknown>): string {
  return JSON.stringify(fields, null, 2);
}

const REFUSED = /User: arn:\S+ is not authorized to perform:[^\n(]*/;

/** AWS names action and resource: the statement can be written out. */
export const notAuthorized: Rule = (text, known, trans) => {
  const refusal = refusalIn(text);
  if (refusal === null || !/^(?:s3|kms):/.test(refusal.action)) {
    return null;
  }
  const at = REFUSED;
  const { action, resource, principal, by } = refusal;
  switch (by) {
    case 'resource-deny':
      return action.startsWith('s3:')
        ? {
            at,
            code: 'denied-by-bucket-policy',
            who: 'owner-of-the-bucket',
            cause: trans.__(
              'A statement in the policy of the bucket %1 denies %2. AWS does not say which one.',
              bucketIn(resource) ?? resource,
              action
            ),
            what: [
              sent(known, bucketIn(resource) ?? '', trans),
              trans.__(
                'Policies that require an encryption header deny writes without it, or with another algorithm or key. Compare the profile with the bucket settings, and choose the method and key that the policy requires; the owner of the bucket knows which.'
              )
            ]
              .filter(sentence => sentence !== '')
              .join(' ')
          }
        : explicitDeny(refusal, trans);
    case 'identity-deny':
    case 'other':
      return explicitDeny(refusal, trans);
    case 'resource-missing':
      if (action.startsWith('kms:')) {
        return {
          at,
          code: 'key-policy-missing',
          who: 'administrator-of-the-key',
          cause: trans.__(
            'The policy of the key %1 does not allow %2 to use %3.',
            resource,
            principal,
            action
          ),
          what: trans.__('Add this statement to the key policy.'),
          statement: {
            goesInto: 'key policy',
            text: statement({
              Effect: 'Allow',
              Principal: { AWS: principal },
              Action: wholeUse(action),
              Resource: '*'
            })
          }
        };
      }
      return missing(refusal, trans);
    case 'identity-missing':
    case 'unsaid':
      return missing(refusal, trans);
  }
};

/** What Spark sends with the notebook's profile; empty if there is none. */
function sent({ profile }: IKnown, bucket: string, trans: ITranslate): string {
  const method = (profile?.buckets?.[bucket] ?? profile)?.method;
  switch (method) {
    case undefined:
      return '';
    case 'bucket-default':
    case 'cse-kms':
      return trans.__(
        "With this notebook's profile Spark sends no encryption header."
      );
    default:
      return trans.__(
        "With this notebook's profile Spark asks for %1.",
        method.toUpperCase()
      );
  }
}

/** Writing in parts also takes Decrypt, and reading takes nothing else. */
function wholeUse(action: string): string | string[] {
  return action === 'kms:GenerateDataKey'
    ? ['kms:Decrypt', 'kms:GenerateDataKey']
    : action;
}

function missing(refusal: IRefusalText, trans: ITranslate): Found {
  const { action, resource, principal, by } = refusal;
  const bucket = bucketIn(resource);
  const text = statement({
    Effect: 'Allow',
    Action: wholeUse(action),
    Resource:
      bucket === null || !resource.includes('/')
        ? resource
        : `${resource.slice(0, resource.indexOf(':::') + 3)}${bucket}/*`
  });
  return {
    at: REFUSED,
    code: 'permission-missing',
    who: 'administrator-of-the-role',
    cause: trans.__(
      '%1 is not allowed to use %2 on %3.',
      principal,
      action,
      resource
    ),
    what:
      by === 'unsaid'
        ? trans.__(
            'Add this statement to a policy of the role. AWS does not say which kind of policy denied the request: an explicit deny elsewhere would still win.'
          )
        : trans.__('Add this statement to a policy of the role.'),
    statement: { goesInto: 'policy of the role', text }
  };
}

function explicitDeny(refusal: IRefusalText, trans: ITranslate): Found {
  return {
    at: REFUSED,
    code: 'denied-explicitly',
    who: 'administrator-of-the-account',
    cause: trans.__(
      '%1 is not allowed to use %2 on %3 (%4).',
      refusal.principal,
      refusal.action,
      refusal.resource,
      refusal.why
    ),
    what: trans.__(
      'No additional permission fixes this: the named policy has to change, or another role has to be used.'
    )
  };
}
