import type { Block } from "../kernel/job.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Plan } from "../plan/plan.ts";
import { Features } from "../reduce/features.ts";
import { Trace } from "../reduce/trace.ts";
import type { BlockResult } from "./result.ts";

/** One block of a plan as it runs: its kernel's windows go to the trace, if traces are kept, and to the features, as they come. */
export class BlockRun {
  readonly #kernel: Kernel;
  readonly #block: Block;
  readonly #trace: Trace | undefined;
  readonly #features: Features;

  constructor(plan: Plan, kernel: Kernel, block: Block) {
    const { rows, takes } = plan.jobs[block.job];
    const { lanes } = block;
    this.#kernel = kernel;
    this.#block = block;
    this.#trace = plan.traces ? new Trace({ rows, takes: takes.length, lanes }) : undefined;
    this.#features = new Features(plan.features, { lanes, rows });
    kernel.load(block);
  }

  /** Takes the next chunk of steps; false when the block is at its end. */
  advance(): boolean {
    const window = this.#kernel.advance();
    if (window === undefined) return false;
    this.#trace?.add(window);
    this.#features.add(window);
    return true;
  }

  /** What became of the block, once it is at its end. */
  finish(): BlockResult {
    const { failedAt } = this.#kernel;
    return { block: this.#block, traces: this.#trace?.finish() ?? [], features: this.#features.finish(failedAt), failedAt };
  }
}
