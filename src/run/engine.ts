import type { Block } from "../kernel/job.ts";
import { Kernel } from "../kernel/kernel.ts";
import { BlockRun, type Work } from "./block.ts";
import { Pace } from "./pace.ts";
import type { BlockResult } from "./result.ts";

/** Called between chunks with the steps that the block has taken; what it returns is waited for. It may throw, to stop the block. */
export type Between = (steps: number) => Promise<void> | undefined;

/** What integrates in one thread: a kernel, kept from block to block of a job. */
export class Engine {
  readonly #work: Work;
  #kernel: { of: Kernel; job: number; lanes: number; pace: Pace } | undefined;

  constructor(work: Work) {
    this.#work = work;
  }

  /** Integrates a block to its end. Bits depend neither on the blocks before it nor on how often it is interrupted. */
  async run(block: Block, between: Between): Promise<BlockResult> {
    const { of: kernel, pace } = this.#kernelFor(block);
    const run = new BlockRun(this.#work, kernel, block);
    for (;;) {
      const [step, start] = [kernel.step, performance.now()];
      if (!run.advance(pace.steps)) return run.finish();
      pace.learn(kernel.step - step, performance.now() - start);
      const waiting = between(kernel.step);
      if (waiting) await waiting;
    }
  }

  #kernelFor({ job, lanes }: Block) {
    if (this.#kernel?.job !== job || this.#kernel.lanes < lanes) {
      this.#kernel = { of: new Kernel(this.#work.jobs[job], lanes), job, lanes, pace: new Pace() };
    }
    return this.#kernel;
  }
}
