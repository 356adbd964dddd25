/** The words of every state. */

import { nullTranslator } from '@jupyterlab/translation';

import type {
  LifecycleState,
  Resting
} from '../../../encryption/lifecycle/types';
import { excludedWords, shortWords, statusWords } from '../status';
import { firstWords, KMS, report, STATES } from '../../__tests__/fixtures';
import { NOT_SET } from '../../__tests__/show';

const trans = nullTranslator.load('');

describe('the words of a state', () => {
  it.each(Object.entries(STATES))(
    'begin with the word of the state: %s',
    (_name, state) => {
      const words = statusWords(state, trans);
      expect(words.title.startsWith(firstWords(state))).toBe(true);
      expect(words.sentence).toMatch(/[.]$/);
      expect(words.sentence).not.toContain('%');
    }
  );

  it.each(Object.entries(STATES))(
    'say how objects are written only under the claims that allow it: %s',
    (_name, state) => {
      const allowed = state?.kind === 'in-effect' || state?.kind === 'proven';
      const { sentence } = statusWords(state, trans);
      expect(/writes new objects on .* with/.test(sentence)).toBe(allowed);
    }
  );

  it('name the schemes that the written dialect serves, and no others', () => {
    const { sentence } = statusWords(STATES['in effect']!, trans);
    expect(sentence).toBe(
      'Spark writes new objects on s3:// and s3a:// with SSE-KMS, key …444455556666.'
    );
  });

  it('say under Set what was not checked', () => {
    const { sentence } = statusWords(STATES.set!, trans);
    expect(sentence).toContain('spark.conf.get returns the chosen values.');
    expect(sentence).toContain('Not checked');
  });

  it.each([
    [undefined, 'before your next line runs'],
    ['livy-next-session', 'Livy starts the next session with it'],
    ['glue-configure', 'set after the first cell']
  ])('say what happens when Spark comes: %s', (code, text) => {
    const finding = { severity: 'info' as const, message: '.', fix: null };
    const findings = code === undefined ? [] : [{ ...finding, code }];
    const state: LifecycleState = {
      kind: 'waiting',
      profile: KMS,
      report: report({ waiting: true, findings })
    };
    expect(statusWords(state, trans).sentence).toContain(text);
  });

  it.each([
    ['apply', NOT_SET, 'Until then this holds: not set.'],
    [
      'apply',
      STATES['in effect'],
      'Until then this holds: SSE-KMS, key …444455556666, in effect.'
    ],
    ['verify', STATES.set, 'this holds: SSE-KMS, key …444455556666, set.'],
    ['clear', STATES.foreign, 'this holds: the kernel holds SSE-KMS.']
  ] as const)(
    'say of a request that waits what holds until it has run: %s',
    (request, before, text) => {
      const pending = { request, behindCell: true, withdrawn: false };
      const words = (stage: 'queued' | 'sent'): string =>
        statusWords(
          {
            kind: 'applying',
            profile: KMS,
            pending: { ...pending, stage },
            before: before as Resting,
            report: null
          },
          trans
        ).sentence;
      expect(words('queued')).toContain(text);
      expect(words('sent')).toContain(text);
    }
  );

  it('warn under Set if a file system is known to be stale', () => {
    const words = statusWords(STATES.stale!, trans);
    expect(words.tone).toBe('warning');
    expect(words.sentence).toContain('may still be written the old way');
  });

  it.each([
    ['old', 'previous settings are back'],
    ['new', 'new settings are in the kernel'],
    ['mixed', 'are mixed'],
    ['unchanged', 'Nothing was changed'],
    ['unknown', 'not known']
  ] as const)(
    'say after a failure which settings are there: %s',
    (settings, text) => {
      const state: LifecycleState = {
        kind: 'failed',
        profile: KMS,
        report: null,
        error: { code: 'internal', message: 'no', fields: [], settings }
      };
      expect(statusWords(state, trans).sentence).toContain(text);
    }
  );

  it('say of rules per bucket how many there are', () => {
    expect(statusWords(STATES.proven!, trans).sentence).toContain(
      '1 bucket has its own rule.'
    );
  });

  it('say of bucket-default that the bucket decides', () => {
    const profile = { method: 'bucket-default' } as const;
    const state: LifecycleState = {
      kind: 'in-effect',
      profile,
      report: report({ profile, claim: 'inEffect' })
    };
    const { sentence } = statusWords(state, trans);
    expect(sentence).toContain('sends no encryption header');
    expect(sentence).not.toContain('written with');
  });

  it('say of an excluded kernel that nothing is sent to it', () => {
    const words = excludedWords(trans);
    expect(words.title).toBe('Not set');
    expect(words.sentence).toContain('nothing is sent to it');
  });

  it('are short in the status bar', () => {
    expect(shortWords(STATES.set!, trans)).toBe('SSE-KMS, set');
    expect(shortWords(STATES['not set, nothing asked']!, trans)).toBe(
      'not set'
    );
    expect(shortWords(null, trans)).toBe('no notebook');
  });
});
