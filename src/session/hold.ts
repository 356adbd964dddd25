/**
 * Holds cells back before a session is ready: a cell ahead of them fails, so the
 * kernel drops them. It needs nothing that has to be loaded first.
 */

import type { ISessionContext } from '@jupyterlab/apputils';

import { ENGLISH, type ITranslate } from '../contract/messages';
import type { ISnapshot } from '../encryption/lifecycle';
import { targetOf } from '../encryption/lifecycle/snapshot';
import type { Block } from '../encryption/lifecycle/types';
import { sameSettings } from '../encryption/profile/profile';
import { guessKind, mayBeGlue } from '../kernel/kinds';

/**
 * Fails in every Python kernel, and is in no output of a notebook. The first line
 * keeps it from being a statement in sparkmagic, whatever the kernel's name: it would
 * start a session. Others fail at that line already.
 */
export const HOLD =
  "%%local\nraise RuntimeError('Held back: the S3 encryption of this document is not known yet.')";

/** Cells that are sent in this turn reach the kernel's queue while it waits: what fails empties it. */
const WAIT = "__import__('time').sleep(0.4)";

/**
 * Hold back the cells that are sent to the kernel in this turn.
 *
 * @returns whether the kernel dropped them; false at once if there is no kernel, or
 *   none in which a line of Python fails. A kernel of Glue that has no session answers
 *   ok and drops nothing.
 */
export async function holdCells(
  context: Pick<ISessionContext, 'session' | 'specsManager'>
): Promise<boolean> {
  const kernel = context.session?.kernel ?? null;
  if (kernel === null || kernel.isDisposed || kernel.status === 'dead') {
    return false;
  }
  const spec = context.specsManager.specs?.kernelspecs[kernel.name];
  if (guessKind(spec?.language, kernel.name)?.kind === 'other') {
    return false;
  }
  const quiet = { store_history: false, allow_stdin: false };
  try {
    // In a kernel of Glue an empty cell is a statement, too.
    if (!mayBeGlue(kernel.name)) {
      kernel.requestExecute({
        ...quiet,
        code: '',
        silent: true,
        user_expressions: { wait: WAIT }
      });
    }
    const { done } = kernel.requestExecute({
      ...quiet,
      code: HOLD,
      silent: false,
      stop_on_error: true
    });
    return (await done).content.status !== 'ok';
  } catch {
    // A kernel that went away runs none of the cells either.
    return true;
  }
}

/**
 * Would a guard leave in this very turn?
 *
 * @param isReady - requests leave in the turn in which they are made
 * @param isRead - it is known what is kept for the document
 * @param mayInherit - may another document have a choice for the kernel?
 */
export function canGuard(
  snapshot: ISnapshot,
  isReady: boolean,
  isRead: boolean,
  mayInherit: (() => boolean) | undefined
): boolean {
  if (snapshot.kernel !== 'python') {
    return snapshot.kernel === 'other';
  }
  const target = targetOf(snapshot);
  if (target === null) {
    return isRead && mayInherit?.() !== true;
  }
  // The choice of another document is not the one that could not be read.
  const isOwn = !snapshot.inherited || target !== snapshot.desired;
  return isReady && (isOwn || isRead);
}

/** What happens to cells if the settings are not in force. */
export type RunMode = Block | 'warn';

/**
 * Does the kernel look before each cell as a guard of this page would? A process that takes
 * its place without a sign does so too, because the server starts it with what is kept.
 *
 * @param mode - undefined: whatever the gate does
 * @param isKept - what is chosen here is what the server keeps
 */
export function gateHolds(
  { state, stale, inherited, fixed }: ISnapshot,
  mode: RunMode | undefined,
  isKept: boolean
): boolean {
  switch (state.kind) {
    case 'waiting':
    case 'set':
    case 'in-effect':
    case 'proven': {
      const { gate } = state.report;
      return (
        gate !== null &&
        !gate.passed &&
        (mode === undefined || gate.mode === mode) &&
        sameSettings(gate.profile, state.profile) &&
        (isKept || fixed) &&
        !stale &&
        !inherited
      );
    }
    default:
      return false;
  }
}

/** @param unread - why what is kept for the document could not be read; null if it was */
export function whyHold(
  unread: string | null,
  trans: ITranslate = ENGLISH
): string {
  return unread !== null
    ? trans.__(
        'Your kept choice could not be read: %1 It is being read again: run them again in a moment, or choose and apply.',
        unread
      )
    : trans.__(
        'The S3 encryption of this document is still being loaded. Run them again in a moment.'
      );
}
