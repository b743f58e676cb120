// Do 1 000 points cost what 1 000 points should, in time and in memory? And a million points with features?
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { gridSearch, uniformNoise } from "massgrid";
import { minima, row, withPoints } from "./support/measure.mjs";

const inputs = { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 1995 }) };

/** A process of its own: peak of resident memory before and after a sweep, in bytes. */
const program = (options) => `
import { gridSearch, uniformNoise } from "massgrid";
import { withPoints } from "./bench/support/measure.mjs";
const inputs = { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 1995 }) };
await gridSearch({ ...withPoints(2), inputs });
const before = process.memoryUsage().rss;
const { results } = await gridSearch({ ...withPoints(1000), inputs, ...${JSON.stringify(options)} });
const bytes = results.batches.reduce((sum, batch) => sum + batch.data.children.reduce((part, child) => part + child.values.byteLength, 0), 0);
console.log(JSON.stringify({ before, peak: process.resourceUsage().maxRSS * 1024, bytes }));
`;

/** A process of its own that sweeps a million points, with four features of each and no traces: its peak of resident memory. */
const million = (workers) => `
import { gridSearch, uniformNoise } from "massgrid";
import { withPoints } from "./bench/support/measure.mjs";
const { resultsMap } = await gridSearch({
  ...withPoints(1_000_000), simulationTime: 0.1, stepSize: 1e-3, samplingStepSize: 1e-3, cutoff: 0, results: false, workers: ${workers},
  inputs: { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 1995 }) },
  outputs: { V: "jrc/jrc_op/V_e" }, features: { V: ["mean", "std", "min", "max"] },
});
console.log(JSON.stringify({ points: resultsMap.numRows, peak: process.resourceUsage().maxRSS * 1024 }));
`;

function memoryOfMillion() {
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  return [0, 2].map((workers) => {
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", million(workers)], { cwd, encoding: "utf8" });
    if (stdout === "") throw new Error(stderr);
    const peak = JSON.parse(stdout).peak / 1e6;
    const where = workers === 0 ? "the caller's thread alone" : "two workers";
    return row(`peak memory of 1 000 000 points × 4 features, ${where}`, `${peak.toFixed(0)} MB`, "≤ 400 MB", peak / 400, 1);
  });
}

export async function bench() {
  const few = await minima({ six: () => gridSearch({ ...withPoints(6), inputs }) });
  const many = await minima({ thousand: () => gridSearch({ ...withPoints(1000), inputs }) }, { rounds: 4, warmup: 1 });
  const again = await minima({ six: () => gridSearch({ ...withPoints(6), inputs }) });
  const six = Math.min(few.six, again.six);
  const ratio = many.thousand / six;
  const rows = [
    row(
      "1 000 points over 6 points",
      `${many.thousand.toFixed(0)} ms over ${six.toFixed(2)} ms: ${ratio.toFixed(0)} times`,
      "≤ 170 times",
      ratio,
      170,
    ),
  ];
  for (const layout of ["wide", "long"]) {
    const cwd = fileURLToPath(new URL("..", import.meta.url));
    const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", program({ layout })], { cwd, encoding: "utf8" });
    const { before, peak, bytes } = JSON.parse(stdout);
    const over = (peak - before - bytes) / 2 ** 20;
    const mib = (value) => `${(value / 2 ** 20).toFixed(0)} MiB`;
    rows.push(
      row(
        `memory of 1 000 points beyond the ${layout} result`,
        `peak ${mib(peak)}, start ${mib(before)}, result ${mib(bytes)}: ${over.toFixed(0)} MiB more`,
        "≤ 64 MiB",
        over / 64,
        1,
      ),
    );
  }
  return [...rows, ...memoryOfMillion()];
}
