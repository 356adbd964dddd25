/**
 * Holds cells back before a session is ready: a cell ahead of them fails, so the
 * kernel drops them. It needs nothing that has to be loaded first.
 */

import type { ISessionContext } from '@jupyterlab/apputils';

import { guessKind } from '../kernel/kinds';

/** Fails in every Python kernel, and is in no output of a notebook. */
export const HOLD =
  "raise RuntimeError('Held back: the S3 encryption of this document is not known yet.')";

/**
 * Hold back the cells that are sent to the kernel in this turn.
 *
 * @returns false if there is no kernel, or none in which a line of Python fails
 *   by itself
 */
export function holdCells(
  context: Pick<ISessionContext, 'session' | 'specsManager'>
): boolean {
  const kernel = context.session?.kernel ?? null;
  if (kernel === null || kernel.isDisposed) {
    return false;
  }
  const spec = context.specsManager.specs?.kernelspecs[kernel.name];
  if (guessKind(spec?.language, kernel.name)?.kind !== 'python') {
    return false;
  }
  kernel
    .requestExecute({
      code: HOLD,
      silent: false,
      store_history: false,
      allow_stdin: false,
      stop_on_error: true
    })
    // A kernel that went away runs none of the cells either.
    .done.catch(() => undefined);
  return true;
}
