import type { BlockResult } from "../engine/result.ts";
import type { Plan } from "../plan/plan.ts";
import { cutShards, type Shard } from "./shards.ts";

/** A shard that is to be made: the positions of it that are to be computed, and what came of them so far. */
export interface ShardTask {
  index: number;
  shard: Shard;
  wanted: readonly number[];
  results: BlockResult[];
}

/** Puts the results of blocks together to shards, in whatever order they come. What is held is what is not yet whole. */
export class Assembly {
  readonly #tasks = new Map<number, ShardTask>();
  /** Number of the first shard of each job. */
  readonly #firstOf: number[];
  readonly #size: number;

  constructor(plan: Plan, size: number, tasks: readonly ShardTask[]) {
    const shards = cutShards(plan, size);
    this.#firstOf = plan.jobs.map((_, job) => shards.findIndex((shard) => shard.job === job));
    this.#size = size;
    for (const task of tasks) this.#tasks.set(task.index, task);
  }

  /** Takes the result of one block; gives the shard that it was the last part of. */
  add(result: BlockResult): ShardTask | undefined {
    const { job, first } = result.block;
    const index = this.#firstOf[job] + Math.floor(first / this.#size);
    const task = this.#tasks.get(index);
    if (!task) throw new Error(`no block at ${first} of job ${job} was asked for`);
    task.results.push(result);
    const computed = task.results.reduce((sum, { block }) => sum + block.lanes, 0);
    if (computed < task.wanted.length) return undefined;
    this.#tasks.delete(index);
    task.results.sort((a, b) => a.block.first - b.block.first);
    return task;
  }
}
