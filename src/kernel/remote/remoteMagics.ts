/**
 * Magics of a Python kernel that run code in a remote Spark: sparkmagic's `%%spark`,
 * SageMaker's `%sm_analytics` and `%%pyspark`. That Spark is never asked. Pure.
 */

import type { IReport } from '../../contract/report';
import { withParts } from '../../contract/sentences';
import { isObject } from '../../contract/shape';

/** Lists such magics of a kernel; evaluated only while no Spark is known in it. */
export const MAGICS =
  "(lambda m: [n for n in ('manage_spark', 'pyspark', 'sm_analytics', 'spark') " +
  "if n in m['line'] or n in m['cell']])" +
  "(__import__('IPython').get_ipython().magics_manager.magics)";

/** Read the result of that expression; empty for anything else. */
export function readMagics(
  result: Readonly<Record<string, unknown>> | undefined
): string[] {
  const data = result?.status === 'ok' ? result.data : null;
  const text = isObject(data) ? data['text/plain'] : '';
  return typeof text === 'string'
    ? [...text.matchAll(/'(\w+)'/g)].map(([, name]) => name ?? '')
    : [];
}

/** Adds the finding if there are such magics and no Spark in the kernel. */
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
          'This kernel runs code in a remote Spark through magics (%1): what runs there is not covered.',
          names
        ),
        fix: {
          message: trans.__(
            "Use sparkmagic's PySpark kernel, or copy the profile as code and run it with that magic."
          )
        }
      }
    ]
  }));
}
