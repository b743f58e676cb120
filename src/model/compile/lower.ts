import { refusal } from "../../errors.ts";
import { functionNamed, isReduction } from "../equation/functions.ts";
import type { BinaryOperator, Expression } from "../equation/tree.ts";
import type { Graph, PlainOperation } from "./graph.ts";

/** A value, real or complex: numbers of values in the graph; `im` is undefined for what is real. */
export interface Value {
  re: number;
  im: number | undefined;
}

/** What the names of an expression mean. */
export interface Scope {
  /** The present value of a variable. */
  value: (name: string) => Value;
  /** The value that a variable had `delay` ago. */
  past: (name: string, delay: Value, edge: boolean) => Value;
}

/** Puts an expression into the graph. Complex numbers become pairs of values. */
export function lower(graph: Graph, expression: Expression, scope: Scope): Value {
  const within = (node: Expression) => lower(graph, node, scope);
  switch (expression.kind) {
    case "number":
      return { re: graph.constant(expression.re), im: expression.im === 0 ? undefined : graph.constant(expression.im) };
    case "name":
      return scope.value(expression.name);
    case "negate":
      return each(within(expression.operand), (part) => graph.plain("neg", part));
    case "binary":
      if (expression.op === "^") return power(graph, within(expression.left), expression.right, within);
      return chain(graph, expression, within);
    case "call":
      return call(graph, expression.name, expression.args.map(within));
    case "past":
      return scope.past(expression.name, within(expression.delay), expression.edge === true);
  }
}

function real(re: number): Value {
  return { re, im: undefined };
}

function each(value: Value, change: (part: number) => number): Value {
  return { re: change(value.re), im: value.im === undefined ? undefined : change(value.im) };
}

const comparisons: Partial<Record<BinaryOperator, PlainOperation>> = {
  ">": "gt",
  "<": "lt",
  ">=": "ge",
  "<=": "le",
  "==": "eq",
  "!=": "ne",
};

function binary(graph: Graph, op: BinaryOperator, a: Value, b: Value): Value {
  const comparison = comparisons[op];
  if (comparison) return real(graph.plain(comparison, onlyReal(op, a), onlyReal(op, b)));
  if (op === "+" || op === "-") return sum(graph, op === "+" ? "add" : "sub", a, b);
  return op === "*" ? product(graph, a, b) : quotient(graph, a, b);
}

/** A sum may be thousands of terms long, and is as deep on its left side. */
function chain(graph: Graph, expression: Expression, within: (node: Expression) => Value): Value {
  const above: Extract<Expression, { kind: "binary" }>[] = [];
  let node = expression;
  for (; node.kind === "binary" && node.op !== "^"; node = node.left) above.push(node);
  return above.reduceRight((left, { op, right }) => binary(graph, op, left, within(right)), within(node));
}

function onlyReal(what: string, value: Value): number {
  if (value.im !== undefined)
    throw refusal("E_COMPLEX", `${what} takes real numbers, but a complex one was found; use real(), imag() or abs()`);
  return value.re;
}

function sum(graph: Graph, op: "add" | "sub", a: Value, b: Value): Value {
  const re = graph.plain(op, a.re, b.re);
  if (b.im === undefined) return { re, im: a.im };
  if (a.im === undefined) return { re, im: op === "add" ? b.im : graph.plain("neg", b.im) };
  return { re, im: graph.plain(op, a.im, b.im) };
}

function product(graph: Graph, a: Value, b: Value): Value {
  const times = (x: number, y: number) => graph.plain("mul", x, y);
  if (a.im === undefined) return each(b, (part) => times(a.re, part));
  if (b.im === undefined) return each(a, (part) => times(part, b.re));
  const re = graph.plain("sub", times(a.re, b.re), times(a.im, b.im));
  return { re, im: graph.plain("add", times(a.re, b.im), times(a.im, b.re)) };
}

function quotient(graph: Graph, a: Value, b: Value): Value {
  if (b.im === undefined) return each(a, (part) => graph.plain("div", part, b.re));
  const size = graph.plain("add", graph.plain("mul", b.re, b.re), graph.plain("mul", b.im, b.im));
  const turned = product(graph, a, { re: b.re, im: graph.plain("neg", b.im) });
  return each(turned, (part) => graph.plain("div", part, size));
}

/** Largest whole exponent that is multiplied out. */
const MOST_FACTORS = 8;

function power(graph: Graph, base: Value, exponent: Expression, within: (node: Expression) => Value): Value {
  const value = wholeOf(exponent);
  if (value !== undefined && Math.abs(value) <= MOST_FACTORS && Number.isInteger(value)) {
    const raised = multiplied(graph, base, Math.abs(value));
    return value < 0 ? quotient(graph, real(graph.constant(1)), raised) : raised;
  }
  if (value === 0.5) return real(graph.plain("sqrt", onlyReal("a root", base)));
  return real(graph.call("pow", onlyReal("^", base), onlyReal("^", within(exponent))));
}

/** The value of an exponent that is a number, perhaps with a sign. */
function wholeOf(exponent: Expression): number | undefined {
  if (exponent.kind === "number" && exponent.im === 0) return exponent.re;
  const inner = exponent.kind === "negate" ? wholeOf(exponent.operand) : undefined;
  return inner === undefined ? undefined : -inner;
}

function multiplied(graph: Graph, base: Value, times: number): Value {
  if (times === 0) return real(graph.constant(1));
  let result = base;
  for (let i = 1; i < times; i++) result = product(graph, result, base);
  return result;
}

const plainFunctions: Record<string, PlainOperation> = { sqrt: "sqrt", floor: "floor", ceil: "ceil", round: "nearest" };

function call(graph: Graph, name: string, args: readonly Value[]): Value {
  const canonical = functionNamed(name)?.is ?? name;
  const [first] = args;
  const plain = plainFunctions[canonical];
  if (plain) return real(graph.plain(plain, onlyReal(name, first)));
  const special = specialFunctions[canonical];
  if (special) return special(graph, args, name);
  if (isReduction(canonical)) return overNodes(graph, canonical, first);
  const reals = args.map((arg) => onlyReal(name, arg));
  return real(graph.call(canonical, reals));
}

/** NumPy's interp: linear between the points, constant beyond them, a NaN where x is one. */
function interpolated(graph: Graph, x: number, xs: readonly number[], ys: readonly number[]): number {
  const within = graph.plain("min", graph.plain("max", x, xs[0]), xs[xs.length - 1]);
  const slopes = xs.slice(1).map((next, i) => graph.plain("div", graph.plain("sub", ys[i + 1], ys[i]), graph.plain("sub", next, xs[i])));
  // The last point is that of a piece that is flat.
  const pieces = xs.map((left, i) => ({ left, y: ys[i], slope: slopes[i] ?? graph.constant(0) }));
  const [first, ...rest] = pieces;
  const piece = rest.reduce((found, next) => {
    const on = graph.plain("ge", within, next.left);
    const choose = (a: number, b: number) => graph.plain("select", a, b, on);
    return { left: choose(next.left, found.left), y: choose(next.y, found.y), slope: choose(next.slope, found.slope) };
  }, first);
  return graph.plain("add", graph.plain("mul", piece.slope, graph.plain("sub", within, piece.left)), piece.y);
}

/** The sum of a value over all nodes that the equation is of, the same for each, or its mean. */
function overNodes(graph: Graph, name: "mean" | "vsum", value: Value): Value {
  const { width } = graph;
  if (width < 2) return value;
  return each(value, (part) => {
    const rows = "width" in graph.operations[part];
    const terms = Array.from({ length: width }, (_, row) => ({ target: 0, source: 0, row: rows ? row : 0 }));
    const unweighted = { start: undefined, weights: undefined };
    const sum = graph.add({ kind: "sum", width: 1, name: `all nodes of ${part}`, ...unweighted, sources: [part], terms });
    const targets = terms.map((_, target) => ({ target, source: 0, row: 0 }));
    const spread = graph.add({ kind: "sum", width, name: `each node of ${part}`, ...unweighted, sources: [sum], terms: targets });
    return name === "mean" ? graph.plain("div", spread, graph.constant(width)) : spread;
  });
}

type Special = (graph: Graph, args: readonly Value[], name: string) => Value;

function smallest(op: "min" | "max"): Special {
  return (graph, args, name) => real(args.map((arg) => onlyReal(name, arg)).reduce((a, b) => graph.plain(op, a, b)));
}

const specialFunctions: Record<string, Special> = {
  min: smallest("min"),
  max: smallest("max"),
  real: (_, [z]) => real(z.re),
  imag: (graph, [z]) => real(z.im ?? graph.constant(0)),
  conj: (graph, [z]) => ({ re: z.re, im: z.im === undefined ? undefined : graph.plain("neg", z.im) }),
  abs: (graph, [z]) => {
    if (z.im === undefined) return real(graph.plain("abs", z.re));
    return real(graph.plain("sqrt", graph.plain("add", graph.plain("mul", z.re, z.re), graph.plain("mul", z.im, z.im))));
  },
  sign: (graph, [x], name) => {
    const value = onlyReal(name, x);
    const zero = graph.constant(0);
    const signum = graph.plain("sub", graph.plain("gt", value, zero), graph.plain("lt", value, zero));
    // Over 1, or over 0 for a NaN, which stays one.
    return real(graph.plain("div", signum, graph.plain("eq", value, value)));
  },
  heaviside: (graph, [x, atZero], name) => {
    const value = onlyReal(name, x);
    const zero = graph.constant(0);
    const there = graph.plain("where", atZero ? onlyReal(name, atZero) : graph.constant(0.5), graph.plain("eq", value, zero));
    const step = graph.plain("add", graph.plain("gt", value, zero), there);
    // Over 1, or over 0 for a NaN, which stays one.
    return real(graph.plain("div", step, graph.plain("eq", value, value)));
  },
  where: (graph, [condition, a, b], name) => {
    const on = onlyReal(name, condition);
    const part = (x: number, y: number) => graph.plain("select", x, y, on);
    const zero = graph.constant(0);
    const im = a.im === undefined && b.im === undefined ? undefined : part(a.im ?? zero, b.im ?? zero);
    return { re: part(a.re, b.re), im };
  },
  interp: (graph, args, name) => {
    const [x, ...table] = args.map((arg) => onlyReal(name, arg));
    return real(interpolated(graph, x, table.slice(0, table.length / 2), table.slice(table.length / 2)));
  },
  mod: (graph, [x, y], name) => {
    const [a, b] = [onlyReal(name, x), onlyReal(name, y)];
    return real(graph.plain("sub", a, graph.plain("mul", b, graph.plain("floor", graph.plain("div", a, b)))));
  },
  log: (graph, args, name) => {
    const [value, base] = args.map((arg) => graph.call("log", onlyReal(name, arg)));
    return real(base === undefined ? value : graph.plain("div", value, base));
  },
  exp: (graph, [z]) => {
    const size = graph.call("exp", z.re);
    if (z.im === undefined) return real(size);
    return { re: graph.plain("mul", size, graph.call("cos", z.im)), im: graph.plain("mul", size, graph.call("sin", z.im)) };
  },
};
