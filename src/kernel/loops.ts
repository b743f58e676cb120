import { stepSourceOf } from "../model/compile/compile.ts";
import { type FusedLoop, fuse } from "../model/compile/fuse.ts";
import { fusesMultiplyAdd } from "../model/compile/multiply-add.ts";
import type { Engine } from "../model/compile/turn.ts";
import type { Model } from "../model/model.ts";
import { link } from "../model/wasm.ts";
import { isExact } from "../sweep/arithmetic.ts";
import type { BlockRun } from "../sweep/blocks.ts";
import type { FixedJob, Job } from "../sweep/job.ts";
import { functionImports } from "./core.ts";
import { holdOf, isPerLane, isSampled } from "./input-sources.ts";
import * as structs from "./structs.generated.ts";
import { isPathPerLane } from "./wiener.ts";

/** Takes `steps` steps of the block at an address. */
export type Loop = (block: number, scratch: number, steps: number) => void;

/** Links a fused loop over a memory. */
export function linkLoop({ module, calls }: FusedLoop, memory: WebAssembly.Memory): Loop {
  return link<{ loop: Loop }>(module, memory, calls ? functionImports(memory) : undefined).exports.loop;
}

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

/** Why a job cannot have the arithmetic that it asks for, once it has its loop: a clause, such as "rk45 adapts its step size". */
export interface ArithmeticRefusal {
  /** Whether it is the engine, the solver or the model that does not do it. */
  of: "engine" | "solver" | "model";
  reason: string;
}

/** Why a job cannot have the arithmetic that it asks for; undefined where it can. */
export function arithmeticRefusal(job: Job): ArithmeticRefusal | undefined {
  const { arithmetic, model, solver } = job;
  if (isExact(arithmetic)) return undefined;
  if (arithmetic.fastMath && !fusesMultiplyAdd()) {
    return { of: "engine", reason: "this engine has no multiply-add that rounds once" };
  }
  if (job.adaptive) return { of: "solver", reason: `${solver.name} adapts its step size` };
  const because = unfusedBecause(job);
  if (because !== undefined) return { of: "model", reason: because };
  if (job.loop) return undefined;
  if (!stepSourceOf(model))
    return { of: "model", reason: `${model.name} has too many nodes, or is given as a module, whose equations are not known` };
  return { of: "model", reason: `a step of ${model.name} by ${solver.name} has too many operations or delayed values` };
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

/** Why a loop cannot do all that a job asks for; undefined where it can. */
function unfusedBecause({ model, wiener, inputSources }: FixedJob): string | undefined {
  if (model.isSingle) return `${model.name} is compiled for one point alone`;
  if (model.modes !== undefined) return `${model.name} has modes`;
  const noisyInputs = wiener.filter(({ kind }) => kind === "input");
  // An intensity may read an input with the noise of the step before.
  const isComputed = wiener.some(({ sd }) => sd.kind === "computed");
  if (isComputed && noisyInputs.length > 0) return "an intensity of noise is an expression where an input has noise too";
  const isSampledToo = noisyInputs.some(({ row }) => inputSources.some((source) => source.row === row && isSampled(source)));
  return isSampledToo ? "an input has both samples and noise" : undefined;
}
