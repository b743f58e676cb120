import { expect } from "vitest";
import { Engine } from "../../src/engine/engine.ts";
import type { BlockResult } from "../../src/engine/task.ts";
import type { GridSearchOptions } from "../../src/index.ts";
import { fasterWayOf } from "../../src/kernel/faster-way.ts";
import { loopOf } from "../../src/kernel/loops.ts";
import { makePlan, type Plan } from "../../src/plan/plan.ts";
import type { FixedJob, Job } from "../../src/sweep/job.ts";

/** What blocks of a sweep give, by fused loops and by the seam; undefined where a job has no loop. */
export async function bothWays(
  options: GridSearchOptions,
  lanes = 64,
): Promise<{ fused: BlockResult[] | undefined; seam: BlockResult[]; plan: Plan }> {
  const plan = makePlan(options, { budget: 1e9, lanes, openFile: () => undefined });
  const without = plan.jobs.map(withoutLoop);
  const seam = await results({ ...plan, jobs: without });
  const jobs = without.map((job, i) => {
    const loop = loopOf(job, Math.max(...plan.blocks.filter((block) => block.job === i).map((block) => block.lanes)), { keepsOrder: true });
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
  expect(way.isLoop).toBe(true);
}

function withoutLoop(job: Job): FixedJob {
  if (job.adaptive) throw new Error("adaptive solvers have no loop");
  const { loop: _, ...rest } = job;
  return rest;
}

async function results(plan: Plan): Promise<BlockResult[]> {
  const engine = new Engine(plan);
  const all: BlockResult[] = [];
  for (const block of plan.blocks) all.push(await engine.run(block, () => undefined));
  return all;
}
