import type { Equations } from "../equation/equations.ts";
import { children, type Expression } from "../equation/tree.ts";

const realCalls = ["real", "imag", "abs", "absv"];

/** Tells which expressions of a model are complex, from the declarations and equations of its variables. */
export function complexity({ states, params, inputs, algebraic }: Equations): (expression: Expression) => boolean {
  const declared = new Set<string>();
  for (const { path, im, copies = [] } of [...states, ...params, ...inputs])
    if (im !== undefined) for (const name of [path, ...copies.map((copy) => copy.path)]) declared.add(name);
  const firsts = new Map(algebraic.flatMap(({ path, copies = [] }) => copies.map((copy) => [copy, path] as const)));
  const equations = new Map(algebraic.map(({ path, expression }) => [path, expression]));
  const sums = new Map(algebraic.map(({ path, sum }) => [path, [...new Set(sum?.terms.map(({ source }) => source))]]));
  const real = new Set<string>();
  /** What a variable is made of, looked at once. */
  const partsOf = (name: string, seen: Set<string>): Expression[] => {
    if (real.has(name) || seen.has(name)) return [];
    seen.add(name);
    const expression = equations.get(name);
    const sources = (sums.get(name) ?? []).map((source): Expression => ({ kind: "name", name: source, span: { start: 0, end: 0 } }));
    return expression ? [expression, ...sources] : sources;
  };
  return (expression) => {
    const seen = new Set<string>();
    // Variables may be made of each other thousands deep.
    const stack = [expression];
    for (let node = stack.pop(); node; node = stack.pop()) {
      if (node.kind === "number" && node.im !== 0) return true;
      if (node.kind === "name" || node.kind === "past") {
        const name = firsts.get(node.name) ?? node.name;
        if (declared.has(name)) return true;
        stack.push(...partsOf(name, seen));
      } else if (node.kind !== "call" || !realCalls.includes(node.name)) stack.push(...children(node));
    }
    for (const name of seen) real.add(name);
    return false;
  };
}
