import type { Equations } from "../equation/equations.ts";
import { children, type Expression } from "../equation/tree.ts";

const realCalls = ["real", "imag", "abs", "absv"];

/** Tells which expressions of a model are complex, from the declarations and equations of its variables. */
export function complexity({ states, params, inputs, algebraic }: Equations): (expression: Expression) => boolean {
  const known = new Map<string, boolean>();
  for (const { path, im, copies = [] } of [...states, ...params, ...inputs])
    for (const name of [path, ...copies.map((copy) => copy.path)]) known.set(name, im !== undefined);
  const firsts = new Map(algebraic.flatMap(({ path, copies = [] }) => copies.map((copy) => [copy, path] as const)));
  const equations = new Map(algebraic.map(({ path, expression }) => [path, expression]));
  const sums = new Map(algebraic.map(({ path, sum }) => [path, [...new Set(sum?.terms.map(({ source }) => source))]]));
  const isComplex = (node: Expression): boolean => {
    if (node.kind === "number") return node.im !== 0;
    if (node.kind === "name" || node.kind === "past") return ofName(node.name);
    if (node.kind === "call" && realCalls.includes(node.name)) return false;
    return children(node).some(isComplex);
  };
  const ofName = (path: string): boolean => {
    const name = firsts.get(path) ?? path;
    const before = known.get(name);
    const expression = equations.get(name);
    if (!expression) return before ?? false;
    equations.delete(name);
    const complex = isComplex(expression) || (sums.get(name) ?? []).some(ofName);
    known.set(name, complex || before === true);
    return complex || before === true;
  };
  return isComplex;
}
