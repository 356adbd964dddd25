/**
 * The sentences of the status that depend on a report. Pure. They state how
 * objects are written only for the claims `inEffect` and `proven`.
 */

import type { TranslationBundle } from '@jupyterlab/translation';

import { shortKey } from '../../encryption/profile/keys';
import type {
  IPending,
  LifecycleState,
  Resting
} from '../../encryption/lifecycle/types';
import { isLeftToBucket } from '../../encryption/profile/profile';
import type { Profile } from '../../encryption/profile/profile';
import { kmsKeyOf } from '../../contract/profile';
import type { IReport } from '../../contract/report';
import { methodName, profileName } from '../ui/words';

/** How many addresses a sentence names. */
const SHOWN = 3;

/** The addresses that a claim is limited to, as `s3a://a, s3a://b`; empty if it is not. */
function limits({ limitedTo }: IReport, trans: TranslationBundle): string {
  const all = limitedTo ?? [];
  return all.length > SHOWN
    ? trans.__('%1 buckets', all.length)
    : all.join(', ');
}

/** `for s3a://bucket`: the addresses that In effect is limited to; empty if it is not. */
export function inEffectFor(report: IReport, trans: TranslationBundle): string {
  const where = limits(report, trans);
  return where && trans.__('for %1', where);
}

/** Where a claim holds: the schemes that the written dialect serves, or what it is limited to. */
function schemes(report: IReport, trans: TranslationBundle): string {
  const limited = limits(report, trans);
  if (limited) {
    return limited;
  }
  const served = report.connectors
    .filter(({ connector }) => connector === report.dialect)
    .map(({ scheme }) => `${scheme}://`);
  const last = served.pop();
  if (last === undefined) {
    return trans.__('S3');
  }
  return served.length > 0
    ? trans.__('%1 and %2', served.join(', '), last)
    : last;
}

/** How objects are written, for the two claims that allow this statement. */
export function writtenSentence(
  profile: Profile,
  report: IReport,
  trans: TranslationBundle
): string {
  const where = schemes(report, trans);
  const rules = Object.keys(profile.buckets ?? {}).length;
  const rest =
    rules > 0
      ? ` ${trans._n('%1 bucket has its own rule.', '%1 buckets have their own rules.', rules, rules)}`
      : '';
  if (isLeftToBucket(profile.method)) {
    return (
      trans.__(
        'Spark sends no encryption header for new objects on %1; the bucket decides.',
        where
      ) + rest
    );
  }
  const key = kmsKeyOf(profile);
  return (
    (key
      ? trans.__(
          'Spark writes new objects on %1 with %2, key %3.',
          where,
          methodName(profile.method, trans),
          shortKey(key)
        )
      : trans.__(
          'Spark writes new objects on %1 with %2.',
          where,
          methodName(profile.method, trans)
        )) + rest
  );
}

/** `for s3://bucket`: the buckets that a proof names; empty if it names none. */
export function provenFor(
  { proof }: IReport,
  trans: TranslationBundle
): string {
  const names = (proof?.buckets ?? []).map(({ bucket }) => `s3://${bucket}`);
  return names.length === 0
    ? ''
    : names.length > 3
      ? trans.__('for %1 buckets', names.length)
      : trans.__('for %1', names.join(', '));
}

/** How many open file systems are known to use older settings. */
export function staleCount(report: IReport): number {
  return report.fileSystems.filter(({ stale }) => stale === true).length;
}

/** What is known while only the values were read back. */
export function setSentence(report: IReport, trans: TranslationBundle): string {
  const stale = staleCount(report);
  if (stale > 0) {
    return trans._n(
      'spark.conf.get returns the chosen values, but %1 open file system still uses older ones: objects may still be written the old way.',
      'spark.conf.get returns the chosen values, but %1 open file systems still use older ones: objects may still be written the old way.',
      stale,
      stale
    );
  }
  return trans.__(
    'spark.conf.get returns the chosen values. Not checked: whether a file system that was opened earlier still uses older ones.'
  );
}

/** What happens when a Spark session is created. */
export function waitingSentence(
  report: IReport,
  trans: TranslationBundle
): string {
  const codes = report.findings.map(({ code }) => code);
  if (codes.includes('glue-configure')) {
    return trans.__(
      'Not set yet. It will be set after the first cell that starts a Glue session. To cover that cell too, configure the session as shown below.'
    );
  }
  return codes.includes('livy-next-session')
    ? trans.__(
        'Not set yet. Livy starts the next session with it, which is checked after the first cell.'
      )
    : trans.__(
        'Ready, but not set yet. It will be set while a Spark session is being created, before your next line runs.'
      );
}

/** Why nothing is set, and which settings apply instead if that is known. */
export function notSetSentence(
  report: IReport | null,
  trans: TranslationBundle
): string {
  if (report === null) {
    return trans.__(
      'Nothing was set from this page, and this kernel was not checked. Choose a method below.'
    );
  }
  if (report.session.kind === 'none') {
    return trans.__(
      'There is no Spark session yet. Choose a method now: it will be set as soon as a session is created.'
    );
  }
  const cluster = report.settings.filter(
    ({ origin, value }) => value !== null && origin !== 'none'
  ).length;
  return cluster > 0
    ? trans._n(
        'Nothing is set from here. %1 encryption setting from elsewhere is in effect, see below.',
        'Nothing is set from here. %1 encryption settings from elsewhere are in effect, see below.',
        cluster,
        cluster
      )
    : trans.__(
        "Spark has no encryption settings for S3: each bucket's default applies."
      );
}

/**
 * How far a pending request is, and what holds until it has run.
 *
 * @param holds - a few words; empty if nothing is to be said of it
 */
export function pendingSentence(
  pending: IPending,
  holds: string,
  trans: TranslationBundle
): string {
  if (pending.withdrawn) {
    return trans.__(
      'Withdrawn. The kernel already has the request: it will be undone as soon as it has run.'
    );
  }
  const until = holds && ` ${trans.__('Until then this holds: %1.', holds)}`;
  if (pending.behindCell) {
    return (
      (pending.stage === 'queued'
        ? trans.__(
            'Queued behind the running cell, which is not interrupted. Nothing has changed yet.'
          )
        : trans.__(
            'Sent, and queued in the kernel behind the running cell, which is not interrupted.'
          )) + until
    );
  }
  return pending.stage === 'queued'
    ? trans.__('Waiting until the kernel is ready. Nothing has changed yet.') +
        until
    : trans.__('Sent to the kernel. Waiting for its answer.');
}

/** Which settings are in the kernel after a failure. */
export function failedSentence(
  state: Extract<Resting, { kind: 'failed' }>,
  trans: TranslationBundle
): string {
  switch (state.error.settings) {
    case 'old':
      return trans.__('The previous settings are back in the kernel.');
    case 'new':
      return trans.__('The new settings are in the kernel nevertheless.');
    case 'mixed':
      return trans.__(
        'Some settings could not be restored: old and new ones are mixed.'
      );
    case 'unchanged':
      return trans.__('Nothing was changed in the kernel.');
    case 'unknown':
      return trans.__(
        'There was no answer, so it is not known which settings are in the kernel.'
      );
  }
}

/** What is chosen, although there is no kernel. */
export function noKernelSentence(
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
          '%1 is chosen here, but nothing can be set without a kernel.',
          name
        );
  }
  return starting === true
    ? trans.__('The kernel is starting. You can set a method once it runs.')
    : trans.__('Choose a Python kernel, then you can set a method.');
}
