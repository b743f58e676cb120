import type { Plan } from "../plan/plan.ts";
import type { FeatureSpec } from "../reduce/features.ts";

/** What a thread must know of a plan to run its blocks: plain data beside the modules of its models, and reducers of the caller's own. */
export interface SweepTask extends Pick<Plan, "jobs" | "traces"> {
  features: FeatureSpec;
}

/** A plan's task without the rest of the plan, which no thread needs. */
export function sweepTaskOf({ jobs, traces, features: { groups, parts, unsure, samplingStep } }: SweepTask): SweepTask {
  const slim = parts.map(({ group, part, values }) => ({ group, part, values }));
  return { jobs, traces, features: { groups, parts: slim, unsure, samplingStep } };
}

/** Whether all of a plan's task can be done in any thread: a reducer of the caller's own cannot be sent to another. */
export function isPortable({ features }: SweepTask): boolean {
  return features.groups.every((group) => !("custom" in group));
}
