import type { Block, Job } from "../kernel/job.ts";
import { historyBytes, laneBytes } from "../kernel/layout.ts";

/** Lanes of a full block: rows of half a kilobyte, so that a model of ten states stays in the first-level cache. */
export const BLOCK_LANES = 64;
/** Rows of a block stay below this, so that a large model keeps to the second-level cache, and what it remembers below that. */
const ROW_BYTES = 384e3;
const HISTORY_BYTES = 256e6;

/** Lanes of a job's blocks: fewer than usual where a model is large or remembers much. */
export function lanesOf(job: Job): number {
  const fitting = Math.min(ROW_BYTES / laneBytes(job), HISTORY_BYTES / Math.max(1, historyBytes(job)));
  return Math.max(2, Math.min(BLOCK_LANES, Math.floor(fitting / 2) * 2));
}

/** Cuts the `points` points of job number `job` into blocks of at most `lanes`. */
export function blocks(job: number, points: number, lanes: number): Block[] {
  return Array.from({ length: Math.ceil(points / lanes) }, (_, i) => {
    const first = i * lanes;
    return { job, first, lanes: Math.min(lanes, points - first) };
  });
}
