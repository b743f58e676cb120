import { groupBy } from "../lists.ts";
import type { BlockRun } from "./blocks.ts";
import { type Block, type Job, pointAt } from "./job.ts";
import { lastUpTo, numberAt, type PointNumbers } from "./point-numbers.ts";
import type { Points } from "./points.ts";

/** Whole numbers in rising order: a range where they are consecutive. */
export interface Range {
  first: number;
  count: number;
}
export type Numbers = Range | readonly number[];

export function countOf(numbers: Numbers): number {
  return "first" in numbers ? numbers.count : numbers.length;
}

export function listOf(numbers: Numbers): readonly number[] {
  return "first" in numbers ? Array.from({ length: numbers.count }, (_, i) => numbers.first + i) : numbers;
}

/** Numbers in rising order in their short form. */
export function compact(list: readonly number[]): Numbers {
  const first = list[0];
  return list.every((number, i) => number === first + i) && list.length > 0 ? { first, count: list.length } : list;
}

/** A part of a sweep: some positions of one of its jobs. A shard is one, and what of it is to be computed. */
export interface Part {
  job: number;
  positions: Numbers;
}

/** What parts are of. */
export interface Sweep {
  points: Points;
  jobs: readonly Job[];
  blocks: readonly BlockRun[];
}

/** How many points a job of a sweep has. */
export function pointsOfJob({ points }: Pick<Sweep, "points">, job: Job): number {
  return job.points?.length ?? points.names.length;
}

/** The points of a part. */
export function pointsOfPart({ jobs }: Pick<Sweep, "jobs">, { job, positions }: Part): number[] {
  return Array.from(listOf(positions), (position) => pointAt(jobs[job], position));
}

/** A part that is of consecutive positions. */
export interface RangePart extends Part {
  positions: Range;
}

/** Into how many parts of at most `size` points a sweep is cut. */
export function countParts(sweep: Pick<Sweep, "points" | "jobs">, size: number): number {
  return sweep.jobs.reduce((sum, job) => sum + Math.ceil(pointsOfJob(sweep, job) / size), 0);
}

/** Part number `index` of those of at most `size` points, in the order of the sweep's jobs. They depend on nothing else. */
export function partAt(sweep: Pick<Sweep, "points" | "jobs">, size: number, index: number): RangePart {
  let before = 0;
  for (const [number, job] of sweep.jobs.entries()) {
    const all = pointsOfJob(sweep, job);
    const parts = Math.ceil(all / size);
    const first = (index - before) * size;
    if (index < before + parts) return { job: number, positions: { first, count: Math.min(size, all - first) } };
    before += parts;
  }
  throw new RangeError(`there is no part ${index}: there are ${before}`);
}

/** The parts, one for each job that has any, of some points of a sweep. */
export function partsWith(sweep: Sweep, points: readonly number[]): Part[] {
  const wanted = new Set(points);
  return sweep.jobs.flatMap((job, number) => {
    const positions: number[] = [];
    for (let i = 0; i < pointsOfJob(sweep, job); i++) if (wanted.has(pointAt(job, i))) positions.push(i);
    return positions.length > 0 ? [{ job: number, positions: compact(positions) }] : [];
  });
}

/** Where a block, or a piece of one, is in a selection: number of its part, and how many points of the part are before it. */
export interface PlaceInSelection {
  part: number;
  offset: number;
}

/**
 * Parts of a sweep that are run alone. Their points keep their numbers, and with them names, noise and columns of signals: the values are
 * identical to those of the whole sweep. Positions are numbered anew, so that blocks are full however scattered the points are.
 */
export interface Selection<S extends Sweep> {
  /** The sweep with the points of the parts alone in its jobs and blocks; no block reaches over two parts. */
  sweep: S;
  placeOf(block: Block): PlaceInSelection;
}

/** Selects parts of a sweep, each job's in rising order. `lanesOf` tells the most lanes of a block of a job of which so many points are run. */
export function select<S extends Sweep>(sweep: S, parts: readonly Part[], lanesOf: (job: Job, points: number) => number): Selection<S> {
  const numbers = groupBy(parts.keys(), (i) => parts[i].job);
  const ofJob = sweep.jobs.map((_, job) => numbers.get(job) ?? []);
  const counts = ofJob.map((own) => own.reduce((sum, i) => sum + countOf(parts[i].positions), 0));
  const jobs = sweep.jobs.map((job, number) => {
    // A job of which all points are run needs no list of them.
    if (counts[number] === pointsOfJob(sweep, job)) return job;
    return {
      ...job,
      points: chosenPoints(
        job.points,
        ofJob[number].map((i) => parts[i].positions),
        counts[number],
      ),
    };
  });
  const blocks: BlockRun[] = [];
  const starts = ofJob.map((own, job) => {
    const most = lanesOf(jobs[job], counts[job]);
    let end = 0;
    return own.map((part) => {
      const start = end;
      end += countOf(parts[part].positions);
      if (end > start) blocks.push({ job, first: start, points: end - start, most });
      return start;
    });
  });
  const placeOf = ({ job, first }: Block): PlaceInSelection => {
    const own = lastUpTo(starts[job], first);
    return { part: ofJob[job][own], offset: first - starts[job][own] };
  };
  return { sweep: { ...sweep, jobs, blocks }, placeOf };
}

/** The points at some positions of a job: ranges of them as ranges. */
function chosenPoints(of: PointNumbers | undefined, parts: readonly Numbers[], length: number): PointNumbers {
  if (parts.every((positions) => "first" in positions)) {
    const starts = new Float64Array(parts.length);
    for (let i = 1; i < parts.length; i++) starts[i] = starts[i - 1] + countOf(parts[i - 1]);
    return { kind: "runs", starts, firsts: Float64Array.from(parts, ({ first }) => first), of, length };
  }
  const points = new Uint32Array(length);
  let end = 0;
  for (const positions of parts) for (const position of listOf(positions)) points[end++] = numberAt(of, position);
  return points;
}
