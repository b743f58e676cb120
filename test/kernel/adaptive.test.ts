// Solvers with an adaptive step size: error below its bound, results that depend on nothing but the point, inputs, failures.
import { describe, expect, test } from "vitest";
import {
  type AdaptiveSolverName,
  adaptiveSolvers,
  type GridSearchOptions,
  gridSearch,
  normalNoise,
  simulate,
  templatesFromYaml,
  trace,
  uniformNoise,
} from "../../src/index.ts";
import { bits, published } from "../support/sweep.ts";
import { everything, sweepWith } from "../support/sweep-with.ts";

const explicit: AdaptiveSolverName[] = ["rk23", "rk45", "dop853"];
const names = Object.keys(adaptiveSolvers).filter((name): name is AdaptiveSolverName => name in adaptiveSolvers);

const templates = templatesFromYaml(`
harmonic_op: { base: OperatorTemplate, equations: ["x' = v", "v' = -w*w*x"], variables: { x: output(1.0), v: variable(0.0), w: 1.0 } }
timed_op: { base: OperatorTemplate, equations: ["y' = y*cos(t)"], variables: { y: output(1.0) } }
rational_op:
  base: OperatorTemplate
  equations: ["a' = b/(t + 5)", "b' = b*(a + 2*b - 1)/((t + 5)*(a - 1))"]
  variables: { a: output(0.3333333333333333), b: variable(0.2222222222222222) }
riccati_op: { base: OperatorTemplate, equations: ["y' = -2*(t - 5)*y*y"], variables: { y: output(0.038461538461538464) } }
driven_op: { base: OperatorTemplate, equations: ["y' = -k*y + u", "z = y*y"], variables: { y: output(0.5), z: variable(0.0), k: 3.0, u: input(0.0) } }
blowup_op: { base: OperatorTemplate, equations: ["y' = g*y*y"], variables: { y: output(1.0), g: 1.0 } }
vdp_op: { base: OperatorTemplate, equations: ["x' = z", "z' = mu*z*(1 - x*x) - x"], variables: { x: output(2.0), z: variable(0.0), mu: 1.0 } }
harmonic_node: { base: NodeTemplate, operators: [harmonic_op] }
timed_node: { base: NodeTemplate, operators: [timed_op] }
rational_node: { base: NodeTemplate, operators: [rational_op] }
riccati_node: { base: NodeTemplate, operators: [riccati_op] }
driven_node: { base: NodeTemplate, operators: [driven_op] }
blowup_node: { base: NodeTemplate, operators: [blowup_op] }
vdp_node: { base: NodeTemplate, operators: [vdp_op] }
harmonic: { base: CircuitTemplate, nodes: { p: harmonic_node } }
timed: { base: CircuitTemplate, nodes: { p: timed_node } }
rational: { base: CircuitTemplate, nodes: { p: rational_node } }
riccati: { base: CircuitTemplate, nodes: { p: riccati_node } }
driven: { base: CircuitTemplate, nodes: { p: driven_node } }
blowup: { base: CircuitTemplate, nodes: { p: blowup_node } }
vdp: { base: CircuitTemplate, nodes: { p: vdp_node } }
`);

/** Column of a table as numbers. */
function column(table: Awaited<ReturnType<typeof simulate>>, name: string): number[] {
  return Array.from(table.getChild(name) ?? [], Number);
}

/** SciPy's own test bounds a short run by 5; errors of steps add up, and grow with the number of periods here, 676 times to the peak of riccati. */
const problems = [
  { name: "harmonic", output: "p/harmonic_op/x", time: 20, bound: 100, exact: (t: number) => Math.cos(t) },
  { name: "timed", output: "p/timed_op/y", time: 10, bound: 50, exact: (t: number) => Math.exp(Math.sin(t)) },
  { name: "rational", output: "p/rational_op/a", time: 4, bound: 5, exact: (t: number) => (t + 5) / (t + 15) },
  { name: "riccati", output: "p/riccati_op/y", time: 10, bound: 700, exact: (t: number) => 1 / (1 + (t - 5) ** 2) },
];

describe.each(explicit)("adaptive: %s", (name) => {
  test.each(problems)("$name: at every sample the error is near the tolerance", async ({ name: model, output, time, exact, bound }) => {
    for (const rtol of [1e-3, 1e-5, 1e-7, 1e-9, 1e-10]) {
      const solver = { name, rtol, atol: rtol };
      const call = { circuitTemplate: templates[model], simulationTime: time, stepSize: time / 333, outputs: { y: output }, solver };
      const table = await simulate(call);
      const times = column(table, "time");
      const ratio = column(table, "y").map((y, k) => Math.abs(y - exact(times[k])) / (rtol * (1 + Math.abs(exact(times[k])))));
      expect(Math.max(...ratio), `rtol ${rtol}`).toBeLessThan(bound);
      expect(ratio.length).toBe(333);
    }
  });

  test("the order of its error in the tolerance is one", async () => {
    const error = async (rtol: number) => {
      const solver = { name, rtol, atol: rtol };
      const base = { circuitTemplate: templates.harmonic, simulationTime: 20, stepSize: 0.1 };
      const table = await simulate({ ...base, outputs: { y: "p/harmonic_op/x" }, solver });
      return Math.max(...column(table, "y").map((y, k) => Math.abs(y - Math.cos(column(table, "time")[k]))));
    };
    const slope = Math.log10((await error(1e-5)) / (await error(1e-9))) / 4;
    expect(slope).toBeGreaterThan(0.75);
    expect(slope).toBeLessThan(1.25);
  });
});

const points = 101;
const grid = (from: number, to: number) => Array.from({ length: points }, (_, i) => from + ((to - from) * i) / (points - 1));
const u = "jrc/jrc_op/u";
const times = { simulationTime: 0.3, stepSize: 1e-3, samplingStepSize: 3e-3, cutoff: 0.03 };

const sweeps: Record<string, Partial<GridSearchOptions>> = {
  "a constant input": {},
  "noise of each point's own, held": { inputs: { [u]: normalNoise({ mean: 220, sd: 60, seed: 3, shared: false, hold: 2e-3 }) } },
  "the same, joined by lines": {
    inputs: { [u]: normalNoise({ mean: 220, sd: 60, seed: 3, shared: false, hold: 2e-3 }) },
    solver: { name: "rk45", interpolation: "linear" },
  },
  "a long signal that all share, joined by lines": {
    inputs: { [u]: Float64Array.from({ length: 300 }, (_, i) => 220 + 50 * Math.sin(i / 20)) },
    solver: { name: "dop853", interpolation: "linear" },
  },
  "samples finer than steps of the input, algebraic outputs, features": {
    ...{ stepSize: 5e-3, samplingStepSize: 7e-4, simulationTime: 0.21, cutoff: 0 },
    inputs: { [u]: uniformNoise({ low: 120, high: 320, seed: 4 }) },
    outputs: { V_pce: "jrc/jrc_op/V_e", V_pci: "jrc/jrc_op/V_e - jrc/jrc_op/V_i" },
    features: { V_pce: ["mean", "std", "regime"] },
  },
};

describe.each(Object.entries(sweeps))("adaptive: a point's answer depends on nothing but itself: %s", (_, changes) => {
  const solver = changes.solver ?? { name: "rk45" as const, rtol: 1e-5 };
  const options = published({ ...times, paramGrid: { C: grid(68, 1350) }, ...changes, solver });
  const found = async (settings: object) => everything(await sweepWith(options, settings), ["V_pce", "V_pci"]);

  test("workers × block sizes: one set of bits", async () => {
    const alone = await found({ workers: 0 });
    expect(Object.keys(alone).length).toBe(points);
    for (const lanes of [1, 2, 7, 64, 101]) expect(await found({ workers: 0, lanes })).toEqual(alone);
    for (const workers of [1, 2]) expect(await found({ workers, lanes: 16 })).toEqual(alone);
  });
});

test.each(names.filter((name) => name !== "rodas4"))(
  "adaptive: %s: a point is the same, bit for bit, with neighbours that diverge, stop, or are slow",
  async (name) => {
    const run = async (g: number[], w: number[]) =>
      gridSearch({
        circuitTemplate: templates.blowup,
        paramGrid: { g, w },
        paramMap: { g: { vars: ["blowup_op/g"], nodes: ["p"] }, w: { vars: ["blowup_op/y"], nodes: ["p"] } },
        ...{ simulationTime: 0.9, stepSize: 0.0075, outputs: { y: "p/blowup_op/y" }, solver: { name, rtol: 1e-7 } },
      });
    const sick = await run([1, 50, -3, Number.MAX_VALUE, 0.5, 1e6], [1, 1, 1, 1, 1, 0]);
    const healthy = await run([1, -3, 0.5, 1e6], [1, 1, 1, 0]);
    expect(Array.from(sick.resultsMap.getChild("status") ?? [])).toEqual(["ok", "diverged", "ok", "diverged", "ok", "ok"]);
    [0, 2, 4, 5].forEach((point, i) => {
      expect(bits(trace(sick.results, `blowup_${point}`, "y"))).toEqual(bits(trace(healthy.results, `blowup_${i}`, "y")));
    });
    // y' = g y^2 from 1 is infinite at 1/g.
    expect(Math.abs(Number(sick.resultsMap.get(1)?.failedAt) - 0.02)).toBeLessThan(1e-6);
    const broken = trace(sick.results, "blowup_1", "y");
    expect(broken.findIndex(Number.isNaN)).toBe(3);
    expect(broken.subarray(3).every(Number.isNaN)).toBe(true);
    expect(Number(sick.resultsMap.get(3)?.failedAt)).toBe(0);
    expect(trace(sick.results, "blowup_3", "y")[0]).toBe(1);
  },
);

test("adaptive: a stiff point stops at its limit, and says so; its neighbours go on", async () => {
  const { results, resultsMap } = await gridSearch({
    circuitTemplate: templates.vdp,
    paramGrid: { mu: [1, 1e6] },
    paramMap: { mu: { vars: ["vdp_op/mu"], nodes: ["p"] } },
    ...{ simulationTime: 100, stepSize: 0.1, outputs: { x: "p/vdp_op/x" }, solver: { name: "rk45", maxSteps: 5000 } },
  });
  const [fine, stiff] = resultsMap.toArray().map((row) => row.toJSON());
  expect([fine.status, stiff.status]).toEqual(["ok", "step_limit"]);
  expect(stiff.accepted + stiff.rejected).toBe(5000);
  expect(stiff.failedAt).toBeGreaterThan(0);
  expect(trace(results, "vdp_0", "x").every(Number.isFinite)).toBe(true);
  expect(Number.isNaN(trace(results, "vdp_1", "x")[999])).toBe(true);
});

describe("adaptive: inputs", () => {
  const base = { circuitTemplate: templates.driven, outputs: { y: "p/driven_op/y", z: "p/driven_op/z", u: "p/driven_op/u" } };
  const samples = Float64Array.from({ length: 200 }, (_, i) => (i % 50 < 25 ? 2 : -1) + i / 100);

  /** y after each of `steps` held samples, exactly. */
  function held(stepSize: number): number[] {
    let y = 0.5;
    return Array.from(samples, (value) => {
      const before = y;
      y = value / 3 + (y - value / 3) * Math.exp(-3 * stepSize);
      return before;
    });
  }

  test.each(explicit)("%s: held samples end steps where they change, and recorded inputs are those of the row", async (name) => {
    const solver = { name, rtol: 1e-9, atol: 1e-12 };
    const table = await simulate({ ...base, simulationTime: 2, stepSize: 0.01, inputs: { "p/driven_op/u": samples }, solver });
    held(0.01).forEach((y, k) => {
      expect(Math.abs(column(table, "y")[k] - y)).toBeLessThan(1e-8);
    });
    expect(column(table, "u")).toEqual(Array.from(samples));
    column(table, "y").forEach((y, k) => {
      expect(column(table, "z")[k]).toBe(y * y);
    });
  });

  test("samples joined by lines are the input between them", async () => {
    const solver = { name: "rk45", rtol: 1e-11, atol: 1e-13, interpolation: "linear" } as const;
    const ramp = Float64Array.from({ length: 200 }, (_, i) => i * 0.01);
    const table = await simulate({ ...base, simulationTime: 1.5, stepSize: 0.01, inputs: { "p/driven_op/u": ramp }, solver });
    // y' = -3 y + t from 1/2.
    const exact = (t: number) => t / 3 - 1 / 9 + (0.5 + 1 / 9) * Math.exp(-3 * t);
    column(table, "time").forEach((t, k) => {
      expect(Math.abs(column(table, "y")[k] - exact(t))).toBeLessThan(1e-9);
      expect(Math.abs(column(table, "u")[k] - t)).toBeLessThan(1e-14);
    });
  });

  test("Euler at a small step, with the same noise, agrees to its own error", async () => {
    const noise = uniformNoise({ low: 120, high: 320, seed: 1995, hold: 1e-3 });
    const sweep = { ...times, simulationTime: 0.5, stepSize: 1e-5, samplingStepSize: 1e-3, cutoff: 0, inputs: { [u]: noise } };
    const fixed = await gridSearch(published({ ...sweep, solver: "rk4" }));
    const free = await gridSearch(published({ ...sweep, stepSize: 1e-3, solver: { name: "rk45", rtol: 1e-10, atol: 1e-13 } }));
    const [a, b] = [trace(fixed.results, "JRC2_2", "V_pce"), trace(free.results, "JRC2_2", "V_pce")];
    a.forEach((value, k) => {
      expect(Math.abs(value - b[k])).toBeLessThan(2e-11);
    });
  });
});

describe("adaptive: what a call may say", () => {
  test("any sampling step, and a step that is then only the default of the sampling step", async () => {
    const base = {
      circuitTemplate: templates.harmonic,
      outputs: { y: "p/harmonic_op/x" },
      solver: { name: "dop853", rtol: 1e-12, atol: 1e-13 },
    } as const;
    const table = await simulate({ ...base, simulationTime: 0.98, stepSize: 0.3, samplingStepSize: 0.07 });
    expect(column(table, "time")).toEqual(Array.from({ length: 14 }, (_, k) => k * 0.07));
    column(table, "time").forEach((t, k) => {
      expect(Math.abs(column(table, "y")[k] - Math.cos(t))).toBeLessThan(1e-11);
    });
  });

  test("maxStep and firstStep are kept to, and what was done is counted", async () => {
    const base = {
      circuitTemplate: templates.harmonic,
      paramGrid: { w: [0.001] },
      paramMap: { w: { vars: ["harmonic_op/w"], nodes: ["p"] } },
    };
    const run = async (solver: object) => {
      const call = {
        ...base,
        simulationTime: 1,
        stepSize: 0.5,
        outputs: { y: "p/harmonic_op/x" },
        solver: { name: "rk45", ...solver } as const,
      };
      return (await gridSearch(call)).resultsMap.get(0)?.toJSON();
    };
    expect(await run({ maxStep: 0.01 })).toMatchObject({ rejected: 0, accepted: 100 });
    expect(await run({ firstStep: 1 })).toMatchObject({ accepted: 1, rejected: 0, nfev: 7 });
  });

  test("a chain of two halves is the whole: what a step reaches over is sampled whatever the samples", async () => {
    const sweep = (samplingStepSize: number) =>
      gridSearch(published({ ...times, samplingStepSize, cutoff: 0, solver: { name: "dop853", rtol: 1e-8 } }));
    const [coarse, fine] = [await sweep(0.1), await sweep(1e-4)];
    const [a, b] = [trace(coarse.results, "JRC2_3", "V_pce"), trace(fine.results, "JRC2_3", "V_pce")];
    expect(Array.from(a)).toEqual([b[0], b[1000], b[2000]]);
  });
});
