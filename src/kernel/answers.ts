/** What every channel does with answers and with requests that were removed from the queue. Pure. */

import type { Say } from '../contract/messages';
import type { IReport } from '../contract/report';
import { ChannelError } from './channel';
import type { Answer } from './protocol';

/**
 * Ask, and ask again with the agent if the kernel has none.
 *
 * @param ask - sends the request once; called before this call returns
 * @param refused - said if the kernel still has no agent after it was sent
 * @returns null if everything was in place already
 * @throws ChannelError if there is no report
 */
export async function reportOf(
  ask: (withAgent: boolean) => Promise<Answer>,
  withAgent: boolean,
  refused: Say
): Promise<IReport | null> {
  const answer = await ask(withAgent);
  switch (answer.kind) {
    case 'report':
      return answer.report;
    case 'unchanged':
      return null;
    case 'agent-missing':
      if (withAgent) {
        throw ChannelError.of('bad-answer', refused);
      }
      return reportOf(ask, true, refused);
    case 'error':
      throw new ChannelError(answer.error, answer.say);
  }
}

/**
 * Run a request, and again after each pause as long as it is aborted: a failing
 * cell clears the queue behind it, our request included.
 *
 * @param pauses - in milliseconds; an iterator is used up across calls
 * @returns the last result; it is aborted if there were not enough pauses
 */
export async function runAgain<T>(
  run: () => Promise<T>,
  isAborted: (result: T) => boolean,
  pauses: Iterator<number>,
  wait: (milliseconds: number) => Promise<void>
): Promise<T> {
  for (;;) {
    const result = await run();
    const pause = isAborted(result) ? pauses.next() : null;
    if (pause === null || pause.done === true) {
      return result;
    }
    await wait(pause.value);
  }
}

/** The kernel died, was restarted or was replaced before it answered. */
export function kernelGone(cause?: unknown): ChannelError {
  return ChannelError.of('kernel-gone', trans =>
    cause instanceof Error
      ? trans.__('The kernel went away before it answered (%1).', cause.message)
      : trans.__('The kernel went away before it answered.')
  );
}
