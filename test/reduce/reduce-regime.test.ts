// Regimes and maxima of traces that are known, and of systems that are known.
import { describe, expect, test } from "vitest";
import { gridSearch, templatesFromYaml } from "../../src/index.ts";
import { prune } from "../../src/reduce/turning-points.ts";
import { published } from "../support/sweep.ts";
import { feature, number, samples } from "../support/windows.ts";

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647 - 0.5;
  };
}

const turn = 2 * Math.PI;
const noise = generator(3);

/** What a trace is, and its maxima: 0 for a fixed point. */
const traces: [string, Float64Array, number][] = [
  ["a constant", new Float64Array(1000).fill(-70.1), 0],
  ["zero", new Float64Array(1000), 0],
  ["a constant with rounding errors", samples(1000, (i) => 0.1 + (i % 3) * 2 ** -55), 0],
  ["rounding errors about zero", samples(1000, (i) => ((i * 7919) % 13) * 1e-17), 0],
  ["a decay", samples(1000, (i) => Math.exp(-i / 100)), 0],
  ["a slow drift", samples(1000, (i) => i * 1e-3), 0],
  ["a drift that turns once", samples(1000, (i) => Math.sin((i / 1000) * Math.PI)), 0],
  ["a spiral that has converged", samples(10_000, (i) => 5 + Math.exp(-i / 100) * Math.sin(i / 5)), 0],
  ["a spiral that is converging", samples(2000, (i) => 5 + Math.exp(-i / 300) * Math.sin(i / 5)), 0],
  ["a strongly damped spiral", samples(2000, (i) => 5 + Math.exp(-i / 10) * Math.sin(i / 5)), 0],
  ["a spiral towards zero", samples(4000, (i) => Math.exp(-i / 200) * Math.sin(i / 20)), 0],
  ["a spiral, 10 samples a period", samples(300, (i) => Math.exp(-i / 60) * Math.sin((turn * i) / 10 + 0.3)), 0],
  ["a spiral so long that its last turns are too small to see", samples(40_000, (i) => 5 + Math.exp(-i / 4000) * Math.sin(i / 5)), 0],
  ["a sine", samples(1000, (i) => Math.sin((turn * i) / 100)), 1],
  ["a sine on a large offset", samples(1000, (i) => -70 + 0.05 * Math.sin((turn * i) / 100)), 1],
  ["five periods", samples(1000, (i) => Math.sin((turn * i) / 200)), 1],
  ["10.3 samples a period", samples(1000, (i) => Math.sin((turn * i) / 10.3)), 1],
  ["10 samples a period, between the maxima", samples(1000, (i) => Math.sin((turn * (i + 0.5)) / 10)), 1],
  ["7.77 samples a period", samples(5000, (i) => Math.sin((turn * i) / 7.77)), 1],
  ["a transient onto a cycle", samples(4000, (i) => (1 + 9 * Math.exp(-i / 300)) * Math.sin((turn * i) / 50)), 1],
  ["a growing oscillation, all heights", samples(4000, (i) => Math.exp(i / 4000) * Math.sin((turn * i) / 400)), 5],
  ["a square wave", samples(1000, (i) => (i % 100 < 50 ? 1 : 0)), 1],
  ["sparse spikes", samples(5000, (i) => (i % 700 < 5 ? 1 : 0.001 * (i % 700))), 1],
  ["two humps a period", samples(3000, (i) => Math.sin((turn * i) / 200) + Math.sin((2 * turn * i) / 200)), 2],
  ["humps of one height, troughs of two", samples(3000, (i) => -Math.abs(Math.sin((turn * i) / 200) + 0.3)), 1],
  ["every second maximum lower", samples(3000, (i) => Math.sin((turn * i) / 50) + 0.1 * Math.sin((turn * i) / 100)), 2],
  ["three heights", samples(9000, (i) => Math.sin((turn * i) / 50) + 0.1 * (Math.floor(i / 50 - 0.75) % 3)), 3],
  ["small noise on a slow sine", samples(20_000, (i) => Math.sin((turn * i) / 2000) + 0.005 * noise()), 1],
];

describe("reduce regime: traces", () => {
  test.each(traces)("%s", (_, trace, maxima) => {
    expect([feature("regime", trace), feature("maxima", trace)]).toEqual([maxima === 0 ? "fixed point" : "oscillation", maxima]);
  });

  test.each([1e-9, 1e-3, 1e6])("do not change by a factor of %d, but for what is below `absolute`", (factor) => {
    for (const [name, trace, maxima] of traces) {
      if (name.includes("about zero")) continue;
      expect([
        name,
        feature(
          "maxima",
          trace.map((x) => x * factor),
        ),
      ]).toEqual([name, maxima]);
    }
  });

  test("noise is an oscillation, with many heights; up to 63 are told apart", () => {
    const white = samples(4000, noise);
    expect(feature("regime", white)).toBe("oscillation");
    expect(number("maxima", white)).toBeGreaterThan(10);
    expect(number("maxima", white, { settings: { distinct: 0, prominence: 0 } })).toBeLessThanOrEqual(63);
  });

  test("noise can be called a fixed point by `relative`, and an oscillation a drift by `prominence`", () => {
    const noisy = samples(4000, () => 5 + 0.1 * noise());
    expect(feature("regime", noisy)).toBe("oscillation");
    expect(feature("regime", noisy, { settings: { relative: 0.03 } })).toBe("fixed point");
    const drifting = samples(4000, (i) => i / 100 + Math.sin(i / 10));
    expect(feature("regime", drifting, { settings: { prominence: 0.01 } })).toBe("oscillation");
    expect(feature("regime", drifting, { settings: { prominence: 0.2 } })).toBe("fixed point");
  });

  test("only the second half is judged", () => {
    const trace = samples(2000, (i) => (i < 1000 ? 1000 * noise() : Math.sin((turn * i) / 100)));
    expect([feature("regime", trace), feature("maxima", trace)]).toEqual(["oscillation", 1]);
    const settled = samples(2000, (i) => (i < 1000 ? 1000 * noise() : 1));
    expect(feature("regime", settled)).toBe("fixed point");
  });

  test("`distinct` is the difference of heights, in the trace's range, from which they are two", () => {
    const trace = samples(4000, (i) => Math.sin((turn * i) / 50) + 0.05 * Math.sin((turn * i) / 100));
    expect(feature("maxima", trace, { settings: { distinct: 0.02 } })).toBe(2);
    expect(feature("maxima", trace, { settings: { distinct: 0.1 } })).toBe(1);
  });
});

describe("reduce regime: turning points", () => {
  /** Values of the turning points that prune keeps. */
  function kept(values: number[], least: number): number[] {
    const points = Float64Array.from(values.flatMap((value) => [value, value, value]));
    const count = prune(points, values.length, least);
    return Array.from({ length: count }, (_, i) => points[3 * i]);
  }

  test("small turns are dropped, wherever they stand, and large ones kept", () => {
    expect(kept([0, 10, 1, 9, 0], 2)).toEqual([0, 10, 1, 9, 0]);
    expect(kept([0, 10, 9, 9.5, 0], 2)).toEqual([0, 10, 0]);
    expect(kept([0, 4, 3, 10, 0], 2)).toEqual([0, 10, 0]);
    expect(kept([5, 6, 5, 10, 0], 2)).toEqual([5, 10, 0]);
    expect(kept([0, 10, 0, 1, -1, 10], 5)).toEqual([0, 10, -1, 10]);
  });

  test("pruning finely first changes nothing", () => {
    const random = generator(11);
    for (let round = 0; round < 500; round++) {
      const values = Array.from({ length: 2 + (round % 40) }, (_, i) => Math.abs(random()) * (i % 2 === 0 ? 1 : -1));
      const fine = kept(values, 0.2);
      expect(kept(fine, 0.5)).toEqual(kept(values, 0.5));
    }
  });
});

/** A model of one text, swept over one parameter with Runge-Kutta's method; the features of the output x. */
async function sweepOf(equations: string[], variables: string, options: { values: number[]; time: number; step: number; cutoff: number }) {
  const { model } = templatesFromYaml(`
op: { base: OperatorTemplate, equations: [${equations.map((text) => `"${text}"`).join(", ")}], variables: { ${variables} } }
pop: { base: NodeTemplate, operators: [op] }
model: { base: CircuitTemplate, nodes: { p: pop } }
`);
  const { resultsMap } = await gridSearch({
    circuitTemplate: model,
    paramGrid: { k: options.values },
    paramMap: { k: { vars: ["op/k"], nodes: ["p"] } },
    simulationTime: options.time,
    stepSize: options.step,
    samplingStepSize: options.step * 2,
    cutoff: options.cutoff,
    solver: "rk4",
    outputs: { x: "p/op/x" },
    features: { x: ["regime", "maxima"] },
    results: false,
  });
  return resultsMap.toArray().map((row) => [row.x_regime, row.x_maxima]);
}

describe("reduce regime: systems", () => {
  test("van der Pol oscillates on one cycle, whatever mu > 0; with mu < 0 it comes to rest", async () => {
    const equations = ["x' = z", "z' = k*z*(1.0 - x^2) - x"];
    const found = await sweepOf(equations, "x: output(0.5), z: variable(0.5), k: 1.0", {
      values: [-1, -0.1, 0.1, 1, 5, 10],
      time: 400,
      step: 0.01,
      cutoff: 100,
    });
    expect(found).toEqual([...new Array(2).fill(["fixed point", 0]), ...new Array(4).fill(["oscillation", 1])]);
  });

  test("Roessler's system doubles its period on the way to chaos", async () => {
    const equations = ["x' = -y - z", "y' = x + 0.2*y", "z' = 0.2 + z*(x - k)"];
    const found = await sweepOf(equations, "x: output(1.0), y: variable(1.0), z: variable(0.0), k: 4.0", {
      values: [2.5, 3.5, 4, 5.7],
      time: 2000,
      step: 0.02,
      cutoff: 1000,
    });
    expect(found.slice(0, 3)).toEqual([1, 2, 4].map((maxima) => ["oscillation", maxima]));
    expect(found[3][0]).toBe("oscillation");
    expect(found[3][1]).toBeGreaterThan(8);
  });

  test("Jansen-Rit without noise: rest at small and large C, alpha and slow rhythms between", async () => {
    const { resultsMap } = await gridSearch({
      ...published({ features: { V_pce: ["regime", "maxima", "peakFrequency"] } }),
      results: false,
    });
    expect(Array.from(resultsMap.getChild("V_pce_regime") ?? [])).toEqual([
      "fixed point",
      "fixed point",
      "oscillation",
      "oscillation",
      "oscillation",
      "fixed point",
    ]);
    expect(Array.from(resultsMap.getChild("V_pce_maxima") ?? [])).toEqual([0, 0, 1, 1, 1, 0]);
    const [, , alpha, slow, spikes] = Array.from(resultsMap.getChild("V_pce_peakFrequency") ?? [], Number);
    expect(alpha).toBeGreaterThan(8);
    expect(alpha).toBeLessThan(13);
    expect(slow).toBeLessThan(alpha);
    expect(spikes).toBeLessThan(slow);
  });
});
