// A process that stores the sweep of the battery's part stores, or goes on with it: node battery/stores/sweep.mjs DIRECTORY FORMAT [TIME].
// The sweep is of 900 points in 15 shards, with noise of each point; TIME is how long a run is, in s.
import { normalNoise, resumeSweep } from "../../dist/index.js";

const [directory, format, time = "1"] = process.argv.slice(2);
try {
  await resumeSweep(directory, {
    circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
    paramGrid: { C: Array.from({ length: 900 }, (_, i) => 68 + i) },
    paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
    simulationTime: Number(time),
    stepSize: 1e-3,
    cutoff: 0.9 * Number(time),
    inputs: { "jrc/jrc_op/u": normalNoise({ mean: 220, sd: 60, seed: 7, shared: false }) },
    outputs: { V: "jrc/jrc_op/V_e" },
    store: { shardPoints: 64, format },
  });
} catch (error) {
  console.error(error.code ?? error.stack, error.message);
  process.exitCode = 3;
}
