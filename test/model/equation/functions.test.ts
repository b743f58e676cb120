import { describe, expect, test } from "vitest";
import { compileEquations } from "../../../src/model/compile/compile.ts";
import type { Equations } from "../../../src/model/equation/equations.ts";
import { functions } from "../../../src/model/equation/functions.ts";
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

// Values of mpmath 1.3, in 50 digits, rounded.
describe("functions that lose no digits, to 2 units in the last place", () => {
  test.each<[string, number, number]>([
    ["erf(x)", -5.5, -0.9999999999999927],
    ["erf(x)", -2, -0.9953222650189527],
    ["erf(x)", -1, -0.8427007929497149],
    ["erf(x)", -1e-9, -1.1283791670955127e-9],
    ["erf(x)", 0.3, 0.3286267594591274],
    ["erf(x)", 0.84375, 0.7672256612323416],
    ["erf(x)", 1.0001, 0.8427422995485203],
    ["erf(x)", 3.7, 0.9999998328489421],
    ["erf(x)", 0.4362458654296062, 0.4627288770635422],
    ["erf(x)", 2.8133162407075534, 0.9999306864858432],
    ["erf(x)", 2.6116476610539587, 0.9997787484271758],
    ["erf(x)", 3.7620060343688104, 0.9999998963923056],
    ["log10(x)", 1e-300, -300.0],
    ["log10(x)", 0.1, -1.0],
    ["log10(x)", 0.5, -0.3010299956639812],
    ["log10(x)", 2, 0.3010299956639812],
    ["log10(x)", 1000, 3.0],
    ["log10(x)", 123456.789, 5.09151497716927],
    ["log10(x)", 1e22, 22.0],
    ["log10(x)", 5e-324, -323.3062153431158],
    ["log10(x)", 1.0917497539756895, 0.03812310272572258],
    ["log10(x)", 1.0305442985978264, 0.013066664939194452],
    ["log10(x)", 2.93889686293734, 0.4681843452957694],
    ["log10(x)", 2.6372155727779023, 0.42114563159143703],
    ["log1p(x)", -0.999999, -13.815510557935518],
    ["log1p(x)", -0.5, -Math.LN2],
    ["log1p(x)", -1e-10, -1.00000000005e-10],
    ["log1p(x)", 1e-300, 1e-300],
    ["log1p(x)", 1e-5, 9.999950000333332e-6],
    ["log1p(x)", 0.7, 0.5306282510621704],
    ["log1p(x)", 12345.6, 9.421136000509394],
    ["log1p(x)", 1e200, 460.51701859880916],
    ["log1p(x)", 1.2189220158145369, 0.7970214994908682],
    ["log1p(x)", 2.7400901810270524, 1.3191097237098153],
    ["log1p(x)", 1.5927278436817258, 0.9527105429615498],
    ["log1p(x)", 3.1122911856815483, 1.4139803392842054],
    ["expm1(x)", -800, -1.0],
    ["expm1(x)", -2, -0.8646647167633873],
    ["expm1(x)", -0.3466, -0.2929118930589812],
    ["expm1(x)", -1e-12, -9.999999999995e-13],
    ["expm1(x)", 1e-5, 1.0000050000166668e-5],
    ["expm1(x)", 0.35, 0.41906754859325723],
    ["expm1(x)", 1, 1.7182818284590453],
    ["expm1(x)", 700, 1.0142320547350045e304],
    ["expm1(x)", 0.4824142837630998, 0.6199807780345067],
    ["expm1(x)", 0.9008318040858758, 1.4616498702077012],
    ["expm1(x)", 3.606837714236048, 35.84934022879231],
    ["expm1(x)", 1.43855039166901, 3.2145818936454047],
    ["exprel(x)", -10000.0, 0.0001],
    ["exprel(x)", -37, 0.027027027027027025],
    ["exprel(x)", -0.001, 0.9995001666250083],
    ["exprel(x)", 1e-17, 1.0],
    ["exprel(x)", 1e-8, 1.000000005],
    ["exprel(x)", 0.5, 1.2974425414002564],
    ["exprel(x)", 3, 6.361845641062556],
    ["exprel(x)", 700, 1.4489029353357207e301],
    ["exprel(x)", 1.0490053044935594, 1.7681607811042206],
    ["exprel(x)", 3.219082323793965, 7.457144798307374],
    ["exprel(x)", 2.530339050143302, 4.5676736979947234],
    ["exprel(x)", 0.6073171884759623, 1.3757234298363927],
  ])("%s at %d", (text, x, value) => {
    const [found] = at(text, x);
    const unit = Math.abs(value) * 2 ** -52;
    expect(Math.abs(found - value)).toBeLessThanOrEqual(Math.max(2 * unit, Number.MIN_VALUE));
  });
});

describe("functions: conditions and steps", () => {
  const nan = Number.NaN;
  test.each<[string, number, number, number]>([
    ["heaviside(x)", -2, 0, 0],
    ["heaviside(x)", 0, 0, 0.5],
    ["heaviside(x)", 3, 0, 1],
    ["heaviside(x, 1)", 0, 0, 1],
    ["heaviside(x, y)", 0, 0.25, 0.25],
    ["heaviside(x)", nan, 0, nan],
    ["where(x > y, x, y)", 3, 2, 3],
    ["where(x > y, x, y)", 1, 2, 2],
    ["where(x, 5, 7)", -0.5, 0, 5],
    ["where(x, 5, 7)", 0, 0, 7],
    // What is not taken cannot spoil what is.
    ["where(x == 0, 10.0, x/expm1(x/10))", 0, 0, 10],
    ["where(x > 0, log(x), y)", -1, 4, 4],
    ["1/exprel(-x/10)", 0, 0, 1],
    ["exprel(x)", 0, 0, 1],
  ])("%s at x = %d, y = %d is %d", (text, x, y, value) => {
    expect(at(text, x, y)[0]).toBe(value);
  });

  test("where of complex numbers takes both parts", () => {
    expect(at("where(x > 0, z, 2.0)", 1, 0, [3, 4])).toEqual([3, 4]);
    expect(at("where(x > 0, z, 2.0)", -1, 0, [3, 4])).toEqual([2, 0]);
  });

  test("an unknown function: all that there are, and the nearest", async () => {
    const error = await refusal(() => parseExpression("step(x)"));
    for (const name of [...Object.keys(functions), "mean", "vsum", "matvec", "interp"]) expect(error.message).toContain(name);
    expect((await refusal(() => parseExpression("heavyside(x)"))).message).toMatch(/did you mean heaviside\?/);
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
