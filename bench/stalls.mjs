// How long does a sweep of many points hold the event loop at most, its plan and its tables included?
import { gridSearch, uniformNoise } from "massgrid";
import { row, withPoints } from "./support/measure.mjs";

const ROUNDS = 7;

const sweep = (points, workers) => ({
  ...withPoints(points),
  ...{ simulationTime: 0.05, stepSize: 1e-3, samplingStepSize: 1e-3, cutoff: 0, outputs: { V: "jrc/jrc_op/V_e" }, workers },
  ...{ features: { V: ["mean", "std", "min", "max"] }, results: false },
  inputs: { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 1995 }) },
});

/** The longest time, in ms, between two turns of the event loop while a sweep runs. */
async function longestStall(options) {
  let [last, longest, running] = [performance.now(), 0, true];
  const turn = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (running) setImmediate(turn);
  };
  setImmediate(turn);
  await gridSearch(options);
  await new Promise((resolve) => setImmediate(resolve));
  running = false;
  return longest;
}

export async function bench() {
  const rows = [];
  for (const points of [300_000, 1_000_000]) {
    for (const workers of [0, 2]) {
      const options = sweep(points, workers);
      const stalls = [];
      for (let round = 0; round < ROUNDS; round++) stalls.push(await longestStall(options));
      const least = Math.min(...stalls);
      const where = workers === 0 ? "the caller's thread alone" : "two workers";
      const target = points === 300_000 ? ["≤ 25 ms", least / 25, 1] : ["", least / 25];
      const found = `${least.toFixed(1)} ms, the least of ${ROUNDS} sweeps' longest`;
      rows.push(row(`longest stall of the event loop, ${points.toLocaleString("en")} points, ${where}`, found, ...target));
    }
  }
  return rows;
}
