import type { BlockResult } from "../engine/task.ts";
import type { Plan } from "../plan/plan.ts";
import { TimeSlice } from "../platform/time-slice.ts";
import { pointOf } from "../sweep/job.ts";

/** Where a point's values are: which result, and which lane of it. */
export interface Place {
  result: BlockResult;
  lane: number;
}

/** The place of every point, whatever the order in which the results came. */
export function placesOf({ jobs, points }: Plan, results: readonly BlockResult[]): Place[] {
  const places = new Array<Place>(points.names.length);
  for (const result of results) {
    const { block } = result;
    for (let lane = 0; lane < block.lanes; lane++) places[pointOf(jobs[block.job], block, lane)] = { result, lane };
  }
  return places;
}

/** The points of a result's lanes. */
export function pointsOf({ jobs }: Plan, { block }: BlockResult): number[] {
  return Array.from({ length: block.lanes }, (_, lane) => pointOf(jobs[block.job], block, lane));
}

/** Puts what each block has for its lanes at the points that they are; the blocks may come in any order. The event loop gets its turn. */
export async function place<Value>(
  plan: Plan,
  into: { [point: number]: Value },
  results: readonly BlockResult[],
  valuesOf: (result: BlockResult) => ArrayLike<Value>,
): Promise<void> {
  const pause = new TimeSlice();
  for (const result of results) {
    const values = valuesOf(result);
    pointsOf(plan, result).forEach((point, lane) => {
      into[point] = values[lane];
    });
    await pause.yieldIfOver();
  }
}
