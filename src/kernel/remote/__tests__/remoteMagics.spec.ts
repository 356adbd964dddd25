/** Spark behind magics: what is read of a kernel's answer, and when it is reported. */

import { makeReport } from '../../../contract/__tests__/reports';
import { readMagics, withMagics } from '../remoteMagics';

const NONE = makeReport({ waiting: true });
const text = (plain: unknown): Parameters<typeof readMagics>[0] => ({
  status: 'ok',
  data: { 'text/plain': plain }
});

describe('magics of a Python kernel', () => {
  it.each([
    [text("['spark', 'sm_analytics']"), ['spark', 'sm_analytics']],
    [text('[]'), []],
    [text(7), []],
    [{ status: 'error' }, []],
    [undefined, []]
  ])('%j has %j', (result, names) => {
    expect(readMagics(result)).toEqual(names);
  });

  it('are reported only if there is no Spark in the kernel', () => {
    const session = { ...NONE.session, kind: 'none' as const };
    const found = withMagics({ ...NONE, session }, ['spark']);
    expect(found.findings.map(({ code }) => code)).toContain(
      'spark-behind-magics'
    );
    expect(found.findings.at(-1)?.message).toContain('%spark');
    const classic = {
      ...NONE,
      session: { ...NONE.session, kind: 'classic' as const }
    };
    expect(withMagics(classic, ['spark'])).toBe(classic);
    expect(withMagics(NONE, [])).toBe(NONE);
  });
});
