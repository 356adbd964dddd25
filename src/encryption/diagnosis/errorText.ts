/**
 * Reads the facts out of an error text: what was refused to whom, by which kind
 * of policy, which key, which bucket. Pure; says nothing about causes.
 *
 * Source of the sentence: IAM user guide, Troubleshoot access denied error
 * messages.
 */

/** The text of an output without terminal colours, and of limited length. */
export function plainText(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex
      .replace(/\u001b\[[0-9;]*[A-Za-z]/g, '')
      .slice(0, 400_000)
  );
}

/** A refusal in which AWS names action, resource and, mostly, the kind of policy. */
export interface IRefusalText {
  /** ARN of who asked; an assumed role as its role. */
  readonly principal: string;
  /** `kms:GenerateDataKey`, … */
  readonly action: string;
  /** ARN. */
  readonly resource: string;
  /** The kind of policy that refused; `missing`: no policy of that kind allows it. */
  readonly by:
    | 'identity-missing'
    | 'resource-missing'
    | 'resource-deny'
    | 'identity-deny'
    | 'other'
    | 'unsaid';
  /** The words of AWS after the resource. */
  readonly why: string;
}

const NOT_AUTHORIZED =
  /User: (arn:[^\s"]+) is not authorized to perform: ([a-z0-9-]+:[A-Za-z]+) on resource: "?(arn:[^\s"<>),]+)"?((?: because | with an explicit deny)[^\n(]*)?/;

export function refusalIn(text: string): IRefusalText | null {
  const found = NOT_AUTHORIZED.exec(text);
  if (found === null) {
    return null;
  }
  const why = (found[4] ?? '').trim();
  return {
    principal: roleOf(found[1] ?? ''),
    action: found[2] ?? '',
    resource: found[3] ?? '',
    by: /because no identity-based policy allows/.test(why)
      ? 'identity-missing'
      : /because no resource-based policy allows/.test(why)
        ? 'resource-missing'
        : /explicit deny in a resource-based policy/.test(why)
          ? 'resource-deny'
          : /explicit deny in an identity-based policy/.test(why)
            ? 'identity-deny'
            : why === ''
              ? 'unsaid'
              : 'other',
    why
  };
}

/** `assumed-role/NAME/SESSION` is the role NAME; its path, if any, is not said. */
export function roleOf(principal: string): string {
  const found =
    /^arn:([a-z-]+):sts::(\d{12}):assumed-role\/([^/]+)\/[^/]+$/.exec(
      principal
    );
  return found === null
    ? principal
    : `arn:${found[1] ?? ''}:iam::${found[2] ?? ''}:role/${found[3] ?? ''}`;
}

/** The first key that is named by its ARN. */
export function keyIn(text: string): string | null {
  return (
    /arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+/.exec(text)?.[0] ??
    null
  );
}

/** The bucket of an ARN of S3, or of the first path in a text. */
export function bucketIn(text: string): string | null {
  return (
    /arn:aws[a-z-]*:s3:::([a-z0-9.-]+)/.exec(text)?.[1] ??
    /\bs3[an]?:\/\/([a-z0-9][a-z0-9.-]+[a-z0-9])/.exec(text)?.[1] ??
    null
  );
}
