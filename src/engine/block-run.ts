import type { Integrator } from "../kernel/kernel.ts";
import type { Plan } from "../plan/plan.ts";
import { type FeatureSpec, Features } from "../reduce/features.ts";
import { Trace } from "../reduce/trace.ts";
import type { Block } from "../sweep/job.ts";
import type { BlockResult } from "./result.ts";

/** What a thread must know of a plan to run its blocks: plain data beside the modules of its models, and reducers of the caller's own. */
export interface SweepTask extends Pick<Plan, "jobs" | "traces"> {
  features: FeatureSpec;
}

/** A plan's work without the rest of the plan, which no thread needs. */
export function sweepTaskOf({ jobs, traces, features: { groups, parts, unsure, samplingStep: spacing } }: SweepTask): SweepTask {
  const slim = parts.map(({ group, part, values }) => ({ group, part, values }));
  return { jobs, traces, features: { groups, parts: slim, unsure, samplingStep: spacing } };
}

/** Whether all of a plan's work can be done in any thread: a reducer of the caller's own cannot be sent to another. */
export function isPortable({ features }: SweepTask): boolean {
  return features.groups.every((group) => !("own" in group));
}

/** One block of a plan as it runs: its kernel's windows go to the trace, if traces are kept, and to the features, as they come. */
export class BlockRun {
  readonly #kernel: Integrator;
  readonly #block: Block;
  readonly #trace: Trace | undefined;
  readonly #features: Features;

  constructor({ jobs, traces, features }: SweepTask, kernel: Integrator, block: Block) {
    const { sampleCount: rows, recorded } = jobs[block.job];
    const { lanes } = block;
    this.#kernel = kernel;
    this.#block = block;
    this.#trace = traces ? new Trace({ rows, takes: recorded.length, lanes }) : undefined;
    this.#features = new Features(features, { lanes, rows });
    kernel.load(block);
  }

  /** Takes the next chunk of steps (attempts, where lanes step alone), at most `most` of them; false when the block is at its end. */
  advance(most?: number): boolean {
    const window = this.#kernel.advance(most);
    if (window === undefined) return false;
    this.#trace?.add(window);
    this.#features.add(window);
    return true;
  }

  /** What became of the block, once it is at its end. */
  finish(): BlockResult {
    const { failedAt, costs } = this.#kernel;
    const features = this.#features.finish(failedAt);
    return { block: this.#block, traces: this.#trace?.finish() ?? [], features, failedAt, ...(costs ? { costs } : {}) };
  }
}
