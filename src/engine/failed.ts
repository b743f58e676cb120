import type { Block } from "../sweep/job.ts";
import type { SweepTask } from "./block-run.ts";
import type { BlockResult } from "./result.ts";

/** What the status, and every text, of a point is that no thread could compute. */
export const LOST = "worker_lost";

/** The result of a block that no thread could compute. */
export function failedBlock({ jobs, traces, features }: SweepTask, block: Block): BlockResult {
  const { sampleCount: rows, recorded } = jobs[block.job];
  const nothing = (length: number) => new Float64Array(length).fill(Number.NaN);
  return {
    block,
    traces: traces ? recorded.map(() => nothing(rows * block.lanes)) : [],
    features: features.parts.map(({ values }) => (values === "text" ? new Array<string>(block.lanes).fill(LOST) : nothing(block.lanes))),
    failedAt: nothing(block.lanes),
    failed: true,
  };
}
