/**
 * Would a write of the profile in force pass, and what would refuse it: default
 * encryption, blocked types, bucket policy, the caller's own policies, the key's
 * policy and state, for each request that a write makes. Pure.
 *
 * Only what was read is judged. What is never read (permissions boundaries,
 * session policies, policies of the organization and of VPC endpoints) is not in
 * the answer, and the page names it.
 *
 * Sources: IAM user guide (Policy evaluation logic), Amazon S3 user guide (Using
 * SSE-KMS: permissions; uploading in parts needs kms:Decrypt too; default
 * encryption applies to every object), AWS KMS
 * developer guide (Key states; Determining access to KMS keys; kms:ViaService).
 */

import type { Choice, Profile } from '../contract/profile';
import type {
  IBucketEncryption,
  IKeyStatement,
  IPolicyStatement
} from '../contract/storedObjects';
import {
  anyObject,
  appliesTo,
  choiceFor,
  evaluateWrites,
  writeOf
} from './bucketPolicy';
import type { Covers } from './bucketPolicy';
import { like } from './glob';
import type { Request } from './policyConditions';
import {
  encryptsInClient,
  isLeftToBucket,
  takesKmsKey
} from './profile/profile';

/** The requests of a write: small objects go in one, larger ones in parts. */
export type WriteRequest = 'PUT' | 'multipart';

/** Why a request is refused, or why it is not known whether it is. */
export type Cause =
  | { readonly kind: 'blocked' }
  | { readonly kind: 'bucket policy'; readonly sid: string }
  | {
      readonly kind: 'caller denies' | 'caller may deny';
      readonly action: string;
      readonly policy: string;
    }
  | {
      readonly kind: 'caller allows nothing' | 'caller may allow';
      readonly action: string;
    }
  | { readonly kind: 'key of the default' }
  | { readonly kind: 'key state'; readonly state: string }
  | { readonly kind: 'key kind'; readonly spec: string }
  | {
      readonly kind: 'key denies' | 'key may deny';
      readonly action: string;
      readonly sid: string;
    }
  | {
      readonly kind: 'key allows nothing' | 'key may allow';
      readonly action: string;
    };

export interface IWhatIf {
  readonly request: WriteRequest;
  /** What refuses it, by itself. */
  readonly refusals: readonly Cause[];
  /** What may refuse it, as far as was read. */
  readonly doubts: readonly Cause[];
}

/** What a list of statements does to an action: the strongest that is certain. */
interface IDecision {
  readonly denies: readonly string[];
  readonly mayDeny: readonly string[];
  readonly allows: 'yes' | 'maybe' | 'no';
}

interface INamed {
  readonly name: string;
  readonly statement: IPolicyStatement;
}

function decide(
  list: readonly INamed[],
  action: string,
  covers: Covers,
  request: Request
): IDecision {
  const denies: string[] = [];
  const mayDeny: string[] = [];
  let allows: IDecision['allows'] = 'no';
  for (const { name, statement } of list) {
    const applies = appliesTo(statement, action, covers, request);
    if (applies === 'no') {
      continue;
    }
    if (statement.effect === 'Deny') {
      (applies === 'yes' ? denies : mayDeny).push(name);
    } else if (allows !== 'yes') {
      allows = applies;
    }
  }
  return { denies, mayDeny, allows };
}

/** One key; in its own policy `*` means it. */
function thisKey(arn: string): Covers {
  return resource =>
    resource.includes('${') ? 'some' : like(resource, arn) ? 'all' : 'none';
}

/** What S3 asks KMS for. */
const BY_S3: Readonly<Record<WriteRequest, readonly string[]>> = {
  PUT: ['kms:GenerateDataKey'],
  multipart: ['kms:GenerateDataKey', 'kms:Decrypt']
};
/** What a client that encrypts asks it for: one key for an object, in parts or not. */
const BY_CLIENT: readonly string[] = ['kms:GenerateDataKey'];

/** The condition keys of a call to KMS that are known here. */
function callOfKms(direct: boolean, keyArn: string, caller: string): Request {
  const [, partition, , region] = keyArn.split(':');
  return {
    'aws:securetransport': 'true',
    'kms:calleraccount': caller.split(':')[4] ?? '',
    // In China S3 is written with two endings: not judged.
    ...(partition === 'aws-cn'
      ? {}
      : { 'kms:viaservice': direct ? null : `s3.${region}.amazonaws.com` })
  };
}

/** What the policies of the caller do to an action. */
function ofTheCaller(
  found: IBucketEncryption,
  action: string,
  covers: Covers,
  request: Request
): (IDecision & { readonly complete: boolean }) | null {
  const { caller } = found;
  if (caller === null) {
    return null;
  }
  const list = caller.policies.flatMap(({ name, statements }) =>
    statements.map(statement => ({ name, statement }))
  );
  return {
    ...decide(list, action, covers, request),
    complete: caller.unread.length === 0 && found.late === null
  };
}

/** The statements of a key that are about the caller, and those that leave it to IAM. */
function ofTheKey(
  statements: readonly IKeyStatement[],
  keyArn: string,
  action: string,
  request: Request
): { readonly own: IDecision; readonly account: IDecision } {
  const about = (whose: (statement: IKeyStatement) => boolean): IDecision =>
    decide(
      statements
        .filter(whose)
        .map(statement => ({ name: statement.sid, statement })),
      action,
      thisKey(keyArn),
      request
    );
  const everybody = ({ who }: IKeyStatement): boolean => who === 'everybody';
  return {
    // Without a Principal (NotPrincipal) it may be about anybody: it is not plain.
    own: about(one => one.who === 'caller' || everybody(one) || !one.plain),
    // An Allow for the account leaves it to IAM; a Deny for it is one for the caller.
    account: about(one => one.who === 'account' && one.plain)
  };
}

/** The state in which a key can be used, the kind that S3 can use. */
const USABLE = 'Enabled';
const SYMMETRIC = 'SYMMETRIC_DEFAULT';

/**
 * What each request of a write would meet; null without a profile.
 *
 * @param found - what was read of the bucket, the caller and the key
 */
export function whatIf(
  found: IBucketEncryption,
  profile: Profile | null
): readonly IWhatIf[] | null {
  if (profile === null) {
    return null;
  }
  const choice = choiceFor(profile, found.bucket);
  return (['PUT', 'multipart'] as const).map(request => ({
    request,
    ...judge(found, profile, choice, request)
  }));
}

/** Was everything read that the answer depends on? */
export function isComplete(
  found: IBucketEncryption,
  profile: Profile
): boolean {
  const { caller, key, late, policy } = found;
  const choice = choiceFor(profile, found.bucket);
  const direct = encryptsInClient(choice.method);
  return (
    policy !== null &&
    late === null &&
    caller?.unread.length === 0 &&
    (!usesKms(found, choice) || (key !== null && key.statements !== null)) &&
    ((usesKms(found, choice) && !direct) || found.default !== null)
  );
}

function judge(
  found: IBucketEncryption,
  profile: Profile,
  choice: Choice,
  request: WriteRequest
): { refusals: Cause[]; doubts: Cause[] } {
  const refusals: Cause[] = [];
  const doubts: Cause[] = [];
  const { statements, blocked } = evaluateWrites(found, profile);
  if (blocked) {
    refusals.push({ kind: 'blocked' });
  }
  for (const { sid, effect } of statements) {
    (effect === 'refuses' ? refusals : doubts).push({
      kind: 'bucket policy',
      sid
    });
  }
  // The policy of the bucket may allow what the caller's own policies do not.
  const bucketMayAllow = found.policy === null || found.policy.others > 0;
  const write = ofTheCaller(
    found,
    's3:PutObject',
    anyObject(found.bucket),
    writeOf(choice)
  );
  if (write !== null) {
    callersPart(write, 's3:PutObject', bucketMayAllow, refusals, doubts);
  }
  const direct = encryptsInClient(choice.method);
  if (direct && found.default?.algorithm.startsWith('aws:kms') === true) {
    // S3 encrypts what the client has encrypted once more, with a key that nobody asked for.
    doubts.push({ kind: 'key of the default' });
    const { keyId } = found.default;
    const call = callOfKms(false, keyId, found.caller?.arn ?? '');
    for (const action of keyId.includes(':key/') ? BY_S3[request] : []) {
      const own = ofTheCaller(found, action, thisKey(keyId), call);
      keysPart(null, keyId, action, call, own, { refusals, doubts });
    }
  }
  const { key } = found;
  if (key === null || !usesKms(found, choice)) {
    return { refusals, doubts };
  }
  if (key.state !== USABLE) {
    refusals.push({ kind: 'key state', state: key.state });
  }
  if (key.spec !== SYMMETRIC) {
    refusals.push({ kind: 'key kind', spec: key.spec });
  }
  const call = callOfKms(direct, key.arn, found.caller?.arn ?? '');
  for (const action of direct ? BY_CLIENT : BY_S3[request]) {
    const own = ofTheCaller(found, action, thisKey(key.arn), call);
    keysPart(key.statements, key.arn, action, call, own, {
      refusals,
      doubts
    });
  }
  return { refusals, doubts };
}

function usesKms(found: IBucketEncryption, choice: Choice): boolean {
  return (
    takesKmsKey(choice.method) ||
    (isLeftToBucket(choice.method) &&
      found.default?.algorithm.startsWith('aws:kms') === true)
  );
}

function callersPart(
  decision: IDecision & { readonly complete: boolean },
  action: string,
  allowedElsewhere: boolean,
  refusals: Cause[],
  doubts: Cause[]
): void {
  for (const policy of decision.denies) {
    refusals.push({ kind: 'caller denies', action, policy });
  }
  for (const policy of decision.mayDeny) {
    doubts.push({ kind: 'caller may deny', action, policy });
  }
  if (decision.allows === 'yes' || decision.denies.length > 0) {
    return;
  }
  if (decision.allows === 'no' && decision.complete && !allowedElsewhere) {
    refusals.push({ kind: 'caller allows nothing', action });
  } else {
    doubts.push({
      kind:
        decision.allows === 'no' ? 'caller allows nothing' : 'caller may allow',
      action
    });
  }
}

function keysPart(
  statements: readonly IKeyStatement[] | null,
  keyArn: string,
  action: string,
  call: Request,
  caller: (IDecision & { readonly complete: boolean }) | null,
  { refusals, doubts }: { refusals: Cause[]; doubts: Cause[] }
): void {
  if (statements === null || caller === null) {
    if (caller !== null) {
      // A Deny counts, whatever the key says; an Allow that is missing may be there.
      callersPart(
        { ...caller, complete: false },
        action,
        true,
        refusals,
        doubts
      );
    }
    return;
  }
  const { own, account } = ofTheKey(statements, keyArn, action, call);
  for (const sid of [...own.denies, ...account.denies]) {
    refusals.push({ kind: 'key denies', action, sid });
  }
  for (const sid of [...own.mayDeny, ...account.mayDeny]) {
    doubts.push({ kind: 'key may deny', action, sid });
  }
  if (own.allows === 'yes') {
    // The key allows it by itself: of the caller's policies only a Deny counts.
    callersPart({ ...caller, allows: 'yes' }, action, true, refusals, doubts);
  } else if (account.allows === 'no' && own.allows === 'no') {
    refusals.push({ kind: 'key allows nothing', action });
  } else if (account.allows === 'yes') {
    callersPart(caller, action, own.allows === 'maybe', refusals, doubts);
  } else {
    doubts.push({ kind: 'key may allow', action });
  }
}
