import { sanitize } from "./errors.ts";

/** What it costs to change the case of a letter; any other edit costs 1. */
const CASE_COST = 0.3;

/** Optimal string alignment (Damerau-Levenshtein without overlapping swaps), case changes at 0.3. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const sameLetter = a[i - 1].toLowerCase() === b[j - 1].toLowerCase();
      const change = last[j - 1] + (same ? 0 : sameLetter ? CASE_COST : 1);
      let cost = Math.min(change, last[j] + 1, row[j - 1] + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, beforeLast[j - 2] + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length];
}

/** Letters compared with letters that one suggestion may take: some milliseconds. A list of thousands of long names is left after that. */
const MOST_COMPARISONS = 2e6;
const LONGEST = 200;

/** A name of so few letters has nothing in common with one that begins with another. */
const SHORT = 2;

/** Whether two letters are those of another name, the other way round. */
function isSwapped(name: string, [first, second]: string): boolean {
  return second !== undefined && name === second + first;
}

/** The known name closest to a short one, of those that begin with its letter, in either case, and are one edit away at most, or begin with all of it. */
function nearestShort(name: string, known: Iterable<string>): string | undefined {
  const letters = name.toLowerCase();
  const close = [...known]
    .filter((each) => each.length <= LONGEST && (each.toLowerCase().startsWith(letters[0]) || isSwapped(each.toLowerCase(), letters)))
    .map((each) => ({ each, distance: editDistance(name, each), isLonger: each.toLowerCase().startsWith(letters) }))
    .filter(({ distance, isLonger }) => distance <= 1 || isLonger)
    .sort((a, b) => a.distance - b.distance);
  return close[0]?.each;
}

/**
 * The known name closest to `name`, if it is close: at most a third of it, and at least one letter, may differ, but not the first one of a name of one
 * letter or two.
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  if (name.length > LONGEST) return undefined;
  if (name.length <= SHORT) return name === "" ? undefined : nearestShort(name, known);
  const most = Math.max(1, name.length / 3);
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  let left = MOST_COMPARISONS;
  for (const candidate of known) {
    // As many letters differ as one of the two is longer.
    if (Math.abs(candidate.length - name.length) > most) continue;
    left -= (candidate.length + 1) * (name.length + 1);
    if (left < 0) break;
    const distance = editDistance(name, candidate);
    if (distance <= most && distance < least) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

/** The known name closest to one that does not exist, and how a message ends that says so: by `otherwise` where none is close. */
export function suggest(name: string, known: Iterable<string>, otherwise: string): { suggestion: string | undefined; hint: string } {
  const suggestion = nearest(name, known);
  return { suggestion, hint: suggestion === undefined ? otherwise : `did you mean ${sanitize(suggestion)}?` };
}
