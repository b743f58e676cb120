import { historyBytes } from "../kernel/delays.ts";
import { laneBytes } from "../kernel/layout.ts";
import type { Block, Job } from "../sweep/job.ts";

/** Most lanes of a block: what a step costs whatever its lanes is shared by them. Fewer than the least cost more than a cache gives. */
const MOST_LANES = 128;
const LEAST_LANES = 16;
/** Few points are cut into so many blocks where that leaves the least lanes, so that threads have something to share. */
const LEAST_BLOCKS = 8;
/** Rows of a block stay below this, so that they keep to a first-level cache, and what it remembers below that. */
const ROW_BYTES = 32768;
const HISTORY_BYTES = 256e6;

/**
 * Lanes of the blocks of a job that has `points` points: the fewer the larger its model is, or the more it remembers, or the fewer
 * points there are; never a matter of how many threads there are. No number depends on it.
 */
export function lanesOf(job: Job, points: number = Number.POSITIVE_INFINITY): number {
  const fitting = Math.floor(ROW_BYTES / laneBytes(job) / LEAST_LANES) * LEAST_LANES;
  const shared = Math.ceil(points / LEAST_BLOCKS / 2) * 2;
  const lanes = Math.min(MOST_LANES, Math.max(LEAST_LANES, Math.min(fitting, shared)));
  return Math.max(2, Math.min(lanes, Math.floor(HISTORY_BYTES / Math.max(1, historyBytes(job)) / 2) * 2));
}

/** Cuts the `points` points of job number `job` into blocks of at most `lanes`. */
export function blocks(job: number, points: number, lanes: number): Block[] {
  return Array.from({ length: Math.ceil(points / lanes) }, (_, i) => {
    const first = i * lanes;
    return { job, first, lanes: Math.min(lanes, points - first) };
  });
}
