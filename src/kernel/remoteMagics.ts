/**
 * Spark behind magics of a Python kernel: sparkmagic's `%%spark`, SageMaker's
 * `%sm_analytics` and `%%pyspark`. What runs there is in another process, which
 * is not asked. Pure. Must not know how a message travels.
 */

import type { PartialJSONObject } from '@lumino/coreutils';

import type { IReport } from '../contract/report';
import { withParts } from '../contract/sentences';

/** Names of the magics that a kernel has; evaluated only while no Spark is known in it. */
export const MAGICS =
  "(lambda m: [n for n in ('manage_spark', 'pyspark', 'sm_analytics', 'spark') " +
  "if n in m['line'] or n in m['cell']])" +
  "(__import__('IPython').get_ipython().magics_manager.magics)";

/** Read the answer to that expression; empty for anything else. */
export function readMagics(
  result: { status?: string; data?: PartialJSONObject } | undefined
): string[] {
  const text = result?.status === 'ok' ? result.data?.['text/plain'] : '';
  return typeof text === 'string'
    ? [...text.matchAll(/'(\w+)'/g)].map(([, name]) => name ?? '')
    : [];
}

/** The report with the finding, where there are such magics and no Spark in the kernel. */
export function withMagics(report: IReport, magics: string[]): IReport {
  if (magics.length === 0 || report.session.kind !== 'none') {
    return report;
  }
  const names = magics.map(name => `%${name}`).join(', ');
  return withParts(report, trans => ({
    findings: [
      ...report.findings,
      {
        code: 'spark-behind-magics',
        severity: 'warning',
        message: trans.__(
          'This kernel reaches a Spark elsewhere by magics (%1): what runs there is not covered.',
          names
        ),
        fix: {
          message: trans.__(
            'Use a PySpark kernel of sparkmagic, or copy the profile as code and run it by that magic.'
          )
        }
      }
    ]
  }));
}
