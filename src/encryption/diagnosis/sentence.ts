/**
 * The sentence with which AWS refuses, as a structure: who, which action, on
 * what, by which kind of policy, and whether an Allow is missing or a Deny is
 * there. Finds every one of a text. Pure.
 *
 * Sources: IAM user guide, Troubleshoot access denied error messages; Amazon S3
 * user guide, Troubleshoot access denied (403 Forbidden) errors.
 */

import { words } from './errorText';

export type PolicyKind =
  | 'identity'
  | 'resource'
  | 'session'
  | 'boundary'
  | 'endpoint'
  | 'service-control'
  | 'resource-control';

/** Why AWS refused. */
export type Reason =
  | { readonly kind: PolicyKind; readonly is: 'missing' | 'deny' }
  /** A Deny in a policy of a kind that is not named. */
  | { readonly kind: null; readonly is: 'deny' }
  /** Another account, another Region or a policy: KMS does not say which. */
  | { readonly kind: null; readonly is: 'one-of-three' }
  /** A setting that is no policy: Block Public Access, blocked encryption types. */
  | { readonly kind: null; readonly is: 'setting' }
  | { readonly kind: null; readonly is: 'unsaid' };

export interface IRefusal {
  /** ARN of who asked, as AWS prints it. */
  readonly principal: string;
  /** `kms:GenerateDataKey`, … */
  readonly action: string;
  /** ARN; empty if the sentence names none. */
  readonly resource: string;
  readonly reason: Reason;
  /** The words of AWS after the resource. */
  readonly why: string;
  /** ARN of the policy that denies, if AWS names it; else empty. */
  readonly policy: string;
  readonly from: number;
  readonly to: number;
}

/** How AWS names the kinds of policy. Source: the IAM user guide, as above. */
const KINDS: readonly (readonly [PolicyKind, string])[] = [
  ['identity', 'identity-based policy'],
  ['resource', 'resource-based policy'],
  ['session', 'session policy'],
  ['boundary', 'permissions boundary'],
  ['endpoint', 'VPC endpoint policy'],
  ['service-control', 'service control policy'],
  ['resource-control', 'resource control policy']
];

const starts = (text: string): RegExp => new RegExp(`^${words(text)}`, 'i');

interface IWhy {
  readonly at: RegExp;
  readonly reason: Reason;
  /** As a sentence repeats it; absent: as the text has it. */
  readonly words?: string;
}

const because = (words: string, reason: Reason): IWhy => ({
  at: starts(words),
  reason,
  words
});

/** What comes after the resource, and what it means; the first that fits. */
const REASONS: readonly IWhy[] = [
  ...KINDS.flatMap(([kind, name]) => [
    because(`because no ${name}`, { kind, is: 'missing' }),
    ...['a', 'an', 'the'].map(article =>
      because(`with an explicit deny in ${article} ${name}`, {
        kind,
        is: 'deny'
      })
    )
  ]),
  because('with an explicit deny', { kind: null, is: 'deny' }),
  because('because the resource does not exist in this Region', {
    kind: null,
    is: 'one-of-three'
  }),
  // Less than that is a sentence that was cut off.
  { at: /^because[^]{25}/i, reason: { kind: null, is: 'setting' } }
];

const REFUSES = new RegExp(words('is not authorized to perform'), 'g');
const USER = new RegExp(`${words('User:')} ?\\n?`, 'g');
/** What an action is followed by, if the sentence goes on. */
const GOES_ON = `(?=[ \\n](?:${['on', 'because', 'with'].map(words).join('|')})[ \\n])`;
const ACTION = new RegExp(
  `^\\n?:?\\s?((?:[a-z0-9-]\\n?){1,30}:\\n?(?:[A-Za-z]\\n?){1,60}?)${GOES_ON}`
);
const ACTION_ALONE = /^\n?:?\s?([a-z0-9-]{1,30}:[A-Za-z]{1,60})/;
const ON = new RegExp(`^[ \\n]?${words('on resource')}\\n?:? ?\\n?`);
const ON_UNNAMED = new RegExp(
  `^[ \\n]?(?:${[
    'on this resource',
    'on the resource associated with this ciphertext'
  ]
    .map(words)
    .join('|')})`
);
/** A resource without quotes, which a terminal may have broken. */
const BROKEN = new RegExp(
  `^([^\\s"'<>(),]{1,1100}(?:\\n[^\\s"'<>(),]{1,1100}){0,4}?)${GOES_ON}`
);
const BARE = /^[^\s"'<>(),]{1,1100}/;

/**
 * The policy that denies, only if it ends for certain: a terminal may have broken
 * an ARN at the end of a line. Source: AWS Security Blog, Enhanced access denied
 * error messages with policy ARNs.
 */
const POLICY = new RegExp(
  `^[ \\n]?:[ \\n]?(arn:aws[a-z-]{0,12}:(?:organizations::\\d{12}:policy/o-[a-z0-9]{10,32}/[a-z_]{1,40}/p-\\w{8,128}|iam::(?:\\d{12}|aws):policy/[\\w+=,.@/-]{1,600}))(?=$|["'<( ])`
);

/** As many as anyone could read; the job stopped at one of the last. */
const MOST = 20;

/** The last different refusals of a searchable text, in their order. */
export function refusalsIn(text: string): IRefusal[] {
  const found = new Map<string, IRefusal>();
  for (const match of text.matchAll(REFUSES)) {
    const refusal = readAt(text, match.index, match.index + match[0].length);
    if (refusal !== null) {
      const { principal, action, resource, why } = refusal;
      const same = [principal, action, resource, why].join(' ');
      found.delete(same);
      found.set(same, refusal);
      if (found.size > MOST) {
        found.delete([...found.keys()][0] ?? '');
      }
    }
  }
  return [...found.values()];
}

function readAt(text: string, at: number, end: number): IRefusal | null {
  const windowStart = Math.max(at - 600, 0);
  const before = text.slice(windowStart, at);
  const user = [...before.matchAll(USER)].pop();
  if (user === undefined) {
    return null;
  }
  const principal = before
    .slice(user.index + user[0].length)
    .trim()
    .replace(/\n/g, '');
  if (!/^arn:[\x21-\x7e]{1,500}$/.test(principal)) {
    return null;
  }
  const rest = text.slice(end, end + 4000);
  const action = ACTION.exec(rest) ?? ACTION_ALONE.exec(rest);
  if (action === null) {
    return null;
  }
  const afterAction = rest.slice(action[0].length);
  const { resource, length } = resourceAt(afterAction);
  const tail = afterAction.slice(length).replace(/^["'.,\s]{0,4}/, '');
  const found = REASONS.find(({ at }) => at.test(tail));
  const reason = found?.reason ?? { kind: null, is: 'unsaid' as const };
  const sentence = found === undefined ? '' : sentenceOf(tail);
  const policy =
    found === undefined
      ? ''
      : (POLICY.exec(tail.replace(found.at, ''))?.[1] ?? '');
  const skipped = afterAction.slice(length).length - tail.length;
  return {
    principal,
    action: (action[1] ?? '').replace(/\n/g, ''),
    resource,
    reason,
    why: found?.words ?? sentence,
    policy,
    from: windowStart + user.index,
    to:
      end +
      action[0].length +
      length +
      (sentence === '' ? 0 : skipped + sentence.length)
  };
}

/** The resource at the start of a text, and how much of it names the resource. */
function resourceAt(text: string): { resource: string; length: number } {
  const unnamed = ON_UNNAMED.exec(text);
  if (unnamed !== null) {
    return { resource: '', length: unnamed[0].length };
  }
  const on = ON.exec(text);
  if (on === null) {
    return { resource: '', length: 0 };
  }
  const named = text.slice(on[0].length);
  const quote = /^["'`]/.exec(named)?.[0];
  if (quote !== undefined) {
    const close = named.slice(1, 1400).indexOf(quote);
    if (close >= 0) {
      return {
        resource: named.slice(1, close + 1).replace(/\n/g, ''),
        length: on[0].length + close + 2
      };
    }
    const cut = BARE.exec(named.slice(1))?.[0] ?? '';
    return { resource: cut, length: on[0].length + 1 + cut.length };
  }
  const whole = BROKEN.exec(named)?.[1] ?? BARE.exec(named)?.[0] ?? '';
  return {
    resource: whole.replace(/\n/g, '').replace(/[.;:`]{1,4}$/, ''),
    length: on[0].length + whole.length
  };
}

/** The rest of a sentence: as far as what programs print after it. */
function sentenceOf(tail: string): string {
  const end = tail.search(
    / ?[(<"}]|\n(?:at |Caused by|Traceback|File |During )/
  );
  return tail
    .slice(0, end < 0 ? 300 : Math.min(end, 300))
    .replace(/\n/g, ' ')
    .trim();
}
