/** Reads the replies of a kernel that contains IPython: the results of its expressions, or its error. */

import type { KernelMessage } from '@jupyterlab/services';

import { ENGLISH, type Say } from '../contract/messages';
import { SENTENCES } from '../contract/report';
import { inWords } from '../contract/sentences';
import { isObject, textsOf } from '../contract/shape';
import { BlockedError, ChannelError } from './channel';
import { MIME_TYPE, parseAnswer } from './protocol';

export const EXPRESSION_KEY = 's3enc';
export const MAGICS_KEY = 's3magics';

/** What a guard raises to block cells. */
const BLOCKED = 'S3EncryptionBlocked';

/** Why the kernel dropped the cells behind a guard; any text is accepted. */
function blocked(name: string, text: string): BlockedError {
  let read: unknown;
  try {
    read = JSON.parse(name === BLOCKED ? text : '{}');
  } catch {
    // Cut short, or of another version: the text itself is shown.
  }
  const raised = isObject(read) ? read : {};
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

/** What a kernel printed; null if the message is about something else. */
export function printedBy({
  header,
  content
}: KernelMessage.IIOPubMessage): { name: string; text: string } | null {
  return header.msg_type === 'stream' &&
    'name' in content &&
    'text' in content &&
    typeof content.name === 'string' &&
    typeof content.text === 'string'
    ? { name: content.name, text: content.text }
    : null;
}

/** The result of an expression: its data, or an error; undefined for none. */
export function resultOf(
  content: KernelMessage.IExecuteReplyMsg['content'],
  expression: string
): Readonly<Record<string, unknown>> | undefined {
  if (content.status !== 'ok' || !isObject(content.user_expressions)) {
    return undefined;
  }
  const result: unknown = content.user_expressions[expression];
  return isObject(result) ? result : undefined;
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
  const result = resultOf(content, EXPRESSION_KEY);
  if (result?.status === 'error') {
    throw ChannelError.of('agent-failed', trans =>
      trans.__(
        'The agent could not run: %1',
        `${textsOf([result.ename])[0] ?? 'Error'}: ${textsOf([result.evalue])[0] ?? ''}`
      )
    );
  }
  return isObject(result?.data) ? result.data[MIME_TYPE] : undefined;
}
