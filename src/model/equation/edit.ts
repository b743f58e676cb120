import { MassgridError } from "../../errors.ts";

/** How an operator changes the equations of the one it is based on. */
export interface EquationEdits {
  /** Old terms and new terms, one after the other. */
  replace?: readonly (readonly [string, string])[];
  remove?: string | readonly string[];
  append?: string;
  prepend?: string;
  /** Further equations, which are not changed. */
  add?: readonly string[];
}

/**
 * What may stand beside a term, in PyRates and, as equations may have several lines, line ends; the prime of a derivative is
 * none of these, so that `replace: {x: w}` leaves `x' =` alone.
 */
const BOUNDARY = "-+=*/^<>!.%@[]():, \t\r\n";
/** All equations of an operator together. */
const MOST_TEXT = 65536;

/** Equations after the edits of one template, in PyRates' order: replace, remove, append, prepend, and then what is added. */
export function editEquations(equations: readonly string[], edits: EquationEdits): string[] {
  const removed = typeof edits.remove === "string" ? [edits.remove] : (edits.remove ?? []);
  const changed = equations.map((equation) => {
    let text = equation;
    for (const [old, by] of edits.replace ?? []) text = replaceTerm(text, old, by);
    for (const old of removed) text = replaceTerm(text, old, "");
    return `${edits.prepend ?? ""}${text}${edits.append ?? ""}`;
  });
  const all = [...changed, ...(edits.add ?? [])];
  checkSize(all.reduce((sum, text) => sum + text.length, 0));
  return all;
}

/** Every whole occurrence of a term, replaced. */
function replaceTerm(text: string, term: string, by: string): string {
  if (term === "") return text;
  let result = "";
  let from = 0;
  for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, from)) {
    const before = at === 0 || BOUNDARY.includes(text[at - 1]);
    const end = at + term.length;
    const after = end === text.length || BOUNDARY.includes(text[end]);
    result += text.slice(from, at) + (before && after ? by : term);
    from = end;
    checkSize(result.length);
  }
  return result + text.slice(from);
}

function checkSize(size: number): void {
  if (size <= MOST_TEXT) return;
  const message = `the equations grow to more than ${MOST_TEXT} characters by inheritance; replace terms by shorter ones`;
  throw new MassgridError([{ code: "E_EXPANSION_LIMIT", path: [], message }]);
}
