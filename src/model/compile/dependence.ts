import { append, largest } from "../../lists.ts";
import { type Algebraic, type Equations, type Quantity, SIGNAL, SUM, sourcesOf } from "../equation/equations.ts";
import { isReduction } from "../equation/functions.ts";
import { children, type Expression, presentNames } from "../equation/tree.ts";

/** A variable, or one of its copies. */
interface Place {
  name: string;
  copy: number;
}

/**
 * Tells what an expression of a model's variables depends on at present: full paths of states, parameters and inputs, through all
 * that is computed of them. Values of the past are not among them.
 */
export function dependence(equations: Equations): (expression: Expression) => ReadonlySet<string> {
  let variables: Variables | undefined;
  return (expression) => {
    // A network has thousands, and few sweeps ask.
    variables ??= variablesOf(equations);
    const { given, computed, copies } = variables;
    const found = new Set<string>();
    const seen = new Set<string>();
    const stack: { node: Expression; copy: number }[] = [{ node: expression, copy: 0 }];
    for (let next = stack.pop(); next; next = stack.pop()) {
      const { node, copy } = next;
      if (node.kind === "call" && isReduction(node.name)) {
        const widest = [...presentNames(node)].map((name) => given.get(name)?.copies?.length ?? computed.get(name)?.copies?.length ?? 0);
        for (let each = 0; each <= largest(widest); each++) stack.push({ node: node.args[0], copy: each });
        continue;
      }
      for (const child of children(node)) stack.push({ node: child, copy });
      if (node.kind !== "name" || node.name === SUM) continue;
      const isSignal = node.name.startsWith(SIGNAL);
      const name = isSignal ? node.name.slice(SIGNAL.length) : node.name;
      const place = copies.get(name) ?? { name, copy };
      const key = `${place.name} ${place.copy} ${isSignal}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const equation = isSignal ? undefined : computed.get(place.name);
      if (equation) append(stack, partsOf(equation, place.copy));
      else found.add(pathOf(given.get(place.name), place));
    }
    return found;
  };
}

interface Variables {
  given: ReadonlyMap<string, Quantity>;
  computed: ReadonlyMap<string, Algebraic>;
  copies: ReadonlyMap<string, Place>;
}

function variablesOf({ states, params, inputs, algebraic }: Equations): Variables {
  const given = new Map([...states, ...params, ...inputs].map((each) => [each.path, each]));
  const computed = new Map(algebraic.map((each) => [each.path, each]));
  const copies = new Map<string, Place>();
  for (const { path, copies: others = [] } of [...given.values()]) {
    others.forEach((other, i) => {
      copies.set(other.path, { name: path, copy: i + 1 });
    });
  }
  for (const { path, copies: others = [] } of algebraic) {
    others.forEach((other, i) => {
      copies.set(other, { name: path, copy: i + 1 });
    });
  }
  return { given, computed, copies };
}

/** What one copy of a variable is computed from. */
function partsOf({ expression, sum }: Algebraic, copy: number): { node: Expression; copy: number }[] {
  const terms = (sum?.terms ?? []).filter(({ target, delay }) => target === copy && !delay);
  const span = { start: 0, end: 0 };
  return [
    { node: expression, copy },
    ...(sum?.start ? [{ node: sum.start, copy }] : []),
    ...terms.map((term) => ({ node: { kind: "name", name: term.source, span } as const, copy: term.copy })),
  ];
}

function pathOf(quantity: Quantity | undefined, { name, copy }: Place): string {
  return (copy > 0 ? quantity?.copies?.[copy - 1]?.path : undefined) ?? name;
}

const realCalls = ["real", "imag", "abs", "absv"];

/** Tells which expressions of a model are complex, from the declarations and equations of its variables. */
export function complexity({ states, params, inputs, algebraic }: Equations): (expression: Expression) => boolean {
  const declared = new Set<string>();
  for (const { path, im, copies = [] } of [...states, ...params, ...inputs])
    if (im !== undefined) for (const name of [path, ...copies.map((copy) => copy.path)]) declared.add(name);
  const firsts = new Map(algebraic.flatMap(({ path, copies = [] }) => copies.map((copy) => [copy, path] as const)));
  const equations = new Map(algebraic.map(({ path, expression }) => [path, expression]));
  const sums = new Map(algebraic.map(({ path, sum }) => [path, sum ? sourcesOf(sum) : []]));
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
        append(stack, partsOf(name, seen));
      } else if (node.kind !== "call" || !realCalls.includes(node.name)) append(stack, children(node));
    }
    for (const name of seen) real.add(name);
    return false;
  };
}
