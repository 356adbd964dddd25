/**
 * Checks the options that stand alone: account, Region, partition, release,
 * names and places in S3. Pure.
 */

import { hasControl, validateBucketName } from '../encryption/keys';
import { SERVICES } from './model';
import type { IClusterOptions, IProblem } from './model';

const REGION = /^[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}$/;
const RELEASE = /^emr-(\d{1,2})\.(\d{1,2})(?:\.(\d{1,2}))?(?:-[a-z0-9.-]+)?$/;

type Check = (value: unknown) => string | null;

/** Missing, empty and placeholder count as “not known yet”, which is no error. */
function unlessUnknown(check: (value: string) => string | null): Check {
  return value => {
    if (
      value === undefined ||
      value === null ||
      value === '' ||
      (typeof value === 'string' && /^<.*>$/.test(value))
    ) {
      return null;
    }
    return typeof value === 'string' ? check(value) : 'This must be a text.';
  };
}

function s3Place(
  ending: RegExp,
  example: string
): (text: string) => string | null {
  return text => {
    const found = /^s3:\/\/([^/]+)\/(.*)$/.exec(text);
    if (found === null || hasControl(text) || /[\s'"]/.test(text)) {
      return `“${text}” is no place in S3: expected ${example}.`;
    }
    const wrong = validateBucketName(found[1] ?? '');
    return (
      wrong ??
      (ending.test(text) ? null : `“${text}” must look like ${example}.`)
    );
  };
}

const CHECKS: Readonly<Record<string, Check>> = {
  account: unlessUnknown(text =>
    /^\d{12}$/.test(text)
      ? null
      : `“${text}” is no account: it must be 12 digits.`
  ),
  region: unlessUnknown(text =>
    REGION.test(text)
      ? null
      : `“${text}” is no AWS Region: expected one such as eu-west-1.`
  ),
  partition: unlessUnknown(text =>
    /^aws(?:-[a-z]+)*$/.test(text)
      ? null
      : `“${text}” is no AWS partition: expected aws, aws-cn, aws-us-gov, ….`
  ),
  releaseLabel: unlessUnknown(text =>
    RELEASE.test(text)
      ? null
      : `“${text}” is no EMR release: expected a label such as emr-7.10.0.`
  ),
  name: unlessUnknown(text =>
    /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(text)
      ? null
      : `“${text}” cannot be used as a name by all services: letters, digits, “-” and “_”, 64 at most.`
  ),
  trail: unlessUnknown(text =>
    /^[A-Za-z0-9][A-Za-z0-9._-]{1,126}[A-Za-z0-9]$/.test(text)
      ? null
      : `“${text}” is no name of a trail: 3 to 128 letters, digits, “.”, “_” and “-”.`
  ),
  athenaResults: unlessUnknown(s3Place(/\/$/, 's3://NAME/PREFIX/'))
};

/** Every option that is wrong by itself. */
export function checkPlain(options: IClusterOptions): IProblem[] {
  const problems: IProblem[] = [];
  const report = (field: string, message: string | null): void => {
    if (message !== null) {
      problems.push({ field, message });
    }
  };
  const values = options as Readonly<Record<string, unknown>>;
  for (const [field, check] of Object.entries(CHECKS)) {
    report(field, check(values[field]));
  }
  if (options.inTransit) {
    report(
      'inTransit.certificates',
      s3Place(
        /\.zip$/,
        's3://NAME/certificates.zip'
      )(options.inTransit.certificates)
    );
  }
  if (options.customProvider) {
    const { location, className } = options.customProvider;
    report(
      'customProvider.location',
      s3Place(/\.jar$/, 's3://NAME/provider.jar')(location)
    );
    report(
      'customProvider.className',
      /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+$/.test(className)
        ? null
        : `“${className}” is no full name of a Java class, such as com.example.KeyProvider.`
    );
  }
  for (const field of ['buckets', 'services', 'documents']) {
    const value = values[field];
    if (value !== undefined && value !== null && !Array.isArray(value)) {
      report(field, 'This must be a list.');
    }
  }
  if (Array.isArray(options.services)) {
    for (const service of options.services as readonly string[]) {
      if (!SERVICES.some(known => known === service)) {
        report(
          'services',
          `There are no documents for “${service}”: expected some of ${SERVICES.join(', ')}.`
        );
      }
    }
  }
  return problems;
}

/** The numbers of an EMR release label; null where it is not known. */
export function release(
  label: string | null | undefined
): [number, number, number] | null {
  const found = RELEASE.exec(label ?? '');
  return found === null
    ? null
    : [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)];
}

/** Is the release the same as `major.minor` or newer? */
export function atLeast(
  found: readonly [number, number, number],
  major: number,
  minor: number
): boolean {
  return found[0] !== major ? found[0] > major : found[1] >= minor;
}
