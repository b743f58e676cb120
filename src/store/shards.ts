import { lanesOf } from "../plan/block.ts";
import type { Plan } from "../plan/plan.ts";
import { inputGrid } from "../sweep/clock.ts";
import { type Block, type Job, pointAt } from "../sweep/job.ts";
import { givenNames, nameOf } from "../sweep/names.ts";

/** Points that are stored in one file: consecutive positions of one job, whatever blocks compute them. */
export interface Shard {
  job: number;
  first: number;
  count: number;
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
  const lanes = Math.min(...plan.jobs.map((job) => lanesOf(job)));
  const quick = Math.max(lanes, Math.floor(steps / inputGrid(plan.clock).steps));
  const most = Math.min(fitting, quick);
  return most >= lanes ? most - (most % lanes) : Math.max(2, most - (most % 2));
}

/** Cuts a plan into shards of at most `size` points, in the order of its jobs. They depend on nothing else. */
export function cutShards({ jobs, points }: Plan, size: number): Shard[] {
  return jobs.flatMap((job, number) => {
    const all = positionsOf(job, points.names.length);
    return Array.from({ length: Math.ceil(all / size) }, (_, i) => {
      return { job: number, first: i * size, count: Math.min(size, all - i * size) };
    });
  });
}

function positionsOf({ points }: Job, all: number): number {
  return points?.length ?? all;
}

/** The points of a shard. */
export function pointsIn({ jobs }: Plan, { job, first, count }: Shard): number[] {
  return Array.from({ length: count }, (_, i) => pointAt(jobs[job], first + i));
}

/** The points of a shard as a manifest lists them. */
export function listed(points: readonly number[]): { first: number; count: number } | readonly number[] {
  const consecutive = points.every((point, i) => point === points[0] + i);
  return consecutive ? { first: points[0], count: points.length } : points;
}

/** Blocks that compute `wanted` positions of a job, given in rising order: none is larger than the job's blocks are. */
export function blocksFor({ jobs }: Plan, job: number, wanted: readonly number[]): Block[] {
  const lanes = lanesOf(jobs[job]);
  const made: Block[] = [];
  for (const position of wanted) {
    const last = made[made.length - 1];
    if (last && last.first + last.lanes === position && last.lanes < lanes) last.lanes++;
    else made.push({ job, first: position, lanes: 1 });
  }
  return made;
}

/** The plan of some positions of one job alone: they are its points 0, 1, 2, ... */
export function partOf(plan: Plan, job: number, positions: readonly number[]): Plan {
  const { jobs, points } = plan;
  const chosen = positions.map((position) => pointAt(jobs[job], position));
  const { points: _, ...rest } = jobs[job];
  return {
    ...plan,
    jobs: [rest],
    points: {
      ...points,
      names: givenNames(chosen.map((point) => nameOf(points.names, point))),
      columns: points.columns.map((column) => Float64Array.from(chosen, (point) => column[point])),
    },
    blocks: [],
  };
}
