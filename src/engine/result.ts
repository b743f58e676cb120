import type { Costs } from "../kernel/kernel.ts";
import type { Values } from "../reduce/reducer.ts";
import type { Block } from "../sweep/job.ts";
import type { SweepTask } from "./task.ts";

/** What became of one block: values that can be sent between threads. */
export interface BlockResult {
  block: Block;
  /** For each output column, the block's traces one after the other: sample s of lane l is [l * rows + s]. None where none are kept. */
  traces: Float64Array[];
  /** For each of the plan's features, its values, one a lane. */
  features: Values[];
  /** For each lane, when it failed: a state was not finite, or an adaptive solver could not go on; NaN where it did not. */
  failedAt: Float64Array;
  /** What each lane has cost, where lanes step alone. */
  costs?: Costs;
  /** True where no thread could compute the block: every one that tried died of it. Numbers are then NaN, and texts "worker_lost". */
  failed?: true;
}

/** The order in which a plan has its blocks; they come back in any. */
export function inOrder({ block: a }: BlockResult, { block: b }: BlockResult): number {
  return a.job - b.job || a.first - b.first;
}

/** What the status, and every text, of a point is that no thread could compute. */
export const WORKER_LOST = "worker_lost";

/** The result of a block that no thread could compute. */
export function failedBlock({ jobs, traces, features }: SweepTask, block: Block): BlockResult {
  const { clock, recorded } = jobs[block.job];
  const nothing = (length: number) => new Float64Array(length).fill(Number.NaN);
  return {
    block,
    traces: traces ? recorded.map(() => nothing(clock.sampleCount * block.lanes)) : [],
    features: features.parts.map(({ values }) =>
      values === "text" ? new Array<string>(block.lanes).fill(WORKER_LOST) : nothing(block.lanes),
    ),
    failedAt: nothing(block.lanes),
    failed: true,
  };
}
