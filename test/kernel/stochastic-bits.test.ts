// Noise on variables, bit for bit: none is none, and blocks, threads, chunks and neighbours do not show; paths under a halved step.
import { describe, expect, test } from "vitest";
import { type GridSearchOptions, gridSearch, type SolverName, simulate, solvers, templatesFromYaml, trace } from "../../src/index.ts";
import { Kernel } from "../../src/kernel/kernel.ts";
import { makePlan } from "../../src/plan/plan.ts";
import { openFiles } from "../../src/platform/files.ts";
import { linear, momentsOf } from "../support/noisy-models.ts";
import { bits, small } from "../support/sweep.ts";
import { everything, sweepWith } from "../support/sweep-with.ts";

const u = "jrc/jrc_op/u";
const X = "jrc/jrc_op/X_ein";
const stochastic = [
  ["euler-maruyama", "euler"],
  ["stochastic-heun", "heun"],
  ["milstein", "euler"],
] as const satisfies [SolverName, SolverName][];

function sweep(changes: Partial<GridSearchOptions> = {}): GridSearchOptions {
  return small({
    paramGrid: { C: Array.from({ length: 131 }, (_, i) => 60 + 5 * i) },
    solver: "stochastic-heun",
    noise: { [u]: { sd: 2, seed: 4, shared: false }, [X]: { sd: `0.05 * ${X}`, seed: 5 } },
    ...changes,
  });
}

const dde = templatesFromYaml(`
op: {base: OperatorTemplate, equations: ["x' = -x(t-tau) + u"], variables: {x: output(1.0), tau: 0.25, u: input(0.0)}}
node: {base: NodeTemplate, operators: [op]}
net: {base: CircuitTemplate, nodes: {p: node}}`).net;

describe.each(stochastic)("stochastic bits: %s without noise is %s", (solver, twin) => {
  test("bit for bit, on Jansen-Rit, with time, and with delays", async () => {
    for (const noise of [{}, { [X]: { sd: 0 } }]) {
      const own = await gridSearch(sweep({ solver, noise, paramGrid: { C: [68, 135, 270] } }));
      const other = await gridSearch(sweep({ solver: twin, noise: {}, paramGrid: { C: [68, 135, 270] } }));
      for (const key of ["JRC2_0", "JRC2_2"])
        expect(bits(trace(own.results, key, "V_pce"))).toEqual(bits(trace(other.results, key, "V_pce")));
    }
    const run = (name: SolverName) =>
      simulate({
        circuitTemplate: dde,
        outputs: { x: "p/op/x" },
        simulationTime: 3,
        stepSize: 0.01,
        inputs: { "p/op/u": 0.1 },
        solver: name,
      });
    const [own, other] = [await run(solver), await run(twin)].map((table) => table.getChild("x")?.toArray() ?? new Float64Array(0));
    expect(bits(own)).toEqual(bits(other));
    expect(solvers[solver].withoutNoise).toBe(twin);
  });
});

test("blocks of 2, of 64 and of all points, and any number of workers, give the same bits", async () => {
  const outputs = ["V_pce", "V_pci"];
  const expected = everything(await gridSearch(sweep({ workers: 0 })), outputs);
  for (const lanes of [2, 10, 64]) expect(everything(await sweepWith(sweep(), { lanes }), outputs)).toEqual(expected);
  expect(everything(await gridSearch(sweep({ workers: 2 })), outputs)).toEqual(expected);
  const turned = await gridSearch(sweep({ paramGrid: { C: [710, 705, 60, 65] }, noise: { [u]: { sd: 2 } } }));
  const straight = await gridSearch(sweep({ paramGrid: { C: [60, 65] }, noise: { [u]: { sd: 2 } } }));
  expect(bits(trace(turned.results, "JRC2_2", "V_pce"))).toEqual(bits(trace(straight.results, "JRC2_0", "V_pce")));
});

/** The last states of a job of few points, with its steps taken in chunks of the given sizes. */
function inChunks(options: GridSearchOptions, sizes: readonly number[]): { states: bigint[]; failedAt: number[] } {
  const plan = makePlan(options, { budget: 1e9, openFile: openFiles() });
  const [job] = plan.jobs;
  if (job.adaptive) throw new Error("fixed steps were asked for");
  const kernel = new Kernel(job, 4);
  // A block that comes after another finds nothing of it.
  for (let twice = 0; twice < 2; twice++) kernel.load({ job: 0, first: 0, lanes: 3 });
  const samples: bigint[] = [];
  for (let i = 0; ; i++) {
    const window = kernel.advance(sizes[i % sizes.length]);
    if (!window) return { states: samples, failedAt: [...kernel.failedAt] };
    samples.push(...bits(window.data));
  }
}

test("stochastic bits: chunks of steps do not show, nor where a chunk is repeated to find a failure", () => {
  const options = sweep({ paramGrid: { C: [68, 135, 270] }, simulationTime: 2.003, samplingStepSize: 1e-3 });
  const expected = inChunks(options, [Number.POSITIVE_INFINITY]);
  for (const sizes of [[1], [7, 13, 1], [1000, 3]]) expect(inChunks(options, sizes)).toEqual(expected);
  const blowing = sweep({ ...options, noise: { [X]: { sd: `100 * ${X}^2 + 1`, shared: false } } });
  const failed = inChunks(blowing, [Number.POSITIVE_INFINITY]);
  expect(failed.failedAt.every((time) => time > 0)).toBe(true);
  expect(inChunks(blowing, [1]).failedAt).toEqual(failed.failedAt);
});

/** Brownian paths: x' = 0 with noise. */
async function brownian(changes: Partial<GridSearchOptions> & { stepSize: number; simulationTime: number }, count = 1) {
  const still = templatesFromYaml(`
op: {base: OperatorTemplate, equations: ["x' = 0.0*k", "z' = 0.0*k"], variables: {x: output(0.0), z: variable(0.0), k: 1.0}}
node: {base: NodeTemplate, operators: [op]}
net: {base: CircuitTemplate, nodes: {p: node, q: node}}`).net;
  const { results } = await gridSearch({
    circuitTemplate: still,
    paramGrid: { k: new Float64Array(count) },
    paramMap: { k: { vars: ["op/k"], nodes: ["p"] } },
    outputs: { x: "p/op/x", z: "p/op/z", q: "q/op/x" },
    solver: "euler-maruyama",
    noise: { "all/op/x": { sd: 1, seed: 11 }, "p/op/z": { sd: 1, seed: 11 } },
    ...changes,
  });
  return (output: string, point = 0, replicate = "") => trace(results, `net_${point}${replicate}`, output === "q" ? "q" : output);
}

describe("stochastic bits: a path", () => {
  test.each([0.5, 0.1, 1e-4, 3e5, 2 ** 20])("at half, a quarter and an eighth of the step %f goes through the same values", async (h) => {
    const times = { simulationTime: 40 * h, samplingStepSize: h };
    const whole = (await brownian({ ...times, stepSize: h }))("x");
    for (const part of h < 2 ** 19 ? [2, 4, 8] : [1]) {
      const fine = (await brownian({ ...times, stepSize: h / part }))("x");
      const off = fine.reduce((most, value, i) => Math.max(most, Math.abs(value - whole[i])), 0);
      expect(off / Math.sqrt(40 * h)).toBeLessThan(1e-14);
    }
  });

  test("steps that are no halves of each other have other paths", async () => {
    const times = { simulationTime: 3, samplingStepSize: 0.1 };
    const [tenth, hundredth] = [await brownian({ ...times, stepSize: 0.1 }), await brownian({ ...times, stepSize: 0.01 })];
    expect(Math.abs(tenth("x")[20] - hundredth("x")[20])).toBeGreaterThan(0.01);
  });

  test("is a variable's own, and of all points unless shared is false; replicates have others", async () => {
    const times = { simulationTime: 10, stepSize: 0.1 };
    const one = await brownian({ ...times, replicates: 2 }, 2);
    expect(bits(one("x", 0, "_r0"))).toEqual(bits(one("x", 1, "_r0")));
    expect(bits(one("x", 0, "_r1"))).toEqual(bits(one("x", 1, "_r1")));
    const apart = await brownian({ ...times, noise: { "p/op/x": { sd: 1, seed: 11, shared: false } } }, 2);
    const ends = [one("x", 0, "_r0"), one("x", 0, "_r1"), one("z", 0, "_r0"), one("q", 0, "_r0")].map((path) => path[99]);
    expect(new Set(ends).size).toBe(4);
    expect(apart("x", 0)[99]).not.toBe(apart("x", 1)[99]);
    // The first point's and the first replicate's path is that of all.
    expect(bits(apart("x", 0))).toEqual(bits(one("x", 0, "_r0")));
    expect(bits((await brownian(times, 1))("x"))).toEqual(bits(one("x", 0, "_r0")));
    const other = await brownian({ ...times, noise: { "p/op/x": { sd: 1, seed: 12 } } });
    expect(other("x")[99]).not.toBe(one("x", 0, "_r0")[99]);
  });

  test.each([0.25, 2 ** 18 + 0.5, 2 ** 21])("has independent normal increments at the step %f", async (h) => {
    const n = 100_000;
    const W = (await brownian({ stepSize: h, simulationTime: n * h }))("x");
    const z = Float64Array.from({ length: n - 1 }, (_, i) => (W[i + 1] - W[i]) / Math.sqrt(h));
    const { mean, variance } = momentsOf(z);
    expect(Math.abs(mean) * Math.sqrt(n)).toBeLessThan(4);
    expect(Math.abs(variance - 1) * Math.sqrt(n / 2)).toBeLessThan(4);
    for (const lag of [1, 2, 3, 4, 8, 64]) {
      const products = z.slice(lag).map((value, i) => value * z[i]);
      expect(Math.abs(momentsOf(products).mean) * Math.sqrt(n)).toBeLessThan(4);
    }
    expect(momentsOf(z.map((x) => x ** 4)).mean - 3).toBeLessThan(4 * Math.sqrt(96 / n));
  });
});

describe("stochastic bits: intensities", () => {
  const end = async (noise: GridSearchOptions["noise"], more: Partial<GridSearchOptions> = {}) => {
    const { results } = await gridSearch({
      circuitTemplate: linear.decay,
      paramGrid: { k: [0.5, 1, 2] },
      paramMap: { k: { vars: ["decay_op/k"], nodes: ["p"] } },
      simulationTime: 1,
      stepSize: 0.01,
      outputs: { x: "p/decay_op/x" },
      solver: "euler-maruyama",
      ...(noise ? { noise } : {}),
      ...more,
    });
    return [0, 1, 2].map((i) => bits(trace(results, `decay_${i}`, "x")));
  };
  const x = "p/decay_op/x";

  test("may be a parameter, an expression of it, or a grid key: the bits of the number", async () => {
    const k = await end({ [x]: { sd: "p/decay_op/k" } });
    expect(await end({ [x]: { sd: "2 * p/decay_op/k / 2" } })).toEqual(k);
    const both = { k: { vars: ["decay_op/k"], nodes: ["p"] }, s: { vars: ["sd"], noise: [x] } } as const;
    const swept = await end({ [x]: { sd: 1 } }, { paramGrid: { k: [0.5, 1, 2], s: [0.5, 1, 2] }, paramMap: both });
    expect(swept).toEqual(k);
    expect(k[1]).toEqual((await end({ [x]: { sd: 1 } }))[1]);
  });

  test("on an input: the same as on the state that it is added to, to rounding; what is recorded of it is the noise", async () => {
    const run = async (noise: GridSearchOptions["noise"]) => {
      const outputs = { x, u: "p/decay_op/u" };
      const call = { circuitTemplate: linear.decay, outputs, simulationTime: 2, stepSize: 0.01, solver: "euler-maruyama" } as const;
      const table = await simulate({ ...call, inputs: { "p/decay_op/u": 0.3 }, ...(noise ? { noise } : {}) });
      return (name: string): Float64Array => table.getChild(name)?.toArray();
    };
    const found = await run({ "p/decay_op/u": { sd: 0.7, seed: 3 } });
    const [values, inputs] = [found("x"), found("u")];
    for (let i = 0; i < 199; i++) expect(Math.abs(values[i + 1] - (values[i] + 0.01 * (inputs[i] - values[i])))).toBeLessThan(1e-15);
    const white = inputs.map((value) => (value - 0.3) * Math.sqrt(0.01));
    expect(Math.abs(momentsOf(white).variance / 0.49 - 1)).toBeLessThan(0.4);
    expect(new Set((await run(undefined))("u"))).toEqual(new Set([0.3]));
  });

  test("of a complex state are those of its two parts, each with a path of its own", async () => {
    const spiral = templatesFromYaml(`
op: {base: OperatorTemplate, equations: ["z' = (-1.0 + 2.0*1j)*z"], variables: {z: variable(1.0+0.0j)}}
node: {base: NodeTemplate, operators: [op]}
net: {base: CircuitTemplate, nodes: {p: node}}`).net;
    const call = {
      circuitTemplate: spiral,
      outputs: { z: "p/op/z" },
      simulationTime: 1,
      stepSize: 0.01,
      solver: "stochastic-heun",
    } as const;
    const run = async (noise: NonNullable<GridSearchOptions["noise"]>) => {
      const table = await simulate({ ...call, noise });
      return ["z.re", "z.im"].map((name): BigInt64Array => bits(table.getChild(name)?.toArray()));
    };
    const both = await run({ "p/op/z": { sd: "abs(p/op/z)", seed: 2 } });
    const parts = { sd: "abs(p/op/z)", seed: 2 };
    expect(await run({ "p/op/z.im": parts, "p/op/z.re": parts })).toEqual(both);
    expect(both[0]).not.toEqual((await run({ "p/op/z.im": parts }))[0]);
  });

  test("of wildcards go node by node", async () => {
    const call = { circuitTemplate: linear.two, outputs: { x: "all/growth_op/x" }, simulationTime: 1, stepSize: 0.01 } as const;
    const params = { "a/growth_op/mu": 0.5, "b/growth_op/mu": 2 };
    const run = async (noise: GridSearchOptions["noise"]) => {
      const table = await simulate({ ...call, params, solver: "milstein", ...(noise ? { noise } : {}) });
      return ["a", "b"].map((node): BigInt64Array => bits(table.getChild(`x/${node}`)?.toArray() ?? new Float64Array(0)));
    };
    const wild = await run({ "all/growth_op/x": { sd: "all/growth_op/mu * all/growth_op/x" } });
    const named = ["a", "b"].map((node) => [`${node}/growth_op/x`, { sd: `${node}/growth_op/mu * ${node}/growth_op/x` }]);
    expect(await run(Object.fromEntries(named))).toEqual(wild);
  });
});
