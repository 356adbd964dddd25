/**
 * Patterns of policies: `*` is any text, `?` is one character. They come from
 * other people's policies, so nothing here backtracks further than to the last
 * `*`: the time grows with the length of the pattern times that of the text. Pure.
 *
 * Source: IAM user guide (Using wildcards in resource ARNs; Policy variables).
 */

/** Does a pattern match a whole text? */
export function like(pattern: string, text: string): boolean {
  return matches(pattern, text, '?');
}

/** The same for patterns in which `?` stands for itself. */
export function likeText(pattern: string, text: string): boolean {
  return matches(pattern, text, null);
}

/** @param one - stands for any one character; null: nothing does */
function matches(pattern: string, text: string, one: '?' | null): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let place = 0;
  while (place < text.length) {
    if (pattern[at] === '*') {
      star = at++;
      resume = place;
    } else if (pattern[at] === one || pattern[at] === text[place]) {
      at++;
      place++;
    } else if (star >= 0) {
      at = star + 1;
      place = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') {
    at++;
  }
  return at === pattern.length;
}

/** A policy variable, whose value only the request knows. */
export const VARIABLE = '${';

/** Stands for a character that no pattern spells out. */
const ANY = '\ue000';

/** Does a pattern match every text that begins like this and goes on? */
export function coversAll(pattern: string, beginning: string): boolean {
  if (pattern.includes(VARIABLE)) {
    return false;
  }
  const end = pattern.length - wildcardsAtEnd(pattern);
  const tail = pattern.slice(end);
  // `*?` and `?*` are the same; with the `*` last, it takes whatever follows.
  const sorted = tail.replaceAll('*', '') + (tail.includes('*') ? '*' : '');
  return (
    sorted.endsWith('*') &&
    like(pattern.slice(0, end) + sorted, beginning + ANY)
  );
}

function wildcardsAtEnd(pattern: string): number {
  let count = 0;
  while (/[*?]/.test(pattern[pattern.length - 1 - count] ?? '')) {
    count++;
  }
  return count;
}

/** Can a pattern match some text that begins like this and goes on? */
export function mayCover(pattern: string, beginning: string): boolean {
  // What a variable stands for is not known: from there on it can be anything.
  const variable = pattern.indexOf(VARIABLE);
  const known = (
    variable < 0 ? pattern : `${pattern.slice(0, variable)}*`
  ).replace(/\*+/g, '*');
  let places = new Set(afterStars(known, 0));
  for (const character of beginning) {
    const next = new Set<number>();
    for (const place of places) {
      if (known[place] === '*') {
        next.add(place);
      } else if (known[place] === '?' || known[place] === character) {
        afterStars(known, place + 1).forEach(after => next.add(after));
      }
    }
    places = next;
  }
  return [...places].some(place => place < known.length);
}

/** A place in a pattern without runs of `*`, and the one behind a `*` that is there. */
function afterStars(pattern: string, place: number): number[] {
  return pattern[place] === '*' ? [place, place + 1] : [place];
}
