/**
 * Makes reports for specs. Not a spec, and not part of the product.
 */

import type { IReport } from '../report';

/** A full report; what is not named is that of a kernel with nothing armed. */
export function makeReport(parts: Partial<IReport> = {}): IReport {
  return {
    protocol: 1,
    request: 'apply',
    ok: true,
    error: null,
    agent: { version: '0.1.0', python: '3.11.2', source: 'shipped' },
    profile: null,
    fingerprint: null,
    waiting: false,
    session: {
      kind: 'none',
      applicationId: null,
      sparkVersion: null,
      hadoopVersion: null,
      master: null,
      sessions: 0
    },
    connectors: [],
    dialect: null,
    settings: [],
    removed: [],
    fileSystems: [],
    executors: null,
    activity: { jobs: null, streams: null },
    findings: [],
    claim: 'none',
    changed: [],
    elapsed: 1,
    ...parts
  };
}
