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
  select: (graph, [, , condition]) => {
    const zero = graph.constant(0);
    return [graph.plain("ne", condition, zero), graph.plain("eq", condition, zero), undefined];
  },
};

const functions: Record<string, Rule> = {
  // Where these have overflowed in a denominator, nothing is left of what depends on them.
  exp: (graph, _, value) => [finite(graph, value)],
  expm1: (graph, [x]) => [finite(graph, graph.call("exp", x))],
  exprel: (graph, [x]) => [exprelSlope(graph, x)],
  sinh: (graph, [x]) => [finite(graph, graph.call("cosh", x))],
  cosh: (graph, [x]) => [finite(graph, graph.call("sinh", x))],
  log: (graph, [x]) => [inverse(graph, x)],
  log10: (graph, [x]) => [inverse(graph, times(graph, graph.constant(Math.LN10), x))],
  log1p: (graph, [x]) => [inverse(graph, graph.plain("add", graph.constant(1), x))],
  erf: (graph, [x]) => [times(graph, graph.constant(TWO_BY_ROOT_PI), graph.call("exp", graph.plain("neg", times(graph, x, x))))],
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

/** 2 / sqrt(pi). */
const TWO_BY_ROOT_PI = 1.1283791670955126;
/** |x| up to which the slope of exprel is its series, and terms of that: x^k / (k! (k + 2)). */
const NEAR_ZERO = 0.25;
const SERIES = 13;

/** The derivative of exprel: its series near 0, where (exp(x) (x - 1) + 1) / x^2 loses its digits. */
function exprelSlope(graph: Graph, x: number): number {
  const one = graph.constant(1);
  let factorial = 1;
  const coefficients = Array.from({ length: SERIES }, (_, k) => {
    factorial *= Math.max(1, k);
    return 1 / (factorial * (k + 2));
  });
  const series = coefficients.reduceRight((sum, each) => graph.plain("add", graph.constant(each), times(graph, x, sum)), graph.constant(0));
  const top = graph.plain("add", times(graph, graph.call("exp", x), graph.plain("sub", x, one)), one);
  const far = finite(graph, graph.plain("div", top, times(graph, x, x)));
  return graph.plain("select", series, far, graph.plain("lt", graph.plain("abs", x), graph.constant(NEAR_ZERO)));
}

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
