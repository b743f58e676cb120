// Options in a variable, with and without `as const`, and of a type; texts that are wider than the names there are.
import {
  connect,
  finishSweep,
  type GridSearchOptions,
  gridSearch,
  type MapSearchOptions,
  plan,
  resumeSweep,
  runShards,
  type SimulateOptions,
  simulate,
  sweepBatches,
  sweepStatus,
} from "massgrid";

const plain = {
  circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
  paramGrid: { C: [68, 135], w: [1, 2] },
  paramMap: {
    C: { vars: ["jrc_op/c"], nodes: ["jrc"] },
    w: { vars: ["weight"], edges: [["a/op/r", "b/op/r_in"]] },
    sd: { vars: ["sd"], noise: ["jrc/jrc_op/u"] },
    by: { vars: ["by"], pulses: ["jrc/jrc_op/V_e"] },
  },
  simulationTime: 1,
  stepSize: 1e-4,
  outputs: { V: "jrc/jrc_op/V_e" },
  features: { V: ["mean", "regime", { crossings: { level: 0.02 } }, { peakPower: { window: 256 } }] },
  noise: { "jrc/jrc_op/u": { sd: 1, seed: 1 } },
  bounds: { "jrc/jrc_op/V_e": [0, null] },
  pulses: { "jrc/jrc_op/V_e": { at: [0.1, 0.2], by: 1 } },
  history: { "jrc/jrc_op/V_e": { data: [1, 2], step: 0.1 } },
  initialState: { "jrc/jrc_op/V_e": 0.1 },
  solver: "stochastic-heun",
  layout: "long",
  certify: { tolerance: 0.1 },
};
const literal = {
  circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
  paramGrid: [{ C: 68 }, { C: 135 }],
  paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
  simulationTime: 1,
  stepSize: 1e-4,
  outputs: ["jrc/jrc_op/V_e"],
  features: { V_e: ["mean"] },
  bounds: { "jrc/jrc_op/V_e": [0, null] },
  solver: { name: "rk45", rtol: 1e-6, interpolation: "linear" },
  layout: "wide",
} as const;
const adaptive = { ...plain, noise: {}, solver: { name: "dop853", rtol: 1e-9, interpolation: "hold" } };
const stored = { ...plain, store: { directory: "out", format: "parquet" } };
const typed: GridSearchOptions = { ...plain, solver: "rk4" };
const mapped: MapSearchOptions = { ...plain, results: false };

const { features: _, certify: __, ...stream } = plain;
for (const options of [plain, adaptive]) await gridSearch(options);
await gridSearch(literal);
await gridSearch(typed);
await gridSearch(mapped);
await gridSearch(stored);
await gridSearch({ ...plain, results: false });
await gridSearch(Math.random() > 0.5 ? plain : literal);
await plan(plain);
await plan(literal);
sweepBatches({ ...stream, layout: "long" });
sweepBatches({ ...stream, features: plain.features, results: false });
await resumeSweep("out", { workers: 2, store: { shardPoints: 8 }, onProgress: ({ done }) => console.log(done.toFixed()) });

const { computed, hash } = await runShards(stored, { shards: "0/2", grace: 5, signal: AbortSignal.timeout(1) });
await runShards({ ...plain, results: false, store: { directory: "out" } }, { shards: computed });
await runShards(stored, { shards: { index: 0, count: 2 } });
const { rate, missing } = await sweepStatus("out");
console.log(hash, rate?.toFixed(), missing[0]?.[1], (await finishSweep("out")).map.numRows);

/** A function that takes the options of one call and makes those of another. */
async function twice(options: GridSearchOptions, solver: string): Promise<number> {
  const { results } = await gridSearch({ ...options, solver });
  return results.numRows + (await gridSearch({ ...options, results: false })).resultsMap.numRows;
}
await twice({ ...plain }, "euler");

const run = { circuitTemplate: "a.b", simulationTime: 1, stepSize: 0.1, outputs: { x: "p/op/x" }, params: { "p/op/k": 1 }, solver: "rk4" };
await simulate(run);
await simulate({ ...run, solver: { name: "rk45", rtol: 1e-9 } });
const oneRun: SimulateOptions = run;
await simulate(oneRun);

const edges = {
  source: "op/r",
  target: "op/r_in",
  weights: [
    [0, 1],
    [1, 0],
  ],
  delays: 0.1,
};
connect("a.b", edges);
connect("a.b", {
  ...edges,
  weights: [
    [0, 1],
    [1, 0],
  ] as const,
});
