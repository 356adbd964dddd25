/**
 * Does a report contradict itself, or what was asked for? Such a report is not
 * believed: the agent never sends one. Pure.
 */

import type { ITranslate } from '../contract/messages';
import type { IReport } from '../contract/report';
import type { Profile } from './profile/profile';
import { sameSettings } from './profile/profile';

/** The request that a report answers. */
interface IAsked {
  readonly request: string;
  /** For apply and guard. */
  readonly profile?: Profile;
}

interface IRule {
  /** Has the report broken the rule? */
  readonly broken: (report: IReport, asked: IAsked) => boolean;
  readonly says: (trans: ITranslate) => string;
}

const claims = ({ claim }: IReport): boolean => claim !== 'none';
const inEffect = ({ claim }: IReport): boolean =>
  claim === 'inEffect' || claim === 'proven';

/** The rules by which the agent makes a claim (`checks/claims.py`), and what each request leads to. */
const RULES: readonly IRule[] = [
  {
    broken: ({ profile }, asked) =>
      asked.request === 'apply' &&
      !sameSettings(profile, asked.profile ?? null),
    says: trans => trans.__('It is about another profile than the one applied.')
  },
  {
    broken: ({ profile }, { request }) =>
      request === 'clear' && profile !== null,
    says: trans => trans.__('It names a profile although it was cleared.')
  },
  {
    broken: report => claims(report) && report.profile === null,
    says: trans => trans.__('It makes a claim without a profile.')
  },
  {
    broken: report => claims(report) && report.waiting,
    says: trans => trans.__('It makes a claim, and there is no Spark session.')
  },
  {
    broken: report =>
      claims(report) &&
      (report.changed.length > 0 || report.settings.some(({ ok }) => !ok)),
    says: trans =>
      trans.__('It makes a claim although settings are not as they should be.')
  },
  {
    broken: report =>
      inEffect(report) &&
      report.session.kind !== 'classic' &&
      (report.limitedTo ?? []).length === 0,
    says: trans =>
      trans.__(
        'It says In effect of a Spark that others may use, of no bucket.'
      )
  },
  {
    broken: report =>
      inEffect(report) &&
      (report.executors === null ||
        report.executors.covered !== report.executors.total),
    says: trans =>
      trans.__('It says In effect, and not all executors have the settings.')
  },
  {
    broken: report => inEffect(report) && servedStale(report),
    says: trans =>
      trans.__('It says In effect, and an open file system has older settings.')
  },
  {
    broken: ({ claim, proof }) =>
      claim === 'proven' && (proof?.buckets ?? []).length === 0,
    says: trans => trans.__('It says Proven without a proof.')
  }
];

/** Is a file system of the written dialect known to be stale? Others do not count for the claim. */
function servedStale({ connectors, dialect, fileSystems }: IReport): boolean {
  const served = connectors
    .filter(({ connector }) => connector === dialect)
    .map(({ scheme }) => `${scheme}://`);
  return fileSystems.some(
    ({ stale, uri }) =>
      stale === true && served.some(scheme => uri.startsWith(scheme))
  );
}

/**
 * Why a report cannot be believed, in one sentence; null if it can.
 *
 * A report of a failure makes no claim that is shown: it is believed.
 */
export function contradiction(
  report: IReport,
  asked: IAsked,
  trans: ITranslate
): string | null {
  if (!report.ok || report.error !== null) {
    return null;
  }
  return RULES.find(({ broken }) => broken(report, asked))?.says(trans) ?? null;
}
