// The slow, plain way: walks the trees of a flat model with JavaScript's numbers, and textbook integrators of fixed steps.

import { erf } from "mathjs";
import type { FixedSolverName } from "../../src/index.ts";
import { type Equations, inOrder, SIGNAL } from "../../src/model/equation/equations.ts";
import type { Expression } from "../../src/model/equation/tree.ts";

type Values = Map<string, number>;

/** The nearest whole number, halves to the even one, with the sign of x. */
function halvesToEven(x: number): number {
  const low = Math.floor(Math.abs(x));
  const rest = Math.abs(x) - low;
  const nearest = rest > 0.5 || (rest === 0.5 && low % 2 === 1) ? low + 1 : low;
  return x < 0 || Object.is(x, -0) ? -nearest : nearest;
}

const calls: Record<string, (...args: number[]) => number> = {
  exp: Math.exp,
  expm1: Math.expm1,
  exprel: (x) => (x === 0 ? 1 : x === Number.POSITIVE_INFINITY ? x : Math.expm1(x) / x),
  log10: Math.log10,
  log1p: Math.log1p,
  erf: (x) => (Number.isFinite(x) ? erf(x) : Math.sign(x)),
  heaviside: (x, atZero = 0.5) => (x === 0 ? atZero : (Math.sign(x) + 1) / 2),
  where: (condition, a, b) => (condition === 0 ? b : a),
  log: (x, base) => (base === undefined ? Math.log(x) : Math.log(x) / Math.log(base)),
  sqrt: Math.sqrt,
  cbrt: Math.cbrt,
  pow: Math.pow,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  abs: Math.abs,
  sign: (x) => Math.sign(x) + 0,
  floor: Math.floor,
  ceil: Math.ceil,
  round: halvesToEven,
  mod: (a, b) => a - b * Math.floor(a / b),
  min: Math.min,
  max: Math.max,
};

const operators: Record<string, (a: number, b: number) => number> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  // A power of a half is the square root: of -infinity too, where IEEE 754's pow says infinity.
  "^": (a, b) => (b === 0.5 ? Math.sqrt(a) : a ** b),
  ">": (a, b) => Number(a > b),
  "<": (a, b) => Number(a < b),
  ">=": (a, b) => Number(a >= b),
  "<=": (a, b) => Number(a <= b),
  "==": (a, b) => Number(a === b),
  "!=": (a, b) => Number(a !== b),
};

/** Functions whose last bit no standard fixes. */
const rounded = [
  "exp",
  "log",
  "cbrt",
  "pow",
  "sin",
  "cos",
  "tan",
  "asin",
  "acos",
  "atan",
  "sinh",
  "cosh",
  "tanh",
  "sigmoid",
  "expm1",
  "exprel",
  "log10",
  "log1p",
  "erf",
];

/** The value of a real expression. `nudge`: by what share the functions whose last bits are free are off. */
export function walk(expression: Expression, values: Values, nudge = 0): number {
  switch (expression.kind) {
    case "number":
      return expression.re;
    case "name": {
      const value = values.get(expression.name);
      if (value === undefined) throw new Error(`no value of ${expression.name}`);
      return value;
    }
    case "negate":
      return -walk(expression.operand, values, nudge);
    case "binary":
      return binary(expression.op, walk(expression.left, values, nudge), walk(expression.right, values, nudge), nudge);
    case "call":
      return called(
        expression.name,
        expression.args.map((arg) => walk(arg, values, nudge)),
        nudge,
      );
    case "past":
      throw new Error("the oracle knows no delays");
  }
}

function called(name: string, args: number[], nudge: number): number {
  return calls[name](...args) * (rounded.includes(name) ? 1 + nudge : 1);
}

function binary(op: string, a: number, b: number, nudge: number): number {
  return operators[op](a, b) * (op === "^" ? 1 + nudge : 1);
}

/** Derivatives of all states at a time, and the algebraic variables there. */
function derivatives(equations: Equations, states: readonly number[], t: number, nudge: number): { slopes: number[]; values: Values } {
  const values: Values = new Map([
    ["t", t],
    ["pi", Math.PI],
    ["E", Math.E],
  ]);
  equations.states.forEach(({ path }, i) => {
    values.set(path, states[i]);
  });
  for (const { path, re } of [...equations.params, ...equations.inputs]) values.set(path, re).set(SIGNAL + path, re);
  const assignments = equations.algebraic.map(({ path, expression }) => ({ name: path, expression }));
  for (const { name, expression } of inOrder(assignments)) values.set(name, walk(expression, values, nudge));
  return { slopes: equations.states.map(({ derivative }) => walk(derivative, values, nudge)), values };
}

/** The derivatives of a flat model's states as a function of the states, with other values of some of its parameters and inputs, by path. */
export function rightHandSide(equations: Equations, values: Readonly<Record<string, number>> = {}): (y: readonly number[]) => number[] {
  const unknown = Object.keys(values).filter((path) => ![...equations.params, ...equations.inputs].some((each) => each.path === path));
  if (unknown.length > 0) throw new Error(`no parameter ${unknown.join(", ")}`);
  const changed = <Part extends { path: string; re: number }>(parts: readonly Part[]) =>
    parts.map((part) => ({ ...part, re: values[part.path] ?? part.re }));
  const model = { ...equations, params: changed(equations.params), inputs: changed(equations.inputs) };
  return (y) => derivatives(model, y, 0, 0).slopes;
}

type Slope = (y: number[], t: number) => number[];
type Scheme = (f: Slope, y: number[], t: number, h: number) => number[];

/** y + c k */
function along(y: number[], c: number, k: number[]): number[] {
  return y.map((value, i) => value + c * k[i]);
}

/** A weighted sum of slopes, from the left; what weighs nothing is left out. */
function weighted(weights: readonly number[], slopes: readonly number[][]): number[] {
  const used = slopes.filter((_, j) => weights[j] !== 0);
  const factors = weights.filter((weight) => weight !== 0);
  return used[0].map((_, i) => used.slice(1).reduce((sum, k, j) => sum + factors[j + 1] * k[i], factors[0] * used[0][i]));
}

/** Butcher's tableau of Dormand and Prince, of the formula of order 5. */
export const dormandPrince = {
  c: [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1],
  a: [
    [],
    [1 / 5],
    [3 / 40, 9 / 40],
    [44 / 45, -56 / 15, 32 / 9],
    [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
    [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  ],
  b: [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
};

/** One step of each solver, as textbooks have it. */
export const textbook: Record<FixedSolverName, Scheme> = {
  euler: (f, y, t, h) => along(y, h, f(y, t)),
  heun: (f, y, t, h) => {
    const a = f(y, t);
    const b = f(along(y, h, a), t + h);
    return y.map((value, i) => value + (h / 2) * (a[i] + b[i]));
  },
  midpoint: (f, y, t, h) => along(y, h, f(along(y, h / 2, f(y, t)), t + h / 2)),
  ralston: (f, y, t, h) => {
    const a = f(y, t);
    const b = f(along(y, (2 / 3) * h, a), t + (2 / 3) * h);
    return y.map((value, i) => value + (h / 4) * (a[i] + 3 * b[i]));
  },
  rk4: (f, y, t, h) => {
    const a = f(y, t);
    const b = f(along(y, h / 2, a), t + h / 2);
    const c = f(along(y, h / 2, b), t + h / 2);
    const d = f(along(y, h, c), t + h);
    return y.map((value, i) => value + (h / 6) * (a[i] + 2 * b[i] + 2 * c[i] + d[i]));
  },
  rk5: (f, y, t, h) => {
    const { a, b, c } = dormandPrince;
    const slopes = [f(y, t), f(along(y, a[1][0] * h, f(y, t)), t + c[1] * h)];
    for (let stage = 2; stage < 6; stage++) slopes.push(f(along(y, h, weighted(a[stage], slopes)), t + c[stage] * h));
    return along(y, h, weighted(b, slopes));
  },
};

export interface Run {
  solver: FixedSolverName;
  steps: number;
  stepSize: number;
  /** By what share functions are off: shows how much their last bits matter. */
  nudge?: number;
}

/** States before each step, and the algebraic variables there. */
export function integrate(equations: Equations, { solver, steps, stepSize, nudge = 0 }: Run): { states: number[]; values: Values }[] {
  const f = (y: number[], t: number) => derivatives(equations, y, t, nudge).slopes;
  let y = equations.states.map(({ re }) => re);
  return Array.from({ length: steps }, (_, step) => {
    const t = step * stepSize;
    const sample = { states: y, values: derivatives(equations, y, t, nudge).values };
    y = textbook[solver](f, y, t, stepSize);
    return sample;
  });
}
