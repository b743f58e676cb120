// Fused loops: the same results, bit for bit, as solver and model apart, for every bundled circuit, solver and kind of input.
import { describe, expect, test } from "vitest";
import {
  bundledCircuits,
  connect,
  fixedSolvers,
  type GridSearchOptions,
  gridSearch,
  jansenRit,
  normalNoise,
  ornsteinUhlenbeck,
  type SolverName,
  solvers,
  templatesFromYaml,
  trace,
  uniformNoise,
} from "../../src/index.ts";
import { bothWays, moved } from "../support/loops.ts";
import { bits, published, small } from "../support/sweep.ts";

const names = Object.values(solvers).flatMap(({ name, kind }) => (kind === "adaptive" ? [] : [name as SolverName]));
const fixed = Object.keys(fixedSolvers) as SolverName[];

/** Whether a sweep has loops, and all that comes of it is the same either way. */
async function expectEqual(options: GridSearchOptions, lanes = 64): Promise<void> {
  const { fused, seam } = await bothWays(options, lanes);
  expect(fused).toBeDefined();
  expect(fused).toEqual(seam);
  const numbers = seam.flatMap(({ traces }) => traces);
  expect(numbers.some((each) => new Set(each).size > 2)).toBe(true);
}

describe("fused: every bundled circuit", () => {
  test.each(bundledCircuits())("%s, by every solver with fixed steps", async (path) => {
    for (const solver of names) await expectEqual(moved(path, solver));
  });
});

const jrc = "jrc/jrc_op";
const expression = { circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2", solver: "heun" } as const;
const C = (count: number) => ({ C: Array.from({ length: count }, (_, i) => 68 + (1300 * i) / count) });

describe("fused: Jansen-Rit", () => {
  test.each([1, 2, 3, 5, 6, 7, 16, 33, 64, 65, 130])("%i points, in blocks of any size", async (points) => {
    for (const lanes of [2, 6, 64]) await expectEqual(small({ paramGrid: C(points), simulationTime: 0.3 }), lanes);
  });

  const inputs: Record<string, NonNullable<GridSearchOptions["inputs"]>> = {
    constant: { [`${jrc}/u`]: 180 },
    "a signal": { [`${jrc}/u`]: Float64Array.from({ length: 300 }, (_, i) => 120 + (i % 77)) },
    "a signal of its own for each point": {
      [`${jrc}/u`]: { data: Float64Array.from({ length: 300 * 7 }, (_, i) => 120 + (i % 97)), columns: 7 },
    },
    "shared noise that is held": { [`${jrc}/u`]: uniformNoise({ low: 120, high: 320, seed: 1, hold: 7e-3 }) },
    "own noise that is held": { [`${jrc}/u`]: normalNoise({ mean: 220, sd: 22, seed: 1, hold: 3e-3, shared: false }) },
    "two sources": {
      [`${jrc}/u`]: uniformNoise({ low: 120, high: 320, seed: 1, shared: false }),
      [`${jrc}/m_in`]: normalNoise({ mean: 0, sd: 1, seed: 2, hold: 2e-3 }),
    },
    "an Ornstein-Uhlenbeck process": { [`${jrc}/u`]: ornsteinUhlenbeck({ mean: 220, sd: 22, tau: 0.01, seed: 1, shared: false }) },
  };
  test.each(Object.keys(inputs))("input: %s", async (name) => {
    for (const solver of fixed) await expectEqual(small({ paramGrid: C(7), simulationTime: 0.3, inputs: inputs[name], solver }));
  });

  test("outputs that are expressions, parameters and inputs, with bounds, pulses, final states and replicates", async () => {
    const outputs = { sum: `${jrc}/V_e - ${jrc}/V_i`, wave: `sin(1e7 * ${jrc}/V_e)`, u: `${jrc}/u`, c: `${jrc}/c`, m: `${jrc}/m` };
    const input = { [`${jrc}/u`]: uniformNoise({ low: 120, high: 320, seed: 1, shared: false }) };
    const states = {
      bounds: { [`${jrc}/V_e`]: [-0.001, 0.01] as const },
      pulses: { [`${jrc}/V_e`]: { at: 0.02, by: 0.002 } },
      finalState: true,
    };
    await expectEqual(small({ ...expression, paramGrid: C(5), simulationTime: 0.2, inputs: input, outputs, ...states, replicates: 3 }));
  });

  test("lanes that diverge, and lanes that are no numbers, beside others", async () => {
    for (const solver of fixed) {
      await expectEqual(small({ paramGrid: { C: [68, 1e200, 135, Number.MAX_VALUE, 270] }, simulationTime: 0.2, solver }));
    }
  });

  test.each([
    ["a number on a state", { [`${jrc}/X_ein`]: { sd: 0.3, seed: 5 } }],
    ["a number on an input, shared", { [`${jrc}/u`]: { sd: 2, seed: 4, shared: true } }],
    ["an expression on a state", { [`${jrc}/X_ein`]: { sd: `0.05 * ${jrc}/X_ein`, seed: 5 } }],
  ])("noise: %s", async (_, noise) => {
    for (const solver of ["euler-maruyama", "stochastic-heun", "milstein"] as const) {
      if (solver === "milstein" && `${jrc}/u` in noise) continue;
      await expectEqual(small({ paramGrid: C(7), simulationTime: 0.3, noise, solver }));
    }
  });
});

const own = templatesFromYaml(`
late: {base: OperatorTemplate, equations: ["x' = -x(t-tau) + 0.1*x(t-0.013) + u", "y = past(x, tau) * x"], variables: {x: output(1.0), tau: 0.2504, u: input(0.0), y: variable}}
wave: {base: OperatorTemplate, equations: ["x' = cos(k*x) + sin(t) + tan(0.1*x)"], variables: {x: output(0.5), k: 1.0}}
late_node: {base: NodeTemplate, operators: [late]}
wave_node: {base: NodeTemplate, operators: [wave]}
delayed: {base: CircuitTemplate, nodes: {p: late_node}}
wavy: {base: CircuitTemplate, nodes: {p: wave_node}}`);

describe("fused: models of one's own", () => {
  const late = {
    circuitTemplate: own.delayed,
    simulationTime: 3,
    stepSize: 0.01,
    samplingStepSize: 0.02,
    cutoff: 0,
    outputs: { x: "p/late/x", y: "p/late/y" },
  };
  test.each(fixed)("delays, the same in all lanes or swept, with noise on the input: %s", async (solver) => {
    const tau = { tau: { vars: ["late/tau"], nodes: ["p"] } };
    const inputs = { "p/late/u": uniformNoise({ low: 0, high: 0.1, seed: 1, shared: false }) };
    const start = { x: { vars: ["late/x"], nodes: ["p"] } };
    await expectEqual({ ...late, solver, inputs, paramGrid: { x: [0.5, 1, 1.5] }, paramMap: start });
    await expectEqual({ ...late, solver, inputs, paramGrid: { tau: [0.1, 0.25, 0.2504, 0.4, 1] }, paramMap: tau });
    const history = { "p/late/x": Float64Array.from({ length: 101 }, (_, i) => 1 + 0.01 * i) };
    await expectEqual({ ...late, solver, history, paramGrid: { tau: [0.1, 0.25, 0.2504, 0.4, 1] }, paramMap: tau });
  });

  test("arguments of trigonometric functions that are near, and far", async () => {
    const wavy = { circuitTemplate: own.wavy, simulationTime: 3, stepSize: 0.01, samplingStepSize: 0.02, outputs: { x: "p/wave/x" } };
    const paramMap = { k: { vars: ["wave/k"], nodes: ["p"] } };
    for (const k of [
      [1, 2, 3, 4],
      [1, 1e9, 3, -1e300],
    ])
      await expectEqual({ ...wavy, paramGrid: { k }, paramMap });
  });

  test("columns that are connected, with delays and with gamma-distributed ones", async () => {
    const weights = [
      [0, 3, 5],
      [2, 0, 1],
      [4, 2, 0],
    ];
    const scaled = (by: number) => weights.map((row) => row.map((weight) => by * weight));
    const ends = { source: "jrc_op/m", target: "jrc_op/m_in", weights };
    for (const more of [{}, { delays: scaled(0.004) }, { delays: scaled(0.004), spreads: scaled(0.002) }]) {
      await expectEqual({
        circuitTemplate: connect("model_templates.neural_mass_models.jansenrit.JRC2", { ...ends, ...more }),
        paramGrid: { u: [180, 200, 220, 240, 260] },
        paramMap: { u: { vars: ["jrc_op/u"], nodes: ["jrc_0"] } },
        ...{ simulationTime: 0.3, stepSize: 1e-3 },
        outputs: { V: "all/jrc_op/V_e" },
      });
    }
  });
});

test("fused: the published sweep is that of the hand-written module, bit for bit", async () => {
  const fused = await gridSearch(published());
  const written = await gridSearch(published({ circuitTemplate: jansenRit() }));
  for (let i = 0; i < 6; i++) {
    for (const output of ["V_pce", "V_pci"]) {
      expect(bits(trace(fused.results, `JRC2_${i}`, output))).toEqual(bits(trace(written.results, `JRC2_${i}`, output)));
    }
  }
});
