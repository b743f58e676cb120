import { Engine } from "../engine/engine.ts";
import type { BlockResult, SweepTask } from "../engine/task.ts";
import { TimeSlice } from "../platform/time-slice.ts";
import { labels } from "../sweep/clock.ts";
import type { Block } from "../sweep/job.ts";

// What is shown of its traces.
export { spectrum } from "../reduce/spectrum.ts";

/** A sweep that was planned elsewhere: plain data, beside the modules of its models. */
export interface Prepared {
  task: SweepTask;
  blocks: readonly Block[];
}

/** Results of a prepared sweep: of its blocks in their order, and the times of the samples of its traces. */
export interface PreparedResults {
  times: Float64Array;
  results: BlockResult[];
}

/** Runs a prepared sweep in this thread, which is given to others now and then. Numbers are those of gridSearch. */
export async function runPrepared({ task, blocks }: Prepared): Promise<PreparedResults> {
  const engine = new Engine(task);
  const slice = new TimeSlice();
  const between = () => (slice.isOver ? slice.yieldToEventLoop() : undefined);
  const results: BlockResult[] = [];
  for (const block of blocks) results.push(await engine.run(block, between));
  return { times: labels(task.jobs[0].clock), results };
}
