/**
 * Reads the replies of a kernel with IPython inside: what its expressions came
 * to, or why there is no answer. Must not know how a request is sent.
 */

import type { KernelMessage } from '@jupyterlab/services';
import type { PartialJSONObject } from '@lumino/coreutils';

import { BlockedError, ChannelError } from './channel';
import { MIME_TYPE, parseAnswer } from './protocol';

export const EXPRESSION_KEY = 's3enc';
export const MAGICS_KEY = 's3magics';

/** What a guard that holds cells back raises. */
const BLOCKED = 'S3EncryptionBlocked';

/** Why the kernel dropped what was behind a guard; also where its text cannot be read. */
function blocked(name: string, text: string): BlockedError {
  let told: { why?: unknown; report?: unknown } = {};
  try {
    told = Object(JSON.parse(name === BLOCKED ? text : '{}')) as typeof told;
  } catch {
    // Cut short, or of another version: it is told as it came.
  }
  const answer = parseAnswer(told.report);
  return new BlockedError(
    typeof told.why === 'string'
      ? told.why
      : `The guard failed: ${name}: ${text.slice(0, 200)}`,
    answer.kind === 'report' ? answer.report : null
  );
}

interface IResult {
  status?: string;
  ename?: string;
  evalue?: string;
  data?: PartialJSONObject;
}

export function expressionsOf(
  content: KernelMessage.IExecuteReplyMsg['content']
): Readonly<Record<string, IResult | undefined>> | undefined {
  return content.status === 'ok'
    ? (content.user_expressions as Record<string, IResult>)
    : undefined;
}

/** The agent's answer in a reply; throws what the kernel said instead. */
export function dataOf(
  content: KernelMessage.IExecuteReplyMsg['content'],
  holds: boolean
): unknown {
  if (content.status === 'error') {
    if (holds) {
      throw blocked(content.ename, content.evalue);
    }
    throw ChannelError.of('agent-failed', trans =>
      trans.__(
        'The kernel could not run the request: %1',
        `${content.ename}: ${content.evalue}`
      )
    );
  }
  const result = expressionsOf(content)?.[EXPRESSION_KEY];
  if (result?.status === 'error') {
    throw ChannelError.of('agent-failed', trans =>
      trans.__(
        'The agent could not run: %1',
        `${result.ename ?? 'Error'}: ${result.evalue ?? ''}`
      )
    );
  }
  return result?.data?.[MIME_TYPE];
}
