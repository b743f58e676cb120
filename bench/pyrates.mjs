// PyRates' own size of a large sweep: 3 000 points, T = 1, dt = 1e-3. How many times faster is the whole call?
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { gridSearch, uniformNoise } from "massgrid";
import { minima, row, withPoints } from "./support/measure.mjs";

/** PyRates 1.2.3's grid_search of this sweep, by its own clock, most of it to set the points up: another sitting, not run here. */
const PYRATES_MS = 322_000;
const WANTED = 3000;

const sweep = {
  ...withPoints(3000),
  ...{ simulationTime: 1, stepSize: 1e-3, samplingStepSize: 1e-3, cutoff: 0 },
  inputs: { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 1995 }) },
};

/** A process of its own, timed from outside: Node's start, the library's, one call. */
const program = `
import { gridSearch, uniformNoise } from "massgrid";
import { withPoints } from "./bench/support/measure.mjs";
const start = performance.now();
await gridSearch({
  ...withPoints(3000), simulationTime: 1, stepSize: 1e-3, samplingStepSize: 1e-3, cutoff: 0,
  inputs: { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 1995 }) },
});
console.log(performance.now() - start);
`;

function fresh() {
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  const start = performance.now();
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { cwd, encoding: "utf8" });
  return { call: Number(stdout), whole: performance.now() - start };
}

export async function bench() {
  const { call } = await minima({ call: () => gridSearch(sweep) }, { rounds: 20, warmup: 3 });
  const first = Array.from({ length: 7 }, fresh);
  const least = (name) => Math.min(...first.map((each) => each[name]));
  const faster = (question, ms, ...target) => row(question, `${ms.toFixed(0)} ms: ${Math.round(PYRATES_MS / ms)} times faster`, ...target);
  return [
    faster(
      "3 000 points, T = 1, dt = 1e-3, whole call, over PyRates' 322 s (another sitting)",
      call,
      `≥ ${WANTED} times`,
      call / PYRATES_MS,
      1 / WANTED,
    ),
    faster("the same, the first call of a fresh process", least("call"), "", least("call") / PYRATES_MS),
    faster("the same, the whole process", least("whole"), "", least("whole") / PYRATES_MS),
  ];
}
