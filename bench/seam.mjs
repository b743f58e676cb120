// What would fused loops save of adaptive steps? A step of rk5 has the first six slopes of an attempt of rk45 and their sums, by a fused
// loop and by solver and model apart; an attempt has the error, the sample between steps and each lane's own time beside that.
import { kernelsOf } from "./support/kernels.mjs";
import { row, withPoints } from "./support/measure.mjs";

const LANES = 64;
const ROUNDS = 250;
/** Slopes of an attempt, over those of a step of rk5. */
const SLOPES = { rk45: 1, dop853: 2 };
const load = (file) => import(new URL(`../build/lib/${file}.js`, import.meta.url));

/** Short calls, of which the least counts: whatever else the machine does misses some of them. */
const sweep = { ...withPoints(LANES), simulationTime: 0.1, samplingStepSize: 1e-3, cutoff: 0 };

/** Runs all points by an adaptive solver; returns ns an attempt of a lane. */
async function attemptsOf(name) {
  const [{ makePlan }, { AdaptiveKernel }] = await Promise.all([load("plan/plan"), load("kernel/adaptive")]);
  const options = { ...sweep, stepSize: 1e-3, solver: { name, rtol: 1e-6 } };
  const { jobs } = makePlan(options, { budget: 4e9, openFile: () => undefined });
  const kernel = new AdaptiveKernel(jobs[0], LANES);
  return () => {
    kernel.load({ job: 0, first: 0, lanes: LANES });
    const start = performance.now();
    while (kernel.advance() !== undefined);
    const ms = performance.now() - start;
    const { accepted, rejected } = kernel.costs;
    let attempts = 0;
    for (let lane = 0; lane < LANES; lane++) attempts += accepted[lane] + rejected[lane];
    return (ms * 1e6) / attempts;
  };
}

export async function bench() {
  const { loop, seam } = await kernelsOf({ ...sweep, stepSize: 1e-4, solver: "rk5" }, LANES);
  const ways = { loop, seam, rk45: await attemptsOf("rk45"), dop853: await attemptsOf("dop853") };
  const best = {};
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, run] of Object.entries(ways)) best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, run());
  const saved = best.seam - best.loop;
  const ns = (value) => `${value.toFixed(0)} ns`;
  return [
    row(
      "rk5, 64 lanes: a fused loop, over solver and model as two modules",
      `${ns(best.loop)} over ${ns(best.seam)}`,
      "",
      best.loop / best.seam,
    ),
    ...Object.entries(SLOPES).map(([name, times]) => {
      const gain = best[name] / (best[name] - times * saved);
      const question = `${name}, 64 lanes: an attempt without what a fused loop saves of as many slopes of rk5`;
      return row(question, `${ns(best[name])}, of which ${ns(times * saved)}: ${gain.toFixed(2)} times as fast`, "", gain);
    }),
  ];
}
