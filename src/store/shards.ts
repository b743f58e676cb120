import type { BlockResult } from "../engine/result.ts";
import { lanesOf } from "../plan/block.ts";
import type { Plan } from "../plan/plan.ts";
import { inputGrid } from "../sweep/clock.ts";
import type { Numbers, Part, Range } from "../sweep/selection.ts";

/** Points that are stored in one file: consecutive positions of one job, whatever blocks compute them. */
export interface Shard extends Part {
  positions: Range;
}

/** A shard that is to be made: the positions of it that are to be computed, and what came of them so far, in their order. */
export interface ShardTask {
  index: number;
  shard: Shard;
  wanted: Numbers;
  results: PartialResult[];
}

/** A block's result, and how many of the wanted positions are before it. */
export interface PartialResult {
  offset: number;
  result: BlockResult;
}

/** What a shard has at most: bytes of traces, points, and steps of one core, half a minute or so. The smallest of them counts. */
const MOST = { bytes: 8 * 2 ** 20, points: 1024, steps: 2e9 };

/** Bytes of a point's rows in the long layout: a code for the key, the grid's values, time and outputs; 0 where no traces are kept. */
export function pointBytes({ points, columns, clock, traces }: Plan): number {
  if (!traces) return 0;
  return clock.sampleCount * (4 + 8 * (points.keys.length + 1 + columns.length));
}

/** Points in a shard, by the size and the steps of one: whole blocks where they fit, and two where not even those do. */
export function pointsOfShard(plan: Plan): number {
  const { bytes, points, steps } = MOST;
  const fitting = Math.min(points, Math.floor(bytes / Math.max(1, pointBytes(plan))));
  const lanes = plan.jobs.reduce((least, job) => Math.min(least, lanesOf(job)), Number.POSITIVE_INFINITY);
  const quick = Math.max(lanes, Math.floor(steps / inputGrid(plan.clock).steps));
  const most = Math.min(fitting, quick);
  return most >= lanes ? most - (most % lanes) : Math.max(2, most - (most % 2));
}
