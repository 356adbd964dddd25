/** Patterns of policies: what they match, and that hostile ones take no time. */

import { coversAll, like, mayCover } from '../glob';

const OBJECTS = 'arn:aws:s3:::lake/';

/** The definition: each pattern as a list of choices, tried out in full. */
function slowly(pattern: string, text: string): boolean {
  const [first] = pattern;
  if (first === undefined) {
    return text === '';
  }
  return first === '*'
    ? slowly(pattern.slice(1), text) ||
        (text !== '' && slowly(pattern, text.slice(1)))
    : text !== '' &&
        (first === '?' || first === text[0]) &&
        slowly(pattern.slice(1), text.slice(1));
}

/** Every text of up to so many of these characters. */
function texts(characters: string, length: number): string[] {
  return length === 0
    ? ['']
    : texts(characters, length - 1).flatMap(text => [
        text,
        ...characters.split(/(?:)/).map(character => text + character)
      ]);
}

const PATTERNS = [...new Set(texts('a*?', 4))];
const TEXTS = [...new Set(texts('ab', 4))];

describe('a pattern of a policy', () => {
  it('matches what its definition says', () => {
    for (const pattern of PATTERNS) {
      for (const text of TEXTS) {
        expect([pattern, text, like(pattern, text)]).toEqual([
          pattern,
          text,
          slowly(pattern, text)
        ]);
      }
    }
  });

  it('covers all, some or none of the texts that go on from a beginning', () => {
    const after = TEXTS.filter(text => text !== '' && text.length < 4);
    const found = PATTERNS.map(pattern => ({
      pattern,
      matching: after.filter(text => slowly(pattern, `a${text}`))
    }));
    const covering = found.filter(({ pattern }) => coversAll(pattern, 'a'));
    expect(covering.length).toBeGreaterThan(10);
    expect(
      covering.filter(({ matching }) => matching.length < after.length)
    ).toEqual([]);
    expect(
      found.filter(
        ({ pattern, matching }) =>
          matching.length > 0 && !mayCover(pattern, 'a')
      )
    ).toEqual([]);
  });

  it.each<[string, boolean, boolean]>([
    ['*', true, true],
    [`${OBJECTS}*`, true, true],
    [`${OBJECTS}?*`, true, true],
    [`${OBJECTS}*?`, true, true],
    ['arn:aws:s3:::l*', true, true],
    ['arn:aws:s3:::lake', false, false],
    [OBJECTS, false, false],
    [`${OBJECTS}raw/*`, false, true],
    [`${OBJECTS}\${aws:username}/*`, false, true],
    ['arn:aws:s3:::${aws:username}/*', false, true],
    ['arn:aws:s3:::lake-*', false, false]
  ])('%s: all objects %s, some %s', (pattern, all, some) => {
    expect(coversAll(pattern, OBJECTS)).toBe(all);
    expect(mayCover(pattern, OBJECTS)).toBe(some);
  });

  it('is matched in time that grows with its length, however many stars it has', () => {
    const hostile = '*a'.repeat(10_000);
    const text = 'a'.repeat(2_000) + 'b';
    const began = performance.now();
    expect(like(hostile, text)).toBe(false);
    expect(like(`${'*?'.repeat(800)}x`, text)).toBe(false);
    expect(coversAll(hostile, OBJECTS)).toBe(false);
    expect(mayCover(hostile, OBJECTS)).toBe(true);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
