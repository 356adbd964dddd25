/** Reads the replies of a kernel that contains IPython: the results of its expressions, or its error. */

import type { KernelMessage } from '@jupyterlab/services';
import type { PartialJSONObject } from '@lumino/coreutils';

import { ENGLISH, type Say } from '../contract/messages';
import { SENTENCES } from '../contract/report';
import { inWords } from '../contract/sentences';
import { BlockedError, ChannelError } from './channel';
import { MIME_TYPE, parseAnswer } from './protocol';

export const EXPRESSION_KEY = 's3enc';
export const MAGICS_KEY = 's3magics';

/** What a guard raises to block cells. */
const BLOCKED = 'S3EncryptionBlocked';

/** Why the kernel dropped the cells behind a guard; any text is accepted. */
function blocked(name: string, text: string): BlockedError {
  let raised: { why?: unknown; sentences?: unknown; report?: unknown } = {};
  try {
    raised = Object(
      JSON.parse(name === BLOCKED ? text : '{}')
    ) as typeof raised;
  } catch {
    // Cut short, or of another version: the text itself is shown.
  }
  const answer = parseAnswer(raised.report);
  const report = answer.kind === 'report' ? answer.report : null;
  if (typeof raised.why === 'string') {
    const { why } = raised;
    const made = SENTENCES(raised.sentences, '');
    const sentences = {
      ...report?.sentences,
      ...('value' in made ? made.value : {})
    };
    return new BlockedError(why, report, trans =>
      inWords(why, sentences, trans)
    );
  }
  const say: Say = trans =>
    trans.__('The guard failed: %1', `${name}: ${text.slice(0, 200)}`);
  return new BlockedError(say(ENGLISH), report, say);
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

/**
 * The agent's answer in a reply.
 *
 * @param blocks - the request was a guard that blocks cells
 * @throws ChannelError with the kernel's error
 */
export function dataOf(
  content: KernelMessage.IExecuteReplyMsg['content'],
  blocks: boolean
): unknown {
  if (content.status === 'error') {
    if (blocks) {
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
