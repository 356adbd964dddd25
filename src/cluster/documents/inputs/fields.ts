/**
 * Checks the options that stand alone: account, Region, partition, release,
 * names and places in S3. Pure.
 */

import {
  hasControl,
  validateBucketName
} from '../../../encryption/profile/keys';
import { isRegion } from '../../../encryption/profile/regions';
import type { ITranslate } from '../../../contract/messages';
import { textsOf } from '../../../contract/shape';
import { SERVICES } from '../model';
import type { IClusterOptions, IProblem } from '../model';

const RELEASE =
  /^emr-(?:spark-)?(\d{1,2})\.(\d{1,2})(?:\.(\d{1,2}))?(?:-[a-z0-9.-]+)?$/;

/** The only texts that count as placeholders: they stand in documents as they are. */
export const PLACEHOLDER = /^<[A-Z][A-Z0-9_]{0,63}>$/;
/** Characters that make a line read otherwise than it runs (Unicode UAX #9). */
const BIDIRECTIONAL = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** Deeper than anything that is read of a profile or of options. */
const DEEPEST = 8;

/** Every text in a profile or in options, with the field it is in. */
function textsIn(value: unknown, field: string, depth = 0): [string, string][] {
  if (typeof value === 'string') {
    return [[field, value]];
  }
  return typeof value === 'object' && value !== null && depth <= DEEPEST
    ? Object.entries(value).flatMap(([name, part]) => [
        ...textsIn(name, field || name),
        ...textsIn(part, field === '' ? name : `${field}.${name}`, depth + 1)
      ])
    : [];
}

/** Texts that would be read otherwise in a document than they look. */
export function checkTexts(value: unknown, trans: ITranslate): IProblem[] {
  return textsIn(value, '').flatMap(([field, text]) =>
    text.includes('{{resolve:')
      ? [
          {
            field,
            message: trans.__(
              'A value must not contain “{{resolve:”: CloudFormation would replace it.'
            )
          }
        ]
      : BIDIRECTIONAL.test(text)
        ? [
            {
              field,
              message: trans.__(
                'A value must not contain characters that change the direction of writing.'
              )
            }
          ]
        : []
  );
}

type Check = (value: unknown) => string | null;

/** Missing, empty and placeholder count as “not known yet”, which is no error. */
function unlessUnknown(
  trans: ITranslate,
  check: (value: string) => string | null
): Check {
  return value => {
    if (
      value === undefined ||
      value === null ||
      value === '' ||
      (typeof value === 'string' && PLACEHOLDER.test(value))
    ) {
      return null;
    }
    return typeof value === 'string'
      ? check(value)
      : trans.__('This must be text.');
  };
}

function s3Place(
  ending: RegExp,
  example: string,
  trans: ITranslate
): (text: string) => string | null {
  return text => {
    const found = /^s3:\/\/([^/]+)\/(.*)$/.exec(text);
    if (found === null || hasControl(text) || /[\s'"]/.test(text)) {
      return trans.__(
        '“%1” is not an S3 location: expected %2.',
        text,
        example
      );
    }
    const wrong = validateBucketName(found[1] ?? '', trans);
    return (
      wrong ??
      (ending.test(text)
        ? null
        : trans.__('“%1” must look like %2.', text, example))
    );
  };
}

/** The check of each option that stands alone. */
function checks(trans: ITranslate): Readonly<Record<string, Check>> {
  const matches = (pattern: RegExp, message: (text: string) => string): Check =>
    unlessUnknown(trans, text => (pattern.test(text) ? null : message(text)));
  return {
    account: matches(/^\d{12}$/, text =>
      trans.__('“%1” is not an account: it must be 12 digits.', text)
    ),
    region: unlessUnknown(trans, text =>
      isRegion(text)
        ? null
        : trans.__(
            '“%1” is not an AWS Region: expected one such as eu-west-1.',
            text
          )
    ),
    partition: matches(/^aws(?:-[a-z]+)*$/, text =>
      trans.__(
        '“%1” is not an AWS partition: expected aws, aws-cn, aws-us-gov, ….',
        text
      )
    ),
    releaseLabel: matches(RELEASE, text =>
      trans.__(
        '“%1” is not an EMR release: expected a label such as emr-7.10.0.',
        text
      )
    ),
    name: matches(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, text =>
      trans.__(
        '“%1” cannot be used as a name in all services: use up to 64 letters, digits, “-” and “_”.',
        text
      )
    ),
    trail: matches(/^[A-Za-z0-9][A-Za-z0-9._-]{1,126}[A-Za-z0-9]$/, text =>
      trans.__(
        '“%1” is not a trail name: use 3 to 128 letters, digits, “.”, “_” and “-”.',
        text
      )
    ),
    athenaResults: unlessUnknown(
      trans,
      s3Place(/\/$/, 's3://NAME/PREFIX/', trans)
    )
  };
}

/** Every option that is wrong by itself. */
export function checkPlain(
  options: IClusterOptions,
  trans: ITranslate
): IProblem[] {
  const problems: IProblem[] = [];
  const report = (field: string, message: string | null): void => {
    if (message !== null) {
      problems.push({ field, message });
    }
  };
  const values: Readonly<Record<string, unknown>> = { ...options };
  for (const [field, check] of Object.entries(checks(trans))) {
    report(field, check(values[field]));
  }
  if (options.inTransit) {
    report(
      'inTransit.certificates',
      s3Place(
        /\.zip$/,
        's3://NAME/certificates.zip',
        trans
      )(options.inTransit.certificates)
    );
  }
  if (options.customProvider) {
    const {
      location,
      className
    }: Partial<Record<'location' | 'className', unknown>> =
      options.customProvider;
    report(
      'customProvider.location',
      typeof location === 'string' && location !== ''
        ? s3Place(/\.jar$/, 's3://NAME/provider.jar', trans)(location)
        : trans.__(
            'Your own key provider (CSE-Custom) needs the location of its jar: s3://NAME/provider.jar.'
          )
    );
    report(
      'customProvider.className',
      typeof className !== 'string' || className === ''
        ? trans.__(
            'Your own key provider (CSE-Custom) needs the full name of its Java class, such as com.example.KeyProvider.'
          )
        : /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+$/.test(className)
          ? null
          : trans.__(
              '“%1” is not a full Java class name, such as com.example.KeyProvider.',
              className
            )
    );
  }
  for (const field of ['buckets', 'services', 'documents']) {
    const value = values[field];
    if (value !== undefined && value !== null && !Array.isArray(value)) {
      report(field, trans.__('This must be a list.'));
    }
  }
  for (const field of ['services', 'documents']) {
    const value = values[field];
    if (
      Array.isArray(value) &&
      value.some((item: unknown) => typeof item !== 'string')
    ) {
      report(field, trans.__('This must be text.'));
    }
  }
  if (Array.isArray(options.services)) {
    for (const service of textsOf(options.services)) {
      if (!SERVICES.some(known => known === service)) {
        report(
          'services',
          trans.__(
            'There are no documents for “%1”: expected some of %2.',
            service,
            SERVICES.join(', ')
          )
        );
      }
    }
  }
  return problems;
}

/** The numbers of an EMR release label; null if it is not known. */
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
