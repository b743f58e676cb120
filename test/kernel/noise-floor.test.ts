// The noise floor: what rests is at rest by every solver, and what moves, however little, is on its cycle.
import { describe, expect, test } from "vitest";
import { type GridSearchOptions, gridSearch, type SolverName } from "../../src/index.ts";
import { comesToRest } from "../../src/kernel/matrix.ts";
import { circuitOf, draws, randomModel, randomNumbers } from "../support/random-dynamics.ts";

const fixed = ["heun", "rk4", "rk5"] as const;
const adaptive = ["rk23", "rk45", "dop853", "rodas4"] as const;
const accurate: readonly SolverName[] = [...fixed, ...adaptive];

const fitzhugh = circuitOf(["v' = v - v^3/3 - w + I", "w' = 0.08*(v + 0.7 - 0.8*w)"], ["v: output(-1.0)", "w: variable(1.0)", "I: 0.0"]);

async function rowsOf(options: Omit<GridSearchOptions, "results">): Promise<Record<string, unknown>[]> {
  const { resultsMap } = await gridSearch({ ...options, results: false });
  return resultsMap.toArray().map((row) => row.toJSON());
}

function numbers(count: number, value: (i: number) => number): number[] {
  return Array.from({ length: count }, (_, i) => value(i));
}

describe("noise floor: FitzHugh and Nagumo's model, 16 currents", () => {
  const currents = numbers(16, (i) => i / 30);

  test.each(accurate)("%s: rest below the bifurcation, and one cycle beyond it", async (solver) => {
    const rows = await rowsOf({
      ...{ circuitTemplate: fitzhugh, paramGrid: { I: currents }, paramMap: { I: { vars: ["op/I"], nodes: ["p"] } }, solver },
      ...{ simulationTime: 1000, stepSize: 0.05, samplingStepSize: 0.1, cutoff: 500, outputs: { v: "p/op/v" } },
      features: { v: ["regime", "maxima", "range", "peakFrequency", { crossings: { level: -1.199 } }] },
    });
    // The real part of the eigenvalues is 0 at I = 0.3313; beyond, the cycle is large.
    for (const row of rows) {
      const rests = Number(row.I) < 0.32;
      expect([row.I, row.v_regime, row.v_maxima]).toEqual([row.I, rests ? "fixed point" : "oscillation", rests ? 0 : 1]);
      if (rests && Number(row.I) < 0.25) expect([row.v_range, row.v_peakFrequency]).toEqual([0, Number.NaN]);
    }
  });

  test.each(adaptive)("%s: a level at which the point rests is not crossed", async (solver) => {
    const call = {
      ...{ circuitTemplate: fitzhugh, paramGrid: { I: [0, 0.1, 0.2] }, paramMap: { I: { vars: ["op/I"], nodes: ["p"] } }, solver },
      ...{ simulationTime: 1000, stepSize: 0.05, samplingStepSize: 0.1, cutoff: 500, outputs: { v: "p/op/v" } },
    };
    const places = await rowsOf({ ...call, features: { v: ["mean"] } });
    for (const [i, { v_mean: mean }] of places.entries()) {
      const rows = await rowsOf({ ...call, features: { v: [{ crossings: { level: Number(mean) } }] } });
      expect(rows[i].v_crossings).toBe(0);
    }
  });
});

test.each(accurate)("noise floor: JRC2 at C = 135 rests for u from 0 to 110, in a difference of two potentials: %s", async (solver) => {
  const inputs = numbers(56, (i) => 2 * i);
  const rows = await rowsOf({
    circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
    ...{ paramGrid: { u: inputs, C: inputs.map(() => 135) }, solver },
    paramMap: { u: { vars: ["jrc_op/u"], nodes: ["jrc"] }, C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
    ...{ simulationTime: 6, stepSize: 5e-4, samplingStepSize: 1e-3, cutoff: 3, outputs: { V: "jrc/jrc_op/V_e - jrc/jrc_op/V_i" } },
    features: { V: ["regime", "maxima"] },
  });
  expect(rows.filter((row) => row.V_regime !== "fixed point" || row.V_maxima !== 0)).toEqual([]);
});

/** Regimes of a state of a random model, and of a difference and a product of two, by every solver. */
async function regimesOf(seed: number, kind: "rest" | "cycle"): Promise<string[]> {
  const { circuit, settling, fastest, slowest } = randomModel(seed, kind);
  const stepSize = 0.25 / fastest;
  const samplingSteps = Math.max(1, Math.round(0.4 / slowest / stepSize));
  const period = (2 * Math.PI) / slowest;
  const cutoff = settling * (kind === "rest" ? 30 : 12);
  const samples = Math.ceil((cutoff + Math.max(10 * settling, 12 * period)) / (samplingSteps * stepSize));
  const found: string[] = [];
  for (const solver of accurate.slice(1)) {
    const [row] = await rowsOf({
      ...{ circuitTemplate: circuit, paramGrid: { q: [0] }, paramMap: { q: { vars: ["op/q"], nodes: ["p"] } }, solver, stepSize, cutoff },
      ...{ simulationTime: samples * samplingSteps * stepSize, samplingStepSize: samplingSteps * stepSize },
      outputs: { x: "p/op/x0", difference: "p/op/x0 - p/op/x1", product: "p/op/x0*p/op/x1 + p/op/x1" },
      features: { x: ["regime"], difference: ["regime"], product: ["regime"] },
    });
    for (const output of ["x", "difference", "product"]) {
      const wanted = kind === "rest" ? "fixed point" : "oscillation";
      const regime = row[`${output}_regime`];
      if (regime !== wanted) found.push(`seed ${seed}, ${solver}, ${output}: ${String(regime)}, not ${wanted}`);
    }
  }
  return found;
}

describe("noise floor: random models, by every solver, in a state, a difference and a product", () => {
  test("60 that come to rest, as slowly as 1 % a radian", async () => {
    for (let seed = 0; seed < 60; seed++) expect(await regimesOf(seed, "rest")).toEqual([]);
  });

  test("60 on cycles, as small as 1e-4 of where they are", async () => {
    for (let seed = 0; seed < 60; seed++) expect(await regimesOf(seed, "cycle")).toEqual([]);
  });
});

test.each(adaptive)("noise floor: a cycle of ten tolerances is an oscillation, and no range is nothing: %s", async (solver) => {
  const circuit = circuitOf(
    ["s = 1 - ((x - 1)*(x - 1) + (y - 1)*(y - 1))/(r*r)", "x' = 0.1*s*(x - 1) - (y - 1)", "y' = 0.1*s*(y - 1) + (x - 1)"],
    ["s: variable", "x: output(1.0)", "y: variable(1.00001)", "r: 1e-5"],
  );
  const rows = await rowsOf({
    ...{ circuitTemplate: circuit, paramGrid: { r: [5e-6, 1e-5, 1e-4] }, paramMap: { r: { vars: ["op/r"], nodes: ["p"] } }, solver },
    ...{ simulationTime: 400, stepSize: 0.1, cutoff: 200, outputs: { x: "p/op/x" }, features: { x: ["regime", "range"] } },
  });
  for (const row of rows) {
    expect(row.x_regime).toBe("oscillation");
    expect(Number(row.x_range)).toBeGreaterThan(Number(row.r));
  }
});

test.each(adaptive)("noise floor: a transient is no noise, however loose the tolerance: %s", async (solver) => {
  const [row] = await rowsOf({
    circuitTemplate: circuitOf(["x' = -x + 1", "y' = x - y"], ["x: output(1.2)", "y: variable(0.0)", "q: 0.0", "u: variable"].slice(0, 2)),
    ...{ paramGrid: { x: [1.2] }, paramMap: { x: { vars: ["op/x"], nodes: ["p"] } }, solver: { name: solver, rtol: 1e-3, atol: 1e-6 } },
    ...{ simulationTime: 20, stepSize: 0.01, outputs: { x: "p/op/x" }, features: { x: ["range", "regime"] } },
  });
  expect(Math.abs(Number(row.x_range) - 0.2)).toBeLessThan(0.01);
  expect(row.x_regime).toBe("fixed point");
});

test("noise floor: a matrix comes to rest where its eigenvalues are left of the axis, or 0", () => {
  const random = randomNumbers(5);
  const { within, decades } = draws(random);
  for (let round = 0; round < 300; round++) {
    // Blocks of a pair and a rate on the diagonal, and random coordinates by shears.
    const [growth, frequency, rate] = [decades(1e-4, 1) * (random() < 0.5 ? -1 : 1), decades(0.1, 10), -decades(1e-2, 1e3)];
    const neutral = random() < 0.3;
    const matrix = Float64Array.of(growth, -frequency, 0, frequency, growth, 0, 0, 0, neutral ? 0 : rate);
    for (let k = 0; k < 6; k++) shear(matrix, k % 3, (k + 1 + (k % 2)) % 3, within(-1, 1));
    expect([round, comesToRest(matrix, 3)]).toEqual([round, growth < 0]);
  }
});

/** The matrix in coordinates of which one has `share` times another added: its eigenvalues stay. */
function shear(matrix: Float64Array, to: number, from: number, share: number): void {
  if (to === from) return;
  for (let c = 0; c < 3; c++) matrix[3 * to + c] += share * matrix[3 * from + c];
  for (let r = 0; r < 3; r++) matrix[3 * r + from] -= share * matrix[3 * r + to];
}
