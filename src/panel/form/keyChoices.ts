/** Which keys of a list can be chosen, and what tells them apart. Pure. */

import type { TranslationBundle } from '@jupyterlab/translation';

import { METHOD, type Method } from '../../contract/profile';
import type { IKeys, IListedKey } from '../../contract/storedObjects';
import { validateKmsKey } from '../../encryption/profile/keys';

/** How many keys are drawn; the others are found by typing. */
export const SHOWN = 100;
/** How many characters at the end of a key ID are shown if they tell it apart. */
const TAIL = 12;

/** A key as it is offered. */
export interface IKeyChoice {
  readonly arn: string;
  /** Its aliases, or its description if it has none; empty: neither. */
  readonly name: string;
  /** The end of its ID, or all of it if the end is that of another key too. */
  readonly tail: string;
  readonly account: string;
  readonly region: string;
  /** What else there is to say of it. */
  readonly details: readonly string[];
  /** It cannot be chosen; the last of the details says why. */
  readonly unusable: boolean;
}

/** The choices that have every word of a text, and how many more there are than can be drawn. */
export function choicesOf(
  list: IKeys,
  text: string,
  method: Method,
  trans: TranslationBundle
): { readonly choices: readonly IKeyChoice[]; readonly found: number } {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = list.keys.filter(({ arn, aliases, description }) => {
    const all = [arn, ...aliases, description].join(' ').toLowerCase();
    return words.every(word => all.includes(word));
  });
  const ends = new Map<string, number>();
  for (const { arn } of list.keys) {
    const end = arn.slice(-TAIL);
    ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  return {
    found: found.length,
    choices: found
      .slice(0, SHOWN)
      .map(key =>
        choiceOf(key, (ends.get(key.arn.slice(-TAIL)) ?? 0) > 1, method, trans)
      )
  };
}

function choiceOf(
  key: IListedKey,
  isAmbiguous: boolean,
  method: Method,
  trans: TranslationBundle
): IKeyChoice {
  const { arn, aliases, description } = key;
  const name = aliases.join(', ');
  const [, , , region = '', account = ''] = arn.split(':');
  const id = arn.split('/').pop() ?? arn;
  const problem = problemOf(key, method, trans);
  return {
    arn,
    name: name || description,
    tail: isAmbiguous ? id : `…${id.slice(-TAIL)}`,
    account,
    region,
    details: [
      name === '' ? '' : description,
      key.multiRegion ? trans.__('Multi-Region') : '',
      problem ?? key.reason ?? ''
    ].filter(Boolean),
    unusable: problem !== null
  };
}

/** Why a key cannot be chosen for a method; null if it can, or if that is not known. */
function problemOf(
  { arn, manager, usable, reason }: IListedKey,
  method: Method,
  trans: TranslationBundle
): string | null {
  if (usable === false) {
    return reason ?? trans.__('S3 cannot use this key.');
  }
  if (manager === 'AWS' && METHOD[method].header === null) {
    return trans.__('This AWS managed key can only be used through S3.');
  }
  const read = validateKmsKey(arn, trans);
  return 'error' in read ? read.error : null;
}

/** The key of a list that a text names by its ARN, its ID or an alias. */
export function listedKey(
  list: IKeys | null | undefined,
  text: string
): IListedKey | undefined {
  const read = validateKmsKey(text);
  if (!list || 'error' in read) {
    return undefined;
  }
  const { kind, id, region, account } = read.key;
  return list.keys.find(key => {
    const [, , , ofRegion, ofAccount] = key.arn.split(':');
    return (
      (region === undefined || region === ofRegion) &&
      (account === undefined || account === ofAccount) &&
      (kind === 'alias' || kind === 'alias-arn'
        ? key.aliases.includes(id)
        : key.arn.endsWith(`:key/${id}`))
    );
  });
}
