// A sweep has the same bits for any number of workers, any block size and any order in which results come.
import { describe, expect, test } from "vitest";
import {
  type FeatureReducer,
  type GridSearchOptions,
  gridSearch,
  type MapSearchOptions,
  normalNoise,
  plan,
  templatesFromYaml,
  uniformNoise,
} from "../../src/index.ts";
import { published } from "../support/sweep.ts";
import { everything, sweepWith } from "../support/sweep-with.ts";

const points = 150;
const grid = (from: number, to: number) => Array.from({ length: points }, (_, i) => from + ((to - from) * i) / (points - 1));
const u = "jrc/jrc_op/u";
const times = { simulationTime: 0.3, stepSize: 1e-3, samplingStepSize: 3e-3, cutoff: 0.03 };

const { late } = templatesFromYaml(`
op: { base: OperatorTemplate, equations: ["x' = -x + tanh(u)"], variables: { x: output(0.1), u: input(0.0) } }
node: { base: NodeTemplate, operators: [op] }
late:
  base: CircuitTemplate
  nodes: { a: node, b: node }
  edges:
    - [a/op/x, b/op/u, null, { weight: 2.0, delay: 0.02 }]
    - [b/op/x, a/op/u, null, { weight: -2.0, delay: 0.05, spread: 0.02 }]
`);
const edge = ["a/op/x", "b/op/u"];
const columns = Float64Array.from({ length: points * 300 }, (_, i) => 120 + ((i * 7919) % 200));

const features: GridSearchOptions["features"] = {
  V_pce: ["mean", "std", "max", { crossings: { level: 0 } }, "peakFrequency", "regime"],
  V_pci: ["last"],
};

const sweeps: Record<string, GridSearchOptions> = {
  "noise of each point's own, Heun": published({
    ...times,
    paramGrid: { C: grid(68, 1350) },
    inputs: { [u]: normalNoise({ mean: 220, sd: 60, seed: 3, shared: false, hold: 2e-3 }) },
    solver: "heun",
  }),
  "shared noise, points that diverge": published({
    ...times,
    paramGrid: { C: grid(68, 1350), tau: grid(0.01, 1e-5) },
    paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] }, tau: { vars: ["jrc_op/tau_e"], nodes: ["jrc"] } },
    inputs: { [u]: uniformNoise({ low: 120, high: 320, seed: 4 }) },
  }),
  "features beside traces, and replicates": published({
    ...times,
    paramGrid: { C: grid(68, 1350).filter((_, i) => i % 3 === 0) },
    inputs: { [u]: normalNoise({ mean: 220, sd: 60, seed: 5, shared: false }) },
    replicates: 3,
    features,
  }),
  "a column of samples for each point": published({
    ...times,
    paramGrid: { C: grid(68, 1350) },
    inputs: { [u]: { data: columns, columns: points } },
  }),
  "delays of several forms, swept": {
    circuitTemplate: late,
    paramGrid: { d: grid(0, 1).map((_, i) => 2e-3 * (i % 7)), w: grid(1, 3) },
    paramMap: { d: { vars: ["delay"], edges: [edge] }, w: { vars: ["weight"], edges: [edge] } },
    ...times,
    outputs: { V_pce: "a/op/x", V_pci: "b/op/x" },
  },
};

describe.each(Object.entries(sweeps))("workers: %s", (_, options) => {
  const found = async (settings: object) => everything(await sweepWith(options, settings), ["V_pce", "V_pci"]);

  test("workers × block sizes: one set of bits", async () => {
    const alone = await found({ workers: 0 });
    for (const workers of [1, 2, 3, 4]) {
      for (const lanes of [1, 6, 17, 64]) expect(await found({ workers, lanes })).toEqual(alone);
    }
    expect(await found({ workers: 0, lanes: 10 })).toEqual(alone);
  });
});

test("workers: the fixtures have what they are named for", async () => {
  const statuses = async (options: GridSearchOptions) => new Set((await gridSearch(options)).resultsMap.getChild("status"));
  expect(await statuses(sweeps["shared noise, points that diverge"])).toEqual(new Set(["ok", "diverged"]));
  expect(await statuses(sweeps["noise of each point's own, Heun"])).toEqual(new Set(["ok"]));
});

test("workers: features without traces are the same too", async () => {
  const options: MapSearchOptions = { ...sweeps["shared noise, points that diverge"], features, results: false };
  const alone = everything(await sweepWith(options, { workers: 0 }), []);
  for (const workers of [1, 2, 3]) {
    for (const lanes of [1, 6, 64]) expect(everything(await sweepWith(options, { workers, lanes }), [])).toEqual(alone);
  }
  expect(new Set(Object.values(alone).map((rows) => JSON.stringify(rows))).size).toBe(points);
});

test("workers: a reducer of the caller's own runs in the caller's thread, whatever is asked for", async () => {
  let lanes = 0;
  const own: FeatureReducer = {
    name: "count",
    columns: ["count"],
    start: (context) => {
      lanes += context.lanes;
      const counts = new Float64Array(context.lanes);
      return {
        add: (values, lane) => {
          counts[lane] += values.length;
        },
        finish: () => [counts],
      };
    },
  };
  const options = published({ ...times, paramGrid: { C: grid(68, 1350) }, features: { V_pce: [own] }, workers: 2 });
  expect(await plan(options)).toMatchObject({ workers: 0 });
  expect(lanes).toBe(0);
  const { resultsMap } = await gridSearch(options);
  expect(new Set(resultsMap.getChild("V_pce_count"))).toEqual(new Set([90]));
  expect(lanes).toBe(points);
});

test("gridSearch gives the same with workers as without, in both layouts, and tables in the order of points", async () => {
  const options = sweeps["shared noise, points that diverge"];
  for (const layout of ["wide", "long"] as const) {
    const [alone, three] = [await gridSearch({ ...options, layout, workers: 0 }), await gridSearch({ ...options, layout, workers: 3 })];
    expect(three.resultsMap.toArray().map((row) => row.toJSON())).toEqual(alone.resultsMap.toArray().map((row) => row.toJSON()));
    expect(three.results.schema.fields.map(String)).toEqual(alone.results.schema.fields.map(String));
    const values = ({ results }: typeof alone) => results.batches.map((batch) => batch.data.children.map((child) => child.values));
    expect(values(three)).toEqual(values(alone));
  }
});

test("sweeps at the same time share the workers, and each has its own bits", async () => {
  const options = sweeps["noise of each point's own, Heun"];
  const seeds = [1, 2, 3, 4, 5, 6];
  const call = (seed: number, workers: number) =>
    gridSearch({ ...options, inputs: { [u]: normalNoise({ mean: 220, sd: 60, seed, shared: false }) }, workers });
  const together = await Promise.all(seeds.map((seed) => call(seed, 2)));
  for (const [i, seed] of seeds.entries()) {
    expect(everything(together[i], ["V_pce"])).toEqual(everything(await call(seed, 0), ["V_pce"]));
  }
});
