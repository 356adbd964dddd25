/**
 * Words of shell documents: quoted so that no value ends its quotes, and no value
 * becomes two in the shorthand of the AWS CLI. Pure.
 *
 * Sources: POSIX, Shell Command Language (2.2.2 Single-Quotes), AWS CLI user
 * guide (Using shorthand syntax).
 */

import type { ITranslate } from '../../../contract/messages';

/** A text as one word of the shell. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Why a value cannot stand in the shorthand of the AWS CLI; null if it can. */
export function commaProblem(text: string, trans: ITranslate): string | null {
  return /[,[\]{}]/.test(text)
    ? trans.__(
        'The shorthand of the AWS CLI would split “%1” at the comma or bracket.',
        text
      )
    : null;
}
