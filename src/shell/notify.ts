/** Notifications that belong to no state of a session, and texts that none of them cuts. */

import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';

import { ENGLISH, type ITranslate } from '../contract/messages';

/** JupyterLab cuts the text of a notification after so many characters. */
const LONGEST = 140;
/** How much is left of long names, one after the other. */
const NAMES = [60, 40, 30, 20];

/** A name whose middle is left out if it is longer. */
function shortened(name: string, most: number): string {
  const characters = Array.from(name);
  const half = Math.floor((most - 1) / 2);
  return characters.length <= most
    ? name
    : `${characters.slice(0, half).join('')}…${characters.slice(-half).join('')}`;
}

/** The first sentences of a text, as many as fit; at least one. */
function firstSentences(text: string): string {
  let fits = '';
  for (const sentence of text.split(/(?<=[.:!?]) (?=[\p{Lu}\p{Lo}“"])/u)) {
    const more = fits === '' ? sentence : `${fits} ${sentence}`;
    if (fits !== '' && more.length > LONGEST) {
      break;
    }
    fits = more;
  }
  return fits;
}

/**
 * A text that a notification shows whole: long names lose their middle, and if that is
 * not enough the last sentences are left to the panel.
 *
 * @param say - makes the text of the names
 */
export function fitted(
  say: (...names: string[]) => string,
  ...names: readonly string[]
): string {
  for (const most of NAMES) {
    const text = say(...names.map(name => shortened(name, most)));
    if (text.length <= LONGEST) {
      return text;
    }
  }
  return firstSentences(say(...names.map(name => shortened(name, 20))));
}

/**
 * Shows an error until the user closes it; a button shows what does not fit.
 *
 * @returns its id
 */
export function showError(
  reason: unknown,
  trans: ITranslate = ENGLISH
): string {
  const text = reason instanceof Error ? reason.message : String(reason);
  const short = fitted(() => text);
  return Notification.error(short, {
    autoClose: false,
    ...(short === text
      ? {}
      : {
          actions: [
            {
              label: trans.__('Read all of it'),
              callback: () => {
                void showDialog({
                  title: trans.__('S3 Encryption'),
                  body: text,
                  buttons: [Dialog.okButton()]
                });
              }
            }
          ]
        })
  });
}
