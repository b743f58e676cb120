// Fixed-step solvers through the shipped modules: order, bits of one step, times and inputs of the stages.
import { describe, expect, test } from "vitest";
import { type FixedSolverName, type GridSearchOptions, gridSearch, simulate, solvers, templatesFromYaml, trace } from "../../src/index.ts";
import { fixedNames } from "../support/fixed.ts";
import { timed, vanDerPol } from "../support/models.ts";
import { dormandPrince, textbook } from "../support/oracle.ts";
import { small } from "../support/sweep.ts";

/** Orders that the literature gives, and the steps (as time / 2^k, k from the first to the last) at which they are measured. */
const known: Record<FixedSolverName, { order: number; range: [number, number] }> = {
  euler: { order: 1, range: [11, 15] },
  heun: { order: 2, range: [8, 12] },
  midpoint: { order: 2, range: [8, 12] },
  ralston: { order: 2, range: [8, 12] },
  rk4: { order: 4, range: [5, 9] },
  rk5: { order: 5, range: [4, 9] },
};

interface Problem {
  name: string;
  time: number;
  equations: string[];
  variables: string;
  exact: (t: number) => number;
}

/** The potential of an alpha synapse of time constant 1, driven by sin(3 t), from rest. */
function potential(t: number): number {
  const [w, scale] = [3, 100];
  const sine = (1 - w * w) / scale;
  const cosine = (-2 * w) / scale;
  return sine * Math.sin(w * t) + cosine * Math.cos(w * t) + (-cosine + (-cosine - w * sine) * t) * Math.exp(-t);
}

const problems: Problem[] = [
  { name: "x'' = -x", time: 20, equations: ["x' = z", "z' = -x"], variables: "x: output(1.0), z: variable(0.0)", exact: Math.cos },
  // Only a solver that takes t at its stages' own times keeps its order on these.
  { name: "x' = x cos t", time: 10, equations: ["x' = x*cos(t)"], variables: "x: output(1.0)", exact: (t) => Math.exp(Math.sin(t)) },
  {
    name: "a driven alpha synapse",
    time: 10,
    equations: ["x' = z", "z' = sin(3*t) - 2*z - x"],
    variables: "x: output(0.0), z: variable(0.0)",
    exact: potential,
  },
];

function circuitOf({ equations, variables }: Problem) {
  const lines = equations.map((each) => JSON.stringify(each)).join(", ");
  return templatesFromYaml(`
op: {base: OperatorTemplate, equations: [${lines}], variables: {${variables}}}
node: {base: NodeTemplate, operators: [op]}
net: {base: CircuitTemplate, nodes: {p: node}}`).net;
}

/** A sweep of one point without a key that matters. */
function one(
  options: Pick<GridSearchOptions, "circuitTemplate" | "outputs" | "simulationTime" | "stepSize"> & Partial<GridSearchOptions>,
): GridSearchOptions {
  return { paramGrid: { start: [1] }, paramMap: { start: { vars: ["op/y"], nodes: ["p"] } }, ...options };
}

/** Largest error over the run. */
async function error(problem: Problem, solver: FixedSolverName, stepSize: number): Promise<number> {
  const call = { circuitTemplate: circuitOf(problem), outputs: { x: "p/op/x" }, simulationTime: problem.time, stepSize, solver };
  const x = (await simulate(call)).getChild("x")?.toArray() ?? new Float64Array(0);
  return x.reduce((most, value, k) => Math.max(most, Math.abs(value - problem.exact(k * stepSize))), 0);
}

/** Slope of log error against log step, by least squares over the finest steps whose error is above rounding. */
function slope(steps: readonly number[], errors: readonly number[]): number {
  const points = steps.map((h, i) => [Math.log2(h), Math.log2(errors[i])]).filter(([, e]) => e > Math.log2(2e-12));
  const finest = points.slice(-4);
  const meanX = finest.reduce((sum, [x]) => sum + x, 0) / finest.length;
  const meanY = finest.reduce((sum, [, y]) => sum + y, 0) / finest.length;
  const top = finest.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return top / finest.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}

describe("solvers: Dormand and Prince's tableau", () => {
  const { a, b, c } = dormandPrince;
  const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);

  test("its rows add up to its times, and its weights meet the conditions of order 5 that times alone decide", () => {
    for (const [i, row] of a.entries()) expect(Math.abs(row.reduce((sum, each) => sum + each, 0) - c[i])).toBeLessThan(2e-15);
    for (const power of [0, 1, 2, 3, 4]) {
      expect(
        Math.abs(
          dot(
            b,
            c.map((time) => time ** power),
          ) -
            1 / (power + 1),
        ),
      ).toBeLessThan(1e-15);
    }
  });
});

describe.each(fixedNames)("solvers: %s", (solver) => {
  test.each(problems.map((problem) => [problem.name, problem] as const))("has its order on %s", async (_, problem) => {
    const { order, range } = known[solver];
    const hs = Array.from({ length: range[1] - range[0] + 1 }, (_, i) => problem.time / 2 ** (range[0] + i));
    const errors: number[] = [];
    for (const h of hs) errors.push(await error(problem, solver, h));
    expect(Math.abs(slope(hs, errors) - order)).toBeLessThan(0.1);
    expect(solvers[solver].order).toBe(order);
  });

  test("gives the bits of the textbook scheme, 200 steps of van der Pol", async () => {
    const h = 0.05;
    const mu = 1.7;
    const f = ([x, z]: number[]) => [z, mu * z * (1 - x * x) - x + 0];
    const { results } = await gridSearch({
      circuitTemplate: vanDerPol(),
      paramGrid: { mu: [mu] },
      paramMap: { mu: { vars: ["vdp_op/mu"], nodes: ["p"] } },
      simulationTime: 10,
      stepSize: h,
      outputs: { x: "p/vdp_op/x" },
      solver,
    });
    let y = [0, 1];
    trace(results, "vdp_0", "x").forEach((value) => {
      expect(value).toBe(y[0]);
      y = textbook[solver](f, y, 0, h);
    });
  });

  test("an input keeps its sample for the whole step, at every stage", async () => {
    const samples = [1, -2, 4, 0.5, 8];
    const { results } = await gridSearch(
      one({ circuitTemplate: timed(), outputs: { q: "p/op/q" }, inputs: { "p/op/inp": samples }, simulationTime: 5, stepSize: 1, solver }),
    );
    const sums = [0, 1, -1, 3, 3.5];
    trace(results, "timed_0", "q").forEach((q, k) => {
      expect(Math.abs(q - sums[k])).toBeLessThan(1e-14);
    });
  });

  test("blocks do not show: the bits of a point are the same alone, in two and among 130", async () => {
    const C = Array.from({ length: 130 }, (_, i) => 60 + 3 * i);
    const many = await gridSearch(small({ paramGrid: { C }, solver }));
    for (const i of [0, 1, 63, 64, 127, 129]) {
      const alone = await gridSearch(small({ paramGrid: { C: [C[i]] }, solver }));
      const two = await gridSearch(small({ paramGrid: { C: [1, C[i]] }, solver }));
      const expected = trace(many.results, `JRC2_${i}`, "V_pci");
      expect(trace(alone.results, "JRC2_0", "V_pci")).toEqual(expected);
      expect(trace(two.results, "JRC2_1", "V_pci")).toEqual(expected);
    }
  });

  test("time is the step's number times the step: it does not drift", async () => {
    const { results } = await gridSearch(
      one({ circuitTemplate: timed(), outputs: { t: "p/op/t" }, simulationTime: 1000, stepSize: 0.1, solver }),
    );
    trace(results, "timed_0", "t").forEach((t, k) => {
      expect(t).toBe(k * 0.1);
    });
  });
});
