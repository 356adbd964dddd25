/** The role of the jobs of S3 Batch Operations, by name and ARN. Pure. */

import type { IContext } from '../model';

/** IAM takes names of 64 characters. */
const LONGEST = 64;
const ENDING = '-batch';

export function roleName(context: IContext): string {
  return context.name.slice(0, LONGEST - ENDING.length) + ENDING;
}

export function roleArn(context: IContext): string {
  return `arn:${context.partition}:iam::${context.account}:role/${roleName(context)}`;
}
