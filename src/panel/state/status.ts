/**
 * Each state as a title, a sentence and an icon; also for the status item and the
 * toolbar button. No sentence may claim more than its report does.
 */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';

import type { IReport } from '../../contract/report';
import { cellsSinceReport } from '../../encryption/lifecycle';
import type { LifecycleState, Resting } from '../../encryption/lifecycle/types';
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
  noKernelSentence,
  notSetSentence,
  pendingSentence,
  inEffectFor,
  provenFor,
  setSentence,
  staleCount,
  waitingSentence,
  writtenSentence
} from './sentences';
import { checkedAgo, profileName } from '../ui/words';

/** How much attention a state needs; always shown with an icon and words. */
type Tone = 'neutral' | 'good' | 'warning' | 'error';

export interface IStatusWords {
  title: string;
  sentence: string;
  icon: LabIcon;
  tone: Tone;
  /** How old what is known is; null if no cell has run since. */
  age: string | null;
}

type Kind = LifecycleState['kind'];
type StateOf<K extends Kind> = Extract<LifecycleState, { kind: K }>;
type Text<S> = (state: S, trans: TranslationBundle) => string;

/** How one kind of state is shown. */
interface IRow<S> {
  icon: LabIcon;
  tone: Tone | ((state: S) => Tone);
  /** The first words of the title, by which a user recognises the state. */
  title: Text<S>;
  /** Does the profile follow in the title? */
  named?: true;
  sentence: Text<S>;
  /** A few words, for narrow places. */
  short: Text<S>;
}

/** Is there a finding that is more than a note? It is shown right below the title. */
export function isWarned({ findings }: Pick<IReport, 'findings'>): boolean {
  return findings.some(({ severity }) => severity !== 'info');
}

/** What was known before the last cell is no longer known: that cell may have changed it. */
function goodUnlessWarned(state: StateOf<'in-effect' | 'proven'>): Tone {
  return isWarned(state.report)
    ? 'warning'
    : cellsSinceReport(state) > 0
      ? 'neutral'
      : 'good';
}

const ROWS: { readonly [K in Kind]: IRow<StateOf<K>> } = {
  'no-kernel': {
    icon: noneIcon,
    tone: 'neutral',
    title: (_, trans) => trans.__('No kernel'),
    sentence: noKernelSentence,
    short: (_, trans) => trans.__('no kernel')
  },
  'not-python': {
    icon: noneIcon,
    tone: 'neutral',
    title: (_, trans) => trans.__('Not a Python kernel'),
    sentence: ({ language }, trans) =>
      trans.__(
        'The language of this kernel is %1. Only Python kernels are supported; nothing was sent to this one.',
        language
      ),
    short: (_, trans) => trans.__('not a Python kernel')
  },
  'not-known': {
    icon: lockOpenIcon,
    tone: 'neutral',
    title: (_, trans) => trans.__('Not known'),
    sentence: (_, trans) =>
      trans.__(
        'Nothing is chosen here, and this kernel was running before. Another page or notebook may have set something in it.'
      ),
    short: (_, trans) => trans.__('not known')
  },
  'not-set': {
    icon: lockOpenIcon,
    tone: 'neutral',
    title: (_, trans) => trans.__('Not set'),
    sentence: ({ report }, trans) => notSetSentence(report, trans),
    short: (_, trans) => trans.__('not set')
  },
  'needs-key': {
    icon: lockOpenIcon,
    tone: 'warning',
    title: (_, trans) => trans.__('Not set: SSE-C needs its key'),
    sentence: (_, trans) =>
      trans.__(
        'SSE-C is chosen here, but its key was in memory only and was lost when the page was reloaded. Enter it below and apply.'
      ),
    short: (_, trans) => trans.__('key needed')
  },
  waiting: {
    icon: waitIcon,
    tone: 'neutral',
    title: (_, trans) => trans.__('Waiting for Spark'),
    named: true,
    sentence: ({ report }, trans) => waitingSentence(report, trans),
    short: (_, trans) => trans.__('waiting for Spark')
  },
  applying: {
    icon: waitIcon,
    tone: 'neutral',
    title: pendingTitle,
    sentence: ({ pending, before }, trans) =>
      pendingSentence(pending, wordsUntilThen(before, trans), trans),
    short: pendingShort
  },
  set: {
    icon: lockIcon,
    tone: ({ report }) =>
      staleCount(report) > 0 || isWarned(report) ? 'warning' : 'neutral',
    title: (_, trans) => trans.__('Set'),
    named: true,
    sentence: ({ report }, trans) => setSentence(report, trans),
    short: (_, trans) => trans.__('set')
  },
  'in-effect': {
    icon: lockCheckIcon,
    tone: goodUnlessWarned,
    title: ({ report }, trans) =>
      [trans.__('In effect'), inEffectFor(report, trans)]
        .filter(Boolean)
        .join(' '),
    named: true,
    sentence: ({ profile, report }, trans) =>
      writtenSentence(profile, report, trans),
    short: ({ report: { limitedTo } }, trans) =>
      limitedTo === null
        ? trans.__('in effect')
        : trans._n(
            'in effect for %1 bucket',
            'in effect for %1 buckets',
            limitedTo.length,
            limitedTo.length
          )
  },
  proven: {
    icon: sealIcon,
    tone: goodUnlessWarned,
    title: ({ report }, trans) =>
      [trans.__('Proven'), provenFor(report, trans)].filter(Boolean).join(' '),
    named: true,
    sentence: ({ profile, report }, trans) =>
      trans.__(
        'Objects that Spark wrote there came back from S3 encrypted as chosen. %1',
        writtenSentence(profile, report, trans)
      ),
    short: (_, trans) => trans.__('proven')
  },
  changed: {
    icon: lockChangedIcon,
    tone: 'warning',
    title: ({ profile }, trans) =>
      trans.__('Changed: no longer %1', profileName(profile, trans)),
    sentence: (_, trans) =>
      trans.__(
        'The settings in the kernel are no longer those that were applied. New objects may be written differently.'
      ),
    short: (_, trans) => trans.__('changed')
  },
  foreign: {
    icon: lockChangedIcon,
    tone: 'warning',
    title: ({ inKernel }, trans) =>
      inKernel === null
        ? trans.__('This kernel holds no profile')
        : trans.__('This kernel holds %1', profileName(inKernel, trans)),
    sentence: ({ inKernel }, trans) =>
      inKernel === null
        ? trans.__(
            'Code in a cell or another page has cleared your choice there. It is still remembered, and is set in the next kernel.'
          )
        : trans.__(
            'You did not choose it here: code in a cell or another page has set it. It is not remembered, and not set in the next kernel.'
          ),
    short: ({ inKernel }, trans) =>
      inKernel === null
        ? trans.__('cleared in the kernel')
        : trans.__('the kernel holds %1', profileName(inKernel, trans))
  },
  failed: {
    icon: failIcon,
    tone: 'error',
    title: (_, trans) => trans.__('Failed'),
    named: true,
    sentence: failedSentence,
    short: (_, trans) => trans.__('failed')
  }
};

/** The row of a state. Its texts are called with that state only, which the compiler cannot see. */
function rowOf(state: LifecycleState): IRow<LifecycleState> {
  return ROWS[state.kind] as IRow<LifecycleState>;
}

/**
 * A state in words.
 *
 * @param state - null if no notebook or console is current
 */
export function statusWords(
  state: LifecycleState | null,
  trans: TranslationBundle
): IStatusWords {
  if (state === null) {
    return {
      title: trans.__('No notebook'),
      sentence: trans.__(
        'Open a notebook or a console with a Python kernel. This panel always shows the one in front.'
      ),
      icon: noneIcon,
      tone: 'neutral',
      age: null
    };
  }
  const { icon, tone, title, named, sentence } = rowOf(state);
  const first = title(state, trans);
  return {
    icon,
    tone: typeof tone === 'function' ? tone(state) : tone,
    title:
      named && state.profile
        ? trans.__('%1: %2', first, profileName(state.profile, trans))
        : first,
    sentence: sentence(state, trans),
    age: checkedAgo(cellsSinceReport(state), trans)
  };
}

/** The words for a kernel that is excluded by the settings. */
export function excludedWords(trans: TranslationBundle): IStatusWords {
  return {
    title: trans.__('Not set'),
    sentence: trans.__(
      'This kernel is excluded in the S3 Encryption settings: nothing is sent to it.'
    ),
    icon: noneIcon,
    tone: 'neutral',
    age: null
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
  const words = rowOf(state).short(state, trans);
  return state.profile === null
    ? words
    : trans.__('%1, %2', profileName(state.profile, trans), words);
}

/** What holds while a request waits, in a few words with the key; empty after a failure. */
function wordsUntilThen(before: Resting, trans: TranslationBundle): string {
  if (before.kind === 'failed') {
    return '';
  }
  const words = rowOf(before).short(before, trans);
  return before.profile === null || before.kind === 'foreign'
    ? words
    : trans.__('%1, %2', profileName(before.profile, trans, true), words);
}

function pendingTitle(
  { pending, profile }: StateOf<'applying'>,
  trans: TranslationBundle
): string {
  switch (pending.request) {
    case 'clear':
      return trans.__('Clearing…');
    case 'verify':
      return trans.__('Verifying…');
    case 'apply':
      return profile
        ? trans.__('Applying: %1', profileName(profile, trans))
        : trans.__('Applying…');
  }
}

function pendingShort(
  { pending }: StateOf<'applying'>,
  trans: TranslationBundle
): string {
  switch (pending.request) {
    case 'clear':
      return trans.__('clearing…');
    case 'verify':
      return trans.__('verifying…');
    case 'apply':
      return trans.__('applying…');
  }
}
