// A process that makes a sweep of so many points, steps and workers, and tells what was foretold and what it took, as a line of JSON.
// `took` is processor time of each thread, so that other processes do not count: node battery/memory/sweep.mjs POINTS STEPS WORKERS
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
  // What else the machine does may slow a plan's few milliseconds of trial: the median of several.
  const plans = [];
  for (let i = 0; i < 7; i++) {
    plans.push(await plan(options));
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  const { bytes, seconds, workers: threads } = plans.sort((a, b) => a.seconds - b.seconds)[3];
  const before = peak();
  const timed = async () => {
    const { user, system } = process.cpuUsage();
    const { results, resultsMap } = await gridSearch(options);
    const spent = process.cpuUsage({ user, system });
    return { results, resultsMap, peak: peak() - before, took: (spent.user + spent.system) / 1e6 / Math.max(1, threads) };
  };
  const { results, resultsMap, peak: most, took: first } = await timed();
  // Nor has one sweep the same processor time as the next: the median of three.
  const times = [first];
  for (let i = 0; i < 2; i++) times.push((await timed()).took);
  const took = times.sort((a, b) => a - b)[1];
  const key = `JRC2_${points - 1}`;
  const isOk = resultsMap.toArray().every(({ status }) => String(status) === "ok");
  console.log(JSON.stringify({ bytes, seconds, took, peak: most, last: trace(results, key, "V")[steps - 1], isOk }));
} catch (error) {
  console.log(JSON.stringify({ code: error.code ?? error.constructor.name, message: error.message }));
}
process.exit(0);
