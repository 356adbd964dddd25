/**
 * From one profile to the documents that make it permanent for a platform.
 *
 * Pure: bundles on its own, reads nothing, sends nothing, imports no Jupyter.
 * `docs/cluster/` says what each document was checked against.
 */

import { ENGLISH } from '../../contract/messages';
import type { ITranslate } from '../../contract/messages';
import { athena } from './services/athena';
import { s3Batch } from './batch/batch';
import { bucketPolicies } from './services/bucketPolicies';
import { cloudFormation } from './templates/cloudformation';
import { emrClassifications } from './emr/emr';
import { emrfsShorthand } from './emr/emrfsShorthand';
import { emrKeys } from './emr/emrKeys';
import { emrSecurity } from './emr/emrSecurity';
import { glue } from './services/glue';
import { readInputs } from './inputs/inputs';
import { kms } from './services/kms';
import { lakeFormation } from './services/lakeFormation';
import { ExportError, SERVICES } from './model';
import type {
  IClusterDocument,
  IClusterOptions,
  IContext,
  IOmitted,
  IPart,
  Service
} from './model';
import { s3Encryption } from './services/s3';
import { terraform } from './templates/terraform';
import { watching } from './services/watching';

export type { ITranslate } from '../../contract/messages';
export { canRead, ENGINES } from './emr/compatibility';
export type { Engine, IAnswer } from './emr/compatibility';
export { defaultConnector } from './emr/emrProperties';
export { release } from './inputs/fields';
export { bucketPolicy } from './services/bucketPolicies';
export { ExportError, hasPlaceholder, SERVICES } from './model';
export type {
  Format,
  IBucketOption,
  IClusterDocument,
  IClusterOptions,
  IOmitted,
  IProblem,
  IRolesOption,
  Service
} from './model';

const PARTS: readonly [Service, (context: IContext) => IPart][] = [
  ['emr', emrClassifications],
  ['emr', emrSecurity],
  ['emr', emrfsShorthand],
  ['emr', emrKeys],
  ['s3', s3Encryption],
  ['s3', bucketPolicies],
  ['s3-batch', s3Batch],
  ['kms', kms],
  ['glue', glue],
  ['athena', athena],
  ['lake-formation', lakeFormation],
  ['watching', watching],
  ['cloudformation', cloudFormation],
  ['terraform', terraform]
];

/** The documents, and those that cannot be written with the reason of each. */
export interface IClusterResult {
  readonly documents: readonly IClusterDocument[];
  readonly omitted: readonly IOmitted[];
}

/**
 * Write every cluster-wide document of a profile, and say which ones cannot be
 * written for it.
 *
 * @param profile - `{ method, kmsKeyId?, buckets? }`, as anybody may have written it
 * @param options - what the profile does not say; missing values become
 *   placeholders such as `<ACCOUNT_ID>`
 * @throws ExportError with every field that is wrong, in `fields`; its message
 *   names each field and says why. Also if a service or a document is asked
 *   for that cannot be written for this profile.
 */
export function clusterResult(
  profile: unknown,
  options: IClusterOptions | null = {}
): IClusterResult {
  const given = options ?? {};
  const context = readInputs(profile, given);
  const parts = PARTS.filter(
    ([service]) => !given.services || given.services.includes(service)
  ).map(([, part]) => part(context));
  const documents = parts.flatMap(part => part.documents);
  const left = parts.flatMap(part => part.omitted);
  refuseWhatWasAsked(given, documents, left);
  const { services, documents: ids } = given;
  const wanted = (item: IClusterDocument | IOmitted): boolean =>
    (!services || services.includes(item.service)) &&
    (!ids || ids.some(id => matches(item.id, id)));
  const order = (item: IClusterDocument): number =>
    SERVICES.indexOf(item.service);
  return {
    documents: documents.filter(wanted).sort((a, b) => order(a) - order(b)),
    omitted: left.filter(wanted)
  };
}

/**
 * Every document that can be written for the profile; see `clusterResult`. For
 * scripts outside JupyterLab (`docs/cluster/README.md`); not a public interface.
 *
 * @returns `{ id, title, service, format, text, notes }[]`
 */
export function clusterDocuments(
  profile: unknown,
  options: IClusterOptions | null = {}
): IClusterDocument[] {
  return [...clusterResult(profile, options).documents];
}

/** `s3-policy-strict` stands for that document of every bucket. */
function matches(id: string, asked: string): boolean {
  return id === asked || id.startsWith(`${asked}:`);
}

/** Asking for one particular thing makes its refusal an error. */
function refuseWhatWasAsked(
  options: IClusterOptions,
  documents: readonly IClusterDocument[],
  left: readonly IOmitted[]
): void {
  const trans: ITranslate = options.trans ?? ENGLISH;
  const fail = (items: readonly IOmitted[]): void => {
    if (items.length > 0) {
      throw new ExportError(
        items.map(({ id, field, reason }) => ({
          field,
          message: trans.__('%1 cannot be written. %2', id, reason)
        }))
      );
    }
  };
  for (const id of options.documents ?? []) {
    if (!documents.some(item => matches(item.id, id))) {
      const refused = left.filter(item => matches(item.id, id));
      fail(refused);
      throw new ExportError([
        {
          field: 'documents',
          message: trans.__('There is no document “%1”.', id)
        }
      ]);
    }
  }
  for (const service of options.services ?? []) {
    if (!documents.some(item => item.service === service)) {
      fail(left.filter(item => item.service === service));
    }
  }
  // These two only make sense in a security configuration.
  if (options.localDisk || options.inTransit || options.customProvider) {
    fail(left.filter(({ id }) => id === 'emr-security-configuration'));
  }
}
