/** What a session asks of a re-encryption: its plan, its run, and the end of either. */

import {
  reencrypted,
  reencryption,
  reencryptionPlan
} from '../../../contract/__tests__/objects';
import { A, applied } from '../../../encryption/lifecycle/__tests__/driver';
import {
  ObjectChecksHarness,
  ERROR,
  withFakeClock
} from '../../__tests__/harness';

withFakeClock();

const OPTIONS = { path: 's3://lake/sales', versions: false };

/** A plan that is asked for again until it is made. */
const GOES_ON = reencryptionPlan({
  token: 'p1',
  plan: null,
  changes: null,
  otherwise: null
});

describe('a plan of a re-encryption', () => {
  it('is asked for until it is made, and changes nothing by itself', async () => {
    const harness = new ObjectChecksHarness();
    harness.answers.push(
      { reencryptionPlan: GOES_ON },
      { reencryptionPlan: reencryptionPlan() }
    );
    void harness.objectChecks.planReencryption(OPTIONS);
    await harness.pass();
    expect(harness.sent).toEqual([
      ['reencryptionPlan', OPTIONS, 'user'],
      ['reencryptionPlan', { token: 'p1' }, 'user']
    ]);
    expect(harness.objectChecks.state).toMatchObject({
      underWay: null,
      reencryptionPlan: { plan: 'p1', seen: 1300 }
    });
    expect(harness.history.entries).toHaveLength(1);
  });

  it('that is cancelled is forgotten here and in the kernel', async () => {
    const harness = new ObjectChecksHarness();
    harness.answers.push({ reencryptionPlan: GOES_ON });
    void harness.objectChecks.planReencryption(OPTIONS);
    await jest.advanceTimersByTimeAsync(50);
    harness.objectChecks.cancel();
    await harness.pass();
    expect(harness.requests).toEqual([
      'reencryptionPlan',
      'cancelReencryption'
    ]);
    expect(harness.sent[1]![1]).toEqual({ token: 'p1' });
    expect(harness.objectChecks.state).toMatchObject({
      underWay: null,
      reencryptionPlan: null
    });
  });

  it('that was made is dropped by a cancel, too', async () => {
    const harness = new ObjectChecksHarness();
    harness.answers.push({ reencryptionPlan: reencryptionPlan() });
    void harness.objectChecks.planReencryption(OPTIONS);
    await harness.pass();
    harness.objectChecks.cancel();
    await harness.pass();
    expect(harness.requests).toEqual([
      'reencryptionPlan',
      'cancelReencryption'
    ]);
    expect(harness.objectChecks.state.reencryptionPlan).toBeNull();
  });

  it('that failed leaves its reason, and no plan', async () => {
    const harness = new ObjectChecksHarness();
    harness.answers.push({
      ok: false,
      error: ERROR,
      reencryptionPlan: { ...GOES_ON, token: null }
    });
    void harness.objectChecks.planReencryption(OPTIONS);
    await harness.pass();
    expect(harness.objectChecks.state).toMatchObject({
      reencryptionPlan: null,
      failed: { request: 'reencryptionPlan', error: ERROR }
    });
  });

  it('is forgotten when another profile is applied', async () => {
    const harness = new ObjectChecksHarness();
    harness.answers.push({
      reencryptionPlan: reencryptionPlan(),
      fingerprint: 'f1'
    });
    void harness.objectChecks.planReencryption(OPTIONS);
    await harness.pass();
    expect(harness.objectChecks.state.reencryptionPlan).not.toBeNull();
    harness.do({
      type: 'reportReceived',
      generation: harness.driver.snapshot.generation,
      report: { ...applied(A), fingerprint: 'f2' }
    });
    expect(harness.objectChecks.state.reencryptionPlan).toBeNull();
  });
});

describe('a re-encryption', () => {
  it('names the plan, is asked for until it is over, and keeps all objects as files', async () => {
    const harness = new ObjectChecksHarness();
    const odd = reencrypted({
      path: 's3://lake/sales/a,"b"',
      state: 'left',
      reason: 'It was removed.'
    });
    harness.answers.push(
      { reencryption: reencryption({ token: 'r1' }) },
      { reencryption: reencryption({ done: 1, left: 1, objects: [odd] }) }
    );
    void harness.objectChecks.reencrypt('p1');
    await harness.pass();
    expect(harness.sent).toEqual([
      ['reencryption', { plan: 'p1' }, 'user'],
      ['reencryption', { token: 'r1' }, 'user']
    ]);
    const { state } = harness.objectChecks;
    expect(state).toMatchObject({
      underWay: null,
      reencryptionPlan: null,
      reencryption: {
        left: 1,
        outcomes: [
          { state: 'done', objects: 1 },
          { state: 'left', reason: 'It was removed.', first: [odd.path] }
        ]
      }
    });
    const { csv, json } = state.reencryptionFiles!;
    const text = async (blob: Blob): Promise<string> =>
      Buffer.from(await bytesOf(blob)).toString();
    const [head, first, second] = (await text(csv)).split('\r\n');
    expect(head).toBe(
      'path,versionId,size,state,way,proof,reason,algorithmBefore,keyBefore'
    );
    expect(first).toBe(
      's3://lake/sales/part-0.parquet,,1234,done,update,etag,,AES256,'
    );
    expect(second).toContain('"s3://lake/sales/a,""b""",,1234,left');
    expect(JSON.parse(await text(json))).toMatchObject({
      path: 's3://lake/sales',
      done: 1,
      objects: [reencrypted(), odd]
    });
  });

  it('that is stopped is cancelled in the kernel, and asked what it did until then', async () => {
    const harness = new ObjectChecksHarness();
    harness.answers.push(
      { reencryption: reencryption({ token: 'r1' }) },
      {},
      {
        reencryption: reencryption({
          cancelled: true,
          objects: [reencrypted({ path: 's3://lake/2', state: 'waiting' })]
        })
      }
    );
    void harness.objectChecks.reencrypt('p1');
    await jest.advanceTimersByTimeAsync(50);
    harness.objectChecks.cancel();
    expect(harness.objectChecks.state.stopping).toBe(true);
    // Once is enough.
    harness.objectChecks.cancel();
    await harness.pass();
    expect(harness.requests).toEqual([
      'reencryption',
      'cancelReencryption',
      'reencryption'
    ]);
    expect(harness.objectChecks.state).toMatchObject({
      underWay: null,
      stopping: false,
      reencryption: {
        cancelled: true,
        outcomes: [{ state: 'done' }, { state: 'waiting' }]
      }
    });
  });

  it('that is stopped while a cell runs is cancelled as soon as the kernel is idle', async () => {
    const harness = new ObjectChecksHarness();
    harness.answers.push(
      { reencryption: reencryption({ token: 'r1' }) },
      {},
      { reencryption: reencryption({ cancelled: true, objects: [] }) }
    );
    void harness.objectChecks.reencrypt('p1');
    await jest.advanceTimersByTimeAsync(50);
    harness.busy(true);
    await harness.pass(5000);
    harness.objectChecks.cancel();
    await harness.pass(5000);
    expect(harness.requests).toEqual(['reencryption']);
    harness.busy(false);
    await harness.pass();
    expect(harness.requests).toEqual([
      'reencryption',
      'cancelReencryption',
      'reencryption'
    ]);
    expect(harness.objectChecks.state.underWay).toBeNull();
  });

  it('that was refused gives the reason, and says nothing of objects', async () => {
    const harness = new ObjectChecksHarness();
    harness.answers.push({ ok: false, error: ERROR });
    void harness.objectChecks.reencrypt('p1');
    await harness.pass();
    expect(harness.objectChecks.state).toMatchObject({
      underWay: null,
      reencryption: null,
      failed: { request: 'reencryption', error: ERROR }
    });
  });

  it('that is lost with its kernel still says what was changed', async () => {
    const harness = new ObjectChecksHarness();
    harness.answers.push(
      { reencryption: reencryption({ token: 'r1' }) },
      new Error('gone')
    );
    void harness.objectChecks.reencrypt('p1');
    await harness.pass();
    harness.watcher.started.emit({});
    expect(harness.objectChecks.state).toMatchObject({
      underWay: null,
      reencryption: { token: 'r1', done: 1 }
    });
    expect(harness.objectChecks.state.reencryptionFiles).not.toBeNull();
  });
});

/** jsdom's Blob has no `arrayBuffer`. */
function bytesOf(blob: Blob): Promise<ArrayBuffer> {
  return new Promise(resolve => {
    const reader = new FileReader();
    reader.onload = () => {
      resolve(reader.result as ArrayBuffer);
    };
    reader.readAsArrayBuffer(blob);
  });
}
