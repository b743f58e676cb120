import { measureRate } from "../engine/engine.ts";
import { isPortable } from "../engine/task.ts";
import { stepWarnings } from "../engine/time-scale.ts";
import { fillStore } from "../options/defaults.ts";
import type { SearchOptions } from "../options/options.ts";
import { nameWarnings, widthWarning } from "../plan/names.ts";
import { makePlan, type Plan } from "../plan/plan.ts";
import { memoryBudget } from "../platform/environment.ts";
import { openFiles } from "../platform/files.ts";
import { threadsFor } from "../run/run.ts";
import type { Arithmetic } from "../sweep/arithmetic.ts";
import { blocksOf, firstBlock } from "../sweep/blocks.ts";
import { inputGrid } from "../sweep/clock.ts";

/** What a sweep would be. */
export interface SweepPlan {
  points: number;
  /** Points that refine adds to these, at most; 0 without it. Sizes and times are of the grid's own points. */
  added: number;
  /** In which arithmetic steps are taken. */
  arithmetic: Arithmetic;
  /** Steps of each point, and samples of each trace. */
  steps: number;
  samples: number;
  /** Size of the results, in bytes; of a stored sweep, what of them is in memory. */
  bytes: number;
  /** Shards that a store would be of; 0 where there is none. */
  shards: number;
  /** Memory that results may take here and now, in bytes: 80 % of what is available. */
  room: number;
  /** Whether the results fit: gridSearch refuses those that do not. */
  fits: boolean;
  /** Threads that would integrate beside the caller's; 0 where the caller's would do it all. */
  workers: number;
  /** How long the integration would take, in s: estimated from the first points, which are integrated for 12 ms, or for 60 ms where steps adapt or cores are busy. */
  seconds: number;
  /**
   * What is likely to be wrong with the call, though it can run: a step far longer than the model's shortest time constant, names of
   * columns that differ by their case alone, more columns of a wide table than a file may have.
   */
  warnings: readonly string[];
}

/** What is likely to be wrong with a sweep that can run. */
export function warningsOf(plan: Plan): string[] {
  const width = widthWarning(plan);
  return [...stepWarnings(plan), ...nameWarnings(plan), ...(width === undefined ? [] : [width])];
}

/** Shards of the store of a plan; 0 where there is none. */
export async function shardsIn(made: Plan, { store }: SearchOptions): Promise<number> {
  if (store === undefined || store === null) return 0;
  const { pointsOfShard, shardsOf } = await import("../store/shard.ts");
  return shardsOf(made, fillStore(store).shardPoints ?? pointsOfShard(made)).count;
}

/** Most points that refine adds: as many as it may, or all between those of the grid. */
function mostAdded({ refinement, points }: Plan): number {
  if (!refinement) return 0;
  const { axes, depth, maxPoints } = refinement;
  let parts = 1;
  for (let level = 0; level < depth; level++) parts *= 2;
  const all = axes.reduce((product, { length }) => product * ((length - 1) * parts + 1), 1);
  return Math.min(maxPoints, all - points.names.length);
}

/** plan, once its parts are loaded. */
export async function sizeUp(options: SearchOptions): Promise<SweepPlan> {
  const room = memoryBudget();
  const made = makePlan(options, { budget: Number.POSITIVE_INFINITY, openFile: openFiles() });
  const { points, blocks, clock, bytes } = made;
  const { steps } = inputGrid(clock);
  const count = blocksOf(blocks).length;
  const alone = (points.names.length * steps) / (await measureRate(made, firstBlock(blocks)));
  const workers = threadsFor(alone, count, isPortable(made) ? (options.workers ?? undefined) : 0);
  const rounds = Math.ceil(count / Math.max(1, workers));
  const seconds = (alone * rounds) / count / 1000;
  const { arithmetic } = made.jobs[0];
  const warnings = warningsOf(made);
  const extent = { points: points.names.length, added: mostAdded(made), arithmetic, steps, samples: clock.sampleCount };
  const shards = await shardsIn(made, options);
  return { ...extent, bytes, shards, room, fits: bytes <= room, workers, seconds, warnings };
}
