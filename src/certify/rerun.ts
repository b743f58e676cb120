import { pointsOf, type TraceFloor } from "../engine/task.ts";
import { materialize } from "../kernel/materialize.ts";
import type { NormalOptions } from "../options/defaults.ts";
import type { FeatureColumn } from "../plan/features.ts";
import type { OutputColumn } from "../plan/outputs.ts";
import { makePlan, type Plan } from "../plan/plan.ts";
import { lanesOf } from "../plan/size.ts";
import { openFiles } from "../platform/files.ts";
import { run } from "../run/run.ts";
import { uniformNoise } from "../sweep/input.ts";
import type { Job } from "../sweep/job.ts";
import { partsWith, select } from "../sweep/selection.ts";
import { type FailureStatus, failureOf } from "../sweep/status.ts";
import type { Samples } from "../sweep/trace-type.ts";

/** What one point came to: its traces, and its features, in the order of the plan's columns. */
export interface PointResult {
  traces: Samples[];
  features: (number | string)[];
  failed: boolean;
  /** Whether a solver gave it up, which says nothing of the equations. */
  isUnfinished: boolean;
  /** When it failed; NaN where it did not. */
  failedAt: number;
  /** The noise floor of each trace. */
  floors: TraceFloor[];
  /** Number of its job. */
  job: number;
}

/** Statuses of points that a solver could not finish. */
const unfinished: readonly FailureStatus[] = ["step_limit", "step_underflow"];

export interface Rerun {
  columns: readonly OutputColumn[];
  features: readonly FeatureColumn[];
  /** From the first sample to the last, in time units. */
  duration: number;
  /** What features are made from: the number of a column each; one beyond the columns stands for growth, which is of all states. */
  groups: readonly { variable: number }[];
  points: ReadonlyMap<number, PointResult>;
  jobOf: (point: PointResult) => Job;
}

/** Plans a call for another run of some of its points. Throws what gridSearch throws. */
export function planRerun(options: NormalOptions): Plan {
  return makePlan(options, { budget: Number.POSITIVE_INFINITY, openFile: openFiles() });
}

/** A seeded sample of `count` of `points` points, without repetition, in rising order; all of them where there are no more. */
export function samplePoints(points: number, count: number, seed: number): number[] {
  if (count >= points) return Array.from({ length: points }, (_, point) => point);
  const random = materialize(uniformNoise({ low: 0, high: 1, seed }), 1, count);
  const values = random instanceof Float64Array ? random : random.data;
  // The first steps of Fisher and Yates' shuffle of all points, of which only those that were moved are kept.
  const moved = new Map<number, number>();
  const chosen = new Float64Array(count).map((_, i) => {
    const other = i + Math.floor(values[i] * (points - i));
    const point = moved.get(other) ?? other;
    moved.set(other, moved.get(i) ?? i);
    return point;
  });
  return Array.from(chosen.sort());
}

/** Runs some points of a planned call alone. */
export async function rerun(plan: Plan, points: readonly number[], signal: AbortSignal | undefined): Promise<Rerun> {
  const part = select(plan, partsWith(plan, points), lanesOf).sweep;
  const found = new Map<number, PointResult>();
  for await (const result of run({ ...part, floors: true }, { signal })) {
    const rows = plan.clock.sampleCount;
    pointsOf(part, result).forEach((point, lane) => {
      found.set(point, {
        traces: result.traces.map((trace) => trace.slice(lane * rows, (lane + 1) * rows)),
        features: result.features.map((values) => values[lane]),
        failed: !Number.isNaN(result.failedAt[lane]) || result.failed === true,
        isUnfinished: !Number.isNaN(result.failedAt[lane]) && unfinished.includes(failureOf(result.failures, lane)),
        failedAt: result.failedAt[lane],
        floors: result.floors?.map((floors) => floors[lane]) ?? [],
        job: result.block.job,
      });
    });
  }
  // Blocks come in any order; a certificate must not depend on it.
  const ordered = new Map([...found].sort(([a], [b]) => a - b));
  const { columns, jobs, features } = part;
  const duration = (plan.clock.sampleCount - 1) * plan.clock.samplingStep;
  return { columns, duration, features: features.parts, groups: features.groups, points: ordered, jobOf: ({ job }) => jobs[job] };
}
