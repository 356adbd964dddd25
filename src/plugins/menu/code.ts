/** A choice as Python: on the clipboard, or in a cell with a line that says what it does. Loaded when it is asked for. */

import { InputDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { parseProfile, ProfileError } from '../../encryption/profile/profile';
import { asCode } from '../../encryption/settings/code';
import type { Options } from '../../preferences/settings';
import { showError } from '../../shell/notify';
import type { IEncryptionSession } from '../../tokens';

/** `helper`: one call of it; `spark`: the lines that a user would type by hand. */
const FORMS = ['helper', 'spark'] as const;
type Form = (typeof FORMS)[number];

/** Whose choice is written, and for which connector. */
export interface ISource {
  readonly session: IEncryptionSession | null;
  readonly connector: Options['current']['connector'];
}

function dialectOf({ session, connector }: ISource) {
  const state = session?.state;
  const report = state && 'report' in state ? state.report : null;
  return {
    dialect: report?.dialect ?? connector,
    hadoopVersion: report?.session.hadoopVersion ?? null
  };
}

/** The Python of a profile; shows an error if there is none. */
export function codeOf(
  args: ReadonlyPartialJSONObject,
  source: ISource,
  trans: TranslationBundle,
  form: Form = 'spark'
): string | null {
  const parsed = args.profile ? parseProfile(args.profile, trans) : null;
  const profile =
    parsed && 'profile' in parsed
      ? parsed.profile
      : (source.session?.profile ?? null);
  if (profile === null || (parsed && 'errors' in parsed)) {
    showError(
      parsed && 'errors' in parsed
        ? new ProfileError(parsed.errors)
        : new Error(trans.__('No encryption is chosen for this notebook.'))
    );
    return null;
  }
  const target = dialectOf(source);
  const result = asCode(
    profile,
    form === 'helper' ? { ...target, dialect: 'auto' } : target
  );
  if ('refused' in result) {
    showError(new Error(result.refused.reason(trans)));
    return null;
  }
  return result.code;
}

/** Asks for the form; null: none. */
async function askForm(trans: TranslationBundle): Promise<Form | null> {
  const words: Readonly<Record<Form, string>> = {
    helper: trans.__(
      'The helper: applies it and checks it; needs the Python package in the kernel'
    ),
    spark: trans.__('Settings of Spark: sets them and checks nothing')
  };
  const { value } = await InputDialog.getItem({
    title: trans.__('Insert as cell'),
    label: trans.__('What the cell uses'),
    items: FORMS.map(form => words[form]),
    okLabel: trans.__('Insert')
  });
  return FORMS.find(form => words[form] === value) ?? null;
}

/** What a form does, as the first line of a cell. */
function comment(form: Form, trans: TranslationBundle): string {
  const words =
    form === 'helper'
      ? trans.__(
          'Applies this encryption to what Spark writes from here on, and says what is not covered.'
        )
      : trans.__(
          'Sets what the S3 connector reads; a file system that is open keeps its older settings.'
        );
  return `# ${words.replace(/\s+/g, ' ')}\n`;
}

/** The text of a cell; null if the user wants none, or there is nothing to write. */
export async function cellText(
  args: ReadonlyPartialJSONObject,
  source: ISource,
  trans: TranslationBundle
): Promise<string | null> {
  // Without a connector that is known there is no other form.
  const only = dialectOf(source).dialect === 'auto' ? 'helper' : undefined;
  const form =
    FORMS.find(name => name === args.form) ?? only ?? (await askForm(trans));
  const code = form && codeOf(args, source, trans, form);
  return form && code && comment(form, trans) + code;
}
