import type { Problems } from "./check.ts";

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

/** Tells each name that differs from one before it, or from one of `taken`, by nothing that is seen. */
export function checkLookalikes(
  problems: Problems,
  path: readonly string[],
  names: readonly string[],
  taken: readonly string[] = [],
): void {
  const seen = new Map(taken.map((name) => [visibleForm(name), name]));
  for (const name of names) {
    const form = visibleForm(name);
    const other = seen.get(form);
    if (other === undefined) seen.set(form, name);
    else if (other !== name) {
      const message = `the names ${spelled(other)} and ${spelled(name)} of ${path.join(".")} differ by nothing that is seen; rename or remove one`;
      problems.add("E_LOOKALIKE_NAME", [...path, name], message);
    }
  }
}
