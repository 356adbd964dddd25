/**
 * Real error texts that users posted, with neutral names, and what a right
 * answer has in it: who acts, what is said, what is not, and the statement.
 */

import { readFileSync } from 'fs';
import { join } from 'path';

import { diagnose } from '..';
import type { IDiagnosis, PolicyName } from '..';

interface ICase {
  readonly name: string;
  readonly text: string;
  readonly profileKey?: string;
  readonly expect: {
    /** No answer is right. */
    readonly none?: true;
    /** No answer is right too. */
    readonly orNone?: true;
    /** Names of actors, as patterns; one of them. */
    readonly who?: readonly string[];
    readonly must?: readonly string[];
    readonly mustNot?: readonly string[];
    readonly statement?: 'required' | 'none' | 'any';
    readonly statementKind?: readonly string[];
    readonly statementMust?: readonly string[];
    readonly statementMustNot?: readonly string[];
  };
}

const CASES = JSON.parse(
  readFileSync(
    join(__dirname, '../../../../tests/examples/diagnosis.json'),
    'utf8'
  )
) as readonly ICase[];

const KINDS: Readonly<Record<PolicyName, string>> = {
  'policy of the role': 'identity',
  'key policy': 'key-policy',
  'bucket policy': 'bucket-policy',
  'access point policy': 'access-point-policy',
  'session policy': 'session-policy',
  'permissions boundary': 'permissions-boundary'
};

/** What is wrong with an answer; empty if it is right. */
function faults(found: IDiagnosis | null, { expect }: ICase): string[] {
  if (found === null) {
    return expect.none || expect.orNone ? [] : ['no answer'];
  }
  if (expect.none) {
    return [`an answer: ${found.code}`];
  }
  const { statement } = found;
  const said = [found.code, found.cause, found.what, statement?.text].join(
    '\n'
  );
  const lacks = (text: string, patterns: readonly string[] = []): string[] =>
    patterns
      .filter(pattern => !new RegExp(pattern, 'i').test(text))
      .map(pattern => `lacks ${pattern}`);
  const has = (text: string, patterns: readonly string[] = []): string[] =>
    patterns
      .filter(pattern => new RegExp(pattern, 'i').test(text))
      .map(pattern => `has ${pattern}`);
  const rightActor = (expect.who ?? ['.*']).some(who =>
    new RegExp(`^(?:${who})$`).test(found.who)
  );
  return [
    ...(rightActor ? [] : [`who: ${found.who}`]),
    ...lacks(said, expect.must),
    ...has(said, expect.mustNot),
    ...(expect.statement === 'required' && !statement ? ['no statement'] : []),
    ...(expect.statement === 'none' && statement ? ['a statement'] : []),
    ...(statement
      ? [
          ...(expect.statementKind?.includes(KINDS[statement.goesInto]) ===
          false
            ? [`goes into ${statement.goesInto}`]
            : []),
          ...lacks(statement.text, expect.statementMust),
          ...has(statement.text, expect.statementMustNot),
          ...('Principal' in (JSON.parse(statement.text) as object) !==
          /^(?:key|bucket|access)/.test(statement.goesInto)
            ? ['a principal in the wrong kind of policy']
            : [])
        ]
      : [])
  ];
}

describe('an error text that users posted', () => {
  it.each(CASES.map(one => [one.name, one] as const))('%s', (_name, one) => {
    const found = diagnose(
      one.text,
      one.profileKey === undefined
        ? {}
        : {
            kmsKeyId: one.profileKey,
            profile: { method: 'sse-kms', kmsKeyId: one.profileKey }
          }
    );
    expect({ found, faults: faults(found, one) }).toMatchObject({ faults: [] });
    expect(found?.cause ?? '').not.toMatch(/%\d|undefined|null/);
  });
});

it('the check of an answer can fail', () => {
  const denied = CASES.find(one => one.expect.statement === 'required')!;
  expect(faults(null, denied)).toEqual(['no answer']);
  expect(
    faults(
      { code: 'access-denied', cause: '', who: 'you', what: '', evidence: '' },
      denied
    ).length
  ).toBeGreaterThan(2);
});
