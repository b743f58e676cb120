import { describe, expect, test } from "vitest";
import { compileEquations } from "../../../src/model/compile/compile.ts";
import type { Equations } from "../../../src/model/equation/equations.ts";
import { parseExpression } from "../../../src/model/equation/parse.ts";
import { type Expression, substitute } from "../../../src/model/equation/tree.ts";
import { evaluate } from "../../support/evaluate.ts";
import { reference } from "../../support/reference.ts";
import { refusal } from "../../support/sweep.ts";

/** x and y are states; z is a complex one. */
function valuesOf(text: string, states: readonly (readonly number[])[]): number[][] {
  const zero = parseExpression("0.0");
  const equations: Equations = {
    name: "m",
    timeUnit: "",
    states: [
      { path: "p/op/x", unit: "", re: 0, derivative: zero },
      { path: "p/op/y", unit: "", re: 0, derivative: zero },
      { path: "p/op/z", unit: "", re: 0, im: 0, derivative: zero },
    ],
    params: [],
    inputs: [],
    algebraic: [{ path: "p/op/w", unit: "", expression: named(text) }],
  };
  return evaluate(compileEquations(equations), { states, t: 0.25 }).observed;
}

/** An expression of x, y and z with their full paths. */
function named(text: string): Expression {
  return substitute(parseExpression(text), (name, span) => ({ kind: "name", name: /^[xyz]$/.test(name) ? `p/op/${name}` : name, span }));
}

function at(text: string, x: number, y = 0, z: [number, number] = [0, 0]): number[] {
  return valuesOf(text, [[x, y, ...z]])[0];
}

describe("functions of equations agree with PyRates to 1e-13", () => {
  const cases: { expr: string; x: number; value: number }[] = reference("functions").cases;
  test.each(cases.map(({ expr, x, value }) => [expr, x, value] as const))("%s at %d", (expr, x, value) => {
    const [found] = at(expr, x);
    expect(Math.abs(found - value)).toBeLessThanOrEqual(1e-13 * Math.max(1e-300, Math.abs(value)));
  });
});

describe("functions that PyRates does not have, or not under this name", () => {
  test.each<[string, number, number, number]>([
    ["abs(x)", -1.5, 0, 1.5],
    ["min(x, y, 0.5)", 3, 2, 0.5],
    ["max(x, y)", 3, 2, 3],
    ["floor(x)", -1.5, 0, -2],
    ["ceil(x)", -1.5, 0, -1],
    ["round(x)", 2.5, 0, 2],
    ["mod(x, y)", -1, 3, 2],
    ["mod(x, y)", 7.5, -2, -0.5],
    ["sign(x)", -3, 0, -1],
    ["log(x, 2)", 8, 0, 3],
    ["pow(x, y)", 2, 10, 1024],
    ["x^y", 2, -1, 0.5],
    ["x^-2", 4, 0, 0.0625],
    ["x^0.5", 16, 0, 4],
    ["cbrt(x)", -27, 0, -3],
    ["atan(x)", 1, 0, Math.PI / 4],
    ["2^3^2", 0, 0, 512],
    ["-x^2", 3, 0, -9],
    ["x >= y", 2, 2, 1],
    ["x < y", 2, 2, 0],
    ["(x > 1)*x + (x <= 1)*y", 0, 5, 5],
    ["2*pi", 0, 0, 2 * Math.PI],
    ["E", 0, 0, Math.E],
    ["t", 0, 0, 0.25],
  ])("%s, x = %d, y = %d", (text, x, y, value) => {
    expect(Math.abs(at(text, x, y)[0] - value)).toBeLessThanOrEqual(4e-16 * Math.abs(value));
  });
});

describe("functions: complex numbers are pairs", () => {
  test.each<[string, [number, number], number[]]>([
    ["z", [1, 2], [1, 2]],
    ["z*z", [1, 2], [-3, 4]],
    ["z^3", [1, 2], [-11, -2]],
    ["1/z", [3, 4], [0.12, -0.16]],
    ["z/(1 + 1j)", [2, 0], [1, -1]],
    ["conj(z) - z", [1, 2], [0, -4]],
    ["abs(z)", [3, 4], [5]],
    ["real(z)*imag(z)", [3, 4], [12]],
    ["-z + 2", [3, 4], [-1, -4]],
    ["2 - z", [3, 4], [-1, -4]],
    ["exp(z)", [0, 0], [1, 0]],
  ])("%s of %j", (text, z, value) => {
    const found = at(text, 0, 0, z);
    expect(found).toHaveLength(value.length);
    found.forEach((part, i) => {
      expect(Math.abs(part - value[i])).toBeLessThanOrEqual(1e-15 * Math.max(1, Math.abs(value[i])));
    });
  });

  test.each(["sin(z)", "z > 1", "z^x", "min(z, 1)"])("%s is refused", async (text) => {
    expect((await refusal(() => at(text, 0))).code).toBe("E_COMPLEX");
  });
});

test("NaN stays, in every function", () => {
  for (const text of ["abs(x)", "sign(x)", "min(x, 1)", "max(1, x)", "floor(x)", "mod(x, 2)", "exp(x)", "sigmoid(x)", "x^2.5", "x^3"]) {
    expect(at(text, Number.NaN), text).toEqual([Number.NaN]);
  }
});
