// Fixed-step solvers through the shipped modules: order, bits of one step, times and inputs of the stages.
import { describe, expect, test } from "vitest";
import { type FixedSolverName, fixedSolvers, type GridSearchOptions, gridSearch, trace } from "../src/index.ts";
import { oscillators, timed, vanDerPol } from "./models.ts";
import { small } from "./sweep.ts";

const names = Object.keys(fixedSolvers).filter((name): name is FixedSolverName => name in fixedSolvers);

/** Orders that the literature gives. */
const orders: Record<FixedSolverName, number> = { euler: 1, heun: 2, rk4: 4 };

/** A sweep of one point without a key that matters. */
function one(
  options: Pick<GridSearchOptions, "circuitTemplate" | "outputs" | "simulationTime" | "stepSize"> & Partial<GridSearchOptions>,
): GridSearchOptions {
  return { paramGrid: { start: [1] }, paramMap: { start: { vars: ["op/y"], nodes: ["p"] } }, ...options };
}

/** Largest error over the run, against `exact`. */
async function error(options: GridSearchOptions, key: string, exact: (t: number) => number): Promise<number> {
  const { results } = await gridSearch(options);
  const y = trace(results, key, "y");
  return y.reduce((most, value, k) => Math.max(most, Math.abs(value - exact(k * options.stepSize))), 0);
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

describe.each(names)("%s", (solver) => {
  const range: Record<FixedSolverName, [number, number]> = { euler: [11, 15], heun: [8, 12], rk4: [5, 9] };
  const steps = (time: number) => {
    const [first, last] = range[solver];
    return Array.from({ length: last - first + 1 }, (_, i) => time / 2 ** (first + i));
  };

  test("has its order on y'' = -y, [0, 20]", async () => {
    const options = { circuitTemplate: oscillators(), paramGrid: { w: [1] }, paramMap: { w: { vars: ["osc/w"], nodes: ["a"] } } };
    const hs = steps(20);
    const errors: number[] = [];
    for (const stepSize of hs) {
      const call = { ...options, outputs: { y: "a/osc/x" }, simulationTime: 20, stepSize, solver };
      errors.push(await error(call, "osc_0", Math.cos));
    }
    expect(Math.abs(slope(hs, errors) - orders[solver])).toBeLessThan(0.1);
    expect(fixedSolvers[solver].order).toBe(orders[solver]);
  });

  // Only a solver that takes t at its stages' own times keeps its order here.
  test("has its order on y' = y (1 - t/4) + t^3, [0, 4]", async () => {
    const hs = steps(4);
    const errors: number[] = [];
    const fine = await gridSearch(
      one({
        circuitTemplate: timed(),
        outputs: { y: "p/op/y" },
        simulationTime: 4,
        stepSize: 4 / 2 ** 15,
        samplingStepSize: 4 / 2 ** 5,
        solver: "rk4",
      }),
    );
    const exact = trace(fine.results, "timed_0", "y");
    for (const stepSize of hs) {
      const call = one({
        circuitTemplate: timed(),
        outputs: { y: "p/op/y" },
        simulationTime: 4,
        stepSize,
        samplingStepSize: 4 / 2 ** 5,
        solver,
      });
      const y = trace((await gridSearch(call)).results, "timed_0", "y");
      errors.push(y.reduce((most, value, k) => Math.max(most, Math.abs(value - exact[k])), 0));
    }
    expect(Math.abs(slope(hs, errors) - orders[solver])).toBeLessThan(0.1);
  });

  test("gives the bits of the textbook scheme, 200 steps of van der Pol", async () => {
    const h = 0.05;
    const mu = 1.7;
    const f = ([x, z]: number[]) => [z, mu * z * (1 - x * x) - x + 0];
    const along = (y: number[], c: number, k: number[]) => y.map((value, i) => value + c * k[i]);
    const schemes: Record<FixedSolverName, (y: number[]) => number[]> = {
      euler: (y) => along(y, h, f(y)),
      heun: (y) => {
        const k1 = f(y);
        const k2 = f(along(y, h, k1));
        return y.map((value, i) => value + 0.5 * h * (k1[i] + k2[i]));
      },
      rk4: (y) => {
        const k1 = f(y);
        const k2 = f(along(y, 0.5 * h, k1));
        const k3 = f(along(y, 0.5 * h, k2));
        const k4 = f(along(y, h, k3));
        return y.map((value, i) => value + (h / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]));
      },
    };
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
      y = schemes[solver](y);
    });
  });

  test("an input keeps its sample for the whole step, at every stage", async () => {
    const samples = [1, -2, 4, 0.5, 8];
    const { results } = await gridSearch(
      one({ circuitTemplate: timed(), outputs: { q: "p/op/q" }, inputs: { "p/op/inp": samples }, simulationTime: 5, stepSize: 1, solver }),
    );
    expect(Array.from(trace(results, "timed_0", "q"))).toEqual([0, 1, -1, 3, 3.5]);
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
