import { isExact } from "../sweep/arithmetic.ts";
import type { FixedJob } from "../sweep/job.ts";
import { linkSolvers, type Run } from "./core.ts";
import { type FasterWay, fasterWayOf } from "./faster-way.ts";
import { type Loop, linkLoop } from "./fusing.ts";
import { type Layout, writeHeader } from "./layout.ts";
import { rowsAt } from "./memory.ts";

/**
 * Takes the steps of a block whose header is written: by the solver, or by a fused loop. Where steps are exact both have the same results, and the
 * faster one takes them; other arithmetics have the loop alone, which takes every step, so that no result depends on which was faster.
 */
export class Stepper {
  readonly #job: FixedJob;
  readonly #memory: WebAssembly.Memory;
  readonly #run: Run;
  readonly #loop: Loop | undefined;
  readonly #way: FasterWay | undefined;

  constructor(job: FixedJob, memory: WebAssembly.Memory, model: WebAssembly.Exports) {
    this.#job = job;
    this.#memory = memory;
    this.#run = linkSolvers(memory, model)[job.solver.run ?? job.solver.name];
    this.#loop = job.loop && linkLoop(job.loop, memory);
    this.#way = job.loop && isExact(job.arithmetic) ? fasterWayOf(job.loop.module) : undefined;
  }

  /** Steps that are taken alike from step `step` on, at least 1: those that the loop does not take, or not alone, are taken apart. */
  alike(step: number): number {
    const { clock, model } = this.#job;
    if (!this.#loop) return clock.steps - step;
    // The first step leaves what delay lines hold at the start, and the last one all rows in place.
    return step === 0 && model.history ? 1 : Math.max(1, clock.steps - 1 - step);
  }

  /** Takes steps that are taken alike; the header says where they begin. */
  take(at: Layout, step: number, steps: number): void {
    const isApart = this.alike(step) === 1;
    if (this.#loop && !isApart) this.#takeMany(this.#loop, at, steps);
    else this.takeInPlace(at, step, steps);
  }

  #takeMany(loop: Loop, { header, loop: scratch, n }: Layout, steps: number): void {
    const way = this.#way;
    const isLoop = way?.isLoop ?? true;
    const start = performance.now();
    if (isLoop) loop(header, scratch, steps);
    else this.#run(header, steps);
    way?.learn(isLoop, performance.now() - start, steps, n);
  }

  /** Takes steps and leaves in all rows what the solver does: inputs, and what delay lines hold at the start. */
  takeInPlace(at: Layout, step: number, steps = 1): void {
    if (!this.#loop || this.#way) {
      this.#run(at.header, steps);
      return;
    }
    const y = rowsAt(this.#memory, at, at.y, this.#job.model.states.length);
    const before = y.slice();
    // The solver leaves the rows; then the loop, which writes none of them, the states, the sample and the history.
    this.#run(at.header, 1);
    y.set(before);
    writeHeader(this.#job, at, this.#memory, step);
    this.#loop(at.header, at.loop, 1);
  }
}
