// Branches of equilibria: bifurcations against exact values, and what is refused.
import { describe, expect, test } from "vitest";
import { type ContinueEquilibriumOptions, continueEquilibrium } from "../../src/index.ts";
import { oneNode } from "../support/one-node.ts";
import { refusal } from "../support/sweep.ts";

type Row = Record<string, number | string | null>;

async function rowsOf(options: ContinueEquilibriumOptions): Promise<Row[]> {
  const table = await continueEquilibrium(options);
  return table.toArray().map((row) => row.toJSON());
}

/** One operator `op` on the node `n`, varied in one of its parameters. */
function own(equations: string[], variables: string, parameter: string, range: [number, number]): ContinueEquilibriumOptions {
  return { circuitTemplate: oneNode(equations, variables), parameter: `n/op/${parameter}`, range };
}

function pointsOf(rows: readonly Row[], parameter: string, label: string): number[] {
  return rows.filter((row) => row.label === label).map((row) => Number(row[parameter]));
}

/** Relative errors of bifurcations, in the order of the branch. */
function errorsOf(found: readonly number[], expected: readonly number[]): number {
  expect(found.length).toBe(expected.length);
  return Math.max(...expected.map((value, i) => Math.abs(found[i] - value) / Math.abs(value || 1)));
}

describe("branch: bifurcations of neural mass models to 12 digits of values of high precision", () => {
  test("Jansen-Rit at C = 135, in p: two folds and three Hopf points", async () => {
    const u = "jrc/jrc_op/u";
    const circuitTemplate = "model_templates.neural_mass_models.jansenrit.JRC2";
    const rows = await rowsOf({ circuitTemplate, parameter: u, range: [-60, 400], from: { [u]: -60 } });
    expect(errorsOf(pointsOf(rows, u, "LP"), JR_FOLDS)).toBeLessThan(1e-12);
    expect(errorsOf(pointsOf(rows, u, "HB"), JR_HOPFS)).toBeLessThan(1e-12);
    expect(rows.filter(({ label }) => label === "HB").map(({ point }) => point)).toEqual([
      "Hopf point, subcritical",
      "Hopf point, supercritical",
      "Hopf point, supercritical",
    ]);
    for (const { digits } of rows.filter(({ digits }) => digits !== null)) expect(Number(digits)).toBeGreaterThanOrEqual(12);
    for (const { residual } of rows) expect(Number(residual)).toBeLessThan(1e-9);
    expect([rows[0][u], rows.at(-1)?.[u]]).toEqual([-60, 400]);
  });

  test("Montbrió-Pazó-Roxin, J = 15, in eta", async () => {
    const equations = ["r' = 1/pi + 2*r*v", "v' = v^2 + eta + J*r - (pi*r)^2"];
    const options = own(equations, "{ r: output(0.1), v: variable(-2.0), eta: -10.0, J: 15.0 }", "eta", [-12, 2]);
    const rows = await rowsOf({ ...options, userValues: [-5] });
    expect(errorsOf(pointsOf(rows, "n/op/eta", "LP"), [-3.13613408619569, -5.74352716165782])).toBeLessThan(3e-15);
    expect(pointsOf(rows, "n/op/eta", "UZ")).toEqual([-5, -5, -5]);
    expect(rows.filter(({ label }) => label === "UZ").map(({ type }) => type)).toEqual(["stable node", "saddle", "stable focus"]);
  });

  test("FitzHugh-Nagumo: two subcritical Hopf points", async () => {
    const rows = await rowsOf(
      own(["v' = v - v^3/3 - w + I", "w' = 0.08*(v + 0.7 - 0.8*w)"], "{ v: output(-1.0), w: variable(-0.5), I: 0.0 }", "I", [0, 2]),
    );
    expect(errorsOf(pointsOf(rows, "n/op/I", "HB"), [0.331281337454746, 1.41871866254525])).toBeLessThan(3e-14);
    expect(rows.filter(({ label }) => label === "HB").every(({ point }) => point === "Hopf point, subcritical")).toBe(true);
  });

  test("Wilson-Cowan 1972: two folds and a supercritical Hopf point, with its period", async () => {
    const S = (x: string, a: number, th: number) => `(1/(1+exp(-${a}*(${x}-${th}))) - 1/(1+exp(${a * th})))`;
    const equations = [`E' = -E + (1-E)*${S("16*E-12*I+P", 1.3, 4)}`, `I' = -I + (1-I)*${S("15*E-3*I+Q", 2, 3.7)}`];
    const rows = await rowsOf(own(equations, "{ E: output(0.0), I: variable(0.0), P: 0.0, Q: 0.0 }", "P", [0, 3]));
    expect(errorsOf(pointsOf(rows, "n/op/P", "LP"), [1.08301594044683, 0.903197417614485])).toBeLessThan(1e-13);
    expect(errorsOf(pointsOf(rows, "n/op/P", "HB"), [1.90925271810422])).toBeLessThan(1e-13);
    const hopf = rows.find(({ label }) => label === "HB");
    expect(Number(hopf?.period)).toBeCloseTo(2.331063872443, 11);
    expect(hopf?.point).toBe("Hopf point, supercritical");
  });

  test("Tsodyks and Markram's mean field with tau_D = 0.2, as BifurcationKit's tutorial has it: two folds, two Hopf points", async () => {
    const [I, tauD] = ["p/tm_op/I", "p/tm_op/tau_D"];
    const circuitTemplate = "model_templates.neural_mass_models.tsodyksmarkram.tm";
    const rows = await rowsOf({ circuitTemplate, params: { [tauD]: 0.2 }, parameter: I, range: [-4, -0.9], from: { [I]: -2 } });
    // By 40 digits of the input that holds a rate, which is explicit. The tutorial prints -1.46302733, -1.86522391, -1.850124 and -1.151059.
    expect(errorsOf(pointsOf(rows, I, "LP"), [-1.463027325542694, -1.865223910339047])).toBeLessThan(1e-14);
    expect(errorsOf(pointsOf(rows, I, "HB"), [-1.850124594767565, -1.151059396918669])).toBeLessThan(1e-14);
    const periods = rows.filter(({ label }) => label === "HB").map(({ period }) => Number(period));
    expect(errorsOf(periods, [3.141831543570384, 0.324460305713904])).toBeLessThan(1e-12);
  });

  test("Kuramoto's mean field synchronises where its coupling is twice the width of its frequencies", async () => {
    const Delta = "p/kmo_op/Delta";
    const circuitTemplate = "model_templates.oscillators.kuramoto.kmo_mf";
    const rows = await rowsOf({ circuitTemplate, parameter: Delta, range: [0.1, 1] });
    const hopf = rows.filter(({ label }) => label === "HB");
    expect(hopf.map(({ point }) => point)).toEqual(["Hopf point, supercritical"]);
    expect(errorsOf(pointsOf(rows, Delta, "HB"), [0.5])).toBeLessThan(1e-15);
    expect(Number(hopf[0].period)).toBeCloseTo((2 * Math.PI) / 10, 14);
  });
});

describe("branch: normal forms", () => {
  test("a pitchfork: both branches, and the one that crosses from its one end to the other", async () => {
    const rows = await rowsOf(own(["x' = l*x - x^3"], "{ x: output(0.0), l: -1.0 }", "l", [-1, 1]));
    const [trivial, other] = [0, 1].map((b) => rows.filter(({ branch }) => branch === b));
    expect(pointsOf(trivial, "n/op/l", "BP")).toEqual([0]);
    expect(other.map((row) => Number(row["n/op/l"]) - Number(row["n/op/x"]) ** 2).every((off) => Math.abs(off) < 1e-14)).toBe(true);
    expect([Number(other[0]["n/op/x"]), Number(other.at(-1)?.["n/op/x"])].sort()).toEqual([-1, 1]);
    expect(other.filter(({ label }) => label !== "BP").every(({ stability }) => stability === "stable")).toBe(true);
  });

  test("a transcritical point, and a start on a pitchfork", async () => {
    const rows = await rowsOf(own(["x' = l*x - x^2"], "{ x: output(0.0), l: -1.0 }", "l", [-1, 1]));
    expect(new Set(rows.map(({ branch }) => branch)).size).toBe(2);
    const start = await rowsOf(own(["x' = l*x - x^3"], "{ x: output(0.0), l: 0.0 }", "l", [-1, 1]));
    expect(pointsOf(start, "n/op/l", "BP")).toEqual([0, 0]);
    expect(pointsOf(start, "n/op/l", "EP").sort()).toEqual([-1, 1, 1, 1]);
  });

  test("a Hopf point with its first Lyapunov coefficient, and two close together", async () => {
    const hopf = ["x' = l*x - 2*y - x*(x^2+y^2)", "y' = 2*x + l*y - y*(x^2+y^2)"];
    const rows = await rowsOf(own(hopf, "{ x: output(0.0), y: variable(0.0), l: -1.0 }", "l", [-1, 1]));
    const [row] = rows.filter(({ label }) => label === "HB");
    // Of q of length 1, Re c_1 / ω is twice that of x + i y.
    expect(Number(row.coefficient)).toBeCloseTo(-1, 13);
    expect(Number(row.period)).toBeCloseTo(Math.PI, 14);
    const twice = await rowsOf(
      own(["x' = (l^2-1e-5)*x - 2*y", "y' = 2*x + (l^2-1e-5)*y"], "{ x: output(0.0), y: variable(0.0), l: -1.0 }", "l", [-1, 1]),
    );
    const at = Math.sqrt(1e-5);
    expect(errorsOf(pointsOf(twice, "n/op/l", "HB"), [-at, at])).toBeLessThan(1e-9);
  });

  test("whether a Hopf point is super- or subcritical does not depend on the states' units", async () => {
    for (const c of [1, 1e-14, 1e14]) {
      const equations = [`x' = mu*x - y - ${c}*x*(x^2 + y^2)`, `y' = x + mu*y - ${c}*y*(x^2 + y^2)`];
      const rows = await rowsOf(own(equations, "{ x: output(0.0), y: variable(0.0), mu: -1.0 }", "mu", [-1, 1]));
      const [hopf] = rows.filter(({ label }) => label === "HB");
      expect([hopf.point, Number(hopf.coefficient) / c]).toEqual(["Hopf point, supercritical", expect.closeTo(-2, 12)]);
    }
    // Its terms cancel: x'' + x = 0 in other coordinates, to the third order.
    const centre = ["x' = y - mu*x + x^2", "y' = -x - mu*y + 2*x*(y + x^2) - 2*x*x^2 - 2*x*y"];
    const rows = await rowsOf(own(centre, "{ x: output(0.0), y: variable(0.0), mu: 1.0 }", "mu", [-1, 1]));
    const [hopf] = rows.filter(({ label }) => label === "HB");
    expect([hopf.point, hopf.coefficient]).toEqual(["Hopf point, degenerate", 0]);
  });

  test("Rössler's system with a = b at c = 2a: a fold and a Hopf point at once, which is neither super- nor subcritical", async () => {
    const equations = ["x' = -y - z", "y' = x + 0.2*y", "z' = 0.2 + z*(x - c)"];
    const rows = await rowsOf(own(equations, "{ x: output(0.0), y: variable(0.0), z: variable(0.0), c: 1.0 }", "c", [0.3, 6]));
    const found = rows.filter(({ label }) => label === "LP" || label === "HB");
    expect(found.map((row) => [row.label, row["n/op/c"]])).toEqual([
      ["LP", expect.closeTo(0.4, 12)],
      ["HB", expect.closeTo(0.4, 12)],
    ]);
    expect([found[1].point, found[1].coefficient]).toEqual(["Hopf point, degenerate", null]);
  });

  test("a start on a value of the user's has its label", async () => {
    const options = own(["x' = mu - x"], "{ x: output(0.0), mu: 0.5 }", "mu", [0, 1]);
    const labels = async (userValues: number[]) =>
      (await rowsOf({ ...options, userValues })).flatMap((row) => (row.label ? [[row.label, row["n/op/mu"]]] : []));
    expect(await labels([0.5, 0.75])).toEqual([
      ["EP", 0],
      ["UZ", 0.5],
      ["UZ", 0.75],
      ["EP", 1],
    ]);
  });

  test("a start on a fold, and a closed loop", async () => {
    const fold = own(["x' = l - x^2", "y' = x - y"], "{ x: output(0.0), y: variable(0.0), l: 0.0 }", "l", [-1, 1]);
    const rows = await rowsOf({ ...fold, from: { "n/op/x": 0, "n/op/y": 0 } });
    expect(pointsOf(rows, "n/op/l", "LP")).toEqual([0]);
    expect(pointsOf(rows, "n/op/l", "EP")).toEqual([1, 1]);
    const loop = await rowsOf(own(["x' = 1 - x^2 - l^2"], "{ x: output(0.9), l: 0.0 }", "l", [-2, 2]));
    expect(errorsOf(pointsOf(loop, "n/op/l", "LP").sort(), [-1, 1])).toBeLessThan(1e-15);
    expect(loop.at(-1)?.note).toBe("the branch is a closed loop");
  });

  test("an equilibrium that the initial state does not lead to is looked for elsewhere", async () => {
    const circle = { parameter: "p/sl_corrected_op/omega", range: [0.5, 2] as const };
    const rows = [...(await continueEquilibrium({ circuitTemplate: "model_templates.oscillators.stuartlandau.sl_corrected", ...circle }))];
    for (const row of rows) expect([row["p/sl_corrected_op/x"], row["p/sl_corrected_op/z"], row.unstable]).toEqual([0, 0, 2]);
  });

  test("a corner is named, and the branch ends there", async () => {
    const rows = await rowsOf(own(["x' = l - abs(x) - 0.1*x"], "{ x: output(0.5), l: 1.0 }", "l", [-1, 2]));
    expect(rows[0].note).toMatch(/corner.*abs in the equation of n\/op\/x/);
  });
});

describe("branch: what is refused", () => {
  const fold = own(["x' = l + x^2"], "{ x: output(-1.0), l: -1.0, k: 1.0 }", "l", [-2, 1]);
  test.each([
    ["a range without the start", { range: [0, 1] }, "E_RANGE"],
    ["a range that descends", { range: [1, -2] }, "E_RANGE"],
    ["a user value outside the range", { userValues: [-1, 3] }, "E_RANGE"],
    ["steps that descend", { stepSize: 0.5, maxStepSize: 0.1 }, "E_STEP"],
    ["a start that is no equilibrium", { from: { "n/op/l": 0.5 } }, "E_NO_EQUILIBRIUM"],
    ["a value at which there is none", { from: { "n/op/l": 0.9 } }, "E_NO_EQUILIBRIUM"],
    ["a state that is far from one", { from: { "n/op/x": 100 } }, "E_NO_EQUILIBRIUM"],
    ["an unknown name in from", { from: { "n/op/xx": 1 } }, "E_UNKNOWN_VARIABLE"],
    ["a misspelt option", { uservalues: [1] }, "E_UNKNOWN_OPTION"],
    ["no parameter", { parameter: undefined }, "E_MISSING_OPTION"],
  ])("%s", async (_, changes, code) => {
    const call = () => Reflect.apply(continueEquilibrium, undefined, [{ ...fold, ...changes }]);
    expect((await refusal(call)).code).toBe(code);
  });

  test("not a longest step alone, which the first one keeps to", async () => {
    const [usual, short] = [await rowsOf(fold), await rowsOf({ ...fold, maxStepSize: 0.002 })];
    expect(short.length).toBeGreaterThan(4 * usual.length);
  });

  test("equilibria that are not isolated", async () => {
    const conserved = own(["x' = -l*x + y", "y' = l*x - y"], "{ x: output(0.5), y: variable(0.5), l: 1.0 }", "l", [0.5, 2]);
    expect((await refusal(() => continueEquilibrium(conserved))).code).toBe("E_SINGULAR");
  });

  test("models that were given as modules", async () => {
    const { jansenRit } = await import("../../src/index.ts");
    const call = () => continueEquilibrium({ circuitTemplate: jansenRit(), parameter: "jrc/jrc_op/u", range: [0, 1] });
    expect((await refusal(call)).code).toBe("E_FIELD");
  });
});

/** By 40 digits from the explicit equation of the equilibria. */
const JR_FOLDS = [113.5862732127988, -41.30141048782859];
const JR_HOPFS = [-12.1474923484187, 89.829107969644, 315.696428068819];
