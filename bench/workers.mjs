// Do two workers do twice the work of one? Do they do what two processes would? And what does it cost to choose?
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { gridSearch, plan, uniformNoise } from "massgrid";
import { minima, row, withPoints } from "./support/measure.mjs";

const POINTS = 20_000;

const sweep = (points, more) => ({
  ...withPoints(points),
  ...{ simulationTime: 1, samplingStepSize: 1e-3, cutoff: 0, outputs: { V: "jrc/jrc_op/V_e" } },
  ...{ features: { V: ["mean", "std", "min", "max"] }, results: false },
  inputs: { "jrc/jrc_op/u": uniformNoise({ low: 120, high: 320, seed: 1995 }) },
  ...more,
});

const here = fileURLToPath(import.meta.url);

/** A process that runs half of the points whenever it is told to. */
function half() {
  const child = fork(here, ["half"]);
  const run = () =>
    new Promise((resolve) => {
      child.once("message", resolve);
      child.send("go");
    });
  return { run, end: () => child.kill() };
}

if (process.argv[2] === "half" && process.argv[1] === here) {
  process.on("message", async () => {
    await gridSearch(sweep(POINTS / 2, { workers: 0 }));
    process.send("done");
  });
}

/** Least seconds of all cores together that a call takes. */
async function coreSeconds(call) {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 4; round++) {
    const before = process.cpuUsage();
    await call();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1e6);
  }
  return least;
}

export async function bench() {
  const halves = [half(), half()];
  const call = (workers) => () => gridSearch(sweep(POINTS, { workers }));
  const rivals = { none: call(0), one: call(1), two: call(2), processes: () => Promise.all(halves.map(({ run }) => run())) };
  const { none, one, two, processes } = await minima(rivals, { rounds: 8, warmup: 1 });
  for (const { end } of halves) end();
  const [coresOfTwo, coresOfNone] = [await coreSeconds(call(2)), await coreSeconds(call(0))];
  const estimate = 1000 * (await plan(sweep(POINTS, { workers: 2 }))).seconds;
  const small = (workers) => () => gridSearch(sweep(100, { workers }));
  const few = await minima({ none: small(0), chosen: small(undefined) }, { rounds: 40 });
  const s = (ms) => `${(ms / 1000).toFixed(2)} s`;
  return [
    row("20 000 points × 10 000 steps, two workers over one", `${s(two)} over ${s(one)}`, "≤ 1/1.9", two / one, 1 / 1.9),
    row("the same, two workers over two processes with half of the points each", `${s(two)} over ${s(processes)}`, "", two / processes),
    row(
      "the same, core seconds of two workers over the caller's thread alone",
      `${s(1000 * coresOfTwo)} over ${s(1000 * coresOfNone)}`,
      "≤ 1.05",
      coresOfTwo / coresOfNone,
      1.05,
    ),
    row("the same, one worker over the caller's thread alone", `${s(one)} over ${s(none)}`, "", one / none),
    row("the same, what plan() says of two workers over what they take", `${s(estimate)} over ${s(two)}`, "", estimate / two),
    row(
      "100 points × 10 000 steps, where massgrid chooses, over the caller's thread alone",
      `${few.chosen.toFixed(1)} ms over ${few.none.toFixed(1)} ms`,
      "≤ 1.1",
      few.chosen / few.none,
      1.1,
    ),
  ];
}
