import type { Graph, Operation, PlainOperation } from "./graph.ts";

/** Derivatives of an operation's value with respect to each operand, as values of the graph; undefined where they are 0. */
export type Partials = readonly (number | undefined)[];

type Rule = (graph: Graph, args: readonly number[], value: number) => Partials;

/**
 * Partial derivatives of an operation. Where a function has a step or a corner: floor, ceil, round and comparisons 0, abs at 0
 * 0, min and max that of the first of equal arguments. Where that of a root, a power, asin or acos is infinite or does not exist,
 * or that of exp, sinh or cosh is more than a double holds, 0.
 */
export function partialsOf(graph: Graph, operation: Operation, value: number): Partials {
  if (operation.kind === "plain") return plain[operation.op]?.(graph, operation.args, value) ?? [];
  if (operation.kind !== "function") return [];
  const rule = functions[operation.name];
  if (!rule) throw new Error(`the compiler does not know the derivative of ${operation.name}`);
  return rule(graph, operation.args, value);
}

const plain: Partial<Record<PlainOperation, Rule>> = {
  add: (graph) => [graph.constant(1), graph.constant(1)],
  sub: (graph) => [graph.constant(1), graph.constant(-1)],
  mul: (_, [a, b]) => [b, a],
  div: (graph, [, b], quotient) => {
    const over = inverse(graph, b);
    return [over, graph.plain("neg", finite(graph, times(graph, quotient, over)))];
  },
  neg: (graph) => [graph.constant(-1)],
  abs: (graph, [x]) => {
    const zero = graph.constant(0);
    return [graph.plain("sub", graph.plain("gt", x, zero), graph.plain("lt", x, zero))];
  },
  sqrt: (graph, _, root) => [finite(graph, graph.plain("div", graph.constant(0.5), root))],
  min: (graph, [a, b]) => [graph.plain("le", a, b), graph.plain("gt", a, b)],
  max: (graph, [a, b]) => [graph.plain("ge", a, b), graph.plain("lt", a, b)],
  // What is kept under a condition has its derivative under the same.
  where: (graph, [, condition]) => [graph.plain("ne", condition, graph.constant(0)), undefined],
};

const functions: Record<string, Rule> = {
  // Where these have overflowed in a denominator, nothing is left of what depends on them.
  exp: (graph, _, value) => [finite(graph, value)],
  sinh: (graph, [x]) => [finite(graph, graph.call("cosh", x))],
  cosh: (graph, [x]) => [finite(graph, graph.call("sinh", x))],
  log: (graph, [x]) => [inverse(graph, x)],
  cbrt: (graph, _, root) => [inverse(graph, times(graph, graph.constant(3), times(graph, root, root)))],
  pow: (graph, [base, exponent], power) => {
    const below = graph.call("pow", base, graph.plain("sub", exponent, graph.constant(1)));
    return [finite(graph, times(graph, exponent, below)), finite(graph, times(graph, power, graph.call("log", base)))];
  },
  sin: (graph, [x]) => [graph.call("cos", x)],
  cos: (graph, [x]) => [graph.plain("neg", graph.call("sin", x))],
  tan: (graph, _, tan) => [graph.plain("add", graph.constant(1), times(graph, tan, tan))],
  asin: (graph, [x]) => [overCircle(graph, x)],
  acos: (graph, [x]) => [graph.plain("neg", overCircle(graph, x))],
  atan: (graph, [x]) => [inverse(graph, graph.plain("add", graph.constant(1), times(graph, x, x)))],
  // 1 - tanh^2 and S (1 - S) lose their digits where the function is nearly flat.
  tanh: (graph, [x]) => {
    const fall = inverse(graph, graph.call("cosh", x));
    return [times(graph, fall, fall)];
  },
  sigmoid: (graph, [x], value) => [times(graph, value, graph.call("sigmoid", graph.plain("neg", x)))],
};

function times(graph: Graph, a: number, b: number): number {
  return graph.plain("mul", a, b);
}

/** 1 / x, 0 at 0. */
function inverse(graph: Graph, x: number): number {
  return finite(graph, graph.plain("div", graph.constant(1), x));
}

/** 1 / sqrt(1 - x^2), by factors that are exact near 1. */
function overCircle(graph: Graph, x: number): number {
  const one = graph.constant(1);
  return inverse(graph, graph.plain("sqrt", times(graph, graph.plain("sub", one, x), graph.plain("add", one, x))));
}

/** A value, and 0 where it is infinite or no number: such an element would make all of a linear system so. */
export function finite(graph: Graph, value: number): number {
  const operation = graph.operations[value];
  if (operation.kind === "constant") return Number.isFinite(operation.value) ? value : graph.constant(0);
  return graph.plain("where", value, graph.plain("lt", graph.plain("abs", value), graph.constant(Number.POSITIVE_INFINITY)));
}
