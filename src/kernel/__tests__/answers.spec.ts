/** The loops around a request: with the agent if there is none, and again if it was aborted. */

import { makeReport } from '../../contract/__tests__/reports';
import { ENGLISH, type ITranslate } from '../../contract/messages';
import type { IReport } from '../../contract/report';
import { translated } from '../../contract/sentences';
import { kernelGone, reportOf, runAgain } from '../answers';
import { BlockedError, type ChannelError } from '../channel';
import { parseAnswer, type Answer } from '../protocol';
import { dataOf } from '../replies';

const MISSING: Answer = { kind: 'agent-missing' };
const REPORT = makeReport();

/** Asks for a report; the kernel gives these answers. */
async function ask(
  answers: Answer[],
  withAgent = false
): Promise<{ asked: boolean[]; report: unknown }> {
  const asked: boolean[] = [];
  const report = await reportOf(
    sent => {
      asked.push(sent);
      return Promise.resolve(answers.shift()!);
    },
    withAgent,
    trans => trans.__('No agent.')
  ).catch((error: unknown) => error);
  return { asked, report };
}

describe('the report of a request', () => {
  it('is the answer, or null if everything was in place', async () => {
    expect(await ask([{ kind: 'report', report: REPORT }])).toEqual({
      asked: [false],
      report: REPORT
    });
    expect((await ask([{ kind: 'unchanged' }])).report).toBeNull();
  });

  it('is asked for again with the agent, once', async () => {
    expect(
      await ask([MISSING, { kind: 'report', report: REPORT }])
    ).toMatchObject({ asked: [false, true], report: { ok: true } });
    const twice = await ask([MISSING, MISSING]);
    expect(twice.asked).toEqual([false, true]);
    expect(twice.report).toMatchObject({
      code: 'bad-answer',
      message: 'No agent.'
    });
    expect((await ask([MISSING], true)).asked).toEqual([true]);
  });

  it('is on its way before the call returns', () => {
    const sent = jest.fn(() => new Promise<Answer>(() => undefined));
    void reportOf(sent, true, () => '');
    expect(sent).toHaveBeenCalledWith(true);
  });

  it('is an error if the answer is one', async () => {
    const { report } = await ask([parseAnswer('nonsense')]);
    expect(report).toMatchObject({ code: 'bad-answer' });
  });
});

describe('an aborted request', () => {
  const run = async (
    results: string[],
    pauses: Iterator<number>
  ): Promise<[string, number[]]> => {
    const waited: number[] = [];
    const result = await runAgain(
      () => Promise.resolve(results.shift()!),
      found => found === 'aborted',
      pauses,
      milliseconds => {
        waited.push(milliseconds);
        return Promise.resolve();
      }
    );
    return [result, waited];
  };

  it('is run again after each pause', async () => {
    expect(await run(['ok'], [1, 2].values())).toEqual(['ok', []]);
    expect(await run(['aborted', 'ok'], [1, 2].values())).toEqual(['ok', [1]]);
  });

  it('is given up after the last pause', async () => {
    const results = ['aborted', 'aborted', 'aborted', 'ok'];
    expect(await run(results, [1, 2].values())).toEqual(['aborted', [1, 2]]);
    expect(results).toEqual(['ok']);
  });

  it('shares its pauses with the next run if the iterator is the same', async () => {
    const pauses = [1, 2].values();
    await run(['aborted', 'ok'], pauses);
    expect(await run(['aborted', 'ok'], pauses)).toEqual(['ok', [2]]);
  });
});

describe('errors of the page', () => {
  /** Marks what was looked up. */
  const MARKED: ITranslate = {
    __: (message, ...args) => `⟦${ENGLISH.__(message, ...args)}`
  };

  it.each([
    ['no report', 'nonsense', /^⟦The kernel did not answer/],
    ['another protocol', { protocol: 9 }, /^⟦The agent in the kernel uses/],
    [
      'an incomplete report',
      { protocol: 1 },
      /^⟦The kernel's report is not complete: ⟦request is not a text/
    ],
    [
      'a profile that is not valid',
      { ...makeReport(), profile: { method: 'cse-kms' } },
      /⟦profile is not valid \(kmsKeyId\)/
    ]
  ])('are translated: %s', async (_, value, message) => {
    const { report } = await ask([parseAnswer(value)]);
    expect((report as ChannelError).inWords(MARKED).message).toMatch(message);
  });

  it('are translated: a failure without a reason', async () => {
    const answer = parseAnswer({ ...makeReport(), ok: false, error: null });
    const { report } = await ask([answer]);
    expect(translated(report as IReport, MARKED).error?.message).toBe(
      '⟦The kernel reported a failure without a reason.'
    );
  });

  it('are translated: a kernel that went away', () => {
    const words = (cause?: unknown): string =>
      kernelGone(cause).inWords(MARKED).message;
    expect(words()).toBe('⟦The kernel went away before it answered.');
    expect(words(new Error('dead'))).toContain('(dead).');
  });

  it('are translated: why cells were not run', () => {
    const text = 'The agent was not in the kernel.';
    const evalue = JSON.stringify({
      why: text,
      sentences: { [text]: { text, values: [] } },
      report: { protocol: 1, agentMissing: true }
    });
    const content = { status: 'error', ename: 'S3EncryptionBlocked', evalue };
    let thrown: unknown;
    try {
      dataOf(content as Parameters<typeof dataOf>[0], true);
    } catch (error) {
      thrown = error;
    }
    expect((thrown as BlockedError).message).toBe(text);
    expect((thrown as BlockedError).inWords(MARKED).message).toBe(`⟦${text}`);
  });

  it('are translated: a guard that failed', () => {
    const content = { status: 'error', ename: 'E', evalue: 'why' };
    let thrown: unknown;
    try {
      dataOf(content as Parameters<typeof dataOf>[0], true);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(BlockedError);
    expect((thrown as BlockedError).message).toBe('The guard failed: E: why');
    const words = (thrown as BlockedError).inWords(MARKED);
    expect(words).toBeInstanceOf(BlockedError);
    expect(words).toMatchObject({
      code: 'blocked',
      message: '⟦The guard failed: E: why'
    });
  });
});
