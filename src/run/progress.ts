import type { Progress } from "../options/options.ts";
import type { Plan } from "../plan/plan.ts";
import { inputGrid } from "../sweep/clock.ts";
import type { Block } from "../sweep/job.ts";

/** How often progress is told while no block ends, in ms. */
const INTERVAL = 100;

/** Counts what a sweep has done, and tells the caller. */
export class SweepProgress {
  readonly #tell: ((progress: Progress) => void) | undefined;
  readonly #start = performance.now();
  readonly #total: number;
  readonly #stepsOfPoint: number;
  /** Steps of blocks that are under way. */
  readonly #underway = new Map<Block, number>();
  #done = 0;
  #steps = 0;
  #told = performance.now();

  constructor({ points, clock }: Plan, tell: ((progress: Progress) => void) | undefined) {
    this.#tell = tell;
    this.#total = points.names.length;
    this.#stepsOfPoint = inputGrid(clock).steps;
  }

  /** How much longer the sweep takes if it goes on as it did, in s. */
  get eta(): number {
    const steps = this.#now;
    return ((performance.now() - this.#start) / 1000 / steps) * (this.#total * this.#stepsOfPoint - steps);
  }

  /** Notes that a block has got as far as `steps` steps of each of its points; 0 where it must begin again. */
  note(block: Block, steps: number): void {
    this.#underway.set(block, steps * block.lanes);
    if (performance.now() - this.#told > INTERVAL) this.#report();
  }

  /** Notes that a block is at its end. */
  finish(block: Block): void {
    this.#underway.delete(block);
    this.#done += block.lanes;
    this.#steps += block.lanes * this.#stepsOfPoint;
    this.#report();
  }

  get #now(): number {
    return [...this.#underway.values()].reduce((sum, steps) => sum + steps, this.#steps);
  }

  #report(): void {
    const steps = this.#now;
    if (steps === 0) return;
    this.#told = performance.now();
    this.#tell?.({ done: this.#done, total: this.#total, steps, eta: this.eta });
  }
}
