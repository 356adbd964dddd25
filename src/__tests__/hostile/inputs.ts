/** Bad inputs of every kind, for the specs here. Not a spec, and not part of the product. */

import fc from 'fast-check';

import { makeReport } from '../../contract/__tests__/reports';
import type { Profile } from '../../contract/profile';

/** Milliseconds for one input. */
export const LIMIT = 200;
export const GOOD: Profile = { method: 'sse-kms', kmsKeyId: 'alias/lake' };

/** Names that every object has, and what other languages make something of. */
export const trap = fc.constantFrom(
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
  '${jndi:x}',
  '{{resolve:ssm:x}}',
  "'; touch x #",
  '\u202egpj.exe',
  '\ud800',
  '\u0000',
  ''
);
const bit = fc.constantFrom(
  ...Array.from(' \n\t"\'\\<>{}()[]:/.*?$,=-&a0é'),
  'arn:aws:s3:::lake/',
  'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  'arn:aws:sts::111122223333:assumed-role/Job/s',
  's3://lake/x',
  'User: ',
  ' is not authorized to perform: ',
  's3:PutObject',
  'kms:Decrypt',
  ' on resource: ',
  ' because no ',
  'identity-based policy',
  ' with an explicit deny in a ',
  'Access Denied',
  '(Service: S3, Status Code: 403',
  '(AccessDenied) when calling the PutObject operation: ',
  'Invalid keyId ',
  'Forbidden',
  'Filesystem closed',
  'S3AFileSystem',
  '\nCaused by: ',
  '\u001b[31m'
);
/** Some bits, some of them very often. */
export const text = fc.oneof(
  trap,
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(
      fc.tuple(
        fc.array(bit, { minLength: 1, maxLength: 5 }),
        fc.oneof(fc.constant(1), fc.constant(1), fc.nat(2_000))
      ),
      { maxLength: 6 }
    )
    .map(parts =>
      parts.map(([bits, times]) => bits.join('').repeat(times)).join('')
    )
);
/** A list in a list, and so on: more than calls can be within each other. */
const deep = fc.constantFrom(20, 20_000).map(depth => {
  let value: fc.JsonValue = [];
  for (let n = 0; n < depth; n++) {
    value = [value];
  }
  return value;
});
export const json = fc.oneof(
  { arbitrary: fc.jsonValue({ maxDepth: 4 }), weight: 4 },
  { arbitrary: text, weight: 4 },
  { arbitrary: deep, weight: 1 },
  { arbitrary: fc.constant({ toString: 1, valueOf: 1 }), weight: 1 }
);
const choice = fc.record(
  {
    method: fc.oneof(
      fc.constantFrom('bucket-default', 'sse-s3', 'sse-kms', 'cse-kms'),
      json
    ),
    kmsKeyId: fc.oneof(fc.constantFrom('alias/a', 'alias/aws/s3'), json)
  },
  { requiredKeys: [] }
);
/** An object with any names of its own, `__proto__` among them. */
export const named = <T>(
  value: fc.Arbitrary<T>
): fc.Arbitrary<Record<string, T>> =>
  fc
    .array(fc.tuple(fc.oneof(fc.constantFrom('lake', 'raw'), text), value), {
      maxLength: 4
    })
    .map(entries => Object.fromEntries(entries));
export const profile = fc.oneof(
  json,
  fc
    .tuple(
      choice,
      fc.record(
        {
          name: json,
          buckets: fc.oneof(named(choice), json),
          encryptionContext: fc.oneof(named(text), json),
          writers: fc.oneof(
            fc.array(fc.constantFrom('python', 'iceberg')),
            json
          ),
          mode: json
        },
        { requiredKeys: [] }
      )
    )
    .map(([one, more]) => ({ ...one, ...more }))
);

const FIELDS = Object.keys(makeReport());
export const report = fc
  .array(fc.tuple(fc.constantFrom(...FIELDS), json), { maxLength: 2 })
  .chain(changes =>
    fc
      .record({
        sentences: named(
          fc.record({ text, values: fc.array(trap, { maxLength: 8 }) })
        ),
        findings: fc.array(
          fc.record({
            code: text,
            severity: fc.oneof(fc.constantFrom('warning', 'info'), trap),
            message: fc.oneof(trap, text),
            fix: fc.constant(null)
          }),
          { maxLength: 3 }
        ),
        profile: fc.oneof(fc.constant(GOOD), fc.constant(null), profile)
      })
      .map(parts => ({
        ...makeReport(),
        ...parts,
        ...Object.fromEntries(changes)
      }))
  );
export const statement = fc.record({
  sid: text,
  effect: fc.oneof(fc.constant('Deny'), text),
  everybody: fc.boolean(),
  plain: fc.boolean(),
  actions: fc.array(fc.oneof(fc.constant('s3:*'), text), { maxLength: 3 }),
  resources: fc.array(fc.oneof(fc.constant('arn:aws:s3:::lake/*'), text), {
    maxLength: 3
  }),
  conditions: fc.array(
    fc.record({
      operator: fc.oneof(
        fc.constantFrom('StringLike', 'ArnLike', 'StringNotEquals', 'Null'),
        text
      ),
      key: fc.oneof(
        fc.constant('s3:x-amz-server-side-encryption-aws-kms-key-id'),
        text
      ),
      values: fc.array(text, { maxLength: 3 })
    }),
    { maxLength: 3 }
  )
});
export const options = fc.record(
  {
    account: json,
    region: fc.oneof(fc.constantFrom('eu-west-1', 'cn-north-1'), json),
    partition: json,
    releaseLabel: fc.oneof(fc.constant('emr-7.10.0'), json),
    name: json,
    trail: json,
    athenaResults: json,
    buckets: fc.oneof(fc.array(json, { maxLength: 3 }), json),
    roles: fc.oneof(named(json), json),
    services: json,
    documents: json
  },
  { requiredKeys: [] }
);

/** As JSON; what is too deep for JSON itself is not written. */
export function written(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return '[]';
  }
}

export function must(isSo: boolean): void {
  if (!isSo) {
    throw new Error('That must not be.');
  }
}

/** Runs with one input; again if it took long, because other programs run too. */
export function inTime(run: () => void): void {
  for (let left = 3; ; left--) {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    const took = (user + system) / 1000;
    if (took <= LIMIT) {
      return;
    }
    if (left === 0) {
      throw new Error(`It took ${took} ms.`);
    }
  }
}
