/**
 * Replies, profiles, notebooks, policies, error texts and document fields that
 * nobody would write: none throws, none takes long, and none is taken for more
 * than it is. S3E_FUZZ is how many of each are tried (`make soak`: 100,000 in all).
 */

import fc from 'fast-check';

import { ENGLISH } from '../../contract/messages';
import { translated } from '../../contract/sentences';
import type { IBucketEncryption } from '../../contract/storedObjects';
import { clusterResult, ExportError } from '../../cluster/documents';
import { evaluateWrites } from '../../encryption/bucketPolicy';
import { diagnose } from '../../encryption/diagnosis';
import { parseProfile } from '../../encryption/profile/profile';
import { siteErrors } from '../../encryption/profile/site';
import { parseAnswer } from '../../kernel/protocol';
import { FrameReader } from '../../kernel/remote/frames';
import { errorText } from '../../plugins/diagnosis';
import { readProposal } from '../../preferences/proposal';
import { Options, fits, modeOf, readOptions } from '../../preferences/settings';
import {
  GOOD,
  inTime,
  json,
  must,
  options,
  profile,
  report,
  statement,
  text,
  written
} from './inputs';

const RUNS = Number(process.env.S3E_FUZZ ?? 100);

const cases: Readonly<Record<string, () => fc.IProperty<[unknown]>>> = {
  replies: () =>
    fc.property(fc.oneof(report, json), value => {
      inTime(() => {
        const answer = parseAnswer(value);
        if (answer.kind === 'report') {
          translated(answer.report, ENGLISH);
        }
        const reader = new FrameReader('7d1c');
        const whole = written(value);
        reader.push(`<<7d1c:${whole.length}>>${whole}<<7d1c>>`);
        expect(reader.value).toEqual(JSON.parse(whole));
      });
    }),
  profiles: () =>
    fc.property(profile, value => {
      inTime(() => {
        const parsed = parseProfile(value);
        if ('profile' in parsed) {
          expect(parseProfile(parsed.profile)).toEqual(parsed);
        } else {
          expect(parsed.errors.every(({ message }) => message)).toBe(true);
        }
        const read = readOptions(
          { profiles: [value], kernels: [value] },
          ENGLISH,
          { site: { profile: value, requireBlock: value } }
        );
        for (const one of read.profiles) {
          siteErrors(one, read.site);
          must(['warn', 'block'].includes(modeOf(one, read)));
        }
        fits(written(value), read.kernels);
      });
    }),
  notebooks: () =>
    fc.property(
      fc.tuple(
        profile,
        fc.array(
          fc.record(
            {
              output_type: fc.oneof(fc.constantFrom('error', 'stream'), text),
              name: fc.constant('stderr'),
              ename: json,
              evalue: json,
              traceback: fc.oneof(fc.array(text, { maxLength: 3 }), json),
              text: fc.oneof(fc.array(text, { maxLength: 3 }), json)
            },
            { requiredKeys: ['output_type'] }
          ),
          { maxLength: 3 }
        )
      ),
      ([metadata, outputs]) => {
        inTime(() => {
          readProposal(metadata, { options: new Options(ENGLISH) });
          const found = errorText(outputs);
          expect(found === null || typeof found === 'string').toBe(true);
          diagnose(found ?? '');
        });
      }
    ),
  policies: () =>
    fc.property(fc.array(statement, { maxLength: 4 }), statements => {
      inTime(() => {
        const found = {
          bucket: 'lake',
          default: null,
          defaultReason: null,
          policy: { statements },
          policyReason: null
        } as unknown as IBucketEncryption;
        const compared = evaluateWrites(found, GOOD);
        expect(compared.statements.length).toBeLessThanOrEqual(
          statements.length
        );
      });
    }),
  'error texts': () =>
    fc.property(text, value => {
      inTime(() => {
        const found = diagnose(value, {
          profile: GOOD,
          kmsKeyId: 'alias/lake'
        });
        expect(found?.cause).not.toBe('');
        const policy = JSON.parse(found?.statement?.text ?? '{}') as {
          Action?: string | string[];
        };
        expect(JSON.stringify(policy)).not.toMatch(/:root"|\$\{/);
      });
    }),
  'document fields': () =>
    fc.property(fc.tuple(profile, options), ([value, given]) => {
      inTime(() => {
        try {
          const { documents } = clusterResult(value, given as never);
          const all = documents.map(one => one.text).join();
          must(!/\{\{resolve:|[\u202a-\u202e]/.test(all));
        } catch (error) {
          must(error instanceof ExportError);
        }
      });
    })
};

describe('nothing hangs and nothing throws, whatever is in', () => {
  it.each(Object.keys(cases))(
    '%s',
    kind => {
      const errors = jest.spyOn(console, 'error');
      fc.assert((cases[kind] as () => fc.IProperty<[unknown]>)(), {
        numRuns: RUNS
      });
      expect(errors).not.toHaveBeenCalled();
      errors.mockRestore();
    },
    30_000 + RUNS * 100
  );
});
