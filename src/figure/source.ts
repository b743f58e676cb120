import type { Table } from "apache-arrow";
import { columnNamed, columnsOf, columnsWith, gridKeysOf, KEY, mapColumns, TIME } from "../sweep/columns.ts";
import { gridValuesOf, tracedBy } from "../sweep/traced-columns.ts";
import { numbers, numbersOrNull, strings, tableOf } from "../table/arrow.ts";
import { runsOf } from "../table/runs.ts";
import { outputsOf, type TracedOutput, trace } from "../table/trace.ts";
import type { Combination } from "./combination.ts";
import type { DiagramSource } from "./diagram-source.ts";
import type { FigureSize } from "./page.ts";

/** What is asked of a figure; whatever is left out is chosen by what the sweep is. */
export interface FigureRequest extends FigureSize {
  /** Grid keys. */
  x?: string | undefined;
  y?: string | undefined;
  /** Columns of the map: `V_mean`. */
  features?: readonly string[] | undefined;
  /** Outputs, or sums and differences of them: `V_pce - V_pci`. */
  outputs?: readonly string[] | undefined;
  /** Names of points, and conditions: `C=100..200`. */
  points?: readonly string[] | undefined;
  title?: string | undefined;
  /** A table of continueCurve, whose lines are drawn over a plane of its two parameters. */
  curves?: Table | undefined;
  /** Branches of equilibria and cycles that are drawn over a sweep of their parameter. */
  branches?: DiagramSource | undefined;
  /** What to draw of the traces if `outputs` does not say so: what a spec's `figure` has, or every output. */
  combinations?: readonly Combination[] | undefined;
}

/** A sweep as a figure reads it: one row a point, and traces that are read when they are asked for. */
export interface FigureSource {
  /** `key`, grid keys, `status`, features: a resultsMap. */
  map: Table;
  /** Undefined where none were kept. */
  traces: (() => Promise<Traces>) | undefined;
  /** What is drawn of few points that have both. */
  first: "traces" | "features";
}

/** The traces of a sweep. */
export interface Traces {
  outputs: readonly TracedOutput[];
  /** Times of the samples, in the model's unit. */
  times: Float64Array;
  trace(key: string, output: string): Float64Array | Promise<Float64Array>;
}

/** A sweep in memory, or read from files as gridSearch makes them. */
export function sourceOf(map: Table, results: Table | undefined): FigureSource {
  return { map, traces: results && (async () => tracesOf(results)), first: "traces" };
}

/** The traces of a table in either layout. */
export function tracesOf(results: Table): Traces {
  return { outputs: outputsOf(results), times: timesOf(results), trace: (key, output) => trace(results, key, output) };
}

/** The times of one point's samples. */
function timesOf(results: Table): Float64Array {
  const times: unknown = results.getChild(TIME)?.data[0]?.values;
  if (!(times instanceof Float64Array)) return new Float64Array(0);
  const keys = results.getChild(KEY)?.data[0];
  const first = keys && runsOf(keys).next();
  return times.subarray(0, first && !first.done ? first.value.end : results.numRows);
}

/** A point of a table of traces. */
export interface TracedPoint {
  key: string;
  /** Its value of each grid key. */
  values: ReadonlyMap<string, number>;
}

/** The points of a table of traces in either layout, in the order in which they stand there. */
export function tracedPoints(traces: Table): TracedPoint[] {
  const points = new Map<string, TracedPoint>();
  for (const column of columnsWith(traces, "output")) {
    const { point } = tracedBy(column);
    if (point === undefined) return longPoints(traces);
    if (!points.has(point)) points.set(point, { key: point, values: gridValuesOf(column) });
  }
  return [...points.values()];
}

function longPoints(traces: Table): TracedPoint[] {
  const grid = gridKeysOf(traces).map((name) => ({ name, values: traces.getChild(name) }));
  const firstRows = new Map<string, number>();
  let before = 0;
  for (const data of traces.getChild(KEY)?.data ?? []) {
    for (const { text, first } of runsOf(data)) if (!firstRows.has(String(text))) firstRows.set(String(text), before + first);
    before += data.length;
  }
  return Array.from(firstRows, ([key, row]) => ({
    key,
    values: new Map(grid.map(({ name, values }) => [name, Number(values?.get(row))])),
  }));
}

/** A map of the points of a table of traces that came without one. A trace that ends in what is no number has diverged. */
export function mapFrom(traces: Table): Table {
  const { metadata } = traces.schema;
  const points = tracedPoints(traces);
  const keys = [...(points[0]?.values.keys() ?? [])];
  const failed = failedPoints(traces);
  const units = keys.map((key) => columnNamed(traces, key)?.unit ?? "");
  const children = [
    strings(points.map(({ key }) => key)),
    ...keys.map((key) => numbers(Float64Array.from(points, ({ values }) => values.get(key) ?? Number.NaN))),
    strings(points.map(({ key }) => (failed.has(key) ? "diverged" : "ok"))),
    numbersOrNull(new Float64Array(points.length).fill(Number.NaN)),
  ];
  const timeUnit = metadata.get("timeUnit") ?? "";
  return tableOf(mapColumns({ points: { keys, units }, timeUnit, adaptive: false, features: [] }), children, new Map(metadata));
}

/** Points whose last sample of any output is no finite number. */
function failedPoints(traces: Table): Set<string> {
  const failed = new Set<string>();
  const keys = traces.getChild(KEY);
  columnsOf(traces).forEach((column, i) => {
    if (column.role !== "output") return;
    const values = traces.getChildAt(i);
    const { point } = tracedBy(column);
    if (point !== undefined) {
      if (!Number.isFinite(values?.get(traces.numRows - 1))) failed.add(point);
      return;
    }
    for (let row = 0; row < traces.numRows; row++) if (!Number.isFinite(values?.get(row))) failed.add(String(keys?.get(row)));
  });
  return failed;
}
