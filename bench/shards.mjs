// Shards of a stored sweep: their time beside one call of gridSearch over the same points, and two processes beside one.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { row } from "./support/measure.mjs";

const cwd = fileURLToPath(new URL("..", import.meta.url));
const ROUNDS = 2;
/** 32 shards of 1,024 points, half a second each; of 0.12 s each it was 1.051 and 1.70 on the day this was written. */
const POINTS = 32_768;

/** A process of one thread that has made the kernels before it is timed, as one that computes many shards has. */
const program = (work) => `
import { gridSearch, runShards } from "massgrid";
import { withPoints } from "./bench/support/measure.mjs";
const [directory, shards] = process.argv.slice(1);
const options = (points) => ({ ...withPoints(points), simulationTime: 4, cutoff: 0, outputs: { V: "jrc/jrc_op/V_e - jrc/jrc_op/V_i" },
  features: { V: ["mean", "std"] }, results: false, workers: 0 });
await gridSearch(options(64));
const start = performance.now();
await ${work};
console.log(performance.now() - start);
`;
const whole = program(`gridSearch(options(${POINTS}))`);
const parts = program(`runShards({ ...options(${POINTS}), store: { directory } }, { shards })`);

async function time(source, ...args) {
  const child = spawn(process.execPath, ["--input-type=module", "-e", source, ...args], { cwd, stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  for await (const piece of child.stdout) text += piece;
  return Number(text);
}

export async function bench() {
  const folder = mkdtempSync(join(tmpdir(), "massgrid-shards-"));
  const least = {
    whole: Number.POSITIVE_INFINITY,
    one: Number.POSITIVE_INFINITY,
    two: Number.POSITIVE_INFINITY,
    apart: Number.POSITIVE_INFINITY,
  };
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const keep = (name, ms) => {
        least[name] = Math.min(least[name], ms);
      };
      keep("whole", await time(whole));
      keep("one", await time(parts, join(folder, `one-${round}`), "0/1"));
      // What the cores give two processes that have nothing in common.
      keep("apart", Math.max(...(await Promise.all([time(whole), time(whole)]))));
      const directory = join(folder, `two-${round}`);
      keep("two", Math.max(...(await Promise.all([time(parts, directory, "0/2"), time(parts, directory, "1/2")]))));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const ms = (value) => `${value.toFixed(0)} ms`;
  return [
    row(
      "32 shards of 1,024 points over gridSearch of these points",
      `${ms(least.one)} over ${ms(least.whole)}`,
      "≤ 1.05",
      least.one / least.whole,
      1.05,
    ),
    row(
      "the rate of two processes over that of one",
      `${(least.one / least.two).toFixed(2)} times`,
      "≥ 1.9 times",
      least.two / least.one,
      1 / 1.9,
    ),
    row("the same of two calls of gridSearch that have nothing in common", `${((2 * least.whole) / least.apart).toFixed(2)} times`, ""),
  ];
}
