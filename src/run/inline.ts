import { Kernel } from "../kernel/kernel.ts";
import type { Plan } from "../plan/plan.ts";
import { Trace } from "../reduce/trace.ts";
import { Pause } from "./pause.ts";
import type { BlockResult } from "./result.ts";

/** Runs a plan in this thread, block after block; the event loop gets its turn every few milliseconds. */
export async function* inlineRunner(plan: Plan, signal?: AbortSignal): AsyncGenerator<BlockResult> {
  const pause = new Pause();
  let kernel: Kernel | undefined;
  let last = -1;
  for (const block of plan.blocks) {
    const job = plan.jobs[block.job];
    if (!kernel || block.job !== last) kernel = new Kernel(job, block.lanes);
    last = block.job;
    kernel.load(block);
    const trace = new Trace({ rows: job.rows, takes: job.takes.length, lanes: block.lanes });
    for (let window = kernel.advance(); window; window = kernel.advance()) {
      trace.add(window);
      if (pause.due) await pause.turn();
      signal?.throwIfAborted();
    }
    yield { block, traces: trace.finish(), failedAt: kernel.failedAt };
  }
}
