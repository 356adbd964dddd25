/** The names of methods, profiles, requests and origins on the screen. Pure. */

import type { TranslationBundle } from '@jupyterlab/translation';

import { shortKey } from '../../encryption/profile/keys';
import type { Method, Profile } from '../../encryption/profile/profile';
import { kmsKeyOf, METHOD, METHODS } from '../../contract/profile';
import type { Origin } from '../../contract/report';
import type { RequestName } from '../../contract/requests';

/** The name of a method; AWS's own names are not translated. */
export function methodName(method: Method, trans: TranslationBundle): string {
  return method === 'bucket-default'
    ? trans.__('Bucket default')
    : METHOD[method].title;
}

/** The name of the method that stores this algorithm; the algorithm itself if there is none. */
export function algorithmName(
  algorithm: string,
  trans: TranslationBundle
): string {
  const method = METHODS.find(name => METHOD[name].stored === algorithm);
  return method === undefined ? algorithm : methodName(method, trans);
}

/** One line that says what a method means. */
export function methodMeaning(
  method: Method,
  trans: TranslationBundle
): string {
  switch (method) {
    case 'bucket-default':
      return trans.__('Spark sends nothing; the bucket decides');
    case 'sse-s3':
      return trans.__('AES-256, keys managed by S3');
    case 'sse-kms':
      return trans.__('a key in AWS KMS, which logs each use');
    case 'dsse-kms':
      return trans.__('two layers of encryption, a key in AWS KMS');
    case 'sse-c':
      return trans.__('your own key, sent with each request');
    case 'cse-kms':
      return trans.__('encrypted by Spark, a key in AWS KMS');
  }
}

/** `SSE-KMS`, and with a key `SSE-KMS, key …444455556666`. */
export function profileName(
  profile: Profile,
  trans: TranslationBundle,
  withKey = false
): string {
  const method = methodName(profile.method, trans);
  const key = kmsKeyOf(profile);
  return withKey && key
    ? trans.__('%1, key %2', method, shortKey(key))
    : method;
}

/** How old what was checked is, by the cells that have run since; null for none. */
export function checkedAgo(
  cells: number,
  trans: TranslationBundle
): string | null {
  return cells === 0
    ? null
    : cells === 1
      ? trans.__('Checked before the last cell ran.')
      : trans.__('Checked %1 cells ago.', cells);
}

/** The name of a request, for the history. */
export function requestName(request: string, trans: TranslationBundle): string {
  const names: Readonly<Record<RequestName, string>> = {
    probe: trans.__('Check'),
    apply: trans.__('Apply'),
    clear: trans.__('Clear'),
    verify: trans.__('Verify'),
    guard: trans.__('Guard'),
    release: trans.__('Release'),
    canary: trans.__('Canary'),
    writes: trans.__('Your writes'),
    audit: trans.__('Audit'),
    cancelAudit: trans.__('End audit'),
    reencryptionPlan: trans.__('Plan of a re-encryption'),
    reencryption: trans.__('Re-encryption'),
    cancelReencryption: trans.__('End re-encryption'),
    bucket: trans.__('Bucket settings'),
    keys: trans.__('List of keys'),
    cancelRenewal: trans.__('Cancel renewal'),
    renew: trans.__('Renew what the server has open')
  };
  const known: Readonly<Partial<Record<string, string>>> = names;
  return known[request] ?? request;
}

/** Where a value comes from, in words. */
export function originName(origin: Origin, trans: TranslationBundle): string {
  switch (origin) {
    case 'session':
      return trans.__('this session');
    case 'cluster':
      return trans.__('cluster');
    case 'bucket':
      return trans.__('per bucket');
    case 'none':
      return trans.__('not set');
  }
}
