import { pointsOf } from "../engine/task.ts";
import { materialize } from "../kernel/materialize.ts";
import type { NormalOptions } from "../options/defaults.ts";
import type { FeatureColumn } from "../plan/features.ts";
import type { OutputColumn } from "../plan/outputs.ts";
import { makePlan, type Plan } from "../plan/plan.ts";
import { lanesOf } from "../plan/size.ts";
import { openFiles } from "../platform/files.ts";
import { run } from "../run/run.ts";
import { uniformNoise } from "../sweep/input.ts";
import { partsWith, select } from "../sweep/selection.ts";
import { failureOf } from "../sweep/status.ts";

/** What one point came to: its traces, and its features, in the order of the plan's columns. */
export interface PointResult {
  traces: Float64Array[];
  features: (number | string)[];
  failed: boolean;
  /** Whether an adaptive solver took as many steps as it may. */
  limited: boolean;
}

export interface Rerun {
  columns: readonly OutputColumn[];
  features: readonly FeatureColumn[];
  /** What features are made from: the number of a column each. */
  groups: readonly { variable: number }[];
  points: ReadonlyMap<number, PointResult>;
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
  for await (const result of run(part, { signal })) {
    const rows = plan.clock.sampleCount;
    pointsOf(part, result).forEach((point, lane) => {
      found.set(point, {
        traces: result.traces.map((trace) => trace.slice(lane * rows, (lane + 1) * rows)),
        features: result.features.map((values) => values[lane]),
        failed: !Number.isNaN(result.failedAt[lane]) || result.failed === true,
        limited: !Number.isNaN(result.failedAt[lane]) && failureOf(result.failures, lane) === "step_limit",
      });
    });
  }
  // Blocks come in any order; a certificate must not depend on it.
  const ordered = new Map([...found].sort(([a], [b]) => a - b));
  return { columns: part.columns, features: part.features.parts, groups: part.features.groups, points: ordered };
}
