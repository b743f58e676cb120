// One process of bench/arithmetics.mjs: JSON of ns a lane and step of kernels, each the least of its rounds. Arguments: the lanes, the rounds, and
// the folder of another checkout.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { withPoints } from "./measure.mjs";

const [lanes, rounds] = process.argv.slice(2, 4).map(Number);
const [, , , , before] = process.argv;
const here = new URL("../..", import.meta.url);
const arithmetics = {
  fastMath: { fastMath: true, precision: "float64" },
  float32: { fastMath: false, precision: "float32" },
  "float32 and fastMath": { fastMath: true, precision: "float32" },
};

/** The job of the sweep, and what makes kernels of it, by a checkout. */
async function checkout(root, solver) {
  const load = (part) => import(new URL(`build/lib/${part}.js`, root));
  const [{ uniformNoise }, { makePlan }, { Kernel }] = await Promise.all([load("index"), load("plan/plan"), load("kernel/kernel")]);
  const noise = uniformNoise({ low: 120, high: 320, seed: 1 });
  const sweep = { ...withPoints(lanes), simulationTime: 0.2, cutoff: 0, solver, inputs: { "jrc/jrc_op/u": noise } };
  // What tells the room that results have was called otherwise once.
  const { jobs, clock } = makePlan(sweep, { budget: 4e9, room: 4e9, lanes, openFile: () => undefined });
  const runner = (job) => {
    const kernel = new Kernel(job, lanes);
    return () => {
      // All points in one block, however a sweep would cut them.
      kernel.load({ job: 0, first: 0, lanes });
      const start = performance.now();
      while (kernel.advance() !== undefined);
      return ((performance.now() - start) * 1e6) / clock.steps / lanes;
    };
  };
  const [{ loop: _, ...job }] = jobs;
  return { load, job, runner };
}

/** Functions that take all steps and return ns a lane and step. */
async function kernels(solver) {
  const { load, job, runner } = await checkout(here, solver);
  const [{ loopOf }, { keepsOrder }, { fusesMultiplyAdd }] = await Promise.all(
    ["kernel/loops", "platform/environment", "model/compile/multiply-add"].map(load),
  );
  const found = {};
  for (const [name, arithmetic] of Object.entries(arithmetics)) {
    if (arithmetic.fastMath && !fusesMultiplyAdd()) continue;
    const other = { ...job, arithmetic };
    found[name] = runner({ ...other, loop: loopOf(other, lanes, { keepsOrder: keepsOrder() }) });
  }
  if (before !== undefined) {
    const { job: old, runner: oldRunner } = await checkout(pathToFileURL(join(before, "/")), solver);
    found.before = oldRunner(old);
  }
  return { ...found, seam: runner(job) };
}

const best = {};
for (const solver of ["euler", "heun"]) {
  const found = await kernels(solver);
  best[solver] = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(found)) best[solver][name] = Math.min(best[solver][name] ?? Number.POSITIVE_INFINITY, run());
  }
}
console.log(JSON.stringify(best));
