import { type Integrator, Kernel } from "../kernel/kernel.ts";
import type { Block, Job } from "../sweep/job.ts";
import { BlockRun, type SweepTask } from "./block-run.ts";
import { ChunkSize } from "./chunk-size.ts";
import type { BlockResult } from "./result.ts";

/** Called between chunks with the steps that the block has taken; what it returns is waited for. It may throw, to stop the block. */
export type Between = (steps: number) => Promise<void> | undefined;

/** What integrates in one thread: a kernel, kept from block to block of a job. */
export class Engine {
  readonly #work: SweepTask;
  #kernel: { of: Integrator; job: number; lanes: number; pace: ChunkSize } | undefined;

  constructor(work: SweepTask) {
    this.#work = work;
  }

  /** Integrates a block to its end. Bits depend neither on the blocks before it nor on how often it is interrupted. */
  async run(block: Block, between: Between): Promise<BlockResult> {
    const { of: kernel, pace } = await this.#kernelFor(block);
    const run = new BlockRun(this.#work, kernel, block);
    for (;;) {
      const start = performance.now();
      if (!run.advance(pace.steps)) return run.finish();
      pace.learn(kernel.effort, performance.now() - start);
      const waiting = between(kernel.step);
      if (waiting) await waiting;
    }
  }

  async #kernelFor({ job, lanes }: Block) {
    if (this.#kernel?.job !== job || this.#kernel.lanes < lanes) {
      this.#kernel = { of: await makeKernel(this.#work.jobs[job], lanes), job, lanes, pace: new ChunkSize() };
    }
    return this.#kernel;
  }
}

/** What adaptive solvers alone need is loaded for them. */
async function makeKernel(job: Job, lanes: number): Promise<Integrator> {
  if (job.solver.kind !== "adaptive") return new Kernel(job, lanes);
  const { AdaptiveKernel } = await import("../kernel/adaptive.ts");
  return new AdaptiveKernel(job, lanes);
}
