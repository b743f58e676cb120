import type { Table } from "apache-arrow/table";
import { Cells } from "../design/cells.ts";
import { valuesIn } from "../kernel/key-values.ts";
import { fillDefaults, type SweepCall } from "../options/defaults.ts";
import type { SearchOptions } from "../options/options.ts";
import type { Plan } from "../plan/plan.ts";
import type { Refinement } from "../plan/refine.ts";
import { levelColumn } from "../sweep/grown-columns.ts";
import { numbersAs } from "../table/arrow.ts";
import { PointResults } from "./point-results.ts";
import { progressOf } from "./progress.ts";

/** A sweep with all the points that it came to have. */
export interface GrownSweep {
  results?: Table;
  resultsMap: Table;
  /** The call and the plan of all points. */
  call: SweepCall;
  plan: Plan;
}

/** Runs a planned grid, and further points between neighbours that differ, level after level. */
export async function refinedSearch(
  options: SearchOptions,
  grid: Plan,
  { column, depth, maxPoints, change, axes }: Refinement,
  planOf: (call: SweepCall) => Plan,
): Promise<GrownSweep> {
  const { workers, signal, onProgress } = options;
  const progress = progressOf(onProgress);
  const found = new PointResults();
  const normal = fillDefaults(options);
  const { keys } = grid.points;
  const columns = grid.points.columns.map((values) => Array.from(valuesIn(values)));
  const levels = columns[0].map(() => 0);
  const cells = new Cells(axes, columns);
  const run = async (plan: Plan, first: number) => {
    const points = Array.from({ length: plan.points.names.length - first }, (_, i) => first + i);
    await found.run(plan, points, { workers, signal, onProgress: progress.of(points.length) });
  };
  let call: SweepCall = { ...normal, refine: false as const };
  let plan = grid;
  await run(plan, 0);
  let resultsMap = await found.map(plan);
  let isLimited = false;
  const threshold = change * rangeOf(valuesOf(resultsMap, column));
  for (let level = 1; level <= depth; level++) {
    const values = valuesOf(resultsMap, column);
    const left = maxPoints - (levels.length - grid.points.names.length);
    const added = cells.halve(
      (corners) =>
        isEdge(
          corners.map((point) => values[point]),
          threshold,
        ),
      left,
    );
    isLimited ||= added.isLimited;
    if (added.points.length === 0) continue;
    const before = levels.length;
    for (const point of added.points) {
      levels.push(level);
      for (const [key, value] of point.entries()) columns[key].push(value);
    }
    const paramGrid = Object.fromEntries(keys.map((key, i) => [key, Float64Array.from(columns[i])]));
    call = { ...normal, paramGrid, permuteGrid: false, refine: false as const };
    plan = planOf(call);
    await run(plan, before);
    resultsMap = await found.map(plan);
  }
  const level = levelColumn();
  const added = levels.length - grid.points.names.length;
  const facts = { refine: JSON.stringify({ feature: column, depth, maxPoints, change, added, isLimited }) };
  resultsMap = await found.map(plan, [{ column: level, data: numbersAs(level, Float64Array.from(levels)) }], facts);
  return { ...(await found.traces(plan)), resultsMap, call, plan };
}

function valuesOf(map: Table, column: string): unknown[] {
  return Array.from(map.getChild(column) ?? []);
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** Whether some corners differ: texts that are not equal, numbers further apart than a threshold, or some that are numbers and others that are none. */
function isEdge(corners: readonly unknown[], threshold: number): boolean {
  const numbers = corners.filter(isFiniteNumber);
  if (numbers.length === corners.length) return rangeOf(numbers) > threshold;
  return corners.some((value) => !Object.is(value, corners[0]));
}

/** How far the finite numbers of a list are apart. */
function rangeOf(values: readonly unknown[]): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!isFiniteNumber(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return Math.max(0, high - low);
}
