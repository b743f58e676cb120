import type { Problems } from "./check.ts";
import { sanitize } from "./errors.ts";

/** Letters that are not seen, whatever stands beside them: of width nought, of direction, of control, selectors of variants. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
/** The micro sign, which no canonical form tells from the Greek letter that it looks like. */
const MICRO = /\u00b5/g;

/** A name as one sees it: composed, without what is not seen and without blanks around it. Names that are equal so look alike. */
export function visibleForm(name: string): string {
  return name
    .replaceAll(INVISIBLE, "")
    .normalize("NFC")
    .replaceAll(MICRO, "\u03bc")
    .replaceAll(/\p{Zs}/gu, " ")
    .trim();
}

/** A name with all that might not be seen, or be seen as something else, written out. */
function spelled(name: string): string {
  const written = (part: string) => Array.from(part, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`).join("");
  return `"${name.slice(0, 60).replaceAll(/^\s+|\s+$|[^\x20-\x7e]+/gu, written)}"`;
}

/** Tells names that differ from one before them by their case alone: with each, the other. */
export function sameButForCase(names: Iterable<string>): [first: string, second: string][] {
  const seen = new Map<string, string>();
  const found: [string, string][] = [];
  for (const name of names) {
    const before = seen.get(name.toLowerCase());
    if (before === undefined) seen.set(name.toLowerCase(), name);
    else if (before !== name) found.push([before, name]);
  }
  return found;
}

/** What is to be said of two such columns. */
export function caseText(first: string, second: string): string {
  const names = `${sanitize(first)} and ${sanitize(second)}`;
  return `the columns ${names} differ by their case alone, which DuckDB, Spark and DataFusion do not tell apart`;
}

/** Half of a letter beyond U+FFFF: no text of UTF-8 has it, so that files would call it by another name. */
const HALF = /\p{Cs}/u;

/** Tells each name that differs from one before it, or from one of `taken`, by nothing that is seen, or that no file can have. */
export function checkLookalikes(
  problems: Problems,
  path: readonly string[],
  names: readonly string[],
  taken: readonly string[] = [],
): void {
  const seen = new Map(taken.map((name) => [visibleForm(name), name]));
  for (const name of names) {
    if (HALF.test(name)) {
      const message = `the name ${spelled(name)} of ${path.join(".")} has half of a letter (a lone surrogate), which files cannot have; write the whole one`;
      problems.add("E_BAD_IDENTIFIER", [...path, name], message);
    }
    const form = visibleForm(name);
    const other = seen.get(form);
    if (other === undefined) seen.set(form, name);
    else if (other !== name) {
      const message = `the names ${spelled(other)} and ${spelled(name)} of ${path.join(".")} differ by nothing that is seen; rename or remove one`;
      problems.add("E_LOOKALIKE_NAME", [...path, name], message);
    }
  }
}
