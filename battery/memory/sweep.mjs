// A process that makes a sweep of so many points, steps and workers, and tells what was foretold and what it took, as a line of JSON:
// node battery/memory/sweep.mjs POINTS STEPS WORKERS
import { readFileSync } from "node:fs";
import { gridSearch, plan, trace } from "../../dist/index.js";

const [points, steps, workers] = process.argv.slice(2).map(Number);
const options = {
  circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
  paramGrid: { C: Array.from({ length: points }, (_, i) => 68 + i / points) },
  paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
  ...{ simulationTime: steps * 1e-3, stepSize: 1e-3, outputs: { V: "jrc/jrc_op/V_e" }, workers },
};

/** The most memory that the process has had, in bytes. */
function peak() {
  const kib = /^VmHWM:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  return kib === undefined ? 1024 * process.resourceUsage().maxRSS : 1024 * Number(kib);
}

try {
  // A small sweep first: what the library itself takes is not foretold.
  await gridSearch({ ...options, paramGrid: { C: [68, 69] }, workers: 0 });
  const { bytes, seconds } = await plan(options);
  const before = peak();
  const start = performance.now();
  const { results, resultsMap } = await gridSearch(options);
  const took = (performance.now() - start) / 1000;
  const key = `JRC2_${points - 1}`;
  const isOk = resultsMap.toArray().every(({ status }) => String(status) === "ok");
  console.log(JSON.stringify({ bytes, seconds, took, peak: peak() - before, last: trace(results, key, "V")[steps - 1], isOk }));
} catch (error) {
  console.log(JSON.stringify({ code: error.code ?? error.constructor.name, message: error.message }));
}
process.exit(0);
