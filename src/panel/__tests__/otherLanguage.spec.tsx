/** What the agent says reaches the panel in the user's language. */

import { screen } from '@testing-library/react';

import { ENGLISH, type ITranslate } from '../../contract/messages';
import type { IAgentChannel } from '../../kernel/channel';
import { AgentClient } from '../../session/agentClient';
import { KMS, report } from './fixtures';
import { show } from './show';

/** A translator with one entry. */
const GERMAN: ITranslate = {
  __: (message, ...args) =>
    ENGLISH.__(
      message === 'Changed since they were applied: %1.'
        ? 'Seit dem Anwenden geändert: %1.'
        : message,
      ...args
    )
};

const KEY = 'fs.s3a.encryption.key';
const ENGLISH_MESSAGE = `Changed since they were applied: ${KEY}.`;

/** A kernel whose agent has one finding, which it says in English. */
const CHANNEL: IAgentChannel = {
  code: '',
  blockingCode: '',
  isDisposed: false,
  dispose: () => undefined,
  send: () =>
    Promise.resolve(
      report({
        findings: [
          {
            code: 'changed-since',
            severity: 'warning',
            message: ENGLISH_MESSAGE,
            fix: { message: 'Apply again.', action: 'apply' }
          }
        ],
        sentences: {
          [ENGLISH_MESSAGE]: {
            text: 'Changed since they were applied: %1.',
            values: [KEY]
          },
          'Apply again.': { text: 'Apply again.', values: [] }
        }
      })
    )
};

it('shows a finding of the agent in another language', async () => {
  const client = new AgentClient(CHANNEL, 'kernel-1', GERMAN);
  const { report: answer } = await client.request(
    { request: 'verify', args: {} },
    'user'
  );
  client.dispose();
  show({ kind: 'set', profile: KMS, report: answer! });
  const findings = screen.getByRole('list', { name: 'Findings' });
  expect(findings.textContent).toContain(`Seit dem Anwenden geändert: ${KEY}.`);
  expect(findings.textContent).not.toContain('Changed since');
  // What nobody has translated yet stays English.
  expect(findings.textContent).toContain('Apply again.');
});
