/** Locations, and news that come with requests that change nothing. */

import { ENGLISH } from '../messages';
import { bucketOf, validateLocation } from '../storedObjects';
import { makeReport } from './reports';
import {
  A,
  BUSY,
  FRESH,
  GONE,
  Walk,
  applied,
  inForce
} from '../../encryption/lifecycle/__tests__/walk';

describe('a location', () => {
  it.each([
    's3://lake/tmp',
    's3a://lake/tmp/',
    's3n://my.lake',
    '  s3://lake '
  ])('is taken: %s', text => {
    expect(validateLocation(text, ENGLISH)).toBeNull();
  });

  it.each([
    ['', 'address like'],
    ['lake/tmp', 'address like'],
    ['https://lake/tmp', 'address like'],
    ['s3://', 'address like'],
    ['s3:///tmp', 'address like'],
    ['s3://Lake/tmp', 'not a bucket name'],
    ['s3://a/tmp', 'not a bucket name']
  ])('is refused with a reason: %s', (text, reason) => {
    expect(validateLocation(text, ENGLISH)).toContain(reason);
  });

  it('has a bucket', () => {
    expect(bucketOf('s3a://lake/tmp')).toBe('lake');
    expect(bucketOf('lake/tmp')).toBe('');
  });
});

describe('news of the kernel', () => {
  const tell = (walk: Walk, parts: Parameters<typeof makeReport>[0]): Walk =>
    walk.do({
      type: 'told',
      generation: walk.snapshot.generation,
      report: makeReport({ request: 'canary', profile: A, ...parts })
    });

  it('raise and lower the claim as a verify does', () => {
    const walk = tell(inForce(A), { claim: 'proven' });
    expect(walk.kind).toBe('proven');
    expect(tell(walk, { claim: 'set' }).kind).toBe('set');
    const changed = [{ key: 'k', applied: 'a', found: 'b' }];
    expect(tell(walk, { claim: 'none', changed }).kind).toBe('changed');
  });

  it('send nothing and remember nothing new', () => {
    expect(tell(inForce(A), { claim: 'proven' }).effects).toEqual([]);
  });

  it('are no failure of the settings where the request itself failed', () => {
    const error = {
      code: 'invalid-location',
      message: 'm',
      fields: [],
      settings: 'unchanged' as const
    };
    const walk = tell(inForce(A), { ok: false, error, claim: 'inEffect' });
    expect(walk.snapshot.state).toMatchObject({
      kind: 'in-effect',
      report: { ok: true, error: null }
    });
  });

  it('of an older process do not count', () => {
    const walk = inForce(A);
    const { generation } = walk.snapshot;
    walk.do(GONE);
    const before = walk.snapshot;
    const report = applied(A);
    expect(walk.do({ type: 'told', generation, report }).snapshot).toBe(before);
  });

  it('do not count while a newer request is on its way', () => {
    const walk = inForce(A).do({ type: 'verify' });
    const before = walk.snapshot;
    expect(tell(walk, { claim: 'proven' }).snapshot).toBe(before);
  });

  it('leave a failure to be read', () => {
    const walk = new Walk(FRESH).apply(A).lose('internal').do(BUSY);
    expect(tell(walk, { claim: 'set' }).kind).toBe('failed');
  });
});
