// Aborts sweeps at random times; prints a line of JSON: for each, how many ms it took until the call was rejected, or what else came of it.
// node battery/stops/aborts.mjs TRIES WORKERS STORED
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gridSearch } from "../../dist/index.js";
import { randomOf } from "../support/random.mjs";

const [tries, workers, stored] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "massgrid-stops-"));
const random = randomOf(tries + workers);
const options = {
  circuitTemplate: "model_templates.neural_mass_models.jansenrit.JRC2",
  paramGrid: { C: Array.from({ length: 2000 }, (_, i) => 68 + i) },
  paramMap: { C: { vars: ["jrc_op/c"], nodes: ["jrc"] } },
  ...{ simulationTime: 60, stepSize: 1e-3, samplingStepSize: 0.1, outputs: { V: "jrc/jrc_op/V_e" }, workers },
};

const found = [];
for (let i = 0; i < tries; i++) {
  const store = stored ? { store: { directory: join(folder, String(i)), shardPoints: 64 } } : {};
  const stop = new AbortController();
  let at = 0;
  const timer = setTimeout(() => {
    at = performance.now();
    stop.abort();
  }, random(600));
  const told = await gridSearch({ ...options, ...store, signal: stop.signal }).then(
    () => (at === 0 ? undefined : "it ended, though it was aborted"),
    (error) => (error === stop.signal.reason ? "" : `${error.name}: ${error.message}`),
  );
  clearTimeout(timer);
  // A sweep that was over before its abort says nothing.
  if (told !== undefined) found.push(told === "" ? performance.now() - at : told);
}
rmSync(folder, { recursive: true, force: true });
console.log(JSON.stringify(found));
process.exit(0);
