/**
 * Patterns of policies: `*` is any text, `?` is one character. They come from
 * other people's policies, so nothing here backtracks further than to the last
 * `*`: the time grows with the length of the pattern times that of the text. Pure.
 *
 * Source: IAM user guide (Using wildcards in resource ARNs; Policy variables).
 */

/** The longest policy (of a key), and the longest ARN: in AWS nothing longer is compared. */
const LONGEST = { pattern: 32_768, text: 2048 };

/** Does a pattern match a whole text? What AWS would not have is matched by nothing. */
export function like(pattern: string, text: string): boolean {
  return (
    pattern.length <= LONGEST.pattern &&
    text.length <= LONGEST.text &&
    matches(pattern, text, '?')
  );
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
  // A `*` can take all that follows, and so can what a variable stands for.
  const open = pattern.search(/\*|\$\{/);
  const known = open < 0 ? pattern : pattern.slice(0, open);
  const common = Math.min(known.length, beginning.length);
  for (let place = 0; place < common; place++) {
    if (known[place] !== '?' && known[place] !== beginning[place]) {
      return false;
    }
  }
  return open >= 0 || known.length > beginning.length;
}
