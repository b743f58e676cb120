// Do 1 000 points cost what 1 000 points should, in time and in memory? And 100 000 in one table, or a million with features?
import { gridSearch, uniformNoise } from "massgrid";
import { minima, row, withPoints } from "./support/measure.mjs";
import { measured, peakSource } from "./support/peak.mjs";

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
${peakSource}
console.log(JSON.stringify({ before, peak: peak(), bytes }));
`;

/** A process of its own: peaks of resident memory before and after a sweep of many points, of 100 steps each, in bytes. */
const manyPoints = (points, options) => `
import { gridSearch, uniformNoise } from "massgrid";
import { withPoints } from "./bench/support/measure.mjs";
${peakSource}
const sweep = withPoints(${points});
const before = peak();
const { resultsMap } = await gridSearch({
  ...sweep, simulationTime: 0.1, stepSize: 1e-3, samplingStepSize: 1e-3, cutoff: 0,
  inputs: { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 1995 }) },
  outputs: { V: "jrc/jrc_op/V_e" }, ...${JSON.stringify(options)},
});
console.log(JSON.stringify({ points: resultsMap.numRows, before, peak: peak() }));
`;

const features = { results: false, features: { V: ["mean", "std", "min", "max"] } };

const where = (workers) => (workers === 0 ? "the caller's thread alone" : "two workers");

function memoryOfMillion() {
  return [0, 2].map((workers) => {
    const peak = measured(manyPoints(1_000_000, { ...features, workers })).peak / 1e6;
    return row(`peak memory of 1 000 000 points × 4 features, ${where(workers)}`, `${peak.toFixed(0)} MB`, "≤ 400 MB", peak / 400, 1);
  });
}

/** What 100 000 points take over a process that has loaded the package. */
function memoryOfTables() {
  const megabytes = ({ before, peak }) => (peak - before) / 1e6;
  const numbers = (100_000 * 100 * 8) / 1e6;
  const wide = [0, 2].map((workers) => {
    const over = megabytes(measured(manyPoints(100_000, { workers })));
    const question = `a wide table of 100 000 points × 100 samples, peak over an empty process, ${where(workers)}`;
    return row(question, `${over.toFixed(0)} MB for ${numbers} MB of numbers`, "≤ 1.5 times", over / numbers, 1.5);
  });
  const over = megabytes(measured(manyPoints(100_000, { ...features, workers: 0 })));
  return [...wide, row("100 000 points × 4 features, peak over an empty process", `${over.toFixed(0)} MB`, "≤ 30 MB", over / 30, 1)];
}

/** What a wide table costs a point beside the steps: one of 20 000 points and a step each, over its steps alone. */
async function timeOfTable() {
  const points = 20_000;
  const sweep = { ...withPoints(points), simulationTime: 1e-3, stepSize: 1e-3, samplingStepSize: 1e-3, cutoff: 0, workers: 0 };
  const best = await minima(
    { table: () => gridSearch(sweep), none: () => gridSearch({ ...sweep, results: false }) },
    { rounds: 9, warmup: 2 },
  );
  const us = ((best.table - best.none) * 1000) / points;
  return row("a wide table, a point and two columns, more than the map alone", `${us.toFixed(2)} µs`, "≤ 1 µs", us, 1);
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
    const { before, peak, bytes } = measured(program({ layout }));
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
  return [...rows, await timeOfTable(), ...memoryOfTables(), ...memoryOfMillion()];
}
