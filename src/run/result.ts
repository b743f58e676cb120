import type { Block } from "../kernel/job.ts";

/** What became of one block: values that can be sent between threads. */
export interface BlockResult {
  block: Block;
  /** For each output column, the block's traces one after the other: sample s of lane l is [l * rows + s]. */
  traces: Float64Array[];
  /** For each lane, when a state first was not finite; NaN where all were. */
  failedAt: Float64Array;
}
