import type { Block } from "../kernel/job.ts";
import type { Work } from "./block.ts";
import type { BlockResult } from "./result.ts";

/** What the status, and every text, of a point is that no thread could compute. */
export const LOST = "worker_lost";

/** The result of a block that no thread could compute. */
export function lostBlock({ jobs, traces, features }: Work, block: Block): BlockResult {
  const { rows, takes } = jobs[block.job];
  const nothing = (length: number) => new Float64Array(length).fill(Number.NaN);
  return {
    block,
    traces: traces ? takes.map(() => nothing(rows * block.lanes)) : [],
    features: features.parts.map(({ values }) => (values === "text" ? new Array<string>(block.lanes).fill(LOST) : nothing(block.lanes))),
    failedAt: nothing(block.lanes),
    lost: true,
  };
}
