/**
 * Reads the keys that people name, and makes full ARNs of them. Pure.
 */

import { MANAGED_KEY, validateKmsKey } from '../../../encryption/profile/keys';
import type { ITranslate } from '../../../contract/messages';
import type { IProblem, IRule } from '../model';

/** Where the documents are for; placeholders if it is not known. */
interface IPlace {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
}

/** The key as an ARN; null for the AWS managed key aws/s3. */
export function keyArn(
  text: string | undefined,
  field: string,
  place: IPlace,
  problems: IProblem[],
  trans: ITranslate,
  aliases: 'refused' | 'by ARN' = 'refused'
): string | null {
  if (text === undefined) {
    return null;
  }
  const refuse = (message: string): null => {
    problems.push({ field, message });
    return null;
  };
  const parsed = validateKmsKey(text, trans);
  if ('error' in parsed) {
    return refuse(parsed.error);
  }
  const { key } = parsed;
  if (key.id === MANAGED_KEY) {
    return null;
  }
  if (aliases === 'by ARN' && key.kind === 'alias') {
    return refuse(
      trans.__(
        '“%1” is the name of an alias. A security configuration needs a full ARN: arn:PARTITION:kms:REGION:ACCOUNT:key/ID, or …:alias/NAME.',
        text
      )
    );
  }
  if (
    aliases === 'refused' &&
    (key.kind === 'alias' || key.kind === 'alias-arn')
  ) {
    return refuse(
      trans.__(
        '“%1” is an alias. Policies and security configurations need the full ARN of the key (arn:PARTITION:kms:REGION:ACCOUNT:key/ID): an alias in a policy matches nothing, and it may point to another key tomorrow.',
        text
      )
    );
  }
  if (key.kind === 'key-id') {
    return `arn:${place.partition}:kms:${place.region}:${place.account}:key/${key.id}`;
  }
  if (!place.region.startsWith('<') && key.region !== place.region) {
    return refuse(
      trans.__(
        "The key is in %1, the buckets are in %2. S3 can only use a key of the bucket's own Region.",
        key.region ?? '',
        place.region
      )
    );
  }
  if (!place.partition.startsWith('<') && key.partition !== place.partition) {
    return refuse(
      trans.__(
        'The key is in the partition %1, but these documents are for %2.',
        key.partition ?? '',
        place.partition
      )
    );
  }
  return text;
}

/** The key of local disks: its own, or that of the profile. */
export function diskKey(
  text: string | undefined,
  base: IRule,
  place: IPlace,
  problems: IProblem[],
  trans: ITranslate
): string {
  const field = 'localDisk.kmsKeyId';
  if (text === MANAGED_KEY || text?.endsWith(`:${MANAGED_KEY}`)) {
    problems.push({
      field,
      message: trans.__(
        'Local disks need your own key: only S3 can use aws/s3.'
      )
    });
    return '';
  }
  return text === undefined
    ? (base.key ?? '<KMS_KEY_ARN>')
    : (keyArn(text, field, place, problems, trans, 'by ARN') ?? '');
}
