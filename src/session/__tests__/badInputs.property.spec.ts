/**
 * More than a thousand bad inputs: profiles, metadata, settings, and replies
 * that are cut short, out of order, aborted or of another agent. Nothing throws,
 * nothing counts as applied that was not, no argument gets into code.
 */

import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import fc from 'fast-check';

import { makeReport } from '../../contract/__tests__/reports';
import { ENGLISH } from '../../contract/messages';
import type { IReport } from '../../contract/report';
import { parseProfile, type Profile } from '../../encryption/profile/profile';
import { readSite, siteErrors } from '../../encryption/profile/site';
import {
  BLOCKING,
  EXPRESSION,
  IpykernelChannel
} from '../../kernel/ipykernelChannel';
import { MIME_TYPE, parseAnswer, parseReport } from '../../kernel/protocol';
import { MAGICS } from '../../kernel/remote/remoteMagics';
import { readProposal } from '../../preferences/proposal';
import { Options, modeOf, readOptions } from '../../preferences/settings';
import { EncryptionSession } from '../session';
import { FakeKernel } from './fakeKernel';

const POISON = '"); import os; os.system("x"); ("${jndi}';
const GOOD: Profile = { method: 'sse-kms', kmsKeyId: 'alias/lake' };
const REPORT = JSON.stringify(makeReport({ profile: GOOD, claim: 'set' }));

/** Any JSON, with what looks like ours mixed in. */
const anything = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      name: fc.oneof(fc.string(), fc.constant(POISON), fc.jsonValue()),
      method: fc.oneof(
        fc.constantFrom('sse-s3', 'sse-kms', 'sse-c', 'rot13', POISON),
        fc.jsonValue()
      ),
      kmsKeyId: fc.oneof(fc.constantFrom('alias/a', POISON), fc.jsonValue()),
      encryptionContext: fc.jsonValue(),
      buckets: fc.oneof(
        fc.dictionary(fc.string(), fc.record({ method: fc.string() })),
        fc.jsonValue()
      ),
      mode: fc.jsonValue(),
      __proto__: fc.jsonValue()
    },
    { requiredKeys: [] }
  )
);

/** A report that lost its end, a part, or its sense. */
const brokenReport = fc.oneof(
  fc.nat(REPORT.length).map(end => REPORT.slice(0, end)),
  fc
    .tuple(fc.constantFrom(...Object.keys(makeReport())), fc.jsonValue())
    .map(([key, value]) => ({ ...makeReport(), [key]: value })),
  fc.integer().map(protocol => ({ ...makeReport(), protocol })),
  fc.constantFrom(
    { protocol: 1, agentMissing: true },
    { protocol: 1, unchanged: true, ok: true }
  ),
  fc.jsonValue()
);
const SET = makeReport({ profile: GOOD, claim: 'set' });
const WAITING = makeReport({ profile: GOOD, waiting: true });
const whole = fc.constantFrom(SET, makeReport(), WAITING);

/**
 * What the page puts into a report that it can read: none for a name that it does
 * not know, a reason for a failure without one, a finding for a profile that it does
 * not know. All else is as it came.
 */
function ownOf(value: unknown, report: IReport): Partial<IReport> {
  const given = value as { ok: boolean; error: unknown; profile: unknown };
  const { dialect, claim, error, sentences } = report;
  let own: Partial<IReport> = { dialect, claim };
  if (!given.ok && given.error === null) {
    expect(error?.code).toBe('internal');
    own = { ...own, error, sentences };
  }
  if (given.profile !== null && report.profile === null) {
    const { profile, fingerprint, proof, findings } = report;
    expect([claim, fingerprint, proof]).toEqual(['none', null, null]);
    expect(findings.map(({ code }) => code)).toContain('profile-unknown');
    own = { ...own, profile, fingerprint, proof, findings, sentences };
  }
  return own;
}

/** The kernel's reply that carries an answer of the agent. */
const carrying = (report: unknown): object => ({
  status: 'ok',
  user_expressions: {
    s3enc: { status: 'ok', data: { [MIME_TYPE]: report } }
  }
});

const content = fc.oneof(
  fc.constant({ status: 'aborted' }),
  fc.record({
    status: fc.constant('error'),
    ename: fc.oneof(fc.string(), fc.constant('S3EncryptionBlocked')),
    evalue: fc.oneof(
      fc.string(),
      fc.nat(40).map(end => `{"why":"w","report":${REPORT}}`.slice(0, end)),
      fc.constant('null'),
      fc.constant(`{"why":7,"report":${REPORT}}`)
    )
  }),
  fc.oneof(brokenReport, whole).map(carrying),
  fc.jsonValue().map(value => ({ status: 'ok', user_expressions: value }))
);

const step = fc.oneof(
  fc.record({
    do: fc.constant('apply' as const),
    profile: fc.oneof(anything, fc.constant(GOOD))
  }),
  fc.record({
    do: fc.constantFrom('verify' as const, 'clear' as const, 'cancel' as const)
  }),
  fc.record({
    do: fc.constant('run' as const),
    block: fc.constantFrom(undefined, 'lenient' as const, 'strict' as const)
  }),
  fc.record({ do: fc.constant('news' as const) }),
  fc.record({ do: fc.constant('reply' as const), which: fc.nat(3), content })
);

type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

/** A good profile that is answered well: chance may leave it out. */
const answered = (report: unknown): [Step[]] => [
  [
    { do: 'apply', profile: GOOD },
    { do: 'reply', which: 0, content: carrying(report) }
  ]
];

/** The kernel lost the agent between two requests, so the second is sent once more. */
const LOST: [Step[]] = [
  [
    { do: 'news' },
    { do: 'reply', which: 0, content: carrying(SET) },
    { do: 'news' },
    {
      do: 'reply',
      which: 0,
      content: carrying({ protocol: 1, agentMissing: true })
    }
  ]
];

/** A kernel that keeps what was evaluated in it. */
class EvaluatingKernel extends FakeKernel {
  readonly codes = new Set<string>();

  requestExecute(request: {
    code: string;
    user_expressions: Record<string, string>;
  }): object {
    this.codes.add(request.code);
    Object.values(request.user_expressions).forEach(text =>
      this.codes.add(text)
    );
    return this.wait();
  }
}

/** What a step set going has come to rest: a timer runs only after every promise that can. */
const turn = (): Promise<void> => new Promise(resolve => setTimeout(resolve));

describe('a bad input', () => {
  it('as a profile, metadata or settings never throws, and is never taken for a good one', () => {
    const options = new Options(ENGLISH);
    fc.assert(
      fc.property(
        anything,
        fc.array(anything, { maxLength: 3 }),
        (value, list) => {
          const parsed = parseProfile(value);
          const good = 'profile' in parsed ? parsed.profile : GOOD;
          // A name may be any text: it is shown, and never reaches a setting.
          const { name, ...settings } = good;
          expect(name === undefined || typeof name === 'string').toBe(true);
          expect(JSON.stringify(settings)).not.toContain('jndi');
          expect(parseProfile(good)).toEqual({ profile: good });
          const proposal = readProposal(value, { options });
          expect(proposal?.profile ?? null).toEqual(
            'profile' in parsed && value !== null ? parsed.profile : null
          );
          const site = readSite({
            profile: value,
            locked: true,
            allowedKeys: list
          });
          const read = readOptions(
            {
              profiles: list,
              mode: value,
              kernels: value,
              saveInNotebook: value
            },
            ENGLISH,
            { site: value }
          );
          for (const profile of read.profiles) {
            expect(parseProfile(profile)).toEqual({ profile });
            expect(['warn', 'block']).toContain(modeOf(profile, read));
            expect(Array.isArray(siteErrors(profile, site))).toBe(true);
          }
        }
      ),
      { numRuns: 500 }
    );
  });

  it('as an answer is an error that can be shown', () => {
    fc.assert(
      fc.property(brokenReport, value => {
        const answer = parseAnswer(value);
        const text = answer.kind === 'error' ? answer.error.message : 'none';
        expect(text).not.toBe('');
        const report = answer.kind === 'report' ? answer.report : makeReport();
        expect(parseReport(report)).toEqual({ report });
        const known =
          answer.kind === 'report'
            ? { ...(value as object), ...ownOf(value, report) }
            : report;
        expect(known).toEqual(report);
      }),
      { numRuns: 500 }
    );
  });

  it('as a reply, in any order, leaves no half-applied state and no code with an argument in it', async () => {
    const reached = new Set<string>();
    const errors = jest.spyOn(console, 'error').mockImplementation();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async steps => {
        const kernel = new EvaluatingKernel();
        const context = {
          session: { kernel },
          sessionManager: { running: () => [][Symbol.iterator]() },
          specsManager: {
            specs: { kernelspecs: { python3: { language: 'python' } } }
          },
          kernelChanged: new Signal<object, unknown>({}),
          disposed: new Signal<object, void>({}),
          name: 'n',
          path: 'n',
          kernelDisplayName: 'k'
        } as unknown as ISessionContext;
        const session = new EncryptionSession({
          sessionContext: context,
          reapplyOnRestart: () => true,
          connector: () => 'auto',
          remember: () => Promise.resolve(),
          recall: () => Promise.resolve(POISON),
          checkWrites: () => 'off',
          channelFor: () =>
            new IpykernelChannel(
              kernel as unknown as Kernel.IKernelConnection,
              []
            )
        });
        await session.ready;
        const asked: Promise<unknown>[] = [];
        const check = (): void => {
          const { state } = session;
          reached.add(state.kind);
          const claims = ['set', 'in-effect', 'proven', 'waiting'];
          const report = claims.includes(state.kind)
            ? (state as { report: unknown }).report
            : makeReport();
          expect(parseReport(report)).toEqual({ report });
        };
        for (const one of steps) {
          switch (one.do) {
            case 'apply':
              asked.push(session.apply(one.profile as Profile).catch(String));
              break;
            case 'run':
              session.guardRun(one.block);
              break;
            case 'cancel':
              session.cancel();
              break;
            case 'news':
              kernel.iopubMessage.emit({
                header: { msg_type: 's3_encryption_changed', session: 's' },
                parent_header: { session: 'other' }
              });
              break;
            case 'reply':
              kernel.reply(one.which, one.content);
              break;
            default:
              asked.push(session[one.do]().catch(String));
          }
          await turn();
          check();
        }
        for (let n = 0; n < 60 && kernel.open.length > 0; n++) {
          kernel.reply(n, { status: 'error', ename: 'E', evalue: POISON });
          await turn();
          check();
        }
        expect(session.state.kind).not.toBe('applying');
        session.dispose();
        await Promise.all(asked);
        const other = [...kernel.codes].filter(
          code =>
            !['', EXPRESSION, BLOCKING].includes(code) &&
            code !== MAGICS &&
            !(code.startsWith('((lambda k:') && code.endsWith("['answer']"))
        );
        expect(other).toEqual([]);
      }),
      { numRuns: 300, examples: [answered(SET), answered(WAITING), LOST] }
    );
    expect(errors).not.toHaveBeenCalled();
    expect([...reached]).toEqual(
      expect.arrayContaining(['set', 'waiting', 'failed', 'applying'])
    );
    errors.mockRestore();
  });
});
