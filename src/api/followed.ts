import { valueAt } from "../kernel/key-values.ts";
import { fillDefaults, type SweepCall } from "../options/defaults.ts";
import type { SearchOptions } from "../options/options.ts";
import type { Following } from "../plan/follow.ts";
import type { Plan } from "../plan/plan.ts";
import { directionColumn } from "../sweep/grown-columns.ts";
import { RepeatedTexts } from "../table/texts.ts";
import { PointResults } from "./point-results.ts";
import { progressOf } from "./progress.ts";
import type { GrownSweep } from "./refined.ts";

/** Points that follow each other, in their order. */
interface Line {
  points: readonly number[];
  /** The line that it goes on from. */
  after?: Line | undefined;
}

/** Runs a planned grid so that each point starts where its neighbour ended: all lines side by side, one point of each after the other. */
export async function followedSearch(
  options: SearchOptions,
  plan: Plan,
  following: Following,
  planOf: (call: SweepCall) => Plan,
): Promise<GrownSweep> {
  const { workers, signal, onProgress } = options;
  const call: SweepCall = fillDefaults(options);
  const count = plan.points.names.length;
  // Points that have no neighbour before them start where those of any sweep do.
  const first = planOf({ ...call, finalState: true });
  const paths = first.finalStates.map(({ path }) => path);
  const starts = Object.fromEntries(paths.map((path) => [path, new Float64Array(count)]));
  const next = planOf({ ...call, finalState: true, initialState: starts });
  const found = new PointResults();
  const progress = progressOf(onProgress);
  const goes = goesOf(linesOf(plan, following));
  for (const go of goes) {
    const [fresh, followers]: number[][] = [[], []];
    for (const { point, before } of go) {
      const state = before === undefined ? undefined : found.endOf(before);
      if (state) put(next, point, state);
      (state ? followers : fresh).push(point);
    }
    for (const [of, points] of [
      [first, fresh],
      [next, followers],
    ] as const) {
      if (points.length > 0) await found.run(of, points, { workers, signal, onProgress: progress.of(points.length) });
    }
  }
  const { key, direction } = following;
  const column = directionColumn(plan.points.keys[key]);
  const texts = new RepeatedTexts(count);
  for (let point = 0; point < count; point++) texts.set(point, direction === "both" ? (point < count / 2 ? "up" : "down") : direction);
  const facts = { follow: JSON.stringify({ key: plan.points.keys[key], direction }) };
  const resultsMap = await found.map(plan, [{ column, data: texts.data() }], facts);
  return { ...(await found.traces(plan)), resultsMap, call, plan };
}

/** Puts where a point starts into a plan that has a start for each point. */
function put({ jobs }: Plan, point: number, state: readonly number[]): void {
  for (const { initialStates } of jobs) for (const { row, values } of initialStates) values[values.length === 1 ? 0 : point] = state[row];
}

/** The lines of points that differ in one key alone; of both directions, each of falling values goes on from that of rising ones. */
function linesOf({ points: { names, columns } }: Plan, { key, direction }: Following): Line[] {
  const others = columns.filter((_, i) => i !== key);
  const half = direction === "both" ? names.length / 2 : names.length;
  const grouped = (first: number) => {
    const lines = new Map<string, number[]>();
    for (let point = first; point < first + half; point++) {
      const name = others.map((column) => valueAt(column, point)).join(" ");
      const line = lines.get(name);
      if (line) line.push(point);
      else lines.set(name, [point]);
    }
    return lines;
  };
  const ordered = (points: readonly number[], sign: number) =>
    [...points].sort((a, b) => sign * (valueAt(columns[key], a) - valueAt(columns[key], b)) || a - b);
  if (direction !== "both") return [...grouped(0).values()].map((points) => ({ points: ordered(points, direction === "up" ? 1 : -1) }));
  const down = grouped(half);
  return [...grouped(0)].flatMap(([name, points]) => {
    const up: Line = { points: ordered(points, 1) };
    return [up, { points: ordered(down.get(name) ?? [], -1), after: up }];
  });
}

/** What runs side by side: a point of each line, with the one before it. */
function goesOf(lines: readonly Line[]): { point: number; before: number | undefined }[][] {
  const goes: { point: number; before: number | undefined }[][] = [];
  for (const { points, after } of lines) {
    const start = after?.points.length ?? 0;
    points.forEach((point, i) => {
      goes[start + i] ??= [];
      goes[start + i].push({ point, before: i > 0 ? points[i - 1] : after?.points.at(-1) });
    });
  }
  return goes;
}
