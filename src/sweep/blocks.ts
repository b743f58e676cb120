import type { Block } from "./job.ts";

/** Consecutive positions of a job as blocks of so many lanes, of which the last may have fewer. Plain data, however many blocks it is. */
export interface BlockRun {
  /** Number of the job. */
  job: number;
  /** First position. */
  first: number;
  points: number;
  /** Most lanes of a block. */
  most: number;
}

/** Blocks in their order, made when they are read; a list of them is one too. */
export interface Blocks extends Iterable<Block> {
  readonly length: number;
}

/** The blocks of runs, or those from number `from` on. */
export function blocksOf(runs: readonly BlockRun[], from = 0): Blocks {
  const count = runs.reduce((sum, run) => sum + blocksIn(run), 0);
  return { length: Math.max(0, count - from), [Symbol.iterator]: () => eachBlock(runs, from) };
}

/** The first block of runs. */
export function firstBlock([{ job, first, points, most }]: readonly BlockRun[]): Block {
  return { job, first, lanes: Math.min(points, most) };
}

/** The last block of a run. */
export function lastBlock(run: BlockRun): Block {
  const { job, first, points, most } = run;
  const before = (blocksIn(run) - 1) * most;
  return { job, first: first + before, lanes: points - before };
}

function blocksIn({ points, most }: BlockRun): number {
  return Math.ceil(points / most);
}

function* eachBlock(runs: readonly BlockRun[], from: number): Generator<Block, undefined> {
  let skip = from;
  for (const run of runs) {
    const { job, first, points, most } = run;
    const skipped = Math.min(skip, blocksIn(run));
    skip -= skipped;
    for (let at = skipped * most; at < points; at += most) yield { job, first: first + at, lanes: Math.min(most, points - at) };
  }
  return undefined;
}
