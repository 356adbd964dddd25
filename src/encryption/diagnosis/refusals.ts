/**
 * What a refusal in the words of AWS means: who must act, and the statement
 * that fixes it. An Allow that is missing and a Deny that is there have
 * different answers. A part of the diagnosis; pure.
 *
 * Sources: IAM user guide, Troubleshoot access denied error messages and Policy
 * evaluation logic; AWS KMS developer guide, Key policies and Allowing users in
 * other accounts to use a KMS key; Amazon S3 user guide, Troubleshoot access
 * denied (403 Forbidden) errors.
 */

import { accountOfKey, principalOf, resourceOf, roleOf } from './arns';
import { byAnotherService } from './errorText';
import { explicitDeny } from './denies';
import { holder, named, policyName } from './names';
import type { IRefusal, PolicyKind } from './sentence';
import { allow, isData } from './statements';
import type {
  Actor,
  Answer,
  DiagnosisCode,
  IContext,
  PolicyName
} from './types';

/** The answer to one refusal; null if it is not about data on S3. */
export function answerTo(refusal: IRefusal, context: IContext): Answer | null {
  if (
    !isData(refusal.action) ||
    byAnotherService(context.text, refusal.from, refusal.to)
  ) {
    return null;
  }
  const { reason } = refusal;
  switch (reason.is) {
    // Blocked encryption types are a row of their own.
    case 'setting':
      return null;
    case 'one-of-three':
      return oneOfThree(refusal, context);
    case 'deny':
      return explicitDeny(refusal, reason.kind, context);
    case 'missing':
      return missing(
        refusal,
        POLICIES[policyOf(reason.kind, refusal)],
        context
      );
    case 'unsaid':
      return missing(refusal, POLICIES.unsaid, context);
  }
}

/** A policy that has no Allow: whose it is, and what to say. */
interface IPolicy {
  readonly code: DiagnosisCode;
  readonly who: Actor;
  /** Absent: no statement is offered. */
  readonly goesInto?: PolicyName;
  readonly what: (context: IContext, refusal: IRefusal) => string;
}

const POLICIES = {
  identity: {
    code: 'permission-missing',
    who: 'administrator-of-the-role',
    goesInto: 'policy of the role',
    what: ({ trans }) => trans.__('Add this statement to a policy of the role.')
  },
  unsaid: {
    code: 'permission-missing',
    who: 'administrator-of-the-role',
    goesInto: 'policy of the role',
    what: ({ trans }) =>
      trans.__(
        'Add this statement to a policy of the role. AWS does not say which kind of policy denied the request: an explicit deny elsewhere would still win.'
      )
  },
  key: {
    code: 'key-policy-missing',
    who: 'administrator-of-the-key',
    goesInto: 'key policy',
    what: ({ trans }) =>
      trans.__(
        'Add this statement to the key policy. If the key is AWS managed (aws/s3), its policy cannot be changed: use a customer managed key.'
      )
  },
  bucket: {
    code: 'bucket-policy-missing',
    who: 'owner-of-the-bucket',
    goesInto: 'bucket policy',
    what: ({ trans }) =>
      trans.__(
        'Add this statement to the bucket policy. If the bucket is in another account than the role, a policy of the role has to allow it too.'
      )
  },
  'access point': {
    code: 'bucket-policy-missing',
    who: 'owner-of-the-bucket',
    goesInto: 'access point policy',
    what: ({ trans }) =>
      trans.__(
        'Add this statement to the policy of the access point. The policy of the bucket behind it has to allow it too.'
      )
  },
  other: {
    code: 'bucket-policy-missing',
    who: 'owner-of-the-bucket',
    what: ({ trans }) =>
      trans.__('The policy of this resource has to allow the action.')
  },
  session: {
    code: 'session-policy-missing',
    who: 'issuer-of-the-session',
    goesInto: 'session policy',
    what: ({ trans }, { action }) =>
      trans.__(
        'The credentials were issued with a session policy, as a catalog does that hands out credentials for a table (Polaris, Unity Catalog, Lake Formation). %1 has to be in it, whatever the role itself may do: set the key in the catalog, or extend the session policy.',
        action
      )
  },
  boundary: {
    code: 'boundary-missing',
    who: 'administrator-of-the-account',
    goesInto: 'permissions boundary',
    what: ({ trans }, { action }) =>
      trans.__(
        'The permissions boundary of the user or role has to allow %1, as its policies do: add this statement to it.',
        action
      )
  },
  endpoint: {
    code: 'endpoint-policy-missing',
    who: 'administrator-of-the-account',
    what: ({ trans }, { action }) =>
      trans.__(
        'The request goes through a VPC endpoint whose policy lists what may pass. Whoever manages the network has to allow %1 there, for this resource.',
        action
      )
  },
  organization: {
    code: 'organization-policy-missing',
    who: 'administrator-of-the-account',
    what: ({ trans }, { action }) =>
      trans.__(
        'A policy of the organization lists what its accounts may do. Whoever manages AWS Organizations has to allow %1 there.',
        action
      )
  }
} satisfies Record<string, IPolicy>;

/** Which policy of a kind has to allow the action. */
function policyOf(
  kind: PolicyKind,
  { action, resource }: IRefusal
): keyof typeof POLICIES {
  switch (kind) {
    case 'service-control':
    case 'resource-control':
      return 'organization';
    case 'resource':
      if (action.startsWith('kms:')) {
        return 'key';
      }
      switch (resourceOf(resource)?.kind) {
        case 'access-point':
        case 'access-point-object':
          return 'access point';
        case 'bucket':
        case 'object':
        case undefined:
          return action.startsWith('s3:') ? 'bucket' : 'other';
        default:
          return 'other';
      }
    default:
      return kind;
  }
}

/** The same for every kind of policy that has no Allow. */
function missing(
  refusal: IRefusal,
  policy: IPolicy,
  context: IContext
): Answer {
  const { trans, text } = context;
  const { action } = refusal;
  const managed =
    policy.goesInto === 'key policy' && namesManagedKey(refusal, text);
  const statement =
    managed || policy.goesInto === undefined
      ? undefined
      : allow(refusal, text, policy.goesInto);
  return {
    code: policy.code,
    who: managed ? 'you' : policy.who,
    cause: causeOf(refusal, policy, trans),
    what: [
      ...foreign(refusal, policy, context),
      managed
        ? trans.__(
            'This is the AWS managed key aws/s3, whose policy nobody can change: use a customer managed key.'
          )
        : statement === undefined && policy.goesInto !== undefined
          ? trans.__(
              'Allow %1 in the %2. No statement is offered, because the error does not name both sides in full.',
              action,
              policyName(policy.goesInto, trans)
            )
          : policy.what(context, refusal),
      ...(statement === undefined
        ? []
        : [
            ...pathOf(refusal, policy, context),
            trans.__(
              'The names in the statement come from the output of a cell: check them before you add it.'
            )
          ])
    ].join(' '),
    ...(statement !== undefined && { statement })
  };
}

function causeOf(
  { action, principal, resource }: IRefusal,
  { code }: IPolicy,
  trans: IContext['trans']
): string {
  const role = roleOf(principal);
  const what = named(resource, trans);
  switch (code) {
    case 'key-policy-missing':
      return trans.__(
        'The policy of the key %1 does not allow %2 to use %3.',
        what,
        role,
        action
      );
    case 'bucket-policy-missing':
      return trans.__(
        'The policy of %1 does not allow %2 to use %3.',
        holder(resource, trans),
        role,
        action
      );
    case 'session-policy-missing':
      return trans.__(
        'The session policy of %1 does not allow %2 on %3.',
        role,
        action,
        what
      );
    case 'boundary-missing':
      return trans.__(
        'The permissions boundary of %1 does not allow %2 on %3.',
        role,
        action,
        what
      );
    case 'endpoint-policy-missing':
      return trans.__(
        'The policy of the VPC endpoint does not allow %1 to use %2 on %3.',
        role,
        action,
        what
      );
    case 'organization-policy-missing':
      return trans.__(
        'No policy of the organization allows %1 to use %2 on %3.',
        role,
        action,
        what
      );
    default:
      return trans.__('%1 is not allowed to use %2 on %3.', role, action, what);
  }
}

/** Comes first: who asks is of another account than what is asked for, or may be. */
function foreign(
  refusal: IRefusal,
  { goesInto }: IPolicy,
  { known, text, trans }: IContext
): string[] {
  const asks = principalOf(refusal.principal, text)?.account;
  const resource = resourceOf(refusal.resource);
  const own =
    resource?.account === '' || resource === null
      ? accountOfKey(known.kmsKeyId ?? '')
      : resource.account;
  if (asks === undefined || asks === own) {
    return [];
  }
  if (own === null) {
    // A statement for a policy of the role opens the bucket to nobody else.
    return goesInto === 'bucket policy'
      ? [
          trans.__(
            'The role is of account %1. The error does not say whose the bucket is: make sure that you know both.',
            asks
          )
        ]
      : [];
  }
  return resource !== null && resource.account === own
    ? [
        trans.__(
          'Two accounts: the role is of %1, the resource of %2. Both a policy of the role and the policy of the resource have to allow it.',
          asks,
          own
        )
      ]
    : [
        trans.__(
          'The role is of account %1, the key of your profile is of account %2: make sure that you know both.',
          asks,
          own
        )
      ];
}

/** An assumed role's path is not in the error, and a policy needs it. */
function pathOf(
  { principal }: IRefusal,
  { goesInto }: IPolicy,
  { text, trans }: IContext
): string[] {
  const ofAResource =
    goesInto !== undefined && /^(?:key|bucket|access)/.test(goesInto);
  return ofAResource && principalOf(principal, text)?.pathUnsaid === true
    ? [
        trans.__(
          'AWS does not print the path of a role: if IAM shows one (service-role/… if a console made the role, aws-reserved/sso.amazonaws.com/… with the Region for IAM Identity Center), write the full ARN of the role, or the policy is refused.'
        )
      ]
    : [];
}

/** The alias is in the text, or in what stands for the resource. */
function namesManagedKey(refusal: IRefusal, text: string): boolean {
  return /alias\/aws\/s3\b/.test(
    `${refusal.resource} ${text.slice(Math.max(refusal.from - 300, 0), refusal.to + 300)}`
  );
}

function oneOfThree(refusal: IRefusal, { trans }: IContext): Answer {
  const { action, principal, resource } = refusal;
  return {
    code: 'key-not-reachable',
    who: action.startsWith('kms:')
      ? 'administrator-of-the-key'
      : 'owner-of-the-bucket',
    cause: trans.__(
      '%1 is not allowed to use %2 on %3: it is not there in this Region, or its policy does not allow it, or its policy denies it. AWS does not say which of the three.',
      roleOf(principal),
      action,
      resource === '' && action.startsWith('kms:')
        ? trans.__('the key')
        : named(resource, trans)
    ),
    what: action.startsWith('kms:')
      ? trans.__(
          'Mostly the key is in another account. Then the key policy has to allow %1 for this role, and so does a policy of the role. An object shows its key with head-object; the key has to be in the Region of the bucket.',
          action
        )
      : trans.__(
          'Mostly it is in another account. Then its policy has to allow %1 for this role, and so does a policy of the role.',
          action
        )
  };
}
