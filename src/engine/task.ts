import type { Costs } from "../kernel/kernel.ts";
import type { Plan } from "../plan/plan.ts";
import type { FeatureSpec } from "../reduce/features.ts";
import type { Values } from "../reduce/reducer.ts";
import { type Block, pointOf } from "../sweep/job.ts";
import { type Failures, failureOf, OK } from "../sweep/status.ts";
import { newSamples, type Samples } from "../sweep/trace-type.ts";

/** What a thread must know of a plan to run its blocks: plain data beside the modules of its models, and reducers of the caller's own. */
export interface SweepTask extends Pick<Plan, "jobs" | "traces" | "traceType"> {
  features: FeatureSpec;
  /** Whether results tell the noise floors of traces. */
  floors?: boolean;
}

/** A plan's task without the rest of the plan, which no thread needs. */
export function sweepTaskOf({ jobs, traces, traceType, floors, features: { groups, parts, unsure, samplingStep } }: SweepTask): SweepTask {
  const slim = parts.map(({ group, part, values }) => ({ group, part, values }));
  return { jobs, traces, traceType, features: { groups, parts: slim, unsure, samplingStep }, ...(floors ? { floors } : {}) };
}

/** Whether all of a plan's task can be done in any thread: a reducer of the caller's own cannot be sent to another. */
export function isPortable({ features }: SweepTask): boolean {
  return features.groups.every((group) => !("custom" in group));
}

/** The noise floor of a trace: the error that its solver lets pass in a step, and, at a resting point, what that may come to. */
export interface TraceFloor {
  unit: number;
  floor: number;
}

/** What became of one block: values that can be sent between threads. */
export interface BlockResult {
  block: Block;
  /** For each output column, the block's traces one after the other: sample s of lane l is [l * rows + s]. None where none are kept. */
  traces: Samples[];
  /** For each output column, the noise floor of each lane's trace, where the task asks for it. */
  floors?: TraceFloor[][];
  /** For each of the plan's features, its values, one a lane. */
  features: Values[];
  /** For each lane, when it failed: a state was not finite, or an adaptive solver could not go on; NaN where it did not. */
  failedAt: Float64Array;
  /** Why lanes failed, where any did. */
  failures?: Failures;
  /** For each of the job's final states, its values at the end, one a lane; NaN where the lane failed. None where they are not asked for. */
  finalStates?: Float64Array[];
  /** What each lane has cost, where lanes step alone. */
  costs?: Costs;
  /** True where no thread could compute the block: every one that tried died of it. Numbers are then NaN, and texts "worker_lost". */
  failed?: true;
}

/** The traces of one block. */
export type BlockTraces = Pick<BlockResult, "block" | "traces">;

/** The order in which a plan has its blocks; they come back in any. */
export function inOrder({ block: a }: BlockTraces, { block: b }: BlockTraces): number {
  return a.job - b.job || a.first - b.first;
}

/** The points of a result's lanes. */
export function pointsOf({ jobs }: Pick<Plan, "jobs">, { block }: Pick<BlockResult, "block">): number[] {
  return Array.from({ length: block.lanes }, (_, lane) => pointOf(jobs[block.job], block, lane));
}

/** What the status, and every text, of a point is that no thread could compute. */
export const WORKER_LOST = "worker_lost";

/** The status of a result's lane. */
export function statusOf({ failed, failedAt, failures }: BlockResult, lane: number): string {
  if (failed) return WORKER_LOST;
  return Number.isNaN(failedAt[lane]) ? OK : failureOf(failures, lane);
}

/** The result of a block that no thread could compute. */
export function failedBlock({ jobs, traces, traceType, features }: SweepTask, block: Block): BlockResult {
  const { clock, recorded, hidden = 0 } = jobs[block.job];
  const nothing = (length: number) => new Float64Array(length).fill(Number.NaN);
  return {
    block,
    traces: traces ? recorded.slice(hidden).map(() => newSamples(traceType, clock.sampleCount * block.lanes).fill(Number.NaN)) : [],
    features: features.parts.map(({ values }) =>
      values === "text" ? new Array<string>(block.lanes).fill(WORKER_LOST) : nothing(block.lanes),
    ),
    failedAt: nothing(block.lanes),
    failed: true,
  };
}
