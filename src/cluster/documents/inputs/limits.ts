/**
 * AWS's size limits for policies, and a check against them. Pure.
 *
 * Sources: Amazon S3 user guide (bucket policies: 20 KB), AWS KMS developer
 * guide, quotas (key policy document: 32 KB), IAM user guide, IAM and STS
 * quotas (managed policy: 6,144 characters, white space not counted).
 */

import type { ITranslate } from '../../../contract/messages';
import { ExportError, json } from '../model';

export const LIMITS = {
  'bucket policy': 20_480,
  'key policy': 32_768,
  'managed policy': 6_144
} as const;

/** How many bytes a text has in UTF-8. */
export function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Is a policy as small as AWS accepts, without white space? */
export function isAccepted(
  policy: unknown,
  kind: keyof typeof LIMITS
): boolean {
  return sizeOf(policy, kind) <= LIMITS[kind];
}

/** How large a policy is at least, in the unit of its limit. */
function sizeOf(policy: unknown, kind: keyof typeof LIMITS): number {
  const compact = JSON.stringify(policy);
  return kind === 'managed policy'
    ? compact.replace(/\s/g, '').length
    : bytes(compact);
}

/**
 * A policy as text: indented if that fits, otherwise without white space.
 *
 * @throws ExportError if it exceeds the service's limit either way
 */
export function policyText(
  policy: unknown,
  kind: keyof typeof LIMITS,
  field: string,
  trans: ITranslate
): string {
  const limit = LIMITS[kind];
  const size = sizeOf(policy, kind);
  if (size > limit) {
    throw new ExportError([
      {
        field,
        message: tooLarge(kind, size, trans)
      }
    ]);
  }
  const pretty = json(policy);
  return kind === 'managed policy' || bytes(pretty) <= limit
    ? pretty
    : JSON.stringify(policy) + '\n';
}

function tooLarge(
  kind: keyof typeof LIMITS,
  size: number,
  trans: ITranslate
): string {
  const numbers: [string, string] = [String(size), String(LIMITS[kind])];
  switch (kind) {
    case 'bucket policy':
      return trans.__(
        'The bucket policy would have %1 bytes; AWS accepts at most %2. Name fewer of them, or split them across several documents.',
        ...numbers
      );
    case 'key policy':
      return trans.__(
        'The key policy would have %1 bytes; AWS accepts at most %2. Name fewer of them, or split them across several documents.',
        ...numbers
      );
    case 'managed policy':
      return trans.__(
        'The managed policy would have %1 characters; AWS accepts at most %2. Name fewer of them, or split them across several documents.',
        ...numbers
      );
  }
}
