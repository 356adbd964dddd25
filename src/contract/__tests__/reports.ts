/**
 * Makes reports for specs. Not a spec, and not part of the product.
 */

import { emptyReport, type IReport } from '../report';

/** A full report; what is not named is that of a kernel with nothing armed. */
export function makeReport(parts: Partial<IReport> = {}): IReport {
  return emptyReport('apply', {
    agent: { version: '0.1.0', python: '3.11.2', source: 'shipped' },
    elapsed: 1,
    ...parts
  });
}
