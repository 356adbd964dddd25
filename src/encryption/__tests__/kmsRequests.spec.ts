/** How many requests to KMS own writes come to: never more than was seen. */

import { objectsOfBusiestHour, withBucketKey } from '../kmsRequests';

function at(time: string, total: number | null, checked = 1) {
  return { time: `2026-01-02T${time}:00Z`, total, checked };
}

describe('the busiest hour', () => {
  it('is unknown if no object is known', () => {
    expect(objectsOfBusiestHour([])).toBeNull();
    expect(objectsOfBusiestHour([at('03:00', 0, 0)])).toBeNull();
    expect(
      objectsOfBusiestHour([{ time: 'yesterday', total: 5, checked: 5 }])
    ).toBeNull();
  });

  it('has the writes of the sixty minutes that wrote most, wherever they begin', () => {
    const writes = [
      at('09:59', 5),
      at('03:00', 100),
      at('03:40', 200),
      at('04:10', 300),
      at('05:30', 450)
    ];
    expect(objectsOfBusiestHour(writes)).toBe(500);
  });

  it('does not extrapolate from a few minutes', () => {
    expect(objectsOfBusiestHour([at('03:00', 10), at('03:01', 10)])).toBe(20);
  });

  it('counts the objects that were looked at if it is not known how many there are', () => {
    expect(objectsOfBusiestHour([at('03:00', null, 20)])).toBe(20);
  });
});

it('a bucket key leaves one request of a hundred, and at least one', () => {
  expect([1, 100, 101, 12000].map(withBucketKey)).toEqual([1, 1, 2, 120]);
});
