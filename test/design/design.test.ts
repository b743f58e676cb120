// Designs of sweeps: even where they should be, random where they should be, and the same from the same seed.
import { describe, expect, test } from "vitest";
import {
  gridSearch,
  latinHypercube,
  linspace,
  logspace,
  materialize,
  normalNoise,
  normalSample,
  sobol,
  uniformNoise,
  uniformSample,
} from "../../src/index.ts";
import { valueAt, valuesIn } from "../../src/kernel/key-values.ts";
import { madeValues } from "../../src/kernel/recipes.ts";
import type { Recipe } from "../../src/sweep/recipe.ts";
import { bits, refusal } from "../support/sweep.ts";

const unit = (keys: number) => Object.fromEntries(Array.from({ length: keys }, (_, i) => [`k${i}`, [0, 1] as [number, number]]));

describe("design: sobol", () => {
  /** Points 1, 2, 3, 5, 17, 42 and 63 in 21 dimensions, by SciPy 1.x's scipy.stats.qmc.Sobol(21, scramble=False), in 64ths. */
  const points = [1, 2, 3, 5, 17, 42, 63];
  const reference = [
    [32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32],
    [48, 16, 16, 16, 48, 48, 16, 48, 48, 48, 48, 48, 16, 16, 48, 16, 48, 16, 48, 16, 16],
    [16, 48, 48, 48, 16, 16, 48, 16, 16, 16, 16, 16, 48, 48, 16, 48, 16, 48, 16, 48, 48],
    [56, 56, 8, 24, 56, 40, 56, 24, 24, 8, 24, 56, 56, 8, 56, 24, 56, 24, 24, 40, 40],
    [38, 62, 62, 10, 50, 30, 2, 22, 62, 42, 38, 58, 10, 10, 54, 34, 18, 6, 18, 34, 14],
    [63, 21, 1, 47, 29, 31, 63, 39, 51, 39, 5, 9, 49, 19, 59, 43, 15, 39, 23, 37, 9],
    [1, 51, 23, 29, 55, 9, 37, 9, 53, 37, 27, 43, 35, 49, 21, 49, 5, 25, 61, 15, 15],
  ];
  test("has the points of Joe and Kuo's sequence, as SciPy makes them", () => {
    const design = Object.values(sobol(unit(21), 64));
    expect(points.map((i) => design.map((column) => column[i] * 64))).toEqual(reference);
  });

  test("every key has one point in each of n parts, and pairs of keys one in each elementary box, with a shift too", () => {
    for (const options of [{}, { seed: 1 }, { seed: 2 ** 40 }]) {
      const { k0, k1 } = sobol({ k0: [0, 1], k1: [0, 1] }, 256, options);
      for (const [across, down] of [
        [256, 1],
        [1, 256],
        [16, 16],
        [64, 4],
        [2, 128],
      ]) {
        const boxes = new Set(Array.from(k0, (x, i) => Math.floor(x * across) * down + Math.floor(k1[i] * down)));
        expect(boxes.size).toBe(256);
      }
    }
    expect(bits(sobol(unit(3), 16, { seed: 5 }).k2)).toEqual(bits(sobol(unit(3), 16, { seed: 5 }).k2));
    expect(bits(sobol(unit(3), 16, { seed: 5 }).k2)).not.toEqual(bits(sobol(unit(3), 16, { seed: 6 }).k2));
    expect(sobol({ C: [60, 200] }, 1).C[0]).toBe(60);
  });
});

describe("design: latinHypercube", () => {
  test("has one point in each part of each range, at random places, paired at random", () => {
    const n = 1000;
    const { a, b } = latinHypercube({ a: [-2, 2], b: [10, 11] }, n, { seed: 4 });
    for (const [column, low, width] of [
      [a, -2, 4],
      [b, 10, 1],
    ] as const) {
      const parts = Array.from(column, (value) => Math.floor(((value - low) / width) * n + 1e-9)).sort((x, y) => x - y);
      expect(parts).toEqual(Array.from({ length: n }, (_, i) => i));
    }
    const covariance = a.reduce((sum, x, i) => sum + x * (b[i] - 10.5), 0) / n / Math.sqrt((16 / 12) * (1 / 12));
    expect(Math.abs(covariance)).toBeLessThan(4 / Math.sqrt(n));
    expect(bits(latinHypercube({ a: [0, 1] }, 9, { seed: 1 }).a)).not.toEqual(bits(latinHypercube({ a: [0, 1] }, 9, { seed: 2 }).a));
  });
});

describe("design: samples", () => {
  const n = 40_000;
  const moments = (values: Float64Array) => {
    const mean = values.reduce((sum, x) => sum + x, 0) / n;
    return { mean, sd: Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n) };
  };
  test("uniform and normal ones have their moments to four standard errors, and keys are independent", () => {
    const { u, v } = uniformSample({ u: [2, 6], v: [0, 1] }, n, { seed: 3 });
    const { mean, sd } = moments(u);
    expect(Math.abs(mean - 4) / (4 / Math.sqrt(12 * n))).toBeLessThan(4);
    expect(Math.abs(sd / (4 / Math.sqrt(12)) - 1)).toBeLessThan(0.02);
    expect(Math.min(...u)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...u)).toBeLessThan(6);
    const { g } = normalSample({ g: { mean: -1, sd: 3 } }, n, { seed: 3 });
    expect(Math.abs(moments(g).mean + 1) / (3 / Math.sqrt(n))).toBeLessThan(4);
    expect(Math.abs(moments(g).sd / 3 - 1)).toBeLessThan(0.02);
    const product = u.reduce((sum, x, i) => sum + (x - 4) * (v[i] - 0.5), 0) / n / ((4 * 1) / 12);
    expect(Math.abs(product)).toBeLessThan(4 / Math.sqrt(n));
  });
});

describe("design: ranges", () => {
  test("linspace and logspace have their ends", () => {
    expect([...linspace(0, 1, 5)]).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect([...linspace(3, 9, 1)]).toEqual([3]);
    expect([...logspace(-1, 2, 4)]).toEqual([0.1, 1, 10, 100]);
  });

  test("a design is a grid", async () => {
    const { resultsMap } = await gridSearch({
      circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
      paramGrid: sobol({ C: [60, 200], u: [100, 300] }, 8),
      paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] }, u: { vars: ["jrc_op/u"], nodes: ["jrc"] } },
      simulationTime: 0.01,
      stepSize: 1e-3,
      outputs: { V: "jrc/jrc_op/V_e" },
    });
    expect([...(resultsMap.getChild("C") ?? [])].slice(0, 4)).toEqual([60, 130, 165, 95]);
  });

  test.each([
    [() => sobol({ C: [2, 1] }, 4), /sobol\.C must be \[low, high\].*\[2, 1\] was found/],
    [() => sobol({}, 4), /an object with a range for each key/],
    [() => sobol(unit(22), 4), /at most 21 keys, but 22/],
    [() => latinHypercube({ C: [0, 1] }, 0), /whole number above 0, but 0/],
    [() => uniformSample({ C: [0, Number.NaN] }, 4), /NaN/],
    [() => normalSample({ C: { mean: 0, sd: -1 } }, 4), /sd not negative/],
    [() => sobol({ C: [0, 1] }, 4, { sed: 1 } as never), /unknown option sobol\.sed; did you mean seed\?/],
    [() => linspace(0, 1, 1.5), /whole number above 0, but 1\.5/],
  ])("what is none is refused: %s", async (call, message) => {
    expect((await refusal(call)).message).toMatch(message);
  });
});

describe("design: values one by one", () => {
  // By the definitions that designs had before values could be had alone: whole columns of the same streams.
  const stream = (column: number, n: number, seed: number) => {
    const made = materialize(uniformNoise({ low: 0, high: 1, seed, shared: false }), column + 1, n);
    const data = made instanceof Float64Array ? made : made.data;
    return Float64Array.from({ length: n }, (_, i) => data[i * (column + 1) + column]);
  };
  const normal = (column: number, n: number, seed: number) => {
    const made = materialize(normalNoise({ mean: 0, sd: 1, seed, shared: false }), column + 1, n);
    const data = made instanceof Float64Array ? made : made.data;
    return Float64Array.from({ length: n }, (_, i) => data[i * (column + 1) + column]);
  };
  const n = 9001;
  const seed = 2 ** 40 + 7;
  const recipes: [string, Recipe, (i: number) => number][] = [
    [
      "uniform",
      { kind: "uniform", n, from: -2, by: 4, seed, stream: 1 },
      (
        (u) => (i: number) =>
          -2 + 4 * u[i]
      )(stream(1, n, seed)),
    ],
    [
      "normal",
      { kind: "normal", n, from: 3, by: 0.5, seed, stream: 2 },
      (
        (z) => (i: number) =>
          3 + 0.5 * z[i]
      )(normal(2, n, seed)),
    ],
    ["latin", { kind: "latin", n, from: 1, by: 9, seed, stream: 1 }, latin(1, 9)],
    ["linspace", { kind: "linspace", n, start: -1, stop: 2 }, (i) => (i === n - 1 ? 2 : -1 + i * (3 / (n - 1)))],
  ];
  function latin(from: number, by: number): (i: number) => number {
    const [random, within] = [stream(2, n, seed), stream(3, n, seed)];
    const order = Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const other = Math.floor(random[i] * (i + 1));
      [order[i], order[other]] = [order[other], order[i]];
    }
    return (i) => from + by * ((order[i] + within[i]) / n);
  }
  test.each(recipes)("%s: any span has the values of the whole, bit for bit", (_, recipe, valueOfPoint) => {
    const whole = Float64Array.from({ length: n }, (_unused, i) => valueOfPoint(i));
    for (const [first, end] of [
      [0, n],
      [0, 1],
      [1, 2],
      [4095, 4097],
      [8191, n],
      [n - 1, n],
      [17, 8000],
    ])
      expect(bits(madeValues(recipe, { first, end }))).toEqual(bits(whole.slice(first, end)));
    const column = { recipe, each: 3, length: 3 * n };
    for (const point of [0, 2, 3, 3000, 12_287, 12_288, 3 * n - 1]) expect(valueAt(column, point)).toBe(whole[Math.floor(point / 3)]);
    expect(bits(valuesIn(column, 3000, 3010))).toEqual(
      bits(Float64Array.from({ length: 10 }, (_unused, i) => whole[Math.floor((3000 + i) / 3)])),
    );
  });

  test("Sobol's points in any span are those of the sequence", () => {
    for (const options of [{}, { seed: 11 }]) {
      const whole = sobol(unit(5), 3000, options);
      for (let dimension = 0; dimension < 5; dimension++) {
        const recipe: Recipe = { kind: "sobol", n: 3000, from: 0, by: 1, dimension, seed: options.seed ?? null };
        for (const [first, end] of [
          [0, 1],
          [1, 2],
          [1023, 1026],
          [2047, 3000],
        ])
          expect(bits(madeValues(recipe, { first, end }))).toEqual(bits(whole[`k${dimension}`].slice(first, end)));
      }
    }
  });
});
