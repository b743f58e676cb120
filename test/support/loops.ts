import { expect } from "vitest";
import { Engine } from "../../src/engine/engine.ts";
import type { BlockResult } from "../../src/engine/task.ts";
import { type GridSearchOptions, type SolverName, solvers, uniformNoise } from "../../src/index.ts";
import { fasterWayOf } from "../../src/kernel/faster-way.ts";
import { loopOf } from "../../src/kernel/loops.ts";
import { makePlan, type Plan } from "../../src/plan/plan.ts";
import { type Arithmetic, isExact } from "../../src/sweep/arithmetic.ts";
import { blocksOf } from "../../src/sweep/blocks.ts";
import type { FixedJob, Job } from "../../src/sweep/job.ts";
import { compiled } from "./bundled.ts";

/** What blocks of a sweep give, by fused loops and by the seam; undefined where a job has no loop. */
export async function bothWays(
  options: GridSearchOptions,
  lanes = 64,
): Promise<{ fused: BlockResult[] | undefined; seam: BlockResult[]; plan: Plan }> {
  const plan = makePlan(options, { budget: 1e9, lanes, openFile: () => undefined });
  const without = plan.jobs.map(withoutLoop);
  const seam = await results({ ...plan, jobs: without });
  const jobs = without.map((job, i) => {
    const loop = loopOf(job, mostLanes(plan, i), { keepsOrder: true });
    if (loop) preferLoop(loop.module);
    return loop && { ...job, loop };
  });
  if (jobs.includes(undefined)) return { fused: undefined, seam, plan };
  return { fused: await results({ ...plan, jobs: jobs.filter((job) => job !== undefined) }), seam, plan };
}

/** Lets kernels take a loop wherever it can be taken, as if solver and model apart had been slower. */
function preferLoop(loop: WebAssembly.Module): void {
  const way = fasterWayOf(loop);
  for (let look = 0; look < 24; look++) way.learn(look % 2 === 0, look % 2, 64, 1);
  // Now and then the other way is looked at again.
  if (!way.isLoop) way.learn(false, 1, 64, 1);
  expect(way.isLoop).toBe(true);
}

function withoutLoop(job: Job): FixedJob {
  if (job.adaptive) throw new Error("adaptive solvers have no loop");
  const { loop: _, ...rest } = job;
  return rest;
}

/** What the engine is asked for: which arithmetic, the lanes of blocks, and whether it keeps several pairs in their order, which decides on pairs of a turn. */
interface Way {
  arithmetic: Arithmetic;
  lanes?: number;
  keepsOrder?: boolean;
}

/** A plan of which all jobs have an arithmetic, as if the sweep had asked for it. */
export function planBy(options: GridSearchOptions, { arithmetic, lanes = 64, keepsOrder = true }: Way): Plan {
  const plan = makePlan(options, { budget: 1e9, lanes, openFile: () => undefined });
  const jobs = plan.jobs.map((job, i): FixedJob => {
    const asked = { ...withoutLoop(job), arithmetic };
    if (isExact(arithmetic)) return asked;
    const loop = loopOf(asked, mostLanes(plan, i), { keepsOrder });
    if (!loop) throw new Error("a job has no loop");
    return { ...asked, loop };
  });
  return { ...plan, jobs };
}

/** What blocks of a sweep give by an arithmetic. */
export async function resultsBy(options: GridSearchOptions, way: Way): Promise<BlockResult[]> {
  return await results(planBy(options, way));
}

/** The traces of all points of a sweep, one behind the other, whatever its blocks: of each variable in turn. */
export async function tracesBy(options: GridSearchOptions, way: Way): Promise<number[]> {
  const blocks = await resultsBy(options, way);
  const all: number[] = [];
  for (const [variable] of (blocks[0]?.traces ?? []).entries()) {
    for (const { traces } of blocks) for (const value of traces[variable]) all.push(value);
  }
  return all;
}

async function results(plan: Plan): Promise<BlockResult[]> {
  const engine = new Engine(plan);
  const all: BlockResult[] = [];
  for (const block of blocksOf(plan.blocks)) all.push(await engine.run(block, () => undefined));
  return all;
}

const parts = (path: string) => ({ variable: path.split("/").slice(-2).join("/"), node: path.split("/").slice(0, -2).join("/") });
const plain = (path: string) => path.replace(/\.(re|im)$/, "");

/** A sweep of a bundled circuit that moves all of it: own noise on its first input, a swept initial value, outputs of each kind, by steps of a size, `scale` times as long. */
export function moved(path: string, solver: SolverName, scale = 1): GridSearchOptions {
  const model = compiled(path);
  const [state] = model.states;
  const [input] = model.inputs;
  const { variable, node } = parts(plain(state.path));
  const h = scale * (model.timeUnit === "ms" ? 0.02 : 1e-3);
  return {
    circuitTemplate: path,
    paramGrid: { start: Array.from({ length: 7 }, (_, i) => state.value + 0.01 * (i + 1)) },
    paramMap: { start: { vars: [variable], nodes: [node] } },
    simulationTime: 240 * h,
    stepSize: h,
    samplingStepSize: 3 * h,
    cutoff: 30 * h,
    inputs: input ? { [input.path]: uniformNoise({ low: input.value, high: input.value + 1, seed: 3, shared: false }) } : {},
    ...(solvers[solver].kind === "stochastic" ? { noise: { [state.path]: { sd: 0.01, seed: 4 } } } : {}),
    outputs: Object.fromEntries([...model.states.slice(0, 3), ...model.outputs.slice(0, 2)].map(({ path: each }, i) => [`y${i}`, each])),
    solver,
  };
}

/** The most lanes that a block of a job has. */
function mostLanes({ blocks }: Plan, job: number): number {
  return Math.max(...blocks.filter((run) => run.job === job).map(({ points, most }) => Math.min(points, most)));
}
