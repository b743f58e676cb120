// Arithmetics other than exact: how far their results are from exact ones, and what these do not depend on.
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  bundledCircuits,
  connect,
  fixedSolvers,
  type GridSearchOptions,
  normalNoise,
  type SolverName,
  solvers,
  templatesFromYaml,
  uniformNoise,
} from "../../src/index.ts";
import { Kernel } from "../../src/kernel/kernel.ts";
import { NoiseFloors } from "../../src/kernel/noise-floor.ts";
import { fusesMultiplyAdd } from "../../src/model/compile/multiply-add.ts";
import { type Arithmetic, EXACT } from "../../src/sweep/arithmetic.ts";
import { firstBlock } from "../../src/sweep/blocks.ts";
import { moved, planBy, resultsBy, tracesBy } from "../support/loops.ts";
import { small } from "../support/sweep.ts";

const names = Object.values(solvers).flatMap(({ name, kind }) => (kind === "adaptive" ? [] : [name as SolverName]));
const fixed = Object.keys(fixedSolvers) as SolverName[];
const jrc = "jrc/jrc_op";
const noisy = { [`${jrc}/u`]: uniformNoise({ low: 120, high: 320, seed: 1, shared: false }) };
const C = (count: number) => ({ C: Array.from({ length: count }, (_, i) => 68 + (1300 * i) / count) });

/** Arithmetics that an engine may have, and how far their results may be from exact ones, over the largest value of each trace. */
const others: { name: string; arithmetic: Arithmetic; within: number; hash: string }[] = [
  { name: "fastMath", arithmetic: { fastMath: true, precision: "float64" }, within: 1e-11, hash: "8bdb180001103120" },
  { name: "float32", arithmetic: { fastMath: false, precision: "float32" }, within: 1e-3, hash: "269e5dbbf63db638" },
  { name: "float32 with fastMath", arithmetic: { fastMath: true, precision: "float32" }, within: 1e-3, hash: "ac71746b92a8783e" },
];

/** The largest difference of traces, over the largest number of them. */
function difference(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  let most = 0;
  let size = 0;
  a.forEach((value, i) => {
    if (Object.is(value, b[i])) return;
    most = Math.max(most, Number.isNaN(value - b[i]) ? Number.POSITIVE_INFINITY : Math.abs(value - b[i]));
    if (Number.isFinite(b[i])) size = Math.max(size, Math.abs(b[i]));
  });
  return most === 0 ? 0 : most / size;
}

function hashOf(numbers: readonly number[]): string {
  return createHash("sha256")
    .update(new Uint8Array(Float64Array.from(numbers).buffer))
    .digest("hex")
    .slice(0, 16);
}

/** The samples of a sweep of one block, by chunks of at most so many steps. */
function samplesInChunks(options: GridSearchOptions, arithmetic: Arithmetic, most: number): number[] {
  const { jobs, blocks } = planBy(options, { arithmetic });
  const [job] = jobs;
  if (job.adaptive) throw new Error("adaptive solvers have exact steps");
  const block = firstBlock(blocks);
  const kernel = new Kernel(job, block.lanes);
  kernel.load(block);
  const samples: number[] = [];
  for (let window = kernel.advance(most); window; window = kernel.advance(most)) for (const value of window.data) samples.push(value);
  return [...samples, ...kernel.final().y];
}

const own = templatesFromYaml(`
late: {base: OperatorTemplate, equations: ["x' = -x(t-tau) + 0.1*x(t-0.013) + u", "y = past(x, tau) * x"], variables: {x: output(1.0), tau: 0.2504, u: input(0.0), y: variable}}
wave: {base: OperatorTemplate, equations: ["x' = cos(k*x) + sin(t) + tan(0.1*x)"], variables: {x: output(0.5), k: 1.0}}
late_node: {base: NodeTemplate, operators: [late]}
wave_node: {base: NodeTemplate, operators: [wave]}
grow: {base: OperatorTemplate, equations: ["x' = x^3 + k*sqrt(2 - t)"], variables: {x: output(1.0), k: 0.0}}
grow_node: {base: NodeTemplate, operators: [grow]}
growing: {base: CircuitTemplate, nodes: {p: grow_node}}
delayed: {base: CircuitTemplate, nodes: {p: late_node}}
wavy: {base: CircuitTemplate, nodes: {p: wave_node}}`);

const late = (tau: number[], simulationTime = 3): GridSearchOptions => ({
  ...{ circuitTemplate: own.delayed, simulationTime, stepSize: 0.01, samplingStepSize: 0.02, cutoff: 0, solver: "heun" },
  ...{ paramGrid: { tau }, paramMap: { tau: { vars: ["late/tau"], nodes: ["p"] } }, outputs: { x: "p/late/x", y: "p/late/y" } },
});

const wavy = (k: number[]): GridSearchOptions => ({
  ...{ circuitTemplate: own.wavy, simulationTime: 1, stepSize: 0.01, samplingStepSize: 0.02, outputs: { x: "p/wave/x" } },
  ...{ paramGrid: { k }, paramMap: { k: { vars: ["wave/k"], nodes: ["p"] } } },
});

/** The sweep that no other arithmetic stays near. */
const FAR = "arguments of trigonometric functions that are far in some lanes";

const weights = [
  [0, 3, 5],
  [2, 0, 1],
  [4, 2, 0],
];
const columns: GridSearchOptions = {
  circuitTemplate: connect("model_templates.neural_mass_models.jansenrit.JRC2", {
    ...{ source: "jrc_op/m", target: "jrc_op/m_in", weights, delays: weights.map((row) => row.map((weight) => 0.004 * weight)) },
  }),
  ...{ paramGrid: { u: [180, 200, 220, 240, 260] }, paramMap: { u: { vars: ["jrc_op/u"], nodes: ["jrc_0"] } } },
  ...{ simulationTime: 0.3, stepSize: 1e-3, outputs: { V: "all/jrc_op/V_e" } },
};

/** Sweeps that have what a loop can have. */
const sweeps: Record<string, GridSearchOptions> = {
  "own noise that is held, bounds, pulses and replicates": small({
    paramGrid: C(3),
    inputs: { [`${jrc}/u`]: normalNoise({ mean: 220, sd: 22, seed: 1, hold: 3e-3, shared: false }) },
    bounds: { [`${jrc}/V_e`]: [-0.001, 0.01] },
    pulses: { [`${jrc}/V_e`]: { at: 0.02, by: 0.002 } },
    replicates: 2,
  }),
  "noise on a state, as an expression": small({
    circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
    paramGrid: C(5),
    noise: { [`${jrc}/X_ein`]: { sd: `0.05 * ${jrc}/X_ein`, seed: 5 } },
    solver: "milstein",
  }),
  "noise on an input": small({ paramGrid: C(5), noise: { [`${jrc}/u`]: { sd: 2, seed: 4 } }, solver: "stochastic-heun" }),
  delays: late([0.1, 0.25, 0.2504, 0.4, 1]),
  "a past that is given": {
    ...late([0.1, 0.25, 0.4]),
    history: { "p/late/x": Float64Array.from({ length: 101 }, (_, i) => 1 + 0.01 * i) },
  },
  "columns with delays": columns,
  "arguments of trigonometric functions that are near": wavy([1, 2, 3, 4]),
  // A rounding of x changes all that follows.
  [FAR]: wavy([1, 2, 3, 4, 1e9]),
};

describe.each(others)("arithmetic: $name", ({ arithmetic, within, hash }) => {
  const has = !arithmetic.fastMath || fusesMultiplyAdd();
  describe.skipIf(!has)(arithmetic.fastMath ? "on an engine that fuses" : "on all engines", () => {
    test.each(bundledCircuits())("near exact results: %s, by every solver with fixed steps", async (path) => {
      for (const solver of names) {
        // Steps at which no model is unstable: f32 ends at 3e38.
        const options = moved(path, solver, arithmetic.precision === "float32" ? 0.1 : 1);
        const found = difference(await tracesBy(options, { arithmetic }), await tracesBy(options, { arithmetic: EXACT }));
        expect(found, solver).toBeLessThan(within);
      }
    });

    test.each(Object.keys(sweeps))("the same bits whatever the blocks, pairs of a turn and chunks, near exact ones: %s", async (name) => {
      const options = sweeps[name];
      const expected = await tracesBy(options, { arithmetic });
      if (name !== FAR) expect(difference(expected, await tracesBy(options, { arithmetic: EXACT }))).toBeLessThan(within);
      for (const lanes of [2, 4, 6]) {
        for (const keepsOrder of [true, false]) expect(await tracesBy(options, { arithmetic, lanes, keepsOrder })).toEqual(expected);
      }
      const whole = samplesInChunks(options, arithmetic, 1000);
      for (const most of [1, 7, 64]) expect(samplesInChunks(options, arithmetic, most)).toEqual(whole);
    });

    test("the same bits whatever the lanes of a block, by every solver", async () => {
      for (const solver of fixed) {
        const options = small({ paramGrid: C(13), inputs: noisy, solver });
        const expected = await tracesBy(options, { arithmetic });
        for (const lanes of [2, 4, 6, 10]) expect(await tracesBy(options, { arithmetic, lanes })).toEqual(expected);
      }
    });

    test("a point has the same bits whichever others there are, and whatever is recorded", async () => {
      const [one] = [await tracesBy(late([0.25]), { arithmetic })];
      const among = await tracesBy(late([0.1, 0.25, 1]), { arithmetic });
      const samples = one.length / 2;
      const of = (variable: number) => among.slice((3 * variable + 1) * samples, (3 * variable + 2) * samples);
      expect([...of(0), ...of(1)]).toEqual(one);
      const alone = { ...late([0.25]), outputs: { x: "p/late/x" } };
      expect(await tracesBy(alone, { arithmetic })).toEqual(one.slice(0, samples));
    });

    test("a longer run begins with the same bits", async () => {
      for (const [short, long] of [
        [late([0.25], 1), late([0.25], 3)],
        [small({ paramGrid: C(1) }), small({ paramGrid: C(1), simulationTime: 0.2 })],
      ]) {
        const outputs = Object.keys(short.outputs).length;
        const [a, b] = [await tracesBy(short, { arithmetic }), await tracesBy(long, { arithmetic })];
        const [before, all] = [a.length / outputs, b.length / outputs];
        for (let i = 0; i < outputs; i++) expect(b.slice(i * all, i * all + before)).toEqual(a.slice(i * before, (i + 1) * before));
      }
    });

    test("the end of a run is where its next step would begin", async () => {
      for (const options of [late([0.1, 0.25]), small({ paramGrid: C(2), inputs: noisy })]) {
        const { outputs, ...rest } = options;
        const [state] = Object.values(outputs);
        const end = await resultsBy({ ...rest, outputs: { state }, finalState: true }, { arithmetic });
        const longer = { ...rest, simulationTime: rest.simulationTime + (rest.samplingStepSize ?? rest.stepSize) };
        const [{ traces }] = await resultsBy({ ...longer, outputs: { state } }, { arithmetic });
        const { jobs } = planBy(options, { arithmetic });
        const row = jobs[0].model.states.findIndex(({ path }) => path === state);
        const samples = traces[0].length / 2;
        expect(Array.from(end[0].finalStates?.[row] ?? [])).toEqual([traces[0][samples - 1], traces[0][2 * samples - 1]]);
      }
    });

    test("lanes that fail do so when exact ones do, or beyond the numbers of the precision, and others are as without them", async () => {
      for (const solver of fixed) {
        const sweep = (values: number[]) => small({ paramGrid: { C: values }, simulationTime: 0.2, solver });
        const [found] = await resultsBy(sweep([68, 1e200, 135, Number.MAX_VALUE, 270]), { arithmetic });
        const [expected] = await resultsBy(sweep([68, 1e200, 135, Number.MAX_VALUE, 270]), { arithmetic: EXACT });
        if (arithmetic.precision === "float64") {
          expect(found.failedAt).toEqual(expected.failedAt);
          expect(found.failures).toEqual(expected.failures);
        } else expect(Array.from(found.failedAt, Number.isNaN)).toEqual([true, false, true, false, true]);
        const [alone] = await resultsBy(sweep([68, 135, 270]), { arithmetic });
        const samples = found.traces[0].length / 5;
        for (const [i, lane] of [0, 2, 4].entries()) {
          const ofLane = found.traces[0].slice(lane * samples, (lane + 1) * samples);
          expect(ofLane).toEqual(alone.traces[0].slice(i * samples, (i + 1) * samples));
        }
      }
    });

    test("a state that grows without end has diverged, and one that is no number is not one", async () => {
      for (const solver of fixed) {
        const growing: GridSearchOptions = {
          ...{
            circuitTemplate: own.growing,
            simulationTime: 3,
            stepSize: 0.01,
            samplingStepSize: 0.02,
            outputs: { x: "p/grow/x" },
            solver,
          },
          paramGrid: { x: [1, 0], k: [0, 1e-3] },
          paramMap: { x: { vars: ["grow/x"], nodes: ["p"] }, k: { vars: ["grow/k"], nodes: ["p"] } },
        };
        const [found] = await resultsBy(growing, { arithmetic });
        const [expected] = await resultsBy(growing, { arithmetic: EXACT });
        expect(found.failures).toEqual(expected.failures);
        expect(new Set(found.failures?.reasons).size).toBe(2);
        expect(found.failedAt[1]).toBeCloseTo(expected.failedAt[1], 6);
      }
    });

    test("the noise floor is what the precision rounds", () => {
      const floorOf = (which: Arithmetic) => {
        const { jobs, blocks } = planBy(small({ paramGrid: C(1) }), { arithmetic: which });
        const [job] = jobs;
        if (job.adaptive) throw new Error("adaptive solvers have exact steps");
        const kernel = new Kernel(job, 1);
        kernel.load(firstBlock(blocks));
        while (kernel.advance());
        return new NoiseFloors(kernel.final()).variable({ kind: "state", row: 0 }).unit(0, 1);
      };
      expect(floorOf(arithmetic) / floorOf(EXACT)).toBe(arithmetic.precision === "float32" ? 2 ** 29 : 1);
    });

    test("one hash on all engines", async () => {
      const all: number[] = [];
      for (const solver of names)
        for (const value of await tracesBy(small({ paramGrid: C(6), simulationTime: 1, inputs: noisy, solver }), { arithmetic }))
          all.push(value);
      for (const options of Object.values(sweeps)) for (const value of await tracesBy(options, { arithmetic })) all.push(value);
      expect(hashOf(all)).toBe(hash);
    });
  });
});
