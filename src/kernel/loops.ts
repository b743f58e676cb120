import { type FusedLoop, fuse } from "../model/compile/fuse.ts";
import { stepSourceOf } from "../model/compile/step-source.ts";
import type { Engine } from "../model/compile/turn.ts";
import type { Model } from "../model/model.ts";
import { isExact } from "../sweep/arithmetic.ts";
import type { BlockRun } from "../sweep/blocks.ts";
import type { FixedJob, Job } from "../sweep/job.ts";
import { unfusedBecause } from "./fusing.ts";
import { holdOf, isPerLane, isSampled } from "./input-sources.ts";
import * as structs from "./structs.generated.ts";
import { isPathPerLane } from "./wiener.ts";

/** States that all steps of a sweep move from which a loop is worth its compilation, about 5 ms: later sweeps of a model count with earlier ones. */
const WORTH = 8e6;

/** The fused loop of a job of so many points, in blocks of at most so many lanes, once that is worth it. */
export function worthwhileLoopOf(
  job: FixedJob,
  { points, lanes }: { points: number; lanes: number },
  engine: Engine,
): FusedLoop | undefined {
  // Other arithmetics have no other way.
  if (!isExact(job.arithmetic)) return loopOf(job, lanes, engine);
  const moved = (movedStates.get(job.model) ?? 0) + statesMovedBy(job, points);
  return moved < WORTH ? undefined : loopOf(job, lanes, engine);
}

/** States that sweeps of each model have moved. */
const movedStates = new WeakMap<Model, number>();

function statesMovedBy({ model, solver, clock }: FixedJob, points: number): number {
  return clock.steps * solver.stages * points * model.states.length;
}

/** Counts a sweep that is run, for those that come later; one that is only planned has moved nothing. */
export function countSweep({ jobs, blocks }: { jobs: readonly Job[]; blocks: readonly BlockRun[] }): void {
  for (const { job: number, points } of blocks) {
    const job = jobs[number];
    if (!job.adaptive) movedStates.set(job.model, (movedStates.get(job.model) ?? 0) + statesMovedBy(job, points));
  }
}

/** Compiles the fused loop of a job, for blocks of at most so many lanes; undefined where there is none: then the solver takes each step by the model's functions. */
export function loopOf(job: FixedJob, lanes: number, engine: Engine): FusedLoop | undefined {
  if (unfusedBecause(job) !== undefined) return undefined;
  const { model, solver, wiener, bounds, recorded } = job;
  const sampled = job.inputSources.flatMap((input, i) => (isSampled(input) ? [{ input, i }] : []));
  const spec = {
    solver: solver.name,
    rounding: job.arithmetic,
    sampled: sampled.map(({ input }) => input.row),
    inputs: sampled.map(({ input, i }) => ({ shared: !isPerLane(job, i), held: holdOf(input) !== 1 })),
    noise: wiener.map(({ kind, row, sd }) => ({ kind, row, computed: sd.kind === "computed" ? sd.row : undefined })),
    paths: wiener.map((term) => ({ shared: !isPathPerLane(job, term) })),
    ...{ bounds, recorded },
  };
  // Blocks with more lanes have turns of as many pairs.
  const most = Math.min(lanes, MOST_LANES);
  const key = JSON.stringify([spec, engine, most]);
  const ofModel = compiled.get(model) ?? new Map<string, FusedLoop | undefined>();
  compiled.set(model, ofModel);
  if (!ofModel.has(key)) {
    const source = stepSourceOf(model);
    const [oldest] = ofModel.keys();
    if (ofModel.size === MOST_LOOPS) ofModel.delete(oldest);
    ofModel.set(key, source && fuse(source, spec, { stages: solver.stages, engine, structs, lanes: most }));
  }
  return ofModel.get(key);
}

/** Loops of each model, by what they were made for. */
const compiled = new WeakMap<Model, Map<string, FusedLoop | undefined>>();
/** Loops that a model keeps, and lanes of the largest block for which a loop is made apart from others. */
const MOST_LOOPS = 16;
const MOST_LANES = 16;
