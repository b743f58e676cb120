import { Kernel } from "../kernel/kernel.ts";
import type { Plan } from "../plan/plan.ts";
import { BlockRun } from "./block.ts";
import { Pause } from "./pause.ts";
import type { BlockResult } from "./result.ts";

/** Runs a plan in this thread, block after block; the event loop gets its turn every few milliseconds. */
export async function* inlineRunner(plan: Plan, signal?: AbortSignal): AsyncGenerator<BlockResult> {
  const pause = new Pause();
  let kernel: Kernel | undefined;
  let last = -1;
  for (const block of plan.blocks) {
    if (!kernel || block.job !== last) kernel = new Kernel(plan.jobs[block.job], block.lanes);
    last = block.job;
    const run = new BlockRun(plan, kernel, block);
    while (run.advance()) {
      if (pause.due) await pause.turn();
      signal?.throwIfAborted();
    }
    yield run.finish();
  }
}
