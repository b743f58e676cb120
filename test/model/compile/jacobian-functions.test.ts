// Derivatives of every function and operator: against those that mathjs makes of its own, and at corners and steps.
import { derivative, parse, evaluate as value } from "mathjs";
import { describe, expect, test } from "vitest";
import { compileEquations } from "../../../src/model/compile/compile.ts";
import { functions } from "../../../src/model/equation/functions.ts";
import { parseExpression } from "../../../src/model/equation/parse.ts";
import { type Expression, substitute } from "../../../src/model/equation/tree.ts";
import { randomOf } from "../../support/differences.ts";
import { evaluate } from "../../support/evaluate.ts";

interface Point {
  x: number;
  y: number;
  t: number;
}

/** Derivatives of an expression of the states x and y and of t, by x, y and t, at points. */
function derivatives(text: string, points: readonly Point[]): number[][] {
  const zero = parseExpression("0.0");
  const model = compileEquations(
    {
      name: "m",
      timeUnit: "",
      states: [
        { path: "p/op/x", unit: "", re: 0, derivative: named(text) },
        { path: "p/op/y", unit: "", re: 0, derivative: zero },
      ],
      params: [],
      inputs: [],
      algebraic: [],
    },
    { jacobian: true },
  );
  return points.map(({ x, y, t }) => {
    const [found] = evaluate(model, { states: [[x, y]], t }).jacobian;
    expect([found[2], found[3], found[5]]).toEqual([0, 0, 0]);
    return [found[0], found[1], found[4]];
  });
}

function named(text: string): Expression {
  return substitute(parseExpression(text), (name, span) => ({ kind: "name", name: /^[xy]$/.test(name) ? `p/op/${name}` : name, span }));
}

const sigmoid = "1/(1 + exp(-x))";
const free: [number, number] = [-3, 3];
const positive: [number, number] = [0.01, 5];

/** Text, what mathjs calls it, the range of x (y is of 0.2 to 3), and the error relative to the value; 4 ulp where not given. */
const rows: Record<string, { as?: string; range?: [number, number]; bound?: number; isSlope?: boolean }> = {
  "exp(x)": {},
  "expm1(x)": { as: "exp(x)" },
  "exprel(x)": { as: "(exp(x) - 1)/x", range: [0.5, 9], bound: 1e-13 },
  "log(x)": { range: positive },
  "log10(x)": { range: positive },
  "log1p(x)": { as: "log(1 + x)", range: [-0.99, 5] },
  // mathjs knows no derivative of erf.
  "erf(x)": { as: "2/sqrt(pi)*exp(-x^2)", isSlope: true, bound: 1e-15 },
  "heaviside(x)": { as: "0*x" },
  "heaviside(x, y)": { as: "0*x" },
  "where(x < y, x^2*t, log(y - x))": { as: "x^2*t", range: [-3, 0.1] },
  "where(x > 5, log(x - 5), x*y)": { as: "x*y" },
  "log(x, y)": { range: positive, bound: 1e-12 },
  "ln(x)": { as: "log(x)", range: positive },
  "sqrt(x)": { range: positive },
  "cbrt(x)": { range: positive },
  "pow(x, 2.7)": { range: positive },
  "pow(x, y)": { range: positive, bound: 1e-13 },
  "pow(1.7, x)": {},
  "x^y": { range: positive, bound: 1e-13 },
  "x^2": {},
  "x^7": {},
  "x^-3": { range: positive },
  "x^0.5": { range: positive },
  "x^1.5": { range: positive },
  "sin(x)": {},
  "cos(x)": {},
  "tan(x)": { range: [-1.4, 1.4] },
  "asin(x)": { range: [-0.99, 0.99], bound: 1e-13 },
  "acos(x)": { range: [-0.99, 0.99], bound: 1e-13 },
  "atan(x)": {},
  "arcsin(x)": { as: "asin(x)", range: [-0.9, 0.9], bound: 1e-13 },
  "arccos(x)": { as: "acos(x)", range: [-0.9, 0.9], bound: 1e-13 },
  "arctan(x)": { as: "atan(x)" },
  "sinh(x)": {},
  "cosh(x)": {},
  "tanh(x)": { range: [-40, 40] },
  "sigmoid(x)": { as: sigmoid, range: [-40, 40], bound: 1e-14 },
  "abs(x)": {},
  "absv(x)": { as: "abs(x)" },
  "sign(x)": { as: "0*x" },
  "floor(x)": { as: "0*x" },
  "ceil(x)": { as: "0*x" },
  "round(x)": { as: "0*x" },
  "mod(x, 0.75)": { as: "x" },
  "min(x, 9)": { as: "x" },
  "max(x, 9)": { as: "0*x" },
  "mini(9, x, 8)": { as: "x" },
  "maxi(-9, x, -8)": { as: "x" },
  "real((x + 2j)*(y - 1j*x))": { as: "x*y + 2*x" },
  "imag((x + 2j)*(y - 1j*x))": { as: "2*y - x^2", bound: 1e-14 },
  "imag(conj(x^2 - 1j*y^3))": { as: "y^3" },
  "abs(x + 1j*y)": { as: "sqrt(x^2 + y^2)", bound: 1e-14 },
  "real(exp((x + 1j*y)*t))": { as: "exp(x*t)*cos(y*t)", bound: 1e-13 },
  "imag((x + 1j*t)/(y + 1j*x))": { as: "(t*y - x^2)/(y^2 + x^2)", bound: 1e-13 },
  "x*y - y/x + 3": { range: positive, bound: 1e-13 },
  "(x > y)*x^2": { as: "0*x", range: [-3, 0.1] },
  "(x < y)*x^2": { as: "x^2", range: [-3, 0.1] },
  "-(x - t)/(y*t)": { bound: 1e-14 },
  "exp(-t)*sin(x*t)/(1 + y^2)": { bound: 1e-13 },
  "log(abs(x) + 0.1)*tanh(y - t)": { bound: 1e-12 },
  "t^2*sigmoid(y)": { as: "t^2/(1 + exp(-y))", bound: 1e-13 },
};

describe("jacobian functions: derivatives agree with mathjs at random points", () => {
  test("every function of the table is here", () => {
    const missing = Object.keys(functions).filter((name) => !Object.keys(rows).some((text) => new RegExp(`\\b${name}\\(`).test(text)));
    expect(missing).toEqual([]);
  });

  test.each(Object.entries(rows))("%s", (text, { as = text, range = free, bound = 4 * 2 ** -52, isSlope = false }) => {
    const random = randomOf(text.length);
    const within = (low: number, high: number) => low + (high - low) * random();
    const points = Array.from({ length: 40 }, (): Point => ({ x: within(...range), y: within(0.2, 3), t: within(0.1, 2) }));
    const symbols = isSlope ? [as, "0", "0"].map((each) => parse(each)) : ["x", "y", "t"].map((name) => derivative(as, name));
    derivatives(text, points).forEach((found, i) => {
      found.forEach((each, j) => {
        const expected: number = symbols[j].evaluate({ ...points[i] });
        expect(Math.abs(each - expected), `${symbols[j]} at ${JSON.stringify(points[i])}: ${each}, not ${expected}`).toBeLessThanOrEqual(
          bound * Math.abs(expected),
        );
      });
    });
  });
});

describe("where a function has a corner, a step or no derivative", () => {
  test.each<[string, number, number, number[]]>([
    ["abs(x)", 0, 1, [0, 0, 0]],
    ["abs(x)", -0, 1, [0, 0, 0]],
    ["sign(x)", 0, 1, [0, 0, 0]],
    ["floor(x)", 2, 1, [0, 0, 0]],
    ["min(x, y)", 1, 1, [1, 0, 0]],
    ["min(y, x)", 1, 1, [0, 1, 0]],
    ["max(x, y)", 1, 1, [1, 0, 0]],
    ["max(0, x)", 0, 1, [0, 0, 0]],
    ["max(x, 0)", 0, 1, [1, 0, 0]],
    ["(x > y)*x", 1, 1, [0, 0, 0]],
    ["(x >= y)*x", 1, 1, [1, 0, 0]],
    ["sqrt(x)", 0, 1, [0, 0, 0]],
    ["cbrt(x)", 0, 1, [0, 0, 0]],
    ["asin(x)", 1, 1, [0, 0, 0]],
    ["acos(x)", -1, 1, [0, 0, 0]],
    ["abs(x + 1j*y)", 0, 0, [0, 0, 0]],
    ["pow(x, 0.7)", 0, 1, [0, 0, 0]],
    ["pow(x, y)", 0, 2, [0, 0, 0]],
    ["pow(x, y)", 0, 1, [1, 0, 0]],
    ["pow(x, y)", 2, 0, [0, Math.LN2, 0]],
    ["pow(x, y)", -2, 2, [-4, 0, 0]],
    ["pow(x, 3.0)", -2, 1, [12, 0, 0]],
    ["x^2", 0, 1, [0, 0, 0]],
    ["1/(1 + exp(-x))", -800, 1, [0, 0, 0]],
    ["1/cosh(x)", 800, 1, [0, 0, 0]],
    ["tanh(x/0.0*y)", 1, 1, [0, 0, 0]],
    ["tanh(log(x))", 0, 1, [0, 0, 0]],
    // What else is in a sum stays.
    ["tanh(log(x)) + x", 0, 1, [1, 0, 0]],
    ["cbrt(x) + x", 0, 1, [1, 0, 0]],
    ["sqrt(x) + x*y", 0, 1, [1, 0, 0]],
    ["1/(1 + exp(-x)) + x", -800, 1, [1, 0, 0]],
    ["tanh(1/y) + x", 1, 0, [1, 0, 0]],
    ["(x > y)*log(x)", 0, 1, [0, 0, 0]],
    ["(x > 1)*sqrt(x)", 0, 1, [0, 0, 0]],
  ])("%s at x = %d, y = %d", (text, x, y, expected) => {
    const [found] = derivatives(text, [{ x, y, t: 0.5 }]);
    found.forEach((each, i) => {
      expect(Math.abs(each - expected[i]), String(found)).toBeLessThanOrEqual(1e-15);
    });
  });

  test("flat ends of sigmoid and tanh keep their digits", () => {
    for (const x of [-30, -5, 5, 30]) {
      const points = [{ x, y: 0, t: 0 }];
      const falling = value("exp(-a)/(1 + exp(-a))^2", { a: Math.abs(x) });
      expect(derivatives("sigmoid(x)", points)[0][0] / falling).toBeCloseTo(1, 14);
      expect(derivatives("tanh(x)", points)[0][0] / (4 * value("exp(-2 a)/(1 + exp(-2 a))^2", { a: Math.abs(x) }))).toBeCloseTo(1, 14);
    }
  });

  // Of exprel: 1/2 + x/3 + x^2/8 + ..., by mpmath in 50 digits.
  test.each([
    [0, 0.5],
    [1e-12, 0.5000000000003333],
    [1e-8, 0.5000000033333333],
    [-1e-4, 0.4999666679166333],
    [0.2499999, 0.5916949594929368],
    [0.2500001, 0.5916950400012706],
    [-0.25, 0.4239843385719026],
    [-1, 0.2642411176571154],
    [-40, 0.000625],
  ])("exprel'(%d) is %d", (x, expected) => {
    const [[found]] = derivatives("exprel(x)", [{ x, y: 0, t: 0 }]);
    expect(Math.abs(found / expected - 1)).toBeLessThan(1e-14);
  });

  test("no element is infinite or no number, even where the slopes are", () => {
    const places = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 1e308, -1e308];
    for (const text of Object.keys(rows)) {
      const found = derivatives(
        text,
        places.flatMap((x) => places.map((y) => ({ x, y, t: 0 }))),
      );
      expect(found.flat().filter((each) => !Number.isFinite(each), text)).toEqual([]);
    }
  });
});
