/**
 * A state as one line, one sentence and one icon. Pure; also read by the status
 * item and the toolbar button. No sentence here may claim more than the report
 * behind it does. Must not know of sessions or of components.
 */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';

import type { LifecycleState } from '../../encryption/lifecycle/types';
import type { Profile } from '../../encryption/profile/profile';
import {
  failIcon,
  lockChangedIcon,
  lockCheckIcon,
  lockIcon,
  lockOpenIcon,
  noneIcon,
  sealIcon,
  waitIcon
} from '../../icons';
import {
  failedSentence,
  notSetSentence,
  pendingSentence,
  provenFor,
  setSentence,
  staleCount,
  waitingSentence,
  writtenSentence
} from './sentences';
import { profileName } from '../ui/words';

/** How much a state asks for attention; always shown beside an icon and words. */
export type Tone = 'neutral' | 'good' | 'warning' | 'error';

export interface IStatusWords {
  /** One of the words that the whole product uses for states. */
  word: string;
  /** Begins with `word`. */
  title: string;
  sentence: string;
  icon: LabIcon;
  tone: Tone;
}

/**
 * A state in words.
 *
 * @param state - null where no notebook or console is current
 */
export function statusWords(
  state: LifecycleState | null,
  trans: TranslationBundle
): IStatusWords {
  if (state === null) {
    const word = trans.__('No notebook');
    return {
      word,
      title: word,
      sentence: trans.__(
        'Open a notebook or a console with a Python kernel: this panel is always about the one in front.'
      ),
      icon: noneIcon,
      tone: 'neutral'
    };
  }
  const named = (word: string, profile: Profile | null): string =>
    profile ? `${word}: ${profileName(profile, trans)}` : word;
  switch (state.kind) {
    case 'no-kernel': {
      const word = trans.__('No kernel');
      return {
        word,
        title: word,
        sentence: noKernelSentence(state, trans),
        icon: noneIcon,
        tone: 'neutral'
      };
    }
    case 'not-python': {
      const word = trans.__('Not a Python kernel');
      return {
        word,
        title: word,
        sentence: trans.__(
          'The language of this kernel is %1. Only Python kernels can be set from here, and nothing was sent to this one.',
          state.language
        ),
        icon: noneIcon,
        tone: 'neutral'
      };
    }
    case 'not-set': {
      const word = trans.__('Not set');
      return {
        word,
        title: word,
        sentence: notSetSentence(state.report, trans),
        icon: lockOpenIcon,
        tone: 'neutral'
      };
    }
    case 'needs-key': {
      const word = trans.__('Not set');
      return {
        word,
        title: trans.__('Not set: SSE-C needs its key'),
        sentence: trans.__(
          'SSE-C is chosen here, but its key is kept in this page only and was lost with the reload. Enter it below and apply.'
        ),
        icon: lockOpenIcon,
        tone: 'warning'
      };
    }
    case 'waiting': {
      const word = trans.__('Waiting for Spark');
      return {
        word,
        title: named(word, state.profile),
        sentence: waitingSentence(state.report, trans),
        icon: waitIcon,
        tone: 'neutral'
      };
    }
    case 'applying':
      return {
        word: trans.__('Applying'),
        title: pendingTitle(state, trans),
        sentence: pendingSentence(state.pending, trans),
        icon: waitIcon,
        tone: 'neutral'
      };
    case 'set': {
      const word = trans.__('Set');
      return {
        word,
        title: named(word, state.profile),
        sentence: setSentence(state.report, trans),
        icon: lockIcon,
        tone: staleCount(state.report) > 0 ? 'warning' : 'neutral'
      };
    }
    case 'in-effect': {
      const word = trans.__('In effect');
      return {
        word,
        title: named(word, state.profile),
        sentence: writtenSentence(state.profile, state.report, trans),
        icon: lockCheckIcon,
        tone: 'good'
      };
    }
    case 'proven': {
      const word = trans.__('Proven');
      const where = provenFor(state.report, trans);
      return {
        word,
        title: named(where ? `${word} ${where}` : word, state.profile),
        sentence: trans.__(
          'Objects that Spark wrote there came back from S3 as wanted. %1',
          writtenSentence(state.profile, state.report, trans)
        ),
        icon: sealIcon,
        tone: 'good'
      };
    }
    case 'changed': {
      const word = trans.__('Changed');
      return {
        word,
        title: trans.__(
          'Changed: no longer %1',
          profileName(state.profile, trans)
        ),
        sentence: trans.__(
          'The settings in the kernel are not those that were applied. New objects may be written another way.'
        ),
        icon: lockChangedIcon,
        tone: 'warning'
      };
    }
    case 'failed': {
      const word = trans.__('Failed');
      return {
        word,
        title: state.profile
          ? trans.__('Failed: %1', profileName(state.profile, trans))
          : word,
        sentence: failedSentence(state, trans),
        icon: failIcon,
        tone: 'error'
      };
    }
  }
}

function pendingTitle(
  { pending, profile }: Extract<LifecycleState, { kind: 'applying' }>,
  trans: TranslationBundle
): string {
  switch (pending.request) {
    case 'clear':
      return trans.__('Applying: taking the settings back');
    case 'verify':
      return trans.__('Applying: reading the settings');
    case 'apply':
      return profile
        ? trans.__('Applying: %1', profileName(profile, trans))
        : trans.__('Applying');
  }
}

function noKernelSentence(
  { profile, starting }: Extract<LifecycleState, { kind: 'no-kernel' }>,
  trans: TranslationBundle
): string {
  if (profile !== null) {
    const name = profileName(profile, trans, true);
    return starting === true
      ? trans.__(
          '%1 is chosen here. The kernel is starting: nothing is set in it yet.',
          name
        )
      : trans.__(
          '%1 is chosen here, but without a kernel nothing is set.',
          name
        );
  }
  return starting === true
    ? trans.__('The kernel is starting; a method can be set once it runs.')
    : trans.__('Choose a Python kernel for it; then a method can be set.');
}

/** The words for a kernel that the settings leave out. */
export function excludedWords(trans: TranslationBundle): IStatusWords {
  const word = trans.__('Not set');
  return {
    word,
    title: word,
    sentence: trans.__(
      'The settings of S3 Encryption leave this kernel out: nothing is sent to it.'
    ),
    icon: noneIcon,
    tone: 'neutral'
  };
}

/** A state in a few words, for narrow places: `SSE-KMS, set`. */
export function shortWords(
  state: LifecycleState | null,
  trans: TranslationBundle
): string {
  if (state === null) {
    return trans.__('no notebook');
  }
  const words: Record<LifecycleState['kind'], string> = {
    'no-kernel': trans.__('no kernel'),
    'not-python': trans.__('not a Python kernel'),
    'not-set': trans.__('not set'),
    'needs-key': trans.__('key needed'),
    applying: trans.__('under way'),
    waiting: trans.__('waiting for Spark'),
    set: trans.__('set'),
    'in-effect': trans.__('in effect'),
    proven: trans.__('proven'),
    changed: trans.__('changed'),
    failed: trans.__('failed')
  };
  const word = words[state.kind];
  return state.profile === null
    ? word
    : trans.__('%1, %2', profileName(state.profile, trans), word);
}
