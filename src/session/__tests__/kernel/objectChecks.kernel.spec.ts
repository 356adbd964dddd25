/** What a real kernel without Spark says of stored objects. */

import { KMS, SLEEP, useNotebooks } from './notebooks';
import { cell, countRequests, until, useServer } from './realKernel';

useServer();

describe('the object checks of a notebook with a real kernel', () => {
  const { notebook } = useNotebooks();
  const lake = { path: 's3://lake', limit: 10, sample: 'first' } as const;

  it('hears from the agent that an audit needs Spark, and records that', async () => {
    const { session } = await notebook();
    await session.objectChecks.audit(lake);
    expect(session.objectChecks.state).toMatchObject({
      underWay: null,
      audit: null,
      failed: { request: 'audit', error: { code: 'no-session' } }
    });
    expect(session.state.kind).toBe('not-set');
    expect(session.history).toHaveLength(1);
    expect(session.history[0]).toMatchObject({
      request: 'audit',
      outcome: 'failed',
      arguments: expect.stringContaining('s3://lake') as string
    });
  });

  it('hears which field the agent refuses', async () => {
    const { session } = await notebook();
    await session.objectChecks.audit({ ...lake, path: 'http://lake' });
    expect(session.objectChecks.state.failed?.error).toMatchObject({
      code: 'invalid-path',
      fields: [{ field: 'path' }]
    });
  });

  it('sends nothing of its own while a cell runs', async () => {
    const { session, kernel } = await notebook();
    const ran = cell(kernel, SLEEP);
    await until('the cell runs', () => kernel.status === 'busy');
    const requests = countRequests(kernel);
    const audited = session.objectChecks.audit(lake);
    expect(session.objectChecks.state).toMatchObject({
      underWay: 'audit',
      queued: true
    });
    await ran;
    expect(requests.count).toBe(0);
    await audited;
    expect(requests.count).toBeGreaterThan(0);
    expect(session.objectChecks.state.queued).toBe(false);
  });

  it('asks nothing about writes while nothing is in effect in Spark', async () => {
    const { session, kernel } = await notebook();
    await session.apply(KMS);
    expect(session.state.kind).toBe('waiting');
    const requests = countRequests(kernel);
    session.objectChecks.ran();
    await session.objectChecks.writeCanary('s3://lake/tmp');
    // eslint-disable-next-line no-restricted-syntax -- a request would be sent in this time
    await new Promise(resolve => setTimeout(resolve, 1000));
    expect(requests.count).toBe(0);
  });
});
