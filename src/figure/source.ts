import { Field, Float64, Schema, Table, Utf8 } from "apache-arrow";
import { batch, numbers, numbersOrNull, strings } from "../table/columns.ts";
import { outputsOf, type TracedOutput } from "../table/outputs.ts";
import { trace } from "../table/trace.ts";
import type { Combination } from "./combination.ts";
import type { FigureSize } from "./page.ts";

/** What is asked of a figure; whatever is left out is chosen by what the sweep is. */
export interface FigureRequest extends FigureSize {
  /** Grid keys. */
  x?: string | undefined;
  y?: string | undefined;
  /** Columns of the map: `V.mean`. */
  features?: readonly string[] | undefined;
  /** Outputs, or sums and differences of them: `V_pce - V_pci`. */
  outputs?: readonly string[] | undefined;
  /** Names of points, and conditions: `C=100..200`. */
  points?: readonly string[] | undefined;
  title?: string | undefined;
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
  const times: unknown = results.getChild("time")?.data[0]?.values;
  if (!(times instanceof Float64Array)) return new Float64Array(0);
  const codes: unknown = results.getChild("key")?.data[0]?.values;
  return codes instanceof Int32Array ? times.subarray(0, codes.lastIndexOf(codes[0]) + 1) : times.subarray(0, results.numRows);
}

/** A point of a table of traces. */
export interface TracedPoint {
  key: string;
  /** Its value of each grid key. */
  values: ReadonlyMap<string, number>;
}

/** What the metadata of a wide column say beside the values of the grid's keys. */
const ofColumn = ["output", "node", "variable", "unit", "key"];
/** Columns of the long layout that are no grid keys. */
const ofLayout = ["key", "time"];

/** The points of a table of traces in either layout, in the order in which they stand there. */
export function tracedPoints(traces: Table): TracedPoint[] {
  const columns = traces.schema.fields.filter(({ metadata }) => metadata.has("key"));
  if (columns.length === 0) return longPoints(traces);
  const points = new Map<string, TracedPoint>();
  for (const { metadata } of columns) {
    const key = metadata.get("key") ?? "";
    if (points.has(key)) continue;
    const own = [...metadata].filter(([name]) => !ofColumn.includes(name));
    points.set(key, { key, values: new Map(own.map(([name, value]) => [name, Number(value)])) });
  }
  return [...points.values()];
}

function longPoints(traces: Table): TracedPoint[] {
  const gridKeys = traces.schema.fields.filter(({ name, metadata }) => !ofLayout.includes(name) && !metadata.has("output"));
  const firstRows = new Map<string, number>();
  const keys = traces.getChild("key");
  let last: unknown;
  for (let row = 0; row < traces.numRows; row++) {
    const key: unknown = keys?.get(row);
    if (key !== last && !firstRows.has(String(key))) firstRows.set(String(key), row);
    last = key;
  }
  return Array.from(firstRows, ([key, row]) => ({
    key,
    values: new Map(gridKeys.map(({ name }) => [name, Number(traces.getChild(name)?.get(row))])),
  }));
}

/** A map of the points of a table of traces that came without one. A trace that ends in what is no number has diverged. */
export function mapFrom(traces: Table): Table {
  const points = tracedPoints(traces);
  const keys = [...(points[0]?.values.keys() ?? [])];
  const lost = lostPoints(traces);
  const unitOf = (key: string) => traces.schema.fields.find(({ name }) => name === key)?.metadata.get("unit");
  const number = (name: string) => new Field(name, new Float64(), false, new Map(unitOf(name) ? [["unit", unitOf(name) ?? ""]] : []));
  const fields = [
    new Field("key", new Utf8(), false),
    ...keys.map(number),
    new Field("status", new Utf8(), false),
    new Field("failedAt", new Float64(), true),
  ];
  const children = [
    strings(points.map(({ key }) => key)),
    ...keys.map((key) => numbers(Float64Array.from(points, ({ values }) => values.get(key) ?? Number.NaN))),
    strings(points.map(({ key }) => (lost.has(key) ? "diverged" : "ok"))),
    numbersOrNull(new Float64Array(points.length).fill(Number.NaN)),
  ];
  const schema = new Schema(fields, traces.schema.metadata);
  return new Table(schema, [batch(schema, fields, points.length, children)]);
}

/** Points whose last sample of any output is no finite number. */
function lostPoints(traces: Table): Set<string> {
  const lost = new Set<string>();
  const outputs = traces.schema.fields.filter(({ metadata }) => metadata.has("output"));
  const keys = traces.getChild("key");
  for (const { name, metadata } of outputs) {
    const values = traces.getChild(name);
    const key = metadata.get("key");
    if (key !== undefined) {
      if (!Number.isFinite(values?.get(traces.numRows - 1))) lost.add(key);
      continue;
    }
    for (let row = 0; row < traces.numRows; row++) if (!Number.isFinite(values?.get(row))) lost.add(String(keys?.get(row)));
  }
  return lost;
}
