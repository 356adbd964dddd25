/** That a kernel no longer holds what a notebook chose, in one sentence. Pure. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { LifecycleState } from '../../encryption/lifecycle/types';
import { profileName } from '../ui/words';

/** A state in which the kernel holds something else than was applied. */
export type ChangedState = Extract<
  LifecycleState,
  { kind: 'changed' | 'foreign' }
>;

/**
 * What changed, and by whom.
 *
 * @param document - the name of the notebook or console
 * @param others - documents of this page on the same kernel that have what it now holds
 * @returns null if nothing was chosen there
 */
export function changeSentence(
  state: ChangedState,
  document: string,
  others: readonly string[],
  trans: TranslationBundle
): string | null {
  if (state.profile === null) {
    return null;
  }
  const mine = profileName(state.profile, trans);
  const by =
    others.length > 0
      ? others.join(', ')
      : trans.__('another page, or code in a cell');
  if (state.kind === 'foreign') {
    return state.inKernel === null
      ? trans.__(
          'The kernel of %1 no longer holds %2: it was cleared by %3.',
          document,
          mine,
          by
        )
      : trans.__(
          'The kernel of %1 now holds %2 in place of %3, set by %4.',
          document,
          profileName(state.inKernel, trans),
          mine,
          by
        );
  }
  const [first] = state.report.changed;
  if (first === undefined) {
    return trans.__(
      'The settings in the kernel of %1 are no longer those of %2: code that ran there changed them.',
      document,
      mine
    );
  }
  const more = state.report.changed.length - 1;
  const text =
    first.found === null
      ? trans.__(
          'Code that ran in the kernel of %1 removed %2.',
          document,
          first.key
        )
      : trans.__(
          'Code that ran in the kernel of %1 changed %2 to %3.',
          document,
          first.key,
          first.found
        );
  return more > 0
    ? `${text} ${trans._n('And %1 more setting.', 'And %1 more settings.', more, more)}`
    : text;
}
