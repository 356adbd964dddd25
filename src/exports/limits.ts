/**
 * The size limits of AWS for policies, and a check against them. Pure.
 *
 * Sources: Amazon S3 user guide (bucket policies: 20 KB), AWS KMS developer
 * guide, quotas (key policy document: 32 KB), IAM user guide, IAM and STS
 * quotas (managed policy: 6,144 characters, white space not counted).
 */

import { ExportError, json } from './model';

export const LIMITS = {
  'bucket policy': 20_480,
  'key policy': 32_768,
  'managed policy': 6_144
} as const;

/** How many bytes a text has in UTF-8. */
export function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

/**
 * A policy as text: readable where that fits, else without white space.
 *
 * @throws ExportError where it is above the service's limit in any spelling
 */
export function policyText(
  policy: unknown,
  kind: keyof typeof LIMITS,
  field: string
): string {
  const compact = JSON.stringify(policy);
  const limit = LIMITS[kind];
  const size =
    kind === 'managed policy'
      ? compact.replace(/\s/g, '').length
      : bytes(compact);
  if (size > limit) {
    throw new ExportError([
      {
        field,
        message: `The ${kind} would have ${size} bytes; AWS takes ${limit} at most. Name fewer of them, or split them over several documents.`
      }
    ]);
  }
  const pretty = json(policy);
  return kind === 'managed policy' || bytes(pretty) <= limit
    ? pretty
    : compact + '\n';
}
